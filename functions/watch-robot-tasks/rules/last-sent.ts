import type { LastSent } from '../../../shared/state/state';

/** received: the channel's OK came. unknown: nobody knows, because it is being sent or no answer came. */
export type Outcome = 'received' | 'unknown';

/** What `channel` was sent last, of one subject's records; null when it knows nothing of it, or that it is over. */
export function lastSentTo<T extends LastSent>(sent: readonly T[], channel: string): T | null {
  return sent.find((entry) => entry.channel === channel && entry.isOver !== true) ?? null;
}

/** The records without those that are of no use once they are saved. */
export function withoutOver<T extends LastSent>(sent: readonly T[]): readonly T[] {
  return sent.some(({ isOver }) => isOver) ? sent.filter(({ isOver }) => isOver !== true) : sent;
}

/** Whether the next reminder is due at `now`; `intervals` are milliseconds, gone through, and the last one repeats. */
export function isReminderDue(
  { at, reminders = 0 }: LastSent,
  intervals: readonly number[],
  now: number,
): boolean {
  const interval = intervals[Math.min(reminders, intervals.length - 1)];
  return interval !== undefined && now - at >= interval;
}
