/** How far the running tasks are, and since when: what a stalled one is known by. */
import { RUNNING_STATUS } from '../../../shared/robot-task';
import { markPace } from '../../../shared/pace';
import { STALLED, type Progress, type WatchState } from '../../../shared/state/state';
import type { ObservedTask, TasksSeen } from './observe';
import type { Policy } from './policy';

/** What a poll learned of the running tasks' progress. */
export interface ProgressNow {
  /** What is to be kept of it. */
  readonly progress: readonly Progress[];
  /** Of those whose counts this poll could read, by id. */
  readonly read: ReadonlyMap<string, Progress>;
  /** Those whose counts differ from what they were last, and those whose calls are all done. */
  readonly moved: ReadonlySet<string>;
}

/** A list leaves a task out for a moment: one that comes back later may have been stopped by hand meanwhile. */
const MOMENT_MS = 5 * 60_000;

/**
 * What is known of the running tasks' progress after this poll. A count that changes in any direction is progress: a task
 * may be given more calls.
 *
 * What was known of a task whose counts could not be read stays while it is taken for stalled; else unless this poll saw it
 * in another status, or it is missing for the second time in a row from a list that was read whole.
 */
export function readProgress(
  { progress, tasks }: Pick<WatchState, 'progress' | 'tasks'>,
  observation: TasksSeen,
  sightings: readonly ObservedTask[],
  { stalledAfter }: Pick<Policy, 'stalledAfter'>,
  now: number,
): ProgressNow {
  const stalled = new Set(tasks.flatMap(({ task, condition }) => (condition === STALLED ? [task.id] : [])));
  if (stalledAfter === null)
    return { progress: progress.filter(({ id }) => stalled.has(id)), read: new Map(), moved: new Set() };
  const unread = new Map(progress.map((entry) => [entry.id, entry]));
  const moved = new Set<string>();
  const read = new Map<string, Progress>();
  for (const { id, finishCount, totalCount } of runningTasks(observation)) {
    // Without numbers nobody can say whether a task moves.
    if (finishCount === null || totalCount === null) continue;
    const earlier = unread.get(id);
    unread.delete(id);
    const isSame = earlier?.finishCount === finishCount && earlier.totalCount === totalCount;
    if ((earlier !== undefined && !isSame) || finishCount >= totalCount) moved.add(id);
    const isContinued = now - (earlier?.missingAt ?? now) <= MOMENT_MS;
    // A clock that was ahead must not hide a stall.
    const since = isSame && isContinued ? Math.min(earlier.since, now) : now;
    const mark = markPace(isContinued ? earlier : undefined, finishCount, now);
    read.set(id, { id, finishCount, totalCount, since, ...mark });
  }
  const sightingOf = new Map(sightings.map((item) => [item.tracked.task.id, item]));
  const isWhole = observation.lists.has(RUNNING_STATUS);
  const kept = [...unread.values()].flatMap((entry): Progress[] => {
    const sighting = sightingOf.get(entry.id);
    const isOver =
      sighting !== undefined &&
      (sighting.evidence === 'gone' || sighting.tracked.task.status !== RUNNING_STATUS);
    if (isOver) return [];
    if (stalled.has(entry.id) || sighting !== undefined || !isWhole) return [entry];
    return entry.missingAt === undefined ? [{ ...entry, missingAt: now }] : [];
  });
  return { progress: [...read.values(), ...kept], read, moved };
}

/** Of a list that broke off, what it showed before counts as well. */
function runningTasks({ lists, glimpsed = [] }: TasksSeen) {
  return lists.get(RUNNING_STATUS) ?? glimpsed.filter(({ status }) => status === RUNNING_STATUS);
}
