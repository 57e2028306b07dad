import type { Clock } from '../../shared/runtime/clock';
import { createSleepers } from './sleepers';

export interface VirtualClock extends Clock {
  /** What `promise` becomes; meanwhile time leaps from one sleeper's end to the next whenever nothing else happens. */
  run<T>(promise: Promise<T>): Promise<T>;
  /** Sets the time without waking anybody, as somebody who sets a clock does. */
  set(now: number): void;
}

/** Time that passes only when everybody sleeps. For what does no real I/O. */
export function createVirtualClock(start = Date.parse('2026-01-01T00:00:00Z')): VirtualClock {
  let now = start;
  const sleepers = createSleepers(() => now);

  function wakeNext(): void {
    const next = sleepers.next();
    if (next === undefined)
      throw new Error('Nobody sleeps, and yet nothing happens: this would wait for ever.');
    now = Math.max(now, next.at);
    next.wake();
  }

  return {
    now: () => now,
    sleep: sleepers.sleep,
    async run(promise) {
      let settled = false;
      const isSettled = () => settled;
      const settle = () => {
        settled = true;
      };
      promise.then(settle, settle);
      for (;;) {
        await new Promise(setImmediate);
        if (isSettled()) return promise;
        wakeNext();
      }
    },
    set(time) {
      now = time;
    },
  };
}
