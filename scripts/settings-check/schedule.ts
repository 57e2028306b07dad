import { parseSchedule } from '../../shared/schedule';

const MINUTE_MS = 60_000;
/** A schedule with two seconds in a minute shows it within its first runs; a rare one need not be followed for years. */
const RUNS_LOOKED_AT = 70;

/** What is wrong with when the watch polls, completing "WATCH_SCHEDULE …"; null when nothing is. `now` in epoch ms. */
export function scheduleProblem(expression: string, now: number): string | null {
  let next: ReturnType<typeof parseSchedule>;
  try {
    next = parseSchedule(expression);
  } catch (error) {
    return (error as Error).message;
  }
  let previous = next(now, now);
  if (previous === null) return 'names a time that never comes';
  for (let run = 0; run < RUNS_LOOKED_AT; run += 1) {
    const following = next(previous, previous);
    if (following === null) return null;
    if (following - previous < MINUTE_MS) {
      return 'must not be more frequent than once a minute: a poll may take 50 s, and only one runs at a time';
    }
    previous = following;
  }
  return null;
}
