import type { RobotTask } from '../../shared/robot-task';

/** A task that is to be told as stopped, newly or again. */
export interface StoppedTask {
  readonly task: RobotTask;
  readonly status: string;
  /** The other stop status that this channel was told before; null when it knew of none. */
  readonly previousStatus: string | null;
  /** Epoch milliseconds at which the watch first saw the task in `status`. */
  readonly since: number;
}

/** A task that this channel had been told as stopped and that is so no longer. */
export interface ResolvedTask {
  /** The last snapshot, with its present status. */
  readonly task: RobotTask;
  /** What it became; null when upstream no longer knows the task. */
  readonly status: string | null;
  /** The stop status that the channel had been told. */
  readonly previousStatus: string;
  /** Epoch milliseconds at which the watch first saw the stop. */
  readonly since: number;
}

/**
 * News about the watch itself. poll: the lists cannot be read, so nobody knows which tasks stand. store: the state
 * cannot be kept, so alerts may be repeated. channel: another channel does not deliver.
 */
export interface Notice {
  readonly subject: 'poll' | 'store' | 'channel';
  /** The id of the channel that does not deliver; null for the other subjects. */
  readonly channel: string | null;
  readonly state: 'failing' | 'working';
  /** Epoch milliseconds at which it began to fail. */
  readonly since: number;
  /** A sentence for people without any secret; null when it works again. */
  readonly reason: string | null;
}

/** unreachable: the state cannot be loaded. damaged: what was loaded could not be read and was kept aside. */
export type StateLoss = 'unreachable' | 'damaged';

/** All that one channel is told in one poll. */
export interface Alert {
  readonly kind: 'alert';
  /** The same for a re-send of the same facts: the key by which a receiver can drop a duplicate. */
  readonly id: string;
  /** Epoch milliseconds of the poll. */
  readonly now: number;
  readonly firing: readonly StoppedTask[];
  readonly repeated: readonly StoppedTask[];
  readonly resolved: readonly ResolvedTask[];
  readonly notices: readonly Notice[];
  /** unknown: this poll could not list every watched status. */
  readonly watchStatus: 'ok' | 'unknown';
  /** Why what is told here may have been told before; false when it was not. */
  readonly duplicatesPossible: false | StateLoss;
}

/** Sent by hand to see that a channel works. */
export interface TestMessage {
  readonly kind: 'test';
  readonly id: string;
  readonly now: number;
}

export type Message = Alert | TestMessage;
