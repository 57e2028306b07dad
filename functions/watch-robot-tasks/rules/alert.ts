import { createHash } from 'node:crypto';
import type { TaskSent, Unconfirmed } from '../../../shared/state/state';
import { hasHeld, isStillSo, isTooOld, isWanted, wasTooOld } from './conditions';
import type { Alert, Notice, ResolvedTask, StoppedTask } from './message';
import type { ObservedTask } from './observe';
import { holdFor, type Policy, type Route } from './policy';
import { isReminderDue, lastSentTo } from './last-sent';

/** What one poll's alerts have in common. */
export interface Circumstances extends Pick<
  Alert,
  'now' | 'notices' | 'watchStatus' | 'duplicatesPossible' | 'balance'
> {
  /** All that fails by now, whether or not the channel knows. */
  readonly failing: readonly Notice[];
  /** Epoch milliseconds at which this poll began. */
  readonly startedAt: number;
}

export interface Draft {
  readonly alert: Omit<Alert, 'id'>;
  /** The same for the same news, and for no other: a hash, because it is kept with the state. */
  readonly newsKey: () => string;
}

/** Everything that `channel` does not surely know yet, or is to be reminded of; null when there is nothing. */
export function draftFor(
  channel: Route,
  observed: readonly ObservedTask[],
  policy: Policy,
  { startedAt, failing, ...circumstances }: Circumstances,
): Draft | null {
  const { now, notices } = circumstances;
  const firing: StoppedTask[] = [];
  const repeated: StoppedTask[] = [];
  const resolved: ResolvedTask[] = [];
  const facts: unknown[] = [];
  let key: string | undefined;
  for (const item of observed) {
    const { task, since, sent } = item.tracked;
    const last = lastSentTo(sent, channel.id);
    const news = newsFor(channel, item, last, policy, { now, startedAt });
    if (news === null) continue;
    if (news.kind === 'resolved') {
      const status = item.evidence === 'gone' ? null : task.status;
      const { condition: previousStatus, since: stoppedSince } = news.last;
      facts.push(news.kind, task.id, status, previousStatus, stoppedSince);
      resolved.push({ task, status, previousStatus, since: stoppedSince });
    } else if (news.kind === 'repeated') {
      facts.push(news.kind, task.id, news.condition, since, last?.at);
      const reminders = (last?.reminders ?? 0) + 1;
      repeated.push({ task, status: news.condition, previousStatus: null, since, reminders });
    } else {
      facts.push(news.kind, task.id, news.condition, since);
      const previousStatus = last === null || last.condition === news.condition ? null : last.condition;
      firing.push({ task, status: news.condition, previousStatus, since, reminders: 0 });
    }
  }
  for (const notice of notices) {
    facts.push(notice.subject, notice.channel, notice.state, notice.since, notice.reminders);
  }
  const standing =
    channel.wantsStanding === true
      ? {
          tasks: standingFor(channel, observed, policy, now),
          notices: failing,
          until: now + holdFor(channel, startedAt, policy),
        }
      : undefined;
  if (facts.length + (standing?.tasks.length ?? 0) + (standing?.notices.length ?? 0) === 0) return null;
  return {
    alert: {
      kind: 'alert',
      ...circumstances,
      firing,
      repeated,
      resolved,
      ...(standing === undefined ? {} : { standing }),
    },
    newsKey: () => (key ??= createHash('sha256').update(JSON.stringify(facts)).digest('base64url')),
  };
}

/** The id that the same news was sent under before and that nobody has surely received, or else a new one. */
export function messageIdFor(
  channel: string,
  newsKey: () => string,
  unconfirmed: readonly Unconfirmed[],
  newId: () => string,
): string {
  const before = unconfirmed.find((entry) => entry.channel === channel && entry.newsKey === newsKey());
  return before?.messageId ?? newId();
}

type News =
  | { readonly kind: 'firing' | 'repeated'; readonly condition: string }
  | { readonly kind: 'resolved'; readonly last: TaskSent };

/**
 * Level-triggered: what the channel was last told against what is. A task that this poll could not observe counts as it
 * was last observed, but a pending time does not pass unseen, and neither "still so" nor "no longer so" is said unseen.
 *
 * Where it is not certain that the last message arrived, a standing task is told again, and one that is over once more.
 */
function newsFor(
  channel: Route,
  item: ObservedTask,
  last: TaskSent | null,
  policy: Policy,
  { now, startedAt }: Pick<Circumstances, 'now' | 'startedAt'>,
): News | null {
  const { tracked, evidence } = item;
  const { condition, task } = tracked;
  // Another poll, which began after this one, is sending it now.
  if (last?.uncertain === true && last.at >= startedAt) return null;
  const resolved: News | null = last === null ? null : { kind: 'resolved', last };
  if (evidence === 'gone') return resolved;
  if (!isWanted(channel, condition, policy)) {
    return evidence === 'seen' && last !== null && !isStillSo(last.condition, tracked) ? resolved : null;
  }
  if (last?.condition === condition && last.uncertain !== true) {
    const isDue = !isTooOld(task, policy, now) && isReminderDue(last, policy.repeatIntervals, now);
    return isDue && evidence === 'seen' ? { kind: 'repeated', condition } : null;
  }
  if (last === null && wasTooOld(tracked, policy)) return null;
  const isSure = evidence === 'seen' || evidence === 'unread';
  return isSure && hasHeld(item, policy, now) ? { kind: 'firing', condition } : null;
}

/** All that `channel` would be told if it knew nothing, and what it was surely told and is not over. */
function standingFor(
  channel: Route,
  observed: readonly ObservedTask[],
  policy: Policy,
  now: number,
): StoppedTask[] {
  return observed.flatMap((item): StoppedTask[] => {
    const { tracked, evidence } = item;
    if (evidence === 'gone') return [];
    const { task, condition, since, sent } = tracked;
    const last = lastSentTo(sent, channel.id);
    // Whether its OK came or not, a message about this very stop is no message about its end.
    const isSure = last?.uncertain !== true || (tracked.begin ?? since) <= last.since;
    const told = isSure ? last : null;
    const stop = { task, previousStatus: null, reminders: 0 };
    const wants = isWanted(channel, condition, policy);
    const isDue = hasHeld(item, policy, now) && !(last === null && wasTooOld(tracked, policy));
    if (wants && (told?.condition === condition || isDue)) return [{ ...stop, status: condition, since }];
    // Until the next condition has held for its pending time, the one before it stands; and so does one that is no longer watched.
    const isNotOver = told !== null && (wants || isStillSo(told.condition, tracked));
    return isNotOver ? [{ ...stop, status: told.condition, since: told.since }] : [];
  });
}
