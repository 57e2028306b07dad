import type { Clock } from '../clock';
import { RobotTaskError } from '../robot-task-error';

/** What everything that belongs to one list or one detail has in common. */
export interface Operation {
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** Aborted at the deadline, and as soon as the operation has ended: nothing new starts then. */
  readonly signal: AbortSignal;
}

/** Runs `work` and lets nothing of it start after its end, its first error or the deadline. Rejects as `work` does. */
export async function runOperation<T>(
  clock: Clock,
  deadline: number,
  work: (operation: Operation) => Promise<T>,
): Promise<T> {
  const time = deadline - clock.now();
  if (time <= 0) throw timedOut();
  const stop = new AbortController();
  const timer = new AbortController();
  clock.sleep(time, timer.signal).then(
    () => {
      stop.abort(timedOut());
    },
    () => undefined,
  );
  try {
    return await work({ deadline, signal: stop.signal });
  } finally {
    timer.abort();
    stop.abort();
  }
}

/**
 * What `work` resolves to, or a 'timeout' error after `ms` milliseconds. The signal is aborted when the race has ended. What
 * of `work` does not heed it goes on: how it ends is of no interest, and its rejection counts as handled because the race
 * listens to it.
 */
export async function raceTimeout<T>(
  clock: Clock,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const end = new AbortController();
  const timeout = clock.sleep(ms, end.signal).then(() => {
    throw timedOut();
  });
  try {
    // By way of then: should `work` throw at once, the race is there to listen to both all the same.
    return await Promise.race([Promise.resolve(end.signal).then(work), timeout]);
  } finally {
    end.abort();
  }
}

export function timedOut(cause?: unknown): RobotTaskError {
  return new RobotTaskError('timeout', 'Upstream did not answer in time.', { cause });
}
