/** What is told, and when: the settings of the decision. */
import type { Hours } from '../hours';

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
