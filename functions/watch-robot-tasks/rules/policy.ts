/** What is told, and when: the settings of the decision. */

/** A channel as far as the decision is concerned. */
export interface Route {
  readonly id: string;
  readonly type: string;
  /** Of where its messages go, without any secret: another one with the same id is somebody else. Absent = nobody knows. */
  readonly address?: string;
  /** The conditions this channel wants to hear of, each a status or STALLED; null = every one. */
  readonly statuses: readonly string[] | null;
  /** When it may be written to; absent = always. */
  readonly hours?: Hours | null;
  /**
   * Its receivers, where each counts by itself: 8 hex digits of the SHA-256 of each one's address. What it is told then
   * names those that it is for. Absent = it has one.
   */
  readonly receivers?: readonly string[];
  /** It is a second line: told of what nobody holds after so long. Absent = at once. */
  readonly after?: Delay;
  /** It is sent every standing condition at every poll, not only news. */
  readonly wantsStanding?: boolean;
}

/** A span of time, as it is configured (`10m`) and in milliseconds. */
export interface Delay {
  readonly text: string;
  readonly ms: number;
}

/** A time of every week, Beijing time. */
export interface Hours {
  /** Minutes since midnight. `until` before `from` = over midnight; the same = the whole day. */
  readonly from: number;
  readonly until: number;
  /** 1 = Monday. Hours over midnight belong to the day on which they begin. */
  readonly days: readonly number[];
}

export interface Policy {
  /** Whose messages they are: `<account>/<region>/<function>`. */
  readonly deployment: string;
  /** The watched statuses. */
  readonly statuses: readonly string[];
  /** Milliseconds without a finished call after which a running task counts as stalled; null = nobody looks. */
  readonly stalledAfter: number | null;
  /** Milliseconds for which a condition must hold before it is told; one that is not in it is told at once. */
  readonly pending: ReadonlyMap<string, number>;
  /** Milliseconds between reminders: gone through, and the last one repeats. Empty = no reminder. */
  readonly repeatIntervals: readonly number[];
  /** Milliseconds: a task that was created earlier than so long ago is not told; null = every one is. */
  readonly createdWithin: number | null;
  /** The amount below which the balance is told; null = nobody looks. */
  readonly balanceBelow: number | null;
  /** When the certificate of the page's domain ends, epoch milliseconds; absent = nobody knows. */
  readonly certificateEndsAt?: number | undefined;
  /** When the first poll after a time comes: epoch milliseconds both. */
  readonly nextPoll: (time: number) => number;
  readonly channels: readonly Route[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const BEIJING_OFFSET_MS = 8 * 60 * MINUTE_MS;

/** Whether `channel` may be written to at `now` (epoch milliseconds). Beijing has no summer time. */
export function isAwake({ hours }: Pick<Route, 'hours'>, now: number): boolean {
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
export function holdFor(channel: Route, startedAt: number, { nextPoll }: Policy): number {
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
function wakesAt(channel: Route, time: number): number {
  const end = time + 7 * DAY_MS;
  let minute = Math.ceil(time / MINUTE_MS) * MINUTE_MS;
  while (minute < end && !isAwake(channel, minute)) minute += MINUTE_MS;
  return minute;
}
