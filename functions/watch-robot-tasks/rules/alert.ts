/** What each channel is told in one poll, and under which id. */
import { createHash } from 'node:crypto';
import {
  FAILING,
  failureSubject,
  type EndedAlert,
  type Failure,
  type Told,
  type WatchState,
} from '../../../shared/state/state';
import { hasHeld, isStillSo, isTooOld, isWanted, wasTooOld } from './conditions';
import { endedNow, SENDS } from './ended';
import { isNews, noticeOf } from './failures';
import {
  newsCount,
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
import { followed, lastTold } from './told';

/** What one poll's alerts have in common. */
export interface Common extends Pick<Alert, 'now' | 'watchStatus' | 'duplicatesPossible' | 'balance'> {
  /** Epoch milliseconds at which this poll began. */
  readonly startedAt: number;
  /** As in `Outgoing`. */
  readonly underWay: Outgoing['underWay'];
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
  { startedAt, underWay, ...common }: Common,
): Outgoing[] {
  const { id, receivers } = channel;
  const time = { now: common.now, startedAt, repeatIntervals: policy.repeatIntervals };
  const groups = new Map<string, Draft & { readonly to: string[]; readonly following: unknown[] }>();
  for (const receiver of receivers ?? [undefined]) {
    const draft = draftFor(channel, receiver, observed, state, policy, time);
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
    const reason = reasonToTell(last, situationOf(subject, channel, last, policy, time.now), time);
    if (channel.wantsStanding === true) tasks.push(...standingTask(subject, last, reason));
    if (isOver(last, reason)) {
      const { condition, since } = last;
      over.push({ channel: channel.id, task: subject.tracked.task, condition, since, sends: SENDS });
    }
    if (reason !== null) ofTasks.push({ subject, last, reason });
  }
  for (const subject of failures) {
    // Through a channel that does not deliver there is no saying so.
    if (subject.channel === channel.id) continue;
    const last = lastTold(told.get(failureSubject(subject)) ?? [], channel.id, receiver);
    const reason = reasonToTell(last, situationOfFailure(subject, time.now), time);
    if (isOver(last, reason)) {
      const { polls, state: _state, since, ...failure } = subject;
      over.push({ channel: channel.id, failure, condition: FAILING, since, sends: SENDS });
    }
    if (reason !== null) ofFailures.push({ subject, last, reason });
  }
  // What the receiver refused for good goes with what is new, and makes no message by itself.
  const isNew = [...ofTasks, ...ofFailures].some(({ last }) => last?.refused !== true);
  const draft = isNew ? inLists(ofTasks, ofFailures) : { lists: NO_NEWS, facts: [], follows: [] };
  if (channel.wantsStanding !== true) return isNew ? { ...draft, standing: {} } : null;
  const notices = failures
    .filter((failure) => failure.channel !== channel.id && isNews(failure, time.now))
    .map(noticeOf);
  const before = ended.filter((entry) => entry.channel === channel.id);
  const standing = { tasks, notices, ended: endedNow(over, before, { tasks, notices }) };
  if (!isNew && tasks.length + notices.length + standing.ended.length === 0) return null;
  const until = time.now + holdFor(channel, time.startedAt, policy);
  return { ...draft, standing: { standing: { ...standing, until } } };
}

const NO_NEWS: NewsLists = { firing: [], repeated: [], resolved: [], notices: [] };

function inLists(
  ofTasks: readonly News<ObservedTask>[],
  ofFailures: readonly News<Failure>[],
): Omit<Draft, 'standing'> {
  const firing: StoppedTask[] = [];
  const repeated: StoppedTask[] = [];
  const resolved: ResolvedTask[] = [];
  const facts: unknown[] = [];
  for (const { subject, last, reason } of ofTasks) {
    const { task, condition: status, since } = subject.tracked;
    if (last !== null && (reason === 'ended' || reason === 'gone')) {
      const became = reason === 'gone' ? null : task.status;
      facts.push(reason, task.id, last.condition, last.since, became);
      resolved.push({ task, status: became, previousStatus: last.condition, since: last.since });
    } else if (status !== null && reason === 'reminder') {
      facts.push(reason, task.id, status, since);
      const reminders = (last?.reminders ?? 0) + 1;
      repeated.push({ task, status, previousStatus: null, since, reminders });
    } else if (status !== null) {
      facts.push('firing', task.id, status, since);
      const previousStatus = reason === 'changed' ? (last?.condition ?? null) : null;
      firing.push({ task, status, previousStatus, since, reminders: 0 });
    }
  }
  const notices = ofFailures.map(({ subject, last, reason }): Notice => {
    const reminders = reason === 'reminder' ? (last?.reminders ?? 0) + 1 : 0;
    facts.push(failureSubject(subject), subject.state, subject.since, reminders);
    return { ...noticeOf(subject), reminders };
  });
  const follows = [...ofTasks, ...ofFailures].map(({ last }) => followed(last));
  return { lists: { firing, repeated, resolved, notices }, facts, follows };
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
  now: number,
): Situation {
  const { tracked, evidence } = item;
  const { condition, task } = tracked;
  const isSeen = evidence === 'seen';
  if (evidence === 'gone') return { ...NOTHING, over: 'gone' };
  if (!isWanted(channel, condition, policy)) {
    return isSeen && last !== null && !isStillSo(last.condition, tracked)
      ? { ...NOTHING, over: 'ended' }
      : NOTHING;
  }
  const isKnown = last?.sure === true && last.condition === condition;
  if (isKnown) return { condition, over: null, reminds: isSeen && !isTooOld(task, policy, now) };
  const isDue = (isSeen || evidence === 'unread') && hasHeld(item, policy, now);
  return isDue && !(last === null && wasTooOld(tracked, policy)) ? { ...NOTHING, condition } : NOTHING;
}

const NOTHING: Situation = { condition: null, over: null, reminds: false };

function situationOfFailure(failure: Failure, now: number): Situation {
  if (failure.state === 'working') return { ...NOTHING, over: 'ended' };
  // A person can end a low balance, and no other news than this reminds of it.
  return isNews(failure, now)
    ? { condition: FAILING, over: null, reminds: failure.subject === 'balance' }
    : NOTHING;
}

/** A task that stands, as a channel is told now or was told before: what is told next has to hold for its pending time. */
function standingTask({ tracked }: ObservedTask, last: Told | null, reason: Reason | null): StoppedTask[] {
  const { task, condition, since } = tracked;
  const stop = { task, previousStatus: null, reminders: 0 };
  if (reason === 'ended' || reason === 'gone') return [];
  if (condition !== null && (reason !== null || last?.condition === condition)) {
    return last?.over === true && reason === null ? [] : [{ ...stop, status: condition, since }];
  }
  return last === null || last.over === true ? [] : [{ ...stop, status: last.condition, since: last.since }];
}
