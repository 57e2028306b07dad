/** When a channel may be written to. */

/** A time of every week, Beijing time. */
export interface Hours {
  /** Minutes since midnight. `until` before `from` = over midnight; the same = the whole day. */
  readonly from: number;
  readonly until: number;
  /** 1 = Monday. Hours over midnight belong to the day on which they begin. */
  readonly days: readonly number[];
}

/** `hours`: absent or null = always. */
interface WithHours {
  readonly hours?: Hours | null;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const BEIJING_OFFSET_MS = 8 * 60 * MINUTE_MS;

/** Whether `channel` may be written to at `now` (epoch milliseconds). Beijing has no summer time. */
export function isAwake({ hours }: WithHours, now: number): boolean {
  if (hours === undefined || hours === null) return true;
  const { from, until, days } = hours;
  const local = new Date(now + BEIJING_OFFSET_MS);
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
  // 1 = Monday.
  const today = local.getUTCDay() || 7;
  const yesterday = today === 1 ? 7 : today - 1;
  if (from < until) return days.includes(today) && minute >= from && minute < until;
  return (days.includes(today) && minute >= from) || (days.includes(yesterday) && minute < until);
}

/** One or two may be lost. */
const POLLS_TO_CONFIRM = 3;
/** No search goes on for ever: there are hours in which no poll comes. */
const LONGEST_HOLD_MS = 14 * DAY_MS;

/**
 * Milliseconds from the begin of a poll, `startedAt`, to that of the third one after it in which `channel` may be written
 * to: for so long holds what it is told in this one.
 */
export function holdFor(channel: WithHours, startedAt: number, nextPoll: (time: number) => number): number {
  let time = startedAt;
  let polls = 0;
  while (polls < POLLS_TO_CONFIRM && time - startedAt < LONGEST_HOLD_MS) {
    time = nextPoll(time);
    if (isAwake(channel, time)) polls += 1;
    // The next poll may be the one at that very time.
    else time = wakesAt(channel, time) - 1;
  }
  return Math.min(time - startedAt, LONGEST_HOLD_MS);
}

/** The first full minute from `time` on at which `channel` may be written to, or a week later. */
function wakesAt(channel: WithHours, time: number): number {
  const end = time + 7 * DAY_MS;
  let minute = Math.ceil(time / MINUTE_MS) * MINUTE_MS;
  while (minute < end && !isAwake(channel, minute)) minute += MINUTE_MS;
  return minute;
}
