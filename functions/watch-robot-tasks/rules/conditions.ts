/** What the watch tells of is a condition of a task: to be in a watched status, or to be stalled. */
import { RUNNING_STATUS, type RobotTask } from '../../../shared/robot-task';
import { STALLED, type Progress, type TrackedTask } from '../../../shared/state/state';
import { GONE_AFTER_POLLS, type ObservedTask } from './observe';
import type { Policy, Route } from './policy';

/**
 * Each observed task with the condition that it is in now. A task that was not seen stays in the condition in which it was
 * seen last.
 */
export function judge(
  observed: readonly ObservedTask[],
  progress: readonly Progress[],
  policy: Policy,
  now: number,
): ObservedTask[] {
  const byId = new Map(progress.map((entry) => [entry.id, entry]));
  return observed.map((item) => {
    if (item.evidence !== 'seen') return item;
    const { tracked } = item;
    const entry = byId.get(tracked.task.id);
    const condition = conditionOf(tracked.task, entry, policy, now);
    if (condition === tracked.condition) return { ...item, tracked: noteHeld(tracked, policy, now) };
    const { hasHeld, ...rest } = tracked;
    const since = condition === STALLED && entry !== undefined ? entry.since : now;
    return { ...item, tracked: noteHeld({ ...rest, condition, since }, policy, now) };
  });
}

function conditionOf(
  task: RobotTask,
  progress: Progress | undefined,
  policy: Policy,
  now: number,
): string | null {
  if (policy.statuses.includes(task.status)) return task.status;
  return task.status === RUNNING_STATUS && isStalled(progress, policy, now) ? STALLED : null;
}

/** That a condition has held for its pending time stays so while nobody can look: noted once, when it is seen. */
function noteHeld(tracked: TrackedTask, policy: Policy, now: number): TrackedTask {
  const isNew = needsToHold(tracked, policy) && tracked.hasHeld !== true && hasHeldNow(tracked, policy, now);
  return isNew ? { ...tracked, hasHeld: true } : tracked;
}

function needsToHold({ condition }: TrackedTask, { pending }: Policy): boolean {
  return condition !== null && (pending.get(condition) ?? 0) > 0;
}

function hasHeldNow(
  { condition, since }: TrackedTask,
  { pending, stalledAfter }: Policy,
  now: number,
): boolean {
  if (condition === null) return false;
  // A stall counts from the last call; its pending time begins where it is one.
  const begin = condition === STALLED ? since + (stalledAfter ?? 0) : since;
  return now - begin >= (pending.get(condition) ?? 0);
}

/** Whether the condition has held for its pending time; in a poll that did not see the task: whether it had before. */
export function hasHeld({ tracked, evidence }: ObservedTask, policy: Policy, now: number): boolean {
  if (evidence === 'seen') return hasHeldNow(tracked, policy, now);
  return tracked.hasHeld === true || !needsToHold(tracked, policy);
}

/** Whether the task is in a watched condition, as far as is known. */
export function isStanding({ condition, unknownPolls }: TrackedTask): boolean {
  return condition !== null && unknownPolls < GONE_AFTER_POLLS;
}

/** Whether `channel` is told of `condition`. */
export function isWanted({ statuses }: Route, condition: string | null): condition is string {
  return condition !== null && (statuses === null || statuses.includes(condition));
}

/**
 * Whether a task still is in the condition that a channel was told, although that is watched no longer: then it is
 * followed until it is in another one.
 */
export function isStillSo(told: string, { task, condition }: TrackedTask, { stalledAfter }: Policy): boolean {
  if (told === STALLED)
    return condition === STALLED || (stalledAfter === null && task.status === RUNNING_STATUS);
  return task.status === told;
}

/** Whether the task was created earlier than what is told; one without a time of creation was not. */
export function isTooOld({ createTime }: RobotTask, { createdWithin }: Policy, now: number): boolean {
  if (createdWithin === null || createTime === null) return false;
  return Date.parse(createTime) < now - createdWithin;
}

/**
 * What is known of the running tasks' progress once `listed` was read, which is the whole list; null = it could not be
 * read, so that all stays as it was. A count that changes in any direction is progress: a task may be given more calls.
 */
export function noteProgress(
  before: readonly Progress[],
  listed: readonly RobotTask[] | null,
  now: number,
): readonly Progress[] {
  if (listed === null) return before;
  const known = new Map(before.map((progress) => [progress.id, progress]));
  return listed.flatMap(({ id, finishCount, totalCount }): Progress[] => {
    // Without numbers nobody can say whether it moves.
    if (finishCount === null || totalCount === null) return [];
    const earlier = known.get(id);
    const hasMoved = earlier?.finishCount !== finishCount || earlier.totalCount !== totalCount;
    // A clock that was ahead must not hide a stall.
    const since = earlier === undefined || hasMoved ? now : Math.min(earlier.since, now);
    return [{ id, finishCount, totalCount, since }];
  });
}

/** Whether a running task has made no progress for too long. One whose calls are all done only waits for its end. */
export function isStalled(progress: Progress | undefined, { stalledAfter }: Policy, now: number): boolean {
  if (progress === undefined || stalledAfter === null) return false;
  return progress.finishCount < progress.totalCount && now - progress.since >= stalledAfter;
}

/** The statuses whose lists a poll reads: the watched ones, and that of the running tasks where stalled ones are told. */
export function listedStatuses({ statuses, stalledAfter }: Policy): readonly string[] {
  return stalledAfter === null || statuses.includes(RUNNING_STATUS)
    ? statuses
    : [...statuses, RUNNING_STATUS];
}
