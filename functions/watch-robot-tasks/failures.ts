/**
 * What fails poll after poll is news too. Level-triggered like the tasks: each failure knows which channels have been
 * told of it, and those are told when it is over.
 */
import type { Notice } from './message';
import type { Failure } from './state';

/** A failure that passes before this many polls in a row is nobody's news. */
const NEWS_AFTER_POLLS = 3;

/** What can fail. A channel is named by its id; the others need no name. */
export type Subject = Pick<Failure, 'subject' | 'channel'>;

export const POLL: Subject = { subject: 'poll', channel: null };
export const STORE: Subject = { subject: 'store', channel: null };

/** Notes how `subject` did in this poll; `reason` is null when it worked. */
export function noteOutcome(
  failures: readonly Failure[],
  { subject, channel }: Subject,
  reason: string | null,
  now: number,
): Failure[] {
  const before = findFailure(failures, { subject, channel });
  const others = failures.filter((failure) => failure !== before);
  if (reason === null) {
    return before === undefined ? others : keepUnfinished([...others, { ...before, polls: 0 }]);
  }
  const since = before === undefined || before.polls === 0 ? now : before.since;
  return [
    ...others,
    { subject, channel, since, polls: (before?.polls ?? 0) + 1, reason, told: before?.told ?? [] },
  ];
}

/**
 * For a channel that there was nothing to send to: nobody knows whether it works. Its row of failures is interrupted,
 * unless others have been told of it: they wait for the end of the story.
 */
export function noteSilence(failures: readonly Failure[], channel: string): Failure[] {
  return failures.filter(
    (failure) => failure.subject !== 'channel' || failure.channel !== channel || failure.told.length > 0,
  );
}

/** What `channel` is to be told: what has failed often enough and it does not know, and what it knows and has passed. */
export function noticesFor(failures: readonly Failure[], channel: string): Notice[] {
  return failures.flatMap((failure): Notice[] => {
    const { subject, since, reason } = failure;
    // Through a channel that does not deliver there is no saying so.
    if (failure.channel === channel) return [];
    const isTold = failure.told.includes(channel);
    if (failure.polls >= NEWS_AFTER_POLLS && !isTold) {
      return [{ subject, channel: failure.channel, state: 'failing', since, reason }];
    }
    if (failure.polls === 0 && isTold) {
      return [{ subject, channel: failure.channel, state: 'working', since, reason: null }];
    }
    return [];
  });
}

/** The failures once `channel` has been told `notices`. One that is not known any more is known again by being told. */
export function tellNotices(
  failures: readonly Failure[],
  channel: string,
  notices: readonly Notice[],
): Failure[] {
  const next = notices.reduce<readonly Failure[]>((known, notice) => {
    const before = findFailure(known, notice) ?? {
      subject: notice.subject,
      channel: notice.channel,
      since: notice.since,
      polls: 0,
      reason: notice.reason ?? '',
      told: [],
    };
    const others = before.told.filter((id) => id !== channel);
    const told = notice.state === 'failing' ? [...others, channel] : others;
    return [...known.filter((failure) => failure !== before), { ...before, told }];
  }, failures);
  return keepUnfinished(next);
}

/** Forgets the channels that are no longer configured, as the failing ones and as those that were told. */
export function forgetChannels(failures: readonly Failure[], channels: readonly string[]): Failure[] {
  return keepUnfinished(
    failures
      .filter(({ channel }) => channel === null || channels.includes(channel))
      .map((failure) => ({ ...failure, told: failure.told.filter((id) => channels.includes(id)) })),
  );
}

/** The ids of the channels that keep failing without any other channel knowing it. */
export function unheardChannels(failures: readonly Failure[]): string[] {
  return failures.flatMap(({ channel, polls, told }) =>
    channel !== null && polls >= NEWS_AFTER_POLLS && told.length === 0 ? [channel] : [],
  );
}

function findFailure(failures: readonly Failure[], { subject, channel }: Subject): Failure | undefined {
  return failures.find((failure) => failure.subject === subject && failure.channel === channel);
}

/** What works again and was told to nobody, or to nobody who has not heard the end, is over. */
function keepUnfinished(failures: readonly Failure[]): Failure[] {
  return failures.filter(({ polls, told }) => polls > 0 || told.length > 0);
}
