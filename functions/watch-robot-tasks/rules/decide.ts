import { stands, type Told, type WatchState } from '../../../shared/state/state';
import type { OperatorsRecord } from '../../../shared/operators/record';
import type { BalanceAnswer } from '../../../shared/sources/bss/balance';
import type { Text } from '../../../shared/text';
import { isAwake } from '../hours';
import { operatorsAt } from './acknowledgement';
import { alertsFor } from './alert';
import { balanceInWords, noteBalance } from './balance';
import { noteCertificate } from './certificate';
import { inConditions, isTooOld, listedStatuses } from './conditions';
import { datedNews, noteOutcome, noteSilence } from './failures';
import { endedStops, keepRecent } from './history';
import type { Alert, Outgoing } from './message';
import { observe, type ObservedTask, type TasksSeen } from './observe';
import type { Policy } from './policy';
import { readProgress } from './progress';
import type { Round } from './reason';
import { ofChannels } from './told';

/** What is to be known of the state that a poll goes on from. */
export interface Provenance {
  /** Why it could not be loaded; null when it was. */
  readonly storeProblem: Text | null;
  /** Whose it is, where it is another's and nothing is watched; null where it is this watch's. */
  readonly foreign: Text | null;
  /** Why something that has been told may be missing in it; false when nothing is. */
  readonly loss: Alert['duplicatesPossible'];
  /** What another poll may be sending at this moment. */
  readonly underWay: ReadonlySet<Told>;
}

/** All that one poll found out, and how it went so far. */
export interface Observation extends TasksSeen, Provenance {
  /** Epoch milliseconds at which the poll began. */
  readonly startedAt: number;
  /** Why not every list could be read; null when all were. */
  readonly listProblem: Text | null;
  /** Null when this poll did not ask. */
  readonly balance: BalanceAnswer | null;
  /** What operators did; null when this poll did not read it. */
  readonly operators: OperatorsSeen | null;
}

export type OperatorsSeen =
  | { readonly ok: true; readonly record: OperatorsRecord }
  /** Why their record cannot be read. */
  | { readonly ok: false; readonly reason: Text };

export interface Decision {
  /** What is known now. Nothing of `alerts` has been told in it: that is `record`'s (told.ts). */
  readonly state: WatchState;
  /** What is to be told. */
  readonly alerts: readonly Outgoing[];
  /** Tasks in a watched condition, as far as is known. */
  readonly stopped: number;
  /** Tasks in a watched condition that were created too long ago to be told; null where there is no such limit. */
  readonly ignored: number | null;
}

/**
 * Decides what to tell whom. Pure and level-triggered: it compares what is with what each channel was last told, so that a
 * missed poll, a dead channel or a crash heals at the next poll without any queue. `now` in epoch milliseconds.
 */
export function decide(state: WatchState, observation: Observation, now: number, policy: Policy): Decision {
  const told = ofChannels(state.told, policy.channels);
  const sightings = observe(state.tasks, told, observation, now, listedStatuses(policy));
  const progress = readProgress(state, observation, sightings, policy, now);
  const known = inConditions(sightings, progress, policy, now);
  const relevant = known.filter((item) => item.tracked.condition !== null || item.told.length > 0);
  const isIgnored = (item: ObservedTask) => item.told.length === 0 && isTooOld(item.tracked, policy);
  const observed = relevant.filter((item) => !isIgnored(item));
  const tasks = observed.map(({ tracked }) => tracked);
  const failures = failuresNow(state, observation, now, policy);
  const account = noteBalance({ ...state, failures }, observation.balance, policy, now);
  const next: WatchState = {
    ...state,
    ...{ tasks, told, progress: progress.progress, ...account },
    failures: datedNews(account.failures, now),
    channels: policy.channels.map(({ id, type, address, after }) => {
      const lastNewsAt = state.channels.find((known) => known.id === id)?.lastNewsAt ?? null;
      return {
        ...{ id, type, lastNewsAt },
        ...(address === undefined ? {} : { address }),
        ...(after === undefined ? {} : { after: after.text }),
      };
    }),
    ended: state.ended.filter(({ channel }) =>
      policy.channels.some(({ id, wantsStanding }) => id === channel && wantsStanding === true),
    ),
    history: keepRecent([...endedStops(known, policy, now), ...state.history], now),
  };
  const balance = balanceInWords(account.balance);
  const isKnown = observation.listProblem === null && observation.foreign === null;
  const round: Round = {
    ...{ observed, state: next, policy, now, startedAt: observation.startedAt },
    operators: operatorsAt(observation.operators?.ok === true ? observation.operators.record : null, now),
    underWay: observation.underWay,
    common: {
      watchStatus: isKnown ? 'ok' : 'unknown',
      duplicatesPossible: observation.loss,
      ...(balance === null ? {} : { balance }),
    },
  };
  const awake = policy.channels.filter((channel) => isAwake(channel, now));
  const alerts = awake.flatMap((channel) => alertsFor(channel, round));
  return {
    state: { ...next, failures: noteSilence(next, awake, alerts) },
    alerts,
    stopped: tasks.filter(stands).length,
    ignored:
      policy.createdWithin === null
        ? null
        : relevant.filter((item) => isIgnored(item) && stands(item.tracked)).length,
  };
}

/**
 * The failures as this poll finds them. That the store works is not noted before it has saved; how the channels do shows
 * when they are sent to, so their failures are told in the next poll.
 */
function failuresNow(
  { failures, told }: WatchState,
  { listProblem, storeProblem, foreign, operators }: Observation,
  now: number,
  policy: Policy,
): WatchState['failures'] {
  const configured = failures.filter(
    ({ channel }) => channel === null || policy.channels.some(({ id }) => id === channel),
  );
  const owned = noteOutcome(configured, 'owner', foreign, now);
  // What the watch has no state for, it would not know to have told.
  if (foreign !== null) return owned;
  const listed = noteOutcome(owned, 'poll', listProblem, now);
  const stored = storeProblem === null ? listed : noteOutcome(listed, 'store', storeProblem, now);
  const known = noteCertificate(stored, policy, now);
  if (operators !== null) return noteOutcome(known, 'record', operators.ok ? null : operators.reason, now);
  // Whoever was told that the record cannot be read waits for the next poll that reads it.
  return known.filter(({ subject }) => subject !== 'record' || told.has(subject));
}
