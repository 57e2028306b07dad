/** What the watch tells of is a condition of a task: to be in a watched status, or to be stalled. */
import { RUNNING_STATUS, type RobotTask } from '../../../shared/robot-task';
import { STALLED, type Progress, type Told, type TrackedTask } from '../../../shared/state/state';
import type { ObservedTask } from './observe';
import type { Policy, Route } from './policy';
import type { ProgressNow } from './progress';

/**
 * Each observed task with the condition that it is in now. A task that was not seen stays in the condition in which it was
 * seen last. A stalled one stays stalled until its counts are seen to differ, whatever happens to the settings or the clock:
 * also while nobody looks.
 */
export function inConditions(
  observed: readonly ObservedTask[],
  { read, moved }: ProgressNow,
  policy: Policy,
  now: number,
): ObservedTask[] {
  return observed.map((item): ObservedTask => {
    if (item.evidence !== 'seen') return item;
    const { tracked, told } = item;
    const progress = read.get(tracked.task.id);
    if (tracked.condition === STALLED && isFollowed(tracked, told, policy)) {
      if (progress === undefined)
        return { ...item, evidence: policy.stalledAfter === null ? 'seen' : 'unread' };
      if (!moved.has(tracked.task.id)) return { ...item, tracked: noteHeld(tracked, policy, now) };
    }
    const condition = conditionOf(tracked.task, progress, policy, now);
    const since = condition === STALLED && progress !== undefined ? progress.since : now;
    return { ...item, tracked: noteHeld(inCondition(tracked, condition, since), policy, now) };
  });
}

/** Whether a stall that stood before may stand still. Once nobody looks for stalls, those are followed that were told. */
function isFollowed({ task }: TrackedTask, told: readonly Told[], policy: Policy): boolean {
  if (task.status !== RUNNING_STATUS) return false;
  if (policy.stalledAfter !== null) return true;
  return !policy.statuses.includes(RUNNING_STATUS) && told.some(({ condition }) => condition === STALLED);
}

/** A condition in which the task is already goes on; from one to the next, the stop goes on. */
function inCondition(tracked: TrackedTask, condition: string | null, since: number): TrackedTask {
  if (condition === tracked.condition) return tracked;
  const { hasHeld, ...rest } = tracked;
  const isUnbroken = condition !== null && tracked.condition !== null;
  return { ...rest, condition, since, begin: isUnbroken ? tracked.begin : since };
}

/** Where running tasks are watched, too, one that is stalled is told as that: it says more. */
function conditionOf(
  { status }: RobotTask,
  progress: Progress | undefined,
  { statuses, stalledAfter }: Policy,
  now: number,
): string | null {
  if (status === RUNNING_STATUS && stalledAfter !== null && progress !== undefined) {
    const { finishCount, totalCount, since } = progress;
    // One whose calls are all done only waits for its end.
    if (finishCount < totalCount && now - since >= stalledAfter) return STALLED;
  }
  return statuses.includes(status) ? status : null;
}

/** That a condition has held for its pending time stays so while nobody can look: noted once, when it is seen. */
function noteHeld(tracked: TrackedTask, policy: Policy, now: number): TrackedTask {
  const isNew = tracked.hasHeld !== true && pendingTime(tracked, policy) > 0 && now >= dueAt(tracked, policy);
  return isNew ? { ...tracked, hasHeld: true } : tracked;
}

/** Milliseconds for which the condition must hold. */
function pendingTime({ condition }: TrackedTask, { pending }: Policy): number {
  return pending.get(condition ?? '') ?? 0;
}

/** Epoch milliseconds at which the condition was first due to be told. */
function dueAt(tracked: TrackedTask, policy: Policy): number {
  const { condition, since } = tracked;
  // A stall counts from the last call; its pending time begins where it is one.
  const begin = condition === STALLED ? since + (policy.stalledAfter ?? 0) : since;
  return begin + pendingTime(tracked, policy);
}

/** Whether the condition has stood for as long as a second line waits. As a pending time, it does not pass unseen. */
export function hasWaited(
  { tracked, evidence }: ObservedTask,
  { after }: Route,
  policy: Policy,
  now: number,
): boolean {
  return evidence === 'seen' && now - dueAt(tracked, policy) >= (after?.ms ?? 0);
}

/** Whether the condition has held for its pending time; in a poll that did not see the task: whether it had before. */
export function hasHeld({ tracked, evidence }: ObservedTask, policy: Policy, now: number): boolean {
  if (evidence === 'seen') return now >= dueAt(tracked, policy);
  const { condition, since } = tracked;
  // By what counts as a stall now.
  if (condition === STALLED && now - since < (policy.stalledAfter ?? 0)) return false;
  return tracked.hasHeld === true || pendingTime(tracked, policy) === 0;
}

/** Whether `channel` is told of `condition`: of a stall, only while somebody looks for those. */
export function isWanted(
  { statuses }: Route,
  condition: string | null,
  { stalledAfter }: Policy,
): condition is string {
  if (condition === STALLED && stalledAfter === null) return false;
  return condition !== null && (statuses === null || statuses.includes(condition));
}

/**
 * Whether the task was created too long before `time` (epoch milliseconds) to be told then; one without a time of creation was
 * not. Nobody is told of one that was too old already when it stopped, in whatever watched condition; one that grows too old
 * while a channel sleeps or fails is still told.
 */
export function isTooOld({ task, begin }: TrackedTask, { createdWithin }: Policy, time = begin): boolean {
  if (createdWithin === null || task.createTime === null) return false;
  return Date.parse(task.createTime) < time - createdWithin;
}

/** The statuses whose lists a poll reads: the watched ones, and that of the running tasks where stalled ones are told. */
export function listedStatuses({ statuses, stalledAfter }: Policy): readonly string[] {
  return stalledAfter === null || statuses.includes(RUNNING_STATUS)
    ? statuses
    : [...statuses, RUNNING_STATUS];
}
