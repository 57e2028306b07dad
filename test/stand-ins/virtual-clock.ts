import type { Clock } from '../../shared/clock';

export interface VirtualClock extends Clock {
  /** What `promise` becomes; meanwhile time leaps from one sleeper's end to the next whenever nothing else happens. */
  run<T>(promise: Promise<T>): Promise<T>;
  /** Sets the time without waking anybody, as somebody who sets a clock does. */
  set(now: number): void;
}

/** Time that passes only when everybody sleeps. For what does no real I/O. */
export function createVirtualClock(start = Date.parse('2026-01-01T00:00:00Z')): VirtualClock {
  let now = start;
  const sleepers = new Map<() => void, number>();

  function wakeNext(): void {
    const [next] = [...sleepers].sort(([, a], [, b]) => a - b);
    if (next === undefined)
      throw new Error('Nobody sleeps, and yet nothing happens: this would wait for ever.');
    const [wake, at] = next;
    now = Math.max(now, at);
    wake();
  }

  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason as Error);
          return;
        }
        const wake = () => {
          sleepers.delete(wake);
          signal?.removeEventListener('abort', onAbort);
          resolve();
        };
        const onAbort = () => {
          sleepers.delete(wake);
          reject(signal?.reason as Error);
        };
        sleepers.set(wake, now + ms);
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
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
