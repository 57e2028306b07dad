/**
 * What is wrong poll after poll is news too. Level-triggered like the tasks: each failure knows what the channels were
 * sent of it, and those are told when it is over.
 */
import type { Failure, LastSent, Subject } from '../../../shared/state/state';
import type { Text } from '../../../shared/text';
import type { Alert, Notice } from './message';
import type { Policy } from './policy';
import { isReminderDue, lastSentTo, type Outcome } from './last-sent';

const HOUR_MS = 60 * 60_000;

/** When something is news: after so many polls in a row, and so many milliseconds. What passes before is not. */
const NEWS_AFTER: Readonly<Record<Subject, { readonly polls: number; readonly ms: number }>> = {
  poll: { polls: 3, ms: 0 },
  store: { polls: 3, ms: 0 },
  channel: { polls: 3, ms: 0 },
  balance: { polls: 1, ms: 0 },
  'balance-query': { polls: 2, ms: HOUR_MS },
};

function isNews({ subject, polls, since }: Failure, now: number): boolean {
  const after = NEWS_AFTER[subject];
  return polls >= after.polls && now - since >= after.ms;
}

/** What can fail. A channel is named by its id; the others need no name. */
export type FailingSubject = Pick<Failure, 'subject' | 'channel'>;

export const POLL: FailingSubject = { subject: 'poll', channel: null };
export const STORE: FailingSubject = { subject: 'store', channel: null };
export const BALANCE: FailingSubject = { subject: 'balance', channel: null };
export const BALANCE_QUERY: FailingSubject = { subject: 'balance-query', channel: null };

/** Notes how `subject` did in this poll; `reason` is null when it worked. */
export function noteOutcome(
  failures: readonly Failure[],
  { subject, channel }: FailingSubject,
  reason: Text | null,
  now: number,
): Failure[] {
  const before = findFailure(failures, { subject, channel });
  const others = failures.filter((failure) => failure !== before);
  if (reason === null) {
    return before === undefined ? others : withoutFinished([...others, { ...before, polls: 0 }]);
  }
  const since = before === undefined || before.polls === 0 ? now : before.since;
  return [
    ...others,
    { subject, channel, since, polls: (before?.polls ?? 0) + 1, reason, sent: before?.sent ?? [] },
  ];
}

/**
 * For a channel that there was nothing to send to: nobody knows whether it works. Its row of failures is interrupted,
 * unless others have been told of it: they wait for the end of the story.
 */
export function noteSilence(failures: readonly Failure[], channel: string): Failure[] {
  return failures.filter(
    (failure) => failure.subject !== 'channel' || failure.channel !== channel || failure.sent.length > 0,
  );
}

/** What `channel` is to be told: what is wrong and it does not surely know, and what it may know and has passed. */
export function noticesFor(
  failures: readonly Failure[],
  channel: string,
  { repeatIntervals }: Policy,
  now: number,
): Notice[] {
  return failures.flatMap((failure): Notice[] => {
    const { subject, since, reason } = failure;
    // Through a channel that does not deliver there is no saying so.
    if (failure.channel === channel) return [];
    const last = lastSentTo(failure.sent, channel);
    const notice = { subject, channel: failure.channel, since, reminders: 0 };
    if (failure.polls === 0) return last === null ? [] : [{ ...notice, state: 'working', reason: null }];
    if (!isNews(failure, now)) return [];
    if (last === null || last.uncertain === true) return [{ ...notice, state: 'failing', reason }];
    // A person can end a low balance, and no other news than this reminds of it.
    if (subject !== 'balance' || !isReminderDue(last, repeatIntervals, now)) return [];
    return [{ ...notice, state: 'failing', reason, reminders: (last.reminders ?? 0) + 1 }];
  });
}

/** What fails by now, for a channel that wants to hear so at every poll. */
export function failingNotices(failures: readonly Failure[], channel: string, now: number): Notice[] {
  return failures
    .filter((failure) => failure.channel !== channel && isNews(failure, now))
    .map(({ subject, channel: failing, since, reason }) => ({
      ...{ subject, channel: failing, since, reason },
      state: 'failing',
      reminders: 0,
    }));
}

/** The failures once `channel` was sent the notices of `alert`. */
export function noteNotices(
  failures: readonly Failure[],
  channel: string,
  { notices, now }: Pick<Alert, 'notices' | 'now'>,
  outcome: Outcome,
): Failure[] {
  return failures.map((failure) => {
    const notice = notices.find(
      (item) => item.subject === failure.subject && item.channel === failure.channel,
    );
    if (notice === undefined) return failure;
    const others = failure.sent.filter((entry) => entry.channel !== channel);
    const isOver = outcome === 'received' && notice.state === 'working';
    // Whether or not a reminder arrives, the channel knows the same.
    if (outcome === 'unknown' && notice.reminders > 0) return failure;
    const sent: LastSent = {
      channel,
      at: now,
      ...(notice.reminders > 0 ? { reminders: notice.reminders } : {}),
      ...(outcome === 'unknown' ? { uncertain: true as const } : {}),
      ...(isOver ? { isOver: true as const } : {}),
    };
    return { ...failure, sent: [...others, sent] };
  });
}

/** Forgets the channels that are no longer configured, as the failing ones and as those that were told. */
export function forgetChannels(failures: readonly Failure[], channels: readonly string[]): Failure[] {
  return withoutFinished(
    failures
      .filter(({ channel }) => channel === null || channels.includes(channel))
      .map((failure) => ({
        ...failure,
        sent: failure.sent.filter(({ channel }) => channels.includes(channel)),
      })),
  );
}

/** The ids of the channels that keep failing without any other channel surely knowing it. */
export function unheardChannels(failures: readonly Failure[], now: number): string[] {
  return failures.flatMap((failure) => {
    const { channel, sent } = failure;
    const isHeard = sent.some(({ uncertain, isOver }) => uncertain !== true && isOver !== true);
    return channel !== null && isNews(failure, now) && !isHeard ? [channel] : [];
  });
}

function findFailure(
  failures: readonly Failure[],
  { subject, channel }: FailingSubject,
): Failure | undefined {
  return failures.find((failure) => failure.subject === subject && failure.channel === channel);
}

/** What works again and was told to nobody, or to nobody who has not heard the end, is over. */
function withoutFinished(failures: readonly Failure[]): Failure[] {
  return failures.filter(({ polls, sent }) => polls > 0 || sent.length > 0);
}
