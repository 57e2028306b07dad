import type { Alert } from './message';
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
      const seen = { task, since, unknownPolls: 0, told: tasks.get(task.id)?.told ?? [] };
      tasks.set(task.id, withTold(seen, channel, { channel, status, since, at: alert.now }));
    }
    for (const { task } of alert.resolved) {
      const known = tasks.get(task.id);
      if (known !== undefined) tasks.set(task.id, withTold(known, channel, null));
    }
    failures = tellNotices(failures, channel, alert.notices);
  }
  return { tasks: [...tasks.values()], failures };
}

/**
 * `tell`, long after: `tellings` of an instance whose state was not saved, over a state that somebody else saved since.
 * What the state knows to have been told later than a telling stands.
 */
export function replay(state: WatchState, tellings: readonly Telling[]): WatchState {
  const tasks = new Map(state.tasks.map((tracked) => [tracked.task.id, tracked]));
  const stillCounts = tellings.map(({ channel, alert }): Telling => {
    const isLater = ({ task }: { task: { id: string } }) => {
      const told = tasks.get(task.id)?.told.find((entry) => entry.channel === channel);
      return told === undefined || told.at < alert.now;
    };
    return {
      channel,
      alert: {
        ...alert,
        firing: alert.firing.filter(isLater),
        repeated: alert.repeated.filter(isLater),
        resolved: alert.resolved.filter(isLater),
      },
    };
  });
  return tell(state, stillCounts);
}

function withTold(tracked: TrackedTask, channel: string, told: Told | null): TrackedTask {
  const others = tracked.told.filter((entry) => entry.channel !== channel);
  return { ...tracked, told: told === null ? others : [...others, told] };
}
