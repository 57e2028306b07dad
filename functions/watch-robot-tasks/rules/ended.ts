/**
 * What was told to a channel that is sent everything at every poll, and is over: it is sent that in the poll in which it was
 * found out and in three more, because one whose clock is behind does not take the first for an end.
 */
import { taskSubject, failureSubject, type EndedAlert, type WatchState } from '../../../shared/state/state';
import type { Notice, Outgoing, Standing, StoppedTask } from './message';
import type { Delivery } from './delivery';

/** The first one included. */
export const SENDS = 4;

/** More than can end at once in any account that is well. */
const MOST_KEPT = 10_000;

/** What is to be sent now: `over` is what this poll found out. What stands again is not over. */
export function endedNow(
  over: readonly EndedAlert[],
  before: readonly EndedAlert[],
  { tasks, notices }: { readonly tasks: readonly StoppedTask[]; readonly notices: readonly Notice[] },
): EndedAlert[] {
  const taken = new Set([
    ...tasks.map(({ task, status }) => `${taskSubject(task.id)} ${status}`),
    ...notices.map(failureSubject),
  ]);
  return [...over, ...before].filter((ended) => {
    const key = keyOf(ended);
    const isFirst = !taken.has(key);
    taken.add(key);
    return isFirst;
  });
}

/** The state once `alerts` were sent. One that has no delivery yet, or that failed, counts for nothing. */
export function noteSends(
  { ended }: WatchState,
  alerts: readonly Outgoing[],
  deliveries: ReadonlyMap<Outgoing, Delivery>,
): readonly EndedAlert[] {
  return alerts.reduce<readonly EndedAlert[]>((rest, outgoing) => {
    const { channel, message } = outgoing;
    if (message.standing === undefined) return rest;
    const taken = deliveries.get(outgoing)?.ok === true ? 1 : 0;
    const sent = message.standing.ended.map((entry) => ({ ...entry, sends: entry.sends - taken }));
    const others = rest.filter((entry) => entry.channel !== channel);
    return [...sent.filter(({ sends }) => sends > 0), ...others].slice(0, MOST_KEPT);
  }, ended);
}

/** Of two instances' knowledge: each once. */
export function overlayEnded(own: readonly EndedAlert[], stored: readonly EndedAlert[]): EndedAlert[] {
  const byKey = new Map(
    [...stored, ...own].map((entry) => [`${entry.channel} ${keyOf(entry)} ${entry.since}`, entry]),
  );
  return [...byKey.values()];
}

/** As it stood: what is sent of an end is what was sent before, but for the end. */
export function asItStood(ended: readonly EndedAlert[]): Pick<Standing, 'tasks' | 'notices'> {
  return {
    tasks: ended.flatMap(({ task, condition: status, since, held }) => {
      const stop = { status, previousStatus: null, since, reminders: 0 };
      return task === undefined ? [] : [{ task, ...stop, ...(held === undefined ? {} : { held }) }];
    }),
    notices: ended.flatMap(({ failure, since }) =>
      failure === undefined ? [] : [{ ...failure, state: 'failing' as const, since, reminders: 0 }],
    ),
  };
}

/** What is one alert where it is sent. */
function keyOf({ task, failure, condition }: EndedAlert): string {
  if (task !== undefined) return `${taskSubject(task.id)} ${condition}`;
  return failure === undefined ? '' : failureSubject(failure);
}
