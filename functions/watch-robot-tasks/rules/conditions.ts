/** What the watch tells of is a condition of a task: to be in a watched status, or to be stalled. */
import { RUNNING_STATUS, type RobotTask } from '../../../shared/robot-task';
import { STALLED, type Progress, type TrackedTask, type WatchState } from '../../../shared/state/state';
import type { Observation, ObservedTask } from './observe';
import type { Policy, Route } from './policy';

/**
 * Each observed task with the condition that it is in now. A task that was not seen stays in the condition in which it was
 * seen last. A stalled one stays stalled until its counts are seen to differ, whatever happens to the settings or the clock:
 * also while nobody looks.
 */
export function judge(
  observed: readonly ObservedTask[],
  { counts, progress, moved }: Reading,
  policy: Policy,
  now: number,
): ObservedTask[] {
  const byId = new Map(progress.map((entry) => [entry.id, entry]));
  return observed.map((item): ObservedTask => {
    if (item.evidence !== 'seen') return item;
    const { tracked } = item;
    const { id } = tracked.task;
    if (tracked.condition === STALLED && isFollowed(tracked, policy)) {
      if (!counts.has(id)) return { tracked, evidence: policy.stalledAfter === null ? 'seen' : 'unread' };
      if (!moved.has(id)) return { ...item, tracked: noteHeld(tracked, policy, now) };
    }
    const entry = counts.has(id) ? byId.get(id) : undefined;
    const condition = conditionOf(tracked.task, entry, policy, now);
    const since = condition === STALLED && entry !== undefined ? entry.since : now;
    return { ...item, tracked: noteHeld(inCondition(tracked, condition, since), policy, now) };
  });
}

/** Whether a stall that stood before may stand still. Once nobody looks for stalls, those are followed that were told. */
function isFollowed({ task: { status }, sent }: TrackedTask, { stalledAfter, statuses }: Policy): boolean {
  if (status !== RUNNING_STATUS) return false;
  if (stalledAfter !== null) return true;
  return !statuses.includes(status) && sent.some(({ condition }) => condition === STALLED);
}

/** A condition in which the task is already goes on; from one to the next, the stop goes on. */
function inCondition(tracked: TrackedTask, condition: string | null, since: number): TrackedTask {
  if (condition === tracked.condition) return tracked;
  const { hasHeld, begin, ...rest } = tracked;
  const isUnbroken = condition !== null && tracked.condition !== null;
  return { ...rest, condition, since, ...(isUnbroken ? { begin: begin ?? tracked.since } : {}) };
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
export function wasTooOld({ task, since, begin = since }: TrackedTask, policy: Policy): boolean {
  return isTooOld(task, policy, begin);
}

/** How far each running task is that a poll could read it of, by its id. */
export type Counts = ReadonlyMap<string, Pick<Progress, 'finishCount' | 'totalCount'>>;

/** Of a list that broke off, what it showed before counts as well. Without numbers nobody can say whether a task moves. */
function readCounts({ lists, glimpsed = [] }: Observation): Counts {
  const shown = lists.get(RUNNING_STATUS) ?? glimpsed.filter(({ status }) => status === RUNNING_STATUS);
  return new Map(
    shown.flatMap(({ id, finishCount, totalCount }) =>
      finishCount === null || totalCount === null ? [] : [[id, { finishCount, totalCount }]],
    ),
  );
}

/** What a poll learned of the running tasks' progress. */
export interface Reading {
  readonly counts: Counts;
  readonly progress: readonly Progress[];
  /** Those whose counts differ from what they were last, and those whose calls are all done. */
  readonly moved: ReadonlySet<string>;
}

/** A list leaves a task out for a moment: one that comes back later may have been stopped by hand meanwhile. */
const MOMENT_MS = 5 * 60_000;

/**
 * What is known of the running tasks' progress after this poll. A count that changes in any direction is progress: a task
 * may be given more calls.
 *
 * What was known of a task whose counts could not be read stays, unless this poll saw it in another status, or it is
 * missing for the second time in a row from a list that was read whole: a list may leave a task out once.
 */
export function readProgress(
  { progress, tasks }: Pick<WatchState, 'progress' | 'tasks'>,
  observation: Observation,
  sightings: readonly ObservedTask[],
  now: number,
): Reading {
  const counts = readCounts(observation);
  const unread = new Map(progress.map((entry) => [entry.id, entry]));
  // What a stalled task itself holds counts as well: its progress may be another instance's, or was not kept while nobody looked.
  const stalledAt = new Map<string, Progress>();
  for (const { task, condition, since } of tasks) {
    const { id, finishCount, totalCount } = task;
    if (condition === STALLED && finishCount !== null && totalCount !== null)
      stalledAt.set(id, { id, finishCount, totalCount, since });
  }
  const moved = new Set<string>();
  const read = [...counts].map(([id, { finishCount, totalCount }]): Progress => {
    const isAt = (before: Progress) => before.finishCount === finishCount && before.totalCount === totalCount;
    const stall = stalledAt.get(id);
    const earlier = unread.get(id) ?? stall;
    unread.delete(id);
    const isSame = earlier !== undefined && isAt(earlier);
    const hasMoved = [earlier, stall].some((before) => before !== undefined && !isAt(before));
    if (hasMoved || finishCount >= totalCount) moved.add(id);
    const isContinued = isSame && now - (earlier.missingAt ?? now) <= MOMENT_MS;
    // A clock that was ahead must not hide a stall.
    return { id, finishCount, totalCount, since: isContinued ? Math.min(earlier.since, now) : now };
  });
  if (unread.size === 0) return { counts, progress: read, moved };
  const sightingOf = new Map(sightings.map((item) => [item.tracked.task.id, item]));
  const isWhole = observation.lists.has(RUNNING_STATUS);
  const kept = [...unread.values()].flatMap((entry): Progress[] => {
    const sighting = sightingOf.get(entry.id);
    if (sighting === undefined) {
      if (!isWhole) return [entry];
      return entry.missingAt === undefined ? [{ ...entry, missingAt: now }] : [];
    }
    const isOver = sighting.evidence === 'gone' || sighting.tracked.task.status !== RUNNING_STATUS;
    return isOver ? [] : [entry];
  });
  return { counts, progress: [...read, ...kept], moved };
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
