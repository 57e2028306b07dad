import type { RobotTask } from '../../shared/robot-task';

/** What one channel was last told of one task. */
export interface Told {
  readonly channel: string;
  readonly status: string;
  /** Epoch milliseconds at which the watch first saw the task in that status: a later "resolved" names it. */
  readonly since: number;
  /** Epoch milliseconds of the poll that told it. */
  readonly at: number;
  /**
   * The channel may have been told the end since, by another instance: it is told the end if the task runs, and the stop
   * once more if it is seen to stand.
   */
  readonly doubtful?: true;
}

/** A task that is, or lately was, in a watched status: kept until no channel believes it still stopped. */
export interface TrackedTask {
  /** The last snapshot, `task.status` being the last status observed. */
  readonly task: RobotTask;
  /** Epoch milliseconds at which `task.status` was first observed. */
  readonly since: number;
  /** The status has held for its pending time, if it has one. */
  readonly hasHeld?: true;
  /** Polls in a row in which upstream said that it knows no such task. */
  readonly unknownPolls: number;
  readonly told: readonly Told[];
}

/** Something that fails poll after poll: the polling itself, the state store, or a channel. */
export interface Failure {
  readonly subject: 'poll' | 'store' | 'channel';
  /** The failing channel's id; null for the other subjects. */
  readonly channel: string | null;
  /** Epoch milliseconds of the first failed poll in this row. */
  readonly since: number;
  /** Failed polls in a row; 0 once it works again and the news is still to be told to some. */
  readonly polls: number;
  readonly reason: string;
  /** The channels that have been told that it fails. */
  readonly told: readonly string[];
}

/** All that the watch remembers between polls. One JSON document. */
export interface WatchState {
  readonly tasks: readonly TrackedTask[];
  readonly failures: readonly Failure[];
  /**
   * Epoch milliseconds of the poll that saved it: all that was told before and saved is in it. Absent before it is saved,
   * and in a document of a program that did not write it yet.
   */
  readonly savedAt?: number;
  /** A name of its own for every save: whoever did not hear how a save went knows it by that. Absent as the above. */
  readonly savedAs?: string;
}

export const EMPTY_STATE: WatchState = { tasks: [], failures: [] };
