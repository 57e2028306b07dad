import type { Clock } from '../../shared/runtime/clock';
import { createSleepers } from './sleepers';

export interface ManualClock extends Clock {
  /** Moves the time on by `ms`, waking each sleeper at its own moment and letting it act before the next one wakes. */
  advance(ms: number): Promise<void>;
  /** How many sleep now. */
  readonly sleepers: number;
}

/** A clock that stands still until a test moves it. */
export function createManualClock(start: number): ManualClock {
  let now = start;
  const sleepers = createSleepers(() => now);
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  return {
    now: () => now,
    sleep: sleepers.sleep,
    async advance(ms) {
      const target = now + ms;
      for (;;) {
        await settle();
        const next = sleepers.next();
        if (next === undefined || next.at > target) break;
        now = Math.max(now, next.at);
        next.wake();
      }
      now = target;
    },
    get sleepers() {
      return sleepers.count;
    },
  };
}
