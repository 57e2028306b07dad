import { alertFor, type Policy } from './alert';
import type { Delivery } from './channels/channel';
import { forgetChannels, noteOutcome, noteSilence, noticesFor, POLL, STORE } from './failures';
import type { Alert } from './message';
import { GONE_AFTER_POLLS, observe, type Observation, type ObservedTask } from './observe';
import type { TrackedTask, WatchState } from './state';
import { tell } from './told';

/** How this poll itself went so far. Every problem is a sentence for people without any secret. */
export interface Conditions {
  /** Why not every list could be read; null when all were. */
  readonly listProblem: string | null;
  /** Why the state could not be loaded; null when it was. */
  readonly storeProblem: string | null;
  /** Why the state may lack what has been told; false when it does not. */
  readonly duplicatesPossible: Alert['duplicatesPossible'];
}

export interface Decision {
  /** What each channel is to be told, by its id; a channel that there is nothing for is not in it. */
  readonly alerts: ReadonlyMap<string, Alert>;
  /** Tasks in a watched status, as far as is known. */
  readonly stopped: number;
  /** The state to keep, given how each of `alerts` was received: by channel id. */
  next(deliveries: ReadonlyMap<string, Delivery>): WatchState;
}

/**
 * Decides what to tell whom. Pure and level-triggered: it compares what is with what each channel was last told, so that a
 * missed poll, a dead channel or a crash heals at the next poll without any queue.
 */
export function decide(
  state: WatchState,
  observation: Observation,
  conditions: Conditions,
  now: number,
  policy: Policy,
): Decision {
  const channels = policy.channels.map(({ id }) => id);
  const tasks = state.tasks.map((tracked) => forgetTold(tracked, channels));
  const observed = observe(tasks, observation, now, policy.statuses).map((item) =>
    noteHeld(item, policy, now),
  );
  const failures = failuresBefore(state, conditions, now, channels);

  const alerts = new Map<string, Alert>();
  for (const channel of policy.channels) {
    const alert = alertFor(channel, observed, policy, {
      now,
      notices: noticesFor(failures, channel.id),
      watchStatus: conditions.listProblem === null ? 'ok' : 'unknown',
      duplicatesPossible: conditions.duplicatesPossible,
    });
    if (alert !== null) alerts.set(channel.id, alert);
  }

  const known = observed.map(({ tracked }) => tracked);
  return {
    alerts,
    stopped: known.filter((tracked) => isStopped(tracked, policy)).length,
    next(deliveries) {
      const accepted = [...alerts].filter(([channel]) => deliveries.get(channel)?.ok === true);
      const told = tell(
        { tasks: known, failures },
        accepted.map(([channel, alert]) => ({ channel, alert })),
      );
      return {
        tasks: told.tasks.filter((tracked) => tracked.told.length > 0 || isStopped(tracked, policy)),
        failures: channels.reduce((rest, channel) => {
          const delivery = deliveries.get(channel);
          if (delivery === undefined) return noteSilence(rest, channel);
          return noteOutcome(
            rest,
            { subject: 'channel', channel },
            delivery.ok ? null : delivery.reason,
            now,
          );
        }, told.failures),
      };
    },
  };
}

/**
 * The failures as this poll finds them. That the store works is not noted before it has saved; how the channels do shows
 * when they are sent to, so their failures are told in the next poll.
 */
function failuresBefore(
  state: WatchState,
  { listProblem, storeProblem }: Conditions,
  now: number,
  channels: readonly string[],
): WatchState['failures'] {
  const known = noteOutcome(forgetChannels(state.failures, channels), POLL, listProblem, now);
  return storeProblem === null ? known : noteOutcome(known, STORE, storeProblem, now);
}

/** That a status has held for its pending time stays so while nobody can look: noted once, when it is seen. */
function noteHeld(item: ObservedTask, { pending }: Policy, now: number): ObservedTask {
  const { tracked, evidence } = item;
  const ms = pending.get(tracked.task.status) ?? 0;
  const isNew = ms > 0 && tracked.hasHeld !== true && evidence === 'seen' && now - tracked.since >= ms;
  return isNew ? { ...item, tracked: { ...tracked, hasHeld: true } } : item;
}

function forgetTold(tracked: TrackedTask, channels: readonly string[]): TrackedTask {
  return { ...tracked, told: tracked.told.filter(({ channel }) => channels.includes(channel)) };
}

function isStopped({ task, unknownPolls }: TrackedTask, { statuses }: Policy): boolean {
  return statuses.includes(task.status) && unknownPolls < GONE_AFTER_POLLS;
}
