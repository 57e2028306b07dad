import type { Clock } from './clock';
import { ENDED } from './deadline';
import { createStop, type StopSignal } from './stop';

/** What everything that belongs to one list or one detail has in common. */
export interface Operation {
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** Aborted at the deadline, and as soon as the operation has ended: nothing new starts then. */
  readonly signal: StopSignal;
}

/** Runs `work` and lets nothing of it start after its end, its first error or the deadline. Rejects as `work` does. */
export async function runOperation<T>(
  clock: Clock,
  deadline: number,
  work: (operation: Operation) => Promise<T>,
  late: () => Error,
): Promise<T> {
  const time = deadline - clock.now();
  if (time <= 0) throw late();
  const stop = createStop();
  const timer = createStop();
  clock.sleep(time, timer.signal).then(
    () => {
      stop.abort(late());
    },
    () => undefined,
  );
  try {
    return await work({ deadline, signal: stop.signal });
  } finally {
    timer.abort(ENDED);
    stop.abort(ENDED);
  }
}
