/** What the channels know once they were sent something: certainly, when their OK came; otherwise perhaps. */
import { isStanding, type TaskSent, type TrackedTask, type WatchState } from '../../../shared/state/state';
import { noteNotices } from './failures';
import { withoutOver, type Outcome } from './last-sent';
import type { Alert } from './message';

/** One alert that was or is being sent to one channel. */
export interface SentAlert {
  readonly channel: string;
  readonly alert: Alert;
  readonly outcome: Outcome;
}

type Subjects = Pick<WatchState, 'tasks' | 'failures'>;

/** The state once all of `sent` were sent. Linear in the number of tasks and of what was sent. */
export function recordSent({ tasks, failures }: Subjects, sent: readonly SentAlert[]): Subjects {
  const changes = new Map<string, TaskSent[]>();
  for (const { channel, alert, outcome } of sent) {
    const uncertain = outcome === 'unknown' ? { uncertain: true as const } : {};
    for (const { task, status: condition, since } of alert.firing) {
      push(changes, task.id, { channel, condition, since, at: alert.now, ...uncertain });
    }
    for (const { task, status: condition, since, reminders } of alert.repeated) {
      // Whether or not a reminder arrives, the channel knows the same.
      if (outcome === 'received')
        push(changes, task.id, { channel, condition, since, at: alert.now, reminders });
    }
    for (const { task, previousStatus: condition, since } of alert.resolved) {
      const knows = outcome === 'received' ? { isOver: true as const } : uncertain;
      push(changes, task.id, { channel, condition, since, at: alert.now, ...knows });
    }
  }
  return {
    tasks: tasks.map((tracked) => withSent(tracked, changes.get(tracked.task.id) ?? [])),
    failures: sent.reduce<WatchState['failures']>(
      (known, { channel, alert, outcome }) => noteNotices(known, channel, alert, outcome),
      failures,
    ),
  };
}

function push<T>(map: Map<string, T[]>, id: string, value: T): void {
  const values = map.get(id);
  if (values === undefined) map.set(id, [value]);
  else values.push(value);
}

function withSent(tracked: TrackedTask, changed: readonly TaskSent[]): TrackedTask {
  if (changed.length === 0) return tracked;
  const kept = tracked.sent.filter((earlier) => !changed.some(({ channel }) => channel === earlier.channel));
  return { ...tracked, sent: [...kept, ...changed] };
}

/** The state as it is saved: without what only an instance that could not save must remember. */
export function withoutEnded(state: WatchState): WatchState {
  return {
    ...state,
    tasks: state.tasks
      .map((tracked) => ({ ...tracked, sent: withoutOver(tracked.sent) }))
      .filter((tracked) => tracked.sent.length > 0 || isStanding(tracked)),
    failures: state.failures
      .map((failure) => ({ ...failure, sent: withoutOver(failure.sent) }))
      .filter(({ polls, sent }) => polls > 0 || sent.length > 0),
  };
}
