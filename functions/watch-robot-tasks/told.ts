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
export function withTasks(alert: Alert, isKept: (id: string) => boolean): Alert {
  const isIn = ({ task }: StoppedTask | ResolvedTask) => isKept(task.id);
  return {
    ...alert,
    firing: alert.firing.filter(isIn),
    repeated: alert.repeated.filter(isIn),
    resolved: alert.resolved.filter(isIn),
  };
}

function withTold(tracked: TrackedTask, channel: string, told: Told | null): TrackedTask {
  const others = tracked.told.filter((entry) => entry.channel !== channel);
  return { ...tracked, told: told === null ? others : [...others, told] };
}
