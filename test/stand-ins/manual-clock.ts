import type { Clock } from '../../shared/clock';

export interface ManualClock extends Clock {
  /** Moves the time on by `ms`, waking each sleeper at its own moment and letting it act before the next one wakes. */
  advance(ms: number): Promise<void>;
  /** How many sleep now. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export function createManualClock(start: number): ManualClock {
  let now = start;
  const sleeping = new Set<Sleeper>();
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason as Error);
          return;
        }
        const onAbort = () => {
          sleeping.delete(sleeper);
          reject(signal?.reason as Error);
        };
        const wake = () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        };
        const sleeper = { at: now + ms, wake };
        sleeping.add(sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    async advance(ms) {
      const target = now + ms;
      for (;;) {
        await settle();
        const next = [...sleeping].filter(({ at }) => at <= target).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        sleeping.delete(next);
        now = Math.max(now, next.at);
        next.wake();
      }
      now = target;
    },
    get sleepers() {
      return sleeping.size;
    },
  };
}
