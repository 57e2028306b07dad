/** What each channel is told in one poll, and under which id. */
import { createHash } from 'node:crypto';
import {
  failureSubject,
  taskSubject,
  type EndedAlert,
  type Failure,
  type Told,
} from '../../../shared/state/state';
import { holdFor } from '../hours';
import type { Operators } from './acknowledgement';
import { endedNow, SENDS } from './ended';
import { noticeOf } from './failures';
import type {
  AcknowledgedTask,
  Alert,
  Notice,
  Outgoing,
  ResolvedTask,
  Standing,
  StoppedTask,
  Telling,
} from './message';
import type { ObservedTask } from './observe';
import type { Route } from './policy';
import { isEnd, reasonToTell, situationOf, type Reason, type Round, type Situation } from './reason';
import { followed, lastTold } from './told';

/**
 * Everything that `channel` does not surely know yet, or is to be reminded of: one alert, or one for each group of
 * receivers that are to be told the same; none where there is nothing.
 */
export function alertsFor(channel: Route, round: Round): Outgoing[] {
  const { state, policy, now, underWay, common } = round;
  const groups = new Map<string, Draft & { readonly to: string[]; readonly following: unknown[] }>();
  for (const receiver of channel.receivers ?? [undefined]) {
    const draft = draftFor(channel, receiver, round);
    if (draft === null) continue;
    const content = receiver === undefined ? '' : hashOf(draft.facts);
    const group = groups.get(content) ?? { ...draft, to: [], following: [] };
    group.following.push(draft.follows);
    if (receiver !== undefined) group.to.push(receiver);
    groups.set(content, group);
  }
  return [...groups.values()].map(({ lists, tellings, standing, facts, following, to }): Outgoing => {
    const about = tellings.length > 0 ? [facts, following] : [now];
    const id = hashOf([policy.deployment, state.source, channel.id, ...about]);
    const message: Alert = {
      ...{ kind: 'alert', id, now, ...common, ...lists },
      ...(to.length === 0 ? {} : { receivers: to }),
      ...(standing === undefined ? {} : { standing }),
    };
    return { channel: channel.id, message, tellings, underWay };
  });
}

/** The same for the same news of the same channel, after a crash too, and for no other. */
function hashOf(facts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url');
}

interface Draft {
  readonly lists: Pick<Alert, 'firing' | 'repeated' | 'acknowledged' | 'resolved' | 'notices'>;
  readonly tellings: readonly Telling[];
  /** What makes the news this news, and what each piece of it follows. */
  readonly facts: readonly unknown[];
  readonly follows: readonly number[];
  readonly standing?: Standing;
}

/** A subject that is to be told of. */
interface News {
  readonly subject: ObservedTask | Failure;
  readonly last: Told | null;
  readonly reason: Reason;
  readonly said: Telling['said'];
}

function draftFor(channel: Route, receiver: string | undefined, round: Round): Draft | null {
  const { observed, state, policy, operators, startedAt, now } = round;
  const news: News[] = [];
  const tasks: StoppedTask[] = [];
  const notices: Notice[] = [];
  // Through a channel that does not deliver there is no saying so.
  const failures = state.failures.filter((failure) => failure.channel !== channel.id);
  for (const subject of [...observed, ...failures]) {
    const isTask = 'tracked' in subject;
    const records = isTask ? subject.told : (state.told.get(failureSubject(subject)) ?? []);
    const last = lastTold(records, channel.id, receiver);
    const situation = situationOf(subject, channel, last, round);
    const reason = reasonToTell(last, situation, round);
    if (reason !== null) news.push({ subject, last, reason, said: saidOf(situation, last, reason) });
    if (isTask && channel.wantsStanding === true) {
      tasks.push(...standingTask(subject, last, reason, operators));
    } else if (!isTask && situation.condition !== null && situation.over === null) {
      notices.push(noticeOf(subject));
    }
  }
  // What the receiver refused for good goes with what is new, and makes no message by itself.
  const isNew = news.some(({ last }) => last?.refused !== true);
  const draft = inLists(isNew ? news : [], operators);
  if (channel.wantsStanding !== true) return isNew ? draft : null;
  const over = news.flatMap((piece) => endedAlert(channel, piece));
  const before = state.ended.filter((entry) => entry.channel === channel.id);
  const ended = endedNow(over, before, { tasks, notices });
  if (!isNew && tasks.length + notices.length + ended.length === 0) return null;
  const until = now + holdFor(channel, startedAt, policy.nextPoll);
  return { ...draft, standing: { tasks, notices, ended, until } };
}

/** What the channel knows then. */
function saidOf(situation: Situation, last: Told | null, reason: Reason): Telling['said'] {
  const { since, over, holder } = situation;
  const condition = situation.condition ?? '';
  if (over !== null) return { condition, since, reminders: 0, over: true };
  const before = last?.reminders ?? 0;
  const reminders = reason === 'reminder' ? before + 1 : isOfHolder(reason) ? before : 0;
  return holder ? { condition, since, reminders, held: holder } : { condition, since, reminders };
}

function isOfHolder(reason: Reason): boolean {
  return reason === 'held' || reason === 'released';
}

/** What it knew is over, or has become something else. */
function endedAlert({ id }: Route, { subject: what, last, reason, said }: News): EndedAlert[] {
  if (last === null || !(isEnd(reason) || reason === 'changed')) return [];
  const { condition, held } = last;
  const { since } = reason === 'changed' ? last : said;
  const ended = { condition, since, ...(held === undefined ? {} : { held }), sends: SENDS };
  if ('tracked' in what) return [{ channel: id, task: what.tracked.task, ...ended }];
  const { subject, channel, reason: why } = what;
  return [{ channel: id, failure: { subject, channel, reason: why }, ...ended }];
}

function inLists(news: readonly News[], operators: Operators): Draft {
  const firing: StoppedTask[] = [];
  const repeated: StoppedTask[] = [];
  const acknowledged: AcknowledgedTask[] = [];
  const resolved: ResolvedTask[] = [];
  const notices: Notice[] = [];
  const facts: unknown[] = [];
  const tellings: Telling[] = [];
  for (const { subject, last, reason, said } of news) {
    const { condition: status, since, reminders, held } = said;
    if (!('tracked' in subject)) {
      tellings.push({ subject: failureSubject(subject), said, isOfHolder: false });
      facts.push(failureSubject(subject), subject.state, since, reminders);
      notices.push({ ...noticeOf(subject), reminders });
      continue;
    }
    const { task } = subject.tracked;
    tellings.push({ subject: taskSubject(task.id), said, isOfHolder: isOfHolder(reason) });
    if (isEnd(reason)) {
      const became = reason === 'gone' ? null : task.status;
      facts.push(reason, task.id, status, since, became);
      const startedBy = became === null ? null : operators.starterOf(subject.tracked, since);
      const started = startedBy === null ? {} : { startedBy };
      resolved.push({ task, status: became, previousStatus: status, since, ...started });
    } else if (reason === 'reminder') {
      facts.push(reason, task.id, status, since);
      repeated.push({ task, status, previousStatus: null, since, reminders });
    } else if (isOfHolder(reason)) {
      const heldBefore = last?.held;
      facts.push(reason, task.id, status, since, held ?? heldBefore);
      const holds = held === undefined ? {} : { held };
      const before = heldBefore === undefined ? {} : { heldBefore };
      acknowledged.push({ task, status, since, reminders, ...holds, ...before });
    } else {
      facts.push('firing', task.id, status, since);
      if (held !== undefined) facts.push(held);
      const previousStatus = reason === 'changed' ? (last?.condition ?? null) : null;
      const stop = { task, status, previousStatus, since, reminders };
      // One spread, and only where somebody holds it: a second one takes 700 bytes more of each of 10,000 tasks.
      firing.push(held === undefined ? stop : { ...stop, held });
    }
  }
  const follows = news.map(({ last }) => followed(last));
  return { lists: { firing, repeated, acknowledged, resolved, notices }, tellings, facts, follows };
}

/** A task that stands, as a channel is told now or was told before: what is told next has to hold for its pending time. */
function standingTask(
  { tracked }: ObservedTask,
  last: Told | null,
  reason: Reason | null,
  operators: Operators,
): StoppedTask[] {
  if (isEnd(reason)) return [];
  const { task, condition, since } = tracked;
  const held = operators.holderOf(tracked) ?? undefined;
  const stop = { task, previousStatus: null, reminders: 0, ...(held === undefined ? {} : { held }) };
  const known = last?.over === true ? null : last;
  if (condition !== null && (reason !== null || known?.condition === condition)) {
    return [{ ...stop, status: condition, since }];
  }
  return known === null ? [] : [{ ...stop, status: known.condition, since: known.since }];
}
