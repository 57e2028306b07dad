/** What is wrong poll after poll is news too: whoever was told of it is told when it is over. */
import {
  failureSubject,
  type Failure,
  type Subject,
  type Told,
  type WatchState,
} from '../../../shared/state/state';
import type { Text } from '../../../shared/text';
import type { Notice, Outgoing } from './message';
import type { Route } from './policy';

const HOUR_MS = 60 * 60_000;

/** When something is news: after so many polls in a row, and so many milliseconds. What passes before is not. */
const NEWS_AFTER: Readonly<Record<Subject, { readonly polls: number; readonly ms: number }>> = {
  poll: { polls: 3, ms: 0 },
  store: { polls: 3, ms: 0 },
  channel: { polls: 3, ms: 0 },
  balance: { polls: 1, ms: 0 },
  'balance-query': { polls: 2, ms: HOUR_MS },
  certificate: { polls: 1, ms: 0 },
  record: { polls: 3, ms: 0 },
  owner: { polls: 3, ms: 0 },
};

export function isNews({ subject, state, polls, since }: Failure, now: number): boolean {
  const after = NEWS_AFTER[subject];
  return state === 'failing' && polls >= after.polls && now - since >= after.ms;
}

/** The failures with the time from which each is news. */
export function datedNews(failures: readonly Failure[], now: number): readonly Failure[] {
  return failures.map((failure) =>
    failure.newsSince === undefined && isNews(failure, now) ? { ...failure, newsSince: now } : failure,
  );
}

/**
 * Whether it is news to `channel`, who was told `last` of it: to a second line that knows nothing of it at once where another
 * channel fails, and else after its time.
 */
export function isNewsTo({ after }: Route, failure: Failure, last: Told | null, now: number): boolean {
  const wait = failure.subject === 'channel' ? 0 : (after?.ms ?? 0);
  return isNews(failure, now) && (last !== null || now - (failure.newsSince ?? now) >= wait);
}

/** Notes how `subject` did in this poll; `reason` is null when it worked. `channel`: the id of the channel that it is about. */
export function noteOutcome(
  failures: readonly Failure[],
  subject: Subject,
  reason: Text | null,
  now: number,
  channel: string | null = null,
): readonly Failure[] {
  const before = failures.find((failure) => failure.subject === subject && failure.channel === channel);
  const others = failures.filter((failure) => failure !== before);
  if (reason === null) return before === undefined ? failures : [...others, { ...before, state: 'working' }];
  const row = before?.state === 'failing' ? before : { since: now, polls: 0 };
  const next = { subject, channel, state: 'failing' as const, reason };
  return [...others, { ...row, ...next, polls: row.polls + 1 }];
}

/**
 * The failures of a poll that sends `alerts`. Whether a channel works that is `awake` and gets none, nobody knows: its row of
 * failures is interrupted, unless others have been told of it, or are now: they wait for the end of the story.
 */
export function noteSilence(
  { failures, told }: WatchState,
  awake: readonly Route[],
  alerts: readonly Outgoing[],
): Failure[] {
  const isTelling = (subject: string) =>
    alerts.some(({ message }) => message.notices.some((notice) => failureSubject(notice) === subject));
  const isSilent = (id: string) =>
    awake.some((channel) => channel.id === id) && !alerts.some(({ channel }) => channel === id);
  return failures.filter((failure) => {
    const subject = failureSubject(failure);
    const isTold = told.has(subject) || isTelling(subject);
    return failure.channel === null || isTold || !isSilent(failure.channel);
  });
}

/** A failure as it stands. */
export function noticeOf({ subject, channel, state, since, reason }: Failure): Notice {
  return { subject, channel, state, since, reason: state === 'failing' ? reason : null, reminders: 0 };
}

/** The ids of the channels that keep failing without any other channel surely knowing it. */
export function unheardChannels({ failures, told }: WatchState, now: number): string[] {
  return failures.flatMap((failure) => {
    const { channel } = failure;
    if (channel === null || !isNews(failure, now)) return [];
    return (told.get(failureSubject(failure)) ?? []).some(({ sure }) => sure) ? [] : [channel];
  });
}
