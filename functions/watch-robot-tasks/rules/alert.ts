/** What each channel is told in one poll, and under which id. */
import { createHash } from 'node:crypto';
import {
  FAILING,
  failureSubject,
  type EndedAlert,
  type Failure,
  type Told,
  type ToldTable,
  type WatchState,
} from '../../../shared/state/state';
import type { Operators } from './acknowledgement';
import { hasHeld, hasWaited, isStillSo, isTooOld, isWanted, wasTooOld } from './conditions';
import { endedNow, SENDS } from './ended';
import { isNews, isNewsTo, noticeOf } from './failures';
import {
  newsCount,
  type AcknowledgedTask,
  type Alert,
  type NewsLists,
  type Notice,
  type Outgoing,
  type ResolvedTask,
  type StoppedTask,
} from './message';
import type { ObservedTask } from './observe';
import { holdFor, type Policy, type Route } from './policy';
import { reasonToTell, type Reason, type Reminding, type Situation } from './reason';
import { followed, isKnown, lastTold } from './told';

/** What one poll's alerts have in common. */
export interface Common extends Pick<Alert, 'now' | 'watchStatus' | 'duplicatesPossible' | 'balance'> {
  /** Epoch milliseconds at which this poll began. */
  readonly startedAt: number;
  /** As in `Outgoing`. */
  readonly underWay: Outgoing['underWay'];
  readonly operators: Operators;
}

/**
 * Everything that `channel` does not surely know yet, or is to be reminded of: one alert, or one for each group of
 * receivers that are to be told the same; none where there is nothing.
 */
export function alertsFor(
  channel: Route,
  observed: readonly ObservedTask[],
  state: WatchState,
  policy: Policy,
  { startedAt, underWay, operators, ...common }: Common,
): Outgoing[] {
  const { id, receivers } = channel;
  const time = { now: common.now, startedAt, repeatIntervals: policy.repeatIntervals };
  const groups = new Map<string, Draft & { readonly to: string[]; readonly following: unknown[] }>();
  for (const receiver of receivers ?? [undefined]) {
    const draft = draftFor(channel, receiver, observed, state, policy, operators, time);
    if (draft === null) continue;
    const content = receiver === undefined ? '' : hashOf(draft.facts);
    const group = groups.get(content) ?? { ...draft, to: [], following: [] };
    group.following.push(draft.follows);
    if (receiver !== undefined) group.to.push(receiver);
    groups.set(content, group);
  }
  return [...groups.values()].map(({ lists, standing, facts, following, to }): Outgoing => {
    const about = newsCount(lists) > 0 ? [facts, following] : [common.now];
    const messageId = hashOf([policy.deployment, state.source, id, ...about]);
    const receivers = to.length === 0 ? {} : { receivers: to };
    const message: Alert = { kind: 'alert', id: messageId, ...receivers, ...common, ...lists, ...standing };
    return { channel: id, message, underWay };
  });
}

/** The same for the same news of the same channel, after a crash too, and for no other. */
function hashOf(facts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url');
}

interface Draft {
  readonly lists: NewsLists;
  readonly standing: Pick<Alert, 'standing'>;
  /** What makes the news this news, and what each piece of it follows. */
  readonly facts: readonly unknown[];
  readonly follows: readonly number[];
}

/** One subject that is to be told of. */
interface News<T> {
  readonly subject: T;
  readonly last: Told | null;
  readonly reason: Reason;
}

function draftFor(
  channel: Route,
  receiver: string | undefined,
  observed: readonly ObservedTask[],
  { failures, told, ended }: WatchState,
  policy: Policy,
  operators: Operators,
  time: Reminding,
): Draft | null {
  const ofTasks: News<ObservedTask>[] = [];
  const ofFailures: News<Failure>[] = [];
  const tasks: StoppedTask[] = [];
  const over: EndedAlert[] = [];
  const isOver = (last: Told | null, reason: Reason | null): last is Told =>
    last !== null && (reason === 'ended' || reason === 'gone' || reason === 'changed');
  for (const subject of observed) {
    const last = lastTold(subject.told, channel.id, receiver);
    const situation = situationOf(subject, channel, last, policy, operators, time.now);
    const reason = reasonToTell(last, situation, time);
    if (channel.wantsStanding === true) tasks.push(...standingTask(subject, last, reason, operators));
    if (isOver(last, reason)) {
      const { condition, since } = last;
      const held = last.held === undefined ? {} : { held: last.held };
      over.push({ channel: channel.id, task: subject.tracked.task, condition, since, ...held, sends: SENDS });
    }
    if (reason !== null) ofTasks.push({ subject, last, reason });
  }
  for (const subject of failures) {
    // Through a channel that does not deliver there is no saying so.
    if (subject.channel === channel.id) continue;
    const last = toldOfFailure(subject, told, channel, receiver);
    const reason = reasonToTell(last, situationOfFailure(subject, channel, last, time.now), time);
    if (isOver(last, reason)) {
      const { subject: what, channel: failing, reason: why, since } = subject;
      const failure = { subject: what, channel: failing, reason: why };
      over.push({ channel: channel.id, failure, condition: FAILING, since, sends: SENDS });
    }
    if (reason !== null) ofFailures.push({ subject, last, reason });
  }
  // What the receiver refused for good goes with what is new, and makes no message by itself.
  const isNew = [...ofTasks, ...ofFailures].some(({ last }) => last?.refused !== true);
  const draft = isNew ? inLists(ofTasks, ofFailures, operators) : { lists: NO_NEWS, facts: [], follows: [] };
  if (channel.wantsStanding !== true) return isNew ? { ...draft, standing: {} } : null;
  const notices = failures
    .filter(
      (failure) =>
        failure.channel !== channel.id &&
        isToBeTold(failure, channel, toldOfFailure(failure, told, channel, receiver), time.now),
    )
    .map(noticeOf);
  const before = ended.filter((entry) => entry.channel === channel.id);
  const standing = { tasks, notices, ended: endedNow(over, before, { tasks, notices }) };
  if (!isNew && tasks.length + notices.length + standing.ended.length === 0) return null;
  const until = time.now + holdFor(channel, time.startedAt, policy);
  return { ...draft, standing: { standing: { ...standing, until } } };
}

const NO_NEWS: NewsLists = { firing: [], repeated: [], acknowledged: [], resolved: [], notices: [] };

function toldOfFailure(failure: Failure, told: ToldTable, { id }: Route, receiver?: string): Told | null {
  return lastTold(told.get(failureSubject(failure)) ?? [], id, receiver);
}

function inLists(
  ofTasks: readonly News<ObservedTask>[],
  ofFailures: readonly News<Failure>[],
  operators: Operators,
): Omit<Draft, 'standing'> {
  const firing: StoppedTask[] = [];
  const repeated: StoppedTask[] = [];
  const acknowledged: AcknowledgedTask[] = [];
  const resolved: ResolvedTask[] = [];
  const facts: unknown[] = [];
  for (const { subject, last, reason } of ofTasks) {
    const { task, condition: status, since } = subject.tracked;
    const reminders = last?.reminders ?? 0;
    const held = operators.holderOf(subject.tracked) ?? undefined;
    const holding = held === undefined ? {} : { held };
    if (last !== null && (reason === 'ended' || reason === 'gone')) {
      const became = reason === 'gone' ? null : task.status;
      facts.push(reason, task.id, last.condition, last.since, became);
      const startedBy = became === null ? null : operators.starterOf(subject.tracked, last.since);
      resolved.push({
        ...{ task, status: became, previousStatus: last.condition, since: last.since },
        ...(startedBy === null ? {} : { startedBy }),
      });
    } else if (status !== null && reason === 'reminder') {
      facts.push(reason, task.id, status, since);
      repeated.push({ task, status, previousStatus: null, since, reminders: reminders + 1 });
    } else if (status !== null && (reason === 'held' || reason === 'released')) {
      const heldBefore = last?.held;
      facts.push(reason, task.id, status, since, held ?? heldBefore);
      const before = heldBefore === undefined ? {} : { heldBefore };
      acknowledged.push({ task, status, since, reminders, ...holding, ...before });
    } else if (status !== null) {
      facts.push('firing', task.id, status, since, ...(held === undefined ? [] : [held]));
      const previousStatus = reason === 'changed' ? (last?.condition ?? null) : null;
      firing.push({ task, status, previousStatus, since, reminders: 0, ...holding });
    }
  }
  const notices = ofFailures.map(({ subject, last, reason }): Notice => {
    const reminders = reason === 'reminder' ? (last?.reminders ?? 0) + 1 : 0;
    facts.push(failureSubject(subject), subject.state, subject.since, reminders);
    return { ...noticeOf(subject), reminders };
  });
  const follows = [...ofTasks, ...ofFailures].map(({ last }) => followed(last));
  return { lists: { firing, repeated, acknowledged, resolved, notices }, facts, follows };
}

/**
 * Level-triggered: a task that this poll could not observe counts as it was last observed, but a pending time does not pass
 * unseen, and neither "still so" nor "no longer so" is said unseen.
 */
function situationOf(
  item: ObservedTask,
  channel: Route,
  last: Told | null,
  policy: Policy,
  operators: Operators,
  now: number,
): Situation {
  const { tracked, evidence } = item;
  const { condition, task, since } = tracked;
  const isSeen = evidence === 'seen';
  const holder = operators.holderOf(tracked);
  if (evidence === 'gone') return { ...NOTHING, over: 'gone' };
  if (!isWanted(channel, condition, policy)) {
    return isSeen && last !== null && !isStillSo(last.condition, tracked)
      ? { ...NOTHING, over: 'ended' }
      : NOTHING;
  }
  if (last !== null && isKnown(last) && last.condition === condition) {
    const reminds = isSeen && !isTooOld(task, policy, now);
    return { condition, since, over: null, isSeen, reminds, holder };
  }
  const isDue = (isSeen || evidence === 'unread') && hasHeld(item, policy, now);
  if (!isDue) return NOTHING;
  // A second line is told of what nobody holds; once it was told, it hears all that the others hear.
  const isForOthers = (holder ?? null) !== null || !hasWaited(item, channel, policy, now);
  const isFirst = last === null;
  if (isFirst && (wasTooOld(tracked, policy) || (channel.after !== undefined && isForOthers))) return NOTHING;
  return { ...NOTHING, condition, since, isSeen, holder };
}

const NOTHING: Situation = {
  ...{ condition: null, since: 0, over: null, isSeen: false, reminds: false },
  holder: undefined,
};

function situationOfFailure(failure: Failure, channel: Route, last: Told | null, now: number): Situation {
  const { subject, state, since } = failure;
  if (state === 'working') return { ...NOTHING, over: 'ended' };
  if (!isToBeTold(failure, channel, last, now)) return NOTHING;
  // A person alone can end these, and no other news reminds of them.
  const reminds = ['balance', 'owner'].includes(subject);
  return { ...NOTHING, condition: FAILING, since, isSeen: true, reminds };
}

function isToBeTold(failure: Failure, channel: Route, last: Told | null, now: number): boolean {
  return last === null ? isNewsTo(channel, failure, now) : isNews(failure, now);
}

/** A task that stands, as a channel is told now or was told before: what is told next has to hold for its pending time. */
function standingTask(
  { tracked }: ObservedTask,
  last: Told | null,
  reason: Reason | null,
  operators: Operators,
): StoppedTask[] {
  const { task, condition, since } = tracked;
  const held = operators.holderOf(tracked) ?? undefined;
  const stop = { task, previousStatus: null, reminders: 0, ...(held === undefined ? {} : { held }) };
  if (reason === 'ended' || reason === 'gone') return [];
  if (condition !== null && (reason !== null || last?.condition === condition)) {
    return last?.over === true && reason === null ? [] : [{ ...stop, status: condition, since }];
  }
  return last === null || last.over === true ? [] : [{ ...stop, status: last.condition, since: last.since }];
}
