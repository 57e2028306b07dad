import type { Alert, Notice, ResolvedTask, StoppedTask } from './message';
import type { Told, TrackedTask, WatchState } from './state';
import { tellNotices } from './failures';

/** One alert that one channel accepted. */
export interface Telling {
  readonly channel: string;
  readonly alert: Alert;
}

/** The state once all of `tellings` have been told, oldest first. Linear. */
export function tell(state: WatchState, tellings: readonly Telling[]): WatchState {
  const tasks = new Map(state.tasks.map((tracked) => [tracked.task.id, tracked]));
  let failures = state.failures;
  for (const { channel, alert } of tellings) {
    for (const { task, status, since } of [...alert.firing, ...alert.repeated]) {
      // Who tells of a stop has seen it: that makes a difference in a replay, where the state did not know.
      const known = tasks.get(task.id);
      const before = known?.since === since ? known : { since, told: known?.told ?? [] };
      const seen = { ...before, task, unknownPolls: 0 };
      tasks.set(task.id, withTold(seen, channel, { channel, status, since, at: alert.now }));
    }
    for (const { task, status } of alert.resolved) {
      const known = tasks.get(task.id);
      if (known === undefined) continue;
      const since = known.task.status === status ? known.since : alert.now;
      // Who tells that a task is gone does not know what it is now: that stays to be asked for.
      const seen = status === null ? known : { ...known, task, since, unknownPolls: 0 };
      tasks.set(task.id, withTold(seen, channel, null));
    }
    failures = tellNotices(failures, channel, alert.notices);
  }
  return { tasks: [...tasks.values()], failures };
}

/**
 * `tellings` and what was told `later`, without the earlier words about a task or a failure that a channel has heard of
 * again: a replay ends the same without them. So what is kept does not grow with the number of polls.
 */
export function appendTellings(tellings: readonly Telling[], later: readonly Telling[]): Telling[] {
  const latest = new Map(later.map(({ channel, alert }) => [channel, subjectsOf(alert)]));
  const rest = tellings.map(({ channel, alert }): Telling => {
    const isLast = (subject: string) => latest.get(channel)?.has(subject) !== true;
    const notices = alert.notices.filter((notice) => isLast(keyOf(notice)));
    return { channel, alert: { ...withTasks(alert, isLast), notices } };
  });
  return [...rest.filter(({ alert }) => subjectsOf(alert).size > 0), ...later];
}

/** Task ids, and keys of notices: those begin with a space, so that none is a task's id. */
function subjectsOf({ firing, repeated, resolved, notices }: Alert): Set<string> {
  const tasks = [...firing, ...repeated, ...resolved].map(({ task }) => task.id);
  return new Set([...tasks, ...notices.map(keyOf)]);
}

function keyOf({ subject, channel }: Notice): string {
  return ` ${subject} ${channel ?? ''}`;
}

/** `alert` with no other tasks than those that `isKept` holds for, by their id. */
function withTasks(alert: Alert, isKept: (id: string) => boolean): Alert {
  const isIn = ({ task }: StoppedTask | ResolvedTask) => isKept(task.id);
  return {
    ...alert,
    firing: alert.firing.filter(isIn),
    repeated: alert.repeated.filter(isIn),
    resolved: alert.resolved.filter(isIn),
  };
}

/**
 * `tell`, long after: `tellings` of an instance whose state was not saved, over a state that somebody else saved since.
 * What the state knows to have been told later than a telling stands. `now` in epoch milliseconds.
 */
export function replay(state: WatchState, tellings: readonly Telling[], now: number): WatchState {
  const stored = new Map(state.tasks.map((tracked) => [tracked.task.id, tracked]));
  const stillCounts = tellings.map(({ channel, alert }): Telling => {
    const isLater = (id: string) => (toldTo(channel, stored.get(id))?.at ?? -Infinity) < alert.now;
    return { channel, alert: withTasks(alert, isLater) };
  });
  const told = tell(state, stillCounts);
  const savedAt = state.savedAt ?? Infinity;
  return {
    ...told,
    tasks: told.tasks
      .map((tracked) => reconcile(tracked, stored.get(tracked.task.id), savedAt, now))
      .filter((tracked) => tracked.told.length > 0 || stored.has(tracked.task.id)),
  };
}

/**
 * A replayed task against the state that was saved at `savedAt`. A telling from before that is not in the state, although
 * the state is newer: whoever saved it may never have known of the stop, or have told its end. So the channel must hear
 * the end as well as, should the task stand again, the new stop. A state that follows the same stop still leaves no doubt.
 */
function reconcile(
  tracked: TrackedTask,
  stored: TrackedTask | undefined,
  savedAt: number,
  now: number,
): TrackedTask {
  if (tracked === stored) return tracked;
  const isDoubtful = ({ channel, status, at }: Told) => {
    const isSameStop = stored?.task.status === status && stored.since <= at;
    return at <= savedAt && toldTo(channel, stored) === undefined && !isSameStop;
  };
  const isSeenSince = tracked.told.some(({ at }) => at > savedAt);
  // A task that a newer state does not know did not stand then: if it stands now, that began later.
  const sight = isSeenSince ? tracked : (stored ?? { ...tracked, since: now });
  return {
    ...sight,
    told: tracked.told.map((told) => (isDoubtful(told) ? { ...told, doubtful: true } : told)),
  };
}

function toldTo(channel: string, tracked: TrackedTask | undefined): Told | undefined {
  return tracked?.told.find((entry) => entry.channel === channel);
}

function withTold(tracked: TrackedTask, channel: string, told: Told | null): TrackedTask {
  const others = tracked.told.filter((entry) => entry.channel !== channel);
  return { ...tracked, told: told === null ? others : [...others, told] };
}
