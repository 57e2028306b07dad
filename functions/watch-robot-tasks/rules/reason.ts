/** Why a channel is told of something: what it was told last against how things stand. Messages and standing alerts read it. */
import { isDeepStrictEqual } from 'node:util';
import { endOf, type Hold } from '../../../shared/operators/record';
import { FAILING, isKnown, type Failure, type Told, type WatchState } from '../../../shared/state/state';
import type { Operators } from './acknowledgement';
import { hasHeld, hasWaited, isTooOld, isWanted } from './conditions';
import { isNewsTo } from './failures';
import type { Alert, Outgoing } from './message';
import type { ObservedTask } from './observe';
import type { Policy, Route } from './policy';

/**
 * first: it knows nothing of it. changed: it knows another condition. unsure: nobody can say what it knows. held, released:
 * an operator holds it, or does so no longer. reminder: it knows, and long enough. ended, gone: it knows, or may, and that is
 * over; gone = the service knows no such task any more.
 */
export type Reason = 'first' | 'changed' | 'unsure' | 'held' | 'released' | 'reminder' | 'ended' | 'gone';

/** Whether the channel is told that it is over. */
export function isEnd(reason: Reason | null): reason is 'ended' | 'gone' {
  return reason === 'ended' || reason === 'gone';
}

/** One poll, as far as it decides what the channels are told. */
export interface Round {
  readonly observed: readonly ObservedTask[];
  readonly state: WatchState;
  readonly policy: Policy;
  readonly operators: Operators;
  /** Epoch milliseconds at which it began, and at which it decides. */
  readonly startedAt: number;
  readonly now: number;
  /** As in `Outgoing`. */
  readonly underWay: Outgoing['underWay'];
  /** What all its messages have in common. */
  readonly common: Pick<Alert, 'watchStatus' | 'duplicatesPossible' | 'balance'>;
}

/** How one subject stands, as far as one channel is concerned. */
export interface Situation {
  /** What it may be told to stand in, or to have stood in; null = nothing, or nobody can say now. */
  readonly condition: string | null;
  /** Epoch milliseconds since when. */
  readonly since: number;
  /** How it was seen to be over; null = it was not. */
  readonly over: 'ended' | 'gone' | null;
  /** This poll saw it. */
  readonly isSeen: boolean;
  readonly reminds: boolean;
  /** Who holds it; null: nobody. Undefined: nobody can say, which counts as nobody. */
  readonly holder: Hold | null | undefined;
}

/** How it stands for a channel that was told `last` of it. */
export function situationOf(
  subject: ObservedTask | Failure,
  channel: Route,
  last: Told | null,
  round: Round,
): Situation {
  return 'tracked' in subject
    ? situationOfTask(subject, channel, last, round)
    : situationOfFailure(subject, channel, last, round.now);
}

/**
 * Level-triggered: a task that this poll could not observe counts as it was last observed, but a pending time does not pass
 * unseen, and neither "still so" nor "no longer so" is said unseen.
 */
function situationOfTask(item: ObservedTask, channel: Route, last: Told | null, round: Round): Situation {
  const { policy, operators, now } = round;
  const { tracked, evidence } = item;
  const { condition, task, since } = tracked;
  const isSeen = evidence === 'seen';
  if (evidence === 'gone' || !isWanted(channel, condition, policy)) {
    // What is watched no longer is followed until the task is in another condition.
    const isOther = isSeen && last?.condition !== condition && last?.condition !== task.status;
    const over = evidence === 'gone' ? 'gone' : isOther ? 'ended' : null;
    return last === null || over === null
      ? NOTHING
      : { ...NOTHING, condition: last.condition, since: last.since, over };
  }
  const holder = operators.holderOf(tracked);
  const knowsIt = last !== null && isKnown(last) && last.condition === condition;
  const reminds = knowsIt && isSeen && !isTooOld(tracked, policy, now);
  const situation: Situation = { condition, since, over: null, isSeen, reminds, holder };
  if (knowsIt) return situation;
  if (!(isSeen || evidence === 'unread') || !hasHeld(item, policy, now)) return NOTHING;
  if (last !== null) return situation;
  // A second line is told of what nobody holds; once it was told, it hears all that the others hear.
  const isForOthers =
    channel.after !== undefined && (Boolean(holder) || !hasWaited(item, channel, policy, now));
  return isForOthers || isTooOld(tracked, policy) ? NOTHING : situation;
}

const NOTHING: Situation = {
  ...{ condition: null, since: 0, over: null, isSeen: false, reminds: false },
  holder: undefined,
};

function situationOfFailure(failure: Failure, channel: Route, last: Told | null, now: number): Situation {
  const { subject, state, since } = failure;
  const situation = { ...NOTHING, condition: FAILING, since };
  if (state === 'working') return { ...situation, over: 'ended' };
  if (!isNewsTo(channel, failure, last, now)) return NOTHING;
  // A person alone can end these, and no other news reminds of them.
  return { ...situation, isSeen: true, reminds: ['balance', 'owner'].includes(subject) };
}

/** Null when there is nothing to tell. `last` is null where the channel knows nothing, or that it is over. */
export function reasonToTell(last: Told | null, situation: Situation, round: Round): Reason | null {
  const { now, startedAt, policy } = round;
  const { condition, over, reminds, holder } = situation;
  // Another poll, which began after this one, is sending it now.
  if (last?.sure === false && last.at >= startedAt) return null;
  if (over !== null) return last === null ? null : over;
  if (condition === null) return null;
  if (last === null) return 'first';
  if (last.condition !== condition) return 'changed';
  if (!isKnown(last)) return 'unsure';
  const ofHolder = reasonOfHolder(last, situation, now);
  // Whoever holds a stop needs no reminder.
  if (ofHolder !== null || (holder ?? null) !== null) return ofHolder;
  return reminds && isReminderDue(last, now, policy) ? 'reminder' : null;
}

/**
 * What a channel that knows of a stop is to be told of who holds it: held, released, or a reminder, because nobody asks for
 * quiet any more. Null: nothing.
 */
function reasonOfHolder(
  last: Told,
  { holder, since, isSeen }: Situation,
  now: number,
): 'held' | 'released' | 'reminder' | null {
  if (holder === undefined) return null;
  if (holder !== null) return last.sure && isDeepStrictEqual(last.held, holder) ? null : 'held';
  if (last.held === undefined) return null;
  // It was for another stop, or its time has passed.
  const hasEnded = last.since !== since || now >= endOf(last.held);
  if (!hasEnded) return 'released';
  return isSeen ? 'reminder' : null;
}

const SOONEST_MS = 10_000;
const LONGEST_EARLY_MS = 30 * 60_000;

/**
 * A little early rather than a whole poll late: by 5 % of the interval, but at least 10 s (of a very short one, half) and
 * at most 30 minutes.
 */
function isReminderDue({ at, reminders }: Told, now: number, { repeatIntervals }: Policy): boolean {
  const interval = repeatIntervals[Math.min(reminders, repeatIntervals.length - 1)];
  if (interval === undefined) return false;
  const early = Math.min(Math.max(interval * 0.05, SOONEST_MS), LONGEST_EARLY_MS, interval / 2);
  return now - at >= interval - early;
}
