import {
  ENDED_STATUSES,
  TASK_FIELDS,
  type RobotTask,
  type RobotTaskDetail,
} from '../../../shared/robot-task';
import {
  isGone,
  taskSubject,
  type Told,
  type ToldTable,
  type TrackedTask,
} from '../../../shared/state/state';

/** What one poll could find out of the tasks. What is in neither map could not be found out. */
export interface TasksSeen {
  /** Every list that was read whole, by the status that was asked for. */
  readonly lists: ReadonlyMap<string, readonly RobotTask[]>;
  /** What the other lists showed before they failed: that a task is not in it means nothing. */
  readonly glimpsed?: readonly RobotTask[];
  /** Every answer to "what became of this task", by id; null = upstream says that it knows no such task. */
  readonly details: ReadonlyMap<string, RobotTaskDetail | null>;
}

/** What the lists showed, and what part of it is whole. */
export interface ListsRead extends Pick<TasksSeen, 'lists' | 'glimpsed'> {
  /** The statuses whose lists are not as documented. Those will hardly be better in the next poll. */
  readonly malformed?: ReadonlySet<string>;
}

/**
 * What this poll adds to what was known of a task. seen: it was seen, in whatever status, or it is over and was seen so
 * before. unread: the list of its status could not be read, so it stays as it was. missing: it should have been in a list,
 * and nobody could say yet what became of it, so it stays as it was, but in doubt. gone: upstream has known no such task
 * for GONE_AFTER_POLLS polls in a row (isGone).
 */
export type Evidence = 'seen' | 'unread' | 'missing' | 'gone';

/** A task as it is known after this poll. Its condition is that of before: conditions.ts says what it is now. */
export interface ObservedTask {
  readonly tracked: TrackedTask;
  readonly evidence: Evidence;
  /** As it was known before this poll; null = it was not. */
  readonly before: TrackedTask | null;
  readonly told: readonly Told[];
}

/**
 * The ids to ask a detail for, in the order in which to ask: every tracked task that no list shows, unless the list of its
 * status could not be read this time, or there is nothing more to learn of it (it is kept while a channel has not heard so).
 *
 * There may be more than a poll has time for. A row of unknown answers counts only while nothing interrupts it, so those
 * that are in one come first; where the others begin moves on with the time, so that none of them waits for ever.
 */
export function missingTasks(
  tasks: readonly TrackedTask[],
  told: ToldTable,
  lists: ListsRead,
  now: number,
  statuses: readonly string[],
): string[] {
  const listed = new Set(shownTasks(lists).map((task) => task.id));
  const missing = tasks.filter(
    (tracked) => !listed.has(tracked.task.id) && isOpen(tracked, toldOf(tracked, told), lists, statuses),
  );
  const begin = missing.length === 0 ? 0 : Math.floor(now / 1000) % missing.length;
  const row = ({ doubt }: TrackedTask) => (doubt?.status === null ? doubt.polls : 0);
  return [...missing.slice(begin), ...missing.slice(0, begin)]
    .toSorted((a, b) => row(b) - row(a))
    .map(({ task }) => task.id);
}

/**
 * Brings what is known of every task up to date: the tracked ones, and those that a list shows for the first time in one
 * of `statuses` (those whose lists are read). Linear in the number of tasks.
 */
export function observe(
  tasks: readonly TrackedTask[],
  table: ToldTable,
  observation: TasksSeen,
  now: number,
  statuses: readonly string[],
): ObservedTask[] {
  const sightings = sightingsOf(tasks, shownTasks(observation));
  const isComplete = statuses.every((status) => observation.lists.has(status));
  const known = tasks.map((tracked): ObservedTask => {
    const { id, status } = tracked.task;
    const told = toldOf(tracked, table);
    const as = (evidence: Evidence, now: TrackedTask) => ({ tracked: now, evidence, before: tracked, told });
    const sighting = sightings.get(id);
    sightings.delete(id);
    if (sighting !== undefined) return as('seen', sighted(tracked, sighting, now));
    const detail = observation.details.get(id);
    if (detail === undefined) {
      // Where a list is missing, it might show that the task has begun again.
      if (isComplete && hasEnded(tracked, told, statuses)) return as('seen', tracked);
      if (isGone(tracked)) return as('gone', tracked);
      const isUnread = statuses.includes(status) && !observation.lists.has(status);
      // A poll without an answer interrupts a row of unknown ones.
      return as(isUnread ? 'unread' : 'missing', withoutDoubt(tracked));
    }
    if (detail === null) {
      const doubtful = withDoubt(tracked, null);
      return as(isGone(doubtful) ? 'gone' : 'missing', doubtful);
    }
    // A detail names another status, and the whole list of that status does not show the task: one of the two is late. If it
    // is the list, it shows the task in the next poll; a detail that says the same once more is believed.
    const isDoubtful = detail.status !== status && observation.lists.has(detail.status);
    if (isDoubtful && tracked.doubt?.status !== detail.status) {
      return as('missing', withDoubt(tracked, detail.status));
    }
    return as('seen', sighted(tracked, withDetail(tracked.task, detail), now));
  });
  const found = [...sightings.values()]
    .filter((task) => statuses.includes(task.status))
    .map((task): ObservedTask => {
      const tracked = { task, condition: null, since: now, begin: now };
      return { tracked, evidence: 'seen', before: null, told: [] };
    });
  return [...known, ...found];
}

function toldOf({ task }: TrackedTask, table: ToldTable): readonly Told[] {
  return table.get(taskSubject(task.id)) ?? [];
}

function shownTasks({ lists, glimpsed = [] }: ListsRead): RobotTask[] {
  return [...[...lists.values()].flat(), ...glimpsed];
}

/**
 * The listed tasks by id. A task that moved while the lists were read can be in two of them: then it counts as being
 * where it was, and if it really moved, the next poll sees that.
 */
function sightingsOf(tasks: readonly TrackedTask[], shown: readonly RobotTask[]): Map<string, RobotTask> {
  const sightings = new Map(shown.map((task) => [task.id, task]));
  // Few are in two of them, and a map of all that was known takes its time.
  if (sightings.size === shown.length) return sightings;
  const before = new Map(tasks.map(({ task }) => [task.id, task.status]));
  for (const task of shown.toReversed())
    if (task.status === before.get(task.id)) sightings.set(task.id, task);
  return sightings;
}

/** The same where nothing of it changed: who compares two states need not look inside. */
function sighted(tracked: TrackedTask, task: RobotTask, now: number): TrackedTask {
  const isLike = task === tracked.task || TASK_FIELDS.every((field) => task[field] === tracked.task[field]);
  if (isLike && tracked.doubt === undefined && tracked.since <= now) return tracked;
  // A clock that was set back must not make a pending time last for ever.
  const since = Math.min(tracked.since, now);
  // One that was gone begins anew.
  const condition = isGone(tracked) ? null : tracked.condition;
  return { ...withoutDoubt(tracked), task, condition, since };
}

function withoutDoubt(tracked: TrackedTask): TrackedTask {
  if (tracked.doubt === undefined) return tracked;
  const { doubt, ...rest } = tracked;
  return rest;
}

function withDoubt(tracked: TrackedTask, status: string | null): TrackedTask {
  const { doubt } = tracked;
  return { ...tracked, doubt: { status, polls: doubt?.status === status ? doubt.polls + 1 : 1 } };
}

/** Whether a task that no list shows may have become something else than is known. */
function isOpen(
  tracked: TrackedTask,
  told: readonly Told[],
  { lists, malformed }: ListsRead,
  statuses: readonly string[],
): boolean {
  const { status } = tracked.task;
  if (isGone(tracked) || hasEnded(tracked, told, statuses)) return false;
  return lists.has(status) || malformed?.has(status) === true || !statuses.includes(status);
}

/**
 * Seen in a status that no task leaves. One that is or was watched itself does not count: there, a task that is missing
 * is news.
 */
function hasEnded({ task }: TrackedTask, told: readonly Told[], statuses: readonly string[]): boolean {
  const { status } = task;
  const isWatched =
    statuses.includes(status) || told.some(({ condition, over }) => condition === status && over !== true);
  return ENDED_STATUSES.includes(status) && !isWatched;
}

/** The detail API knows no counts, and may know less of the rest: what it leaves out stays from the last list. */
function withDetail(task: RobotTask, detail: RobotTaskDetail): RobotTask {
  return {
    id: task.id,
    taskName: detail.taskName ?? task.taskName,
    robotId: detail.robotId ?? task.robotId,
    robotName: detail.robotName ?? task.robotName,
    status: detail.status,
    scheduleType: detail.scheduleType ?? task.scheduleType,
    createTime: detail.createTime ?? task.createTime,
    fireTime: detail.fireTime ?? task.fireTime,
    completeTime: detail.completeTime ?? task.completeTime,
    totalCount: task.totalCount,
    finishCount: task.finishCount,
  };
}
