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
function isFollowed(
  { task: { status } }: TrackedTask,
  told: readonly Told[],
  { stalledAfter, statuses }: Policy,
): boolean {
  if (status !== RUNNING_STATUS) return false;
  if (stalledAfter !== null) return true;
  return !statuses.includes(status) && told.some(({ condition }) => condition === STALLED);
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
  policy: Policy,
  now: number,
): string | null {
  if (status === RUNNING_STATUS && isStalled(progress, policy, now)) return STALLED;
  return policy.statuses.includes(status) ? status : null;
}

/** That a condition has held for its pending time stays so while nobody can look: noted once, when it is seen. */
function noteHeld(tracked: TrackedTask, policy: Policy, now: number): TrackedTask {
  const isNew = needsToHold(tracked, policy) && tracked.hasHeld !== true && hasHeldNow(tracked, policy, now);
  return isNew ? { ...tracked, hasHeld: true } : tracked;
}

function needsToHold({ condition }: TrackedTask, { pending }: Policy): boolean {
  return condition !== null && (pending.get(condition) ?? 0) > 0;
}

function hasHeldNow(tracked: TrackedTask, policy: Policy, now: number): boolean {
  return tracked.condition !== null && now >= dueAt(tracked, policy);
}

/** Epoch milliseconds at which the condition was first due to be told. */
function dueAt({ condition, since }: TrackedTask, { pending, stalledAfter }: Policy): number {
  // A stall counts from the last call; its pending time begins where it is one.
  const begin = condition === STALLED ? since + (stalledAfter ?? 0) : since;
  return begin + (pending.get(condition ?? '') ?? 0);
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
  if (evidence === 'seen') return hasHeldNow(tracked, policy, now);
  const { condition, since } = tracked;
  // By what counts as a stall now.
  if (condition === STALLED && now - since < (policy.stalledAfter ?? 0)) return false;
  return tracked.hasHeld === true || !needsToHold(tracked, policy);
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
 * Whether a task still is in the condition that a channel was told, although that is watched no longer: then it is
 * followed until it is in another one.
 */
export function isStillSo(told: string, { task, condition }: TrackedTask): boolean {
  return condition === told || task.status === told;
}

/** Whether the task is created earlier than what is told at `time`; one without a time of creation is not. */
export function isTooOld({ createTime }: RobotTask, { createdWithin }: Policy, time: number): boolean {
  if (createdWithin === null || createTime === null) return false;
  return Date.parse(createTime) < time - createdWithin;
}

/**
 * Whether the task was too old already when it stopped, in whatever watched condition: then nobody is told of it. One that
 * grows too old while a channel sleeps or fails is still told.
 */
export function wasTooOld({ task, begin }: TrackedTask, policy: Policy): boolean {
  return isTooOld(task, policy, begin);
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
