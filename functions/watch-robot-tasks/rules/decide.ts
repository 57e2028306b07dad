import { isStanding, type TrackedTask, type Unconfirmed, type WatchState } from '../../../shared/state/state';
import type { Text } from '../../../shared/text';
import type { Delivery } from './delivery';
import { draftFor, messageIdFor, type Draft } from './alert';
import type { BalanceAnswer } from '../../../shared/sources/bss/balance';
import { balanceInWords, noteBalance } from './balance';
import { judge, listedStatuses, readProgress, wasTooOld, type Reading } from './conditions';
import {
  failingNotices,
  forgetChannels,
  noteOutcome,
  noteSilence,
  noticesFor,
  POLL,
  STORE,
} from './failures';
import { endedStops, keepRecent } from './history';
import type { Alert } from './message';
import { observe, type Observation } from './observe';
import { isAwake, type Policy } from './policy';
import { recordSent, type SentAlert } from './sent';

/** How this poll itself went so far, and what it takes from outside. */
export interface Course {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly now: number;
  /** Why not every list could be read; null when all were. */
  readonly listProblem: Text | null;
  /** Why the state could not be loaded; null when it was. */
  readonly storeProblem: Text | null;
  /** Why the state may lack what has been told; false when it does not. */
  readonly duplicatesPossible: Alert['duplicatesPossible'];
  /** Null when this poll did not ask. */
  readonly balance: BalanceAnswer | null;
  /** Makes an id that no message has had. */
  readonly newId: () => string;
}

export interface Decision {
  /** What each channel is to be told, by its id; a channel that there is nothing for is not in it. */
  readonly alerts: ReadonlyMap<string, Alert>;
  /** Tasks in a watched condition, as far as is known. */
  readonly stopped: number;
  /** Tasks in a watched condition that were created too long ago to be told; null where there is no such limit. */
  readonly ignored: number | null;
  /** The state to keep before anything is sent; null when no news is sent. */
  intent(): WatchState | null;
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
  course: Course,
  policy: Policy,
): Decision {
  const { now } = course;
  const channels = policy.channels.map(({ id }) => id);
  const before = state.tasks.map((tracked) => withChannels(tracked, channels));
  const sightings = observe(before, observation, now, listedStatuses(policy));
  const reading =
    policy.stalledAfter === null
      ? NOTHING_READ
      : readProgress({ ...state, tasks: before }, observation, sightings, now);
  const relevant = judge(sightings, reading, policy, now).filter(
    ({ tracked }) => tracked.condition !== null || tracked.sent.length > 0,
  );
  const isIgnored = (tracked: TrackedTask) => tracked.sent.length === 0 && wasTooOld(tracked, policy);
  const observed = relevant.filter(({ tracked }) => !isIgnored(tracked));
  const tasks = observed.map(({ tracked }) => tracked);
  const account = noteBalance(
    { balance: state.balance, failures: failuresBefore(state, course, channels) },
    course.balance,
    policy,
    now,
  );
  const history = keepRecent([...endedStops(before, observed, policy, now), ...state.history], now);
  const unchanged = { ...state, progress: reading.progress, history, balance: account.balance };

  const balance = balanceInWords(account.balance);
  const alerts = new Map<string, Alert>();
  const unconfirmed: (Pick<Unconfirmed, 'channel' | 'messageId'> & Pick<Draft, 'newsKey'>)[] = [];
  const awake = policy.channels.filter((channel) => isAwake(channel, now));
  for (const channel of awake) {
    const draft = draftFor(channel, observed, policy, {
      now,
      startedAt: course.startedAt,
      notices: noticesFor(account.failures, channel.id, policy, now),
      failing: failingNotices(account.failures, channel.id, now),
      watchStatus: course.listProblem === null ? 'ok' : 'unknown',
      duplicatesPossible: course.duplicatesPossible,
      ...(balance === null ? {} : { balance }),
    });
    if (draft === null) continue;
    const { alert, newsKey } = draft;
    const messageId = messageIdFor(channel.id, newsKey, state.unconfirmed, course.newId);
    alerts.set(channel.id, { ...alert, id: messageId });
    if (hasNews(alert)) unconfirmed.push({ channel: channel.id, messageId, newsKey });
  }

  // The same news may be sent again later: to a channel that sleeps now, or of a task that nobody could see this time.
  const waiting = state.unconfirmed.filter(
    ({ channel }) => channels.includes(channel) && !unconfirmed.some((news) => news.channel === channel),
  );

  function after(sent: readonly SentAlert[]): WatchState {
    const recorded = recordSent({ tasks, failures: account.failures }, sent);
    const received = new Set(
      sent.flatMap(({ channel, outcome }) => (outcome === 'received' ? [channel] : [])),
    );
    return {
      ...unchanged,
      ...recorded,
      tasks: recorded.tasks.filter((tracked) => tracked.sent.length > 0 || isStanding(tracked)),
      unconfirmed: [
        ...waiting,
        ...unconfirmed
          .filter(({ channel }) => !received.has(channel))
          .map((message) => ({ ...message, newsKey: message.newsKey() })),
      ],
    };
  }

  return {
    alerts,
    stopped: tasks.filter(isStanding).length,
    ignored:
      policy.createdWithin === null
        ? null
        : relevant.filter(({ tracked }) => isIgnored(tracked) && isStanding(tracked)).length,
    intent() {
      if (unconfirmed.length === 0) return null;
      return after([...alerts].map(([channel, alert]) => ({ channel, alert, outcome: 'unknown' })));
    },
    next(deliveries) {
      const state = after(
        [...alerts].flatMap(([channel, alert]): SentAlert[] => {
          const delivery = deliveries.get(channel);
          if (delivery?.ok === true) return [{ channel, alert, outcome: 'received' }];
          return delivery?.mayHaveArrived === false ? [] : [{ channel, alert, outcome: 'unknown' }];
        }),
      );
      const failures = awake.reduce<WatchState['failures']>((rest, { id: channel }) => {
        const delivery = deliveries.get(channel);
        if (delivery === undefined) return noteSilence(rest, channel);
        const reason = delivery.ok ? null : delivery.reason;
        return noteOutcome(rest, { subject: 'channel', channel }, reason, now);
      }, state.failures);
      return { ...state, failures };
    },
  };
}

/** Where nobody looks for stalled tasks. */
const NOTHING_READ: Reading = { counts: new Map(), progress: [], moved: new Set() };

/** Whether a message says anything that is not said at every poll. */
export function hasNews({ firing, repeated, resolved, notices }: Omit<Alert, 'id'>): boolean {
  return firing.length + repeated.length + resolved.length + notices.length > 0;
}

/**
 * The failures as this poll finds them. That the store works is not noted before it has saved; how the channels do shows
 * when they are sent to, so their failures are told in the next poll.
 */
function failuresBefore(
  state: WatchState,
  { listProblem, storeProblem, now }: Course,
  channels: readonly string[],
): WatchState['failures'] {
  const known = noteOutcome(forgetChannels(state.failures, channels), POLL, listProblem, now);
  return storeProblem === null ? known : noteOutcome(known, STORE, storeProblem, now);
}

function withChannels(tracked: TrackedTask, channels: readonly string[]): TrackedTask {
  return { ...tracked, sent: tracked.sent.filter(({ channel }) => channels.includes(channel)) };
}
