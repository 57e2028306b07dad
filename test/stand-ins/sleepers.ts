import type { Clock } from '../../shared/runtime/clock';

/** Whoever sleeps by a clock that a test moves. */
export interface Sleepers {
  readonly sleep: Clock['sleep'];
  /** Who is to be woken first; undefined when nobody sleeps. */
  next(): Sleeper | undefined;
  readonly count: number;
}

export interface Sleeper {
  /** Epoch milliseconds. */
  readonly at: number;
  wake(): void;
}

export function createSleepers(now: () => number): Sleepers {
  const sleeping = new Set<Sleeper>();
  return {
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const onAbort = () => {
          sleeping.delete(sleeper);
          if (signal !== undefined) reject(signal.reason);
        };
        const sleeper: Sleeper = {
          at: now() + ms,
          wake() {
            sleeping.delete(sleeper);
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        sleeping.add(sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    next: () => [...sleeping].sort((a, b) => a.at - b.at)[0],
    get count() {
      return sleeping.size;
    },
  };
}
