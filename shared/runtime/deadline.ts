import type { Clock } from './clock';
import { createStop, type StopSignal } from './stop';

/** Why what goes on is stopped. */
export const ENDED = new Error('It has ended.');

/**
 * What `work` resolves to or rejects with, or a rejection with `late()` after `ms` milliseconds, whichever comes first. The
 * signal is aborted when the race has ended. What of `work` does not heed it goes on: how it ends is of no interest, and
 * its rejection counts as handled because the race listens to it.
 */
export async function endWithin<T>(
  clock: Clock,
  ms: number,
  work: (signal: StopSignal) => T | Promise<T>,
  late: () => Error,
): Promise<T> {
  const end = createStop();
  const timeout = clock.sleep(Math.max(0, ms), end.signal).then(() => {
    throw late();
  });
  try {
    // By way of then: should `work` throw at once, the race is there to listen to both all the same.
    return await Promise.race([Promise.resolve(end.signal).then(work), timeout]);
  } finally {
    end.abort(ENDED);
  }
}
