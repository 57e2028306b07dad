/**
 * How fast a running task's calls are done: the average since a mark, which the watch moves on so that what was long ago
 * counts less and less.
 */
import type { Progress } from './state/state';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Less says nothing yet. */
const LEAST_MS = 10 * MINUTE;
const LEAST_CALLS = 10;
/** Of a longer time, the older half is let go. */
const MOST_MS = HOUR;
/** Nobody can say anything about a time that is farther off. */
const LATEST_MS = 1000 * 24 * HOUR;

export type PaceMark = Pick<Progress, 'paceFrom' | 'paceCount'>;

/**
 * From where the pace of a task is measured, once `finishCount` of its calls are done at `now` (epoch milliseconds). `earlier` is
 * what was known of it before; undefined where it runs anew.
 */
export function markPace(
  earlier: Progress | undefined,
  finishCount: number,
  now: number,
): Required<PaceMark> {
  const { paceFrom = now, paceCount = finishCount } = earlier ?? {};
  // Started anew, or by a clock that was ahead.
  const isAnew = earlier === undefined || finishCount < earlier.finishCount || paceFrom > now;
  if (isAnew) return { paceFrom: now, paceCount: finishCount };
  const calls = finishCount - paceCount;
  if (now - paceFrom < MOST_MS || calls < 2 * LEAST_CALLS) return { paceFrom, paceCount };
  return { paceFrom: now - Math.round((now - paceFrom) / 2), paceCount: finishCount - Math.round(calls / 2) };
}

export interface Pace {
  /** A whole number, at least 1. */
  readonly callsPerHour: number;
  /** Epoch milliseconds, a whole minute; null where no call is left, or nobody can say. */
  readonly doneAt: number | null;
}

/** The pace of a task at `now` (epoch milliseconds); null while too little is known of it. */
export function paceOf(progress: Progress, now: number): Pace | null {
  const { finishCount, totalCount, paceFrom = now, paceCount = finishCount } = progress;
  const [ms, calls] = [now - paceFrom, finishCount - paceCount];
  if (ms < LEAST_MS || calls < LEAST_CALLS) return null;
  const left = totalCount - finishCount;
  const rest = (left / calls) * ms;
  const isKnown = left > 0 && rest <= LATEST_MS;
  return {
    callsPerHour: Math.max(1, Math.round((calls / ms) * HOUR)),
    doneAt: isKnown ? Math.ceil((now + rest) / MINUTE) * MINUTE : null,
  };
}
