/** What an instance told and could not save, brought into a state that another instance saved since. */
import type { Alert } from './message';
import type { Told, TrackedTask, WatchState } from './state';
import { tell, withTasks, type Telling } from './told';

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
  const seenSince = new Set(
    tellings.filter(({ alert }) => alert.now > savedAt).flatMap(({ alert }) => seenIn(alert)),
  );
  return {
    ...told,
    tasks: told.tasks
      .map((tracked) => {
        const isSeenSince = seenSince.has(tracked.task.id);
        return reconcile(tracked, stored.get(tracked.task.id), { savedAt, isSeenSince, now });
      })
      .filter((tracked) => tracked.told.length > 0 || stored.has(tracked.task.id)),
  };
}

/** The ids of the tasks that whoever told `alert` had seen. */
function seenIn({ firing, repeated, resolved }: Alert): string[] {
  const seen = [...firing, ...repeated, ...resolved.filter(({ status }) => status !== null)];
  return seen.map(({ task }) => task.id);
}

/**
 * A replayed task against the state that was saved at `savedAt`. A telling from before that is not in the state, although
 * the state is newer: whoever saved it may never have known of the stop, or have told its end. So the channel must hear
 * the end as well as, should the task stand again, the new stop. A state that follows the same stop still leaves no doubt.
 */
function reconcile(
  tracked: TrackedTask,
  stored: TrackedTask | undefined,
  { savedAt, isSeenSince, now }: { savedAt: number; isSeenSince: boolean; now: number },
): TrackedTask {
  if (tracked === stored) return tracked;
  const isDoubtful = ({ channel, status, at }: Told) => {
    const isSameStop = stored?.task.status === status && stored.since <= at;
    return at <= savedAt && toldTo(channel, stored) === undefined && !isSameStop;
  };
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
