import type { Hold } from '../../../shared/operators/record';
import type { RobotTask } from '../../../shared/robot-task';
import type { EndedAlert, Subject, Told } from '../../../shared/state/state';
import type { Text } from '../../../shared/text';

/** A task that is to be told as stopped, newly or again. */
export interface StoppedTask {
  readonly task: RobotTask;
  /** The condition that is told: a watched status, or STALLED. */
  readonly status: string;
  /** The other condition that this channel was told before; null when it knew of none. */
  readonly previousStatus: string | null;
  /** Epoch milliseconds at which the watch first saw the task in it; of STALLED, at which the last call finished. */
  readonly since: number;
  /** Which reminder this is, counted from 1; 0 = none. */
  readonly reminders: number;
  /** Who holds the stop; absent = nobody, as far as is known. */
  readonly held?: Hold;
}

/** A stop that this channel knows: an operator took it, muted it, or gave it back since it was told. */
export interface AcknowledgedTask extends Omit<StoppedTask, 'previousStatus'> {
  /** Who held it, as it was told; absent = nobody. */
  readonly heldBefore?: Hold;
}

/** A task that this channel had been told as stopped and that is so no longer. */
export interface ResolvedTask {
  /** The last snapshot, with its present status. */
  readonly task: RobotTask;
  /** What it became; null when upstream no longer knows the task. */
  readonly status: string | null;
  /** The condition that the channel had been told. */
  readonly previousStatus: string;
  /** Epoch milliseconds at which the watch first saw the stop. */
  readonly since: number;
  /** The operator who started it; absent where none did, as far as is known. */
  readonly startedBy?: string;
}

/** News about the watch itself, or about the account. */
export interface Notice {
  readonly subject: Subject;
  /** The id of the channel that does not deliver; null for the other subjects. */
  readonly channel: string | null;
  readonly state: 'failing' | 'working';
  /** Epoch milliseconds at which it began to fail. */
  readonly since: number;
  /** For people, without any secret; null when it works again. */
  readonly reason: Text | null;
  /** Which reminder this is, counted from 1; 0 = none. */
  readonly reminders: number;
}

/** What a channel is to take for true until it hears of it again. */
export interface Standing {
  readonly tasks: readonly StoppedTask[];
  /** What fails, of the watch and of the account. */
  readonly notices: readonly Notice[];
  /** What it was told lately and is over. */
  readonly ended: readonly EndedAlert[];
  /** Epoch milliseconds by which a poll should have confirmed it, three of them late. */
  readonly until: number;
}

/**
 * unreachable: the state cannot be loaded. damaged: what was loaded could not be read and was kept aside. orphaned: it was that
 * of another deployment, which is gone, and was kept aside.
 */
export type StateLoss = 'unreachable' | 'damaged' | 'orphaned';

/** All that one channel is told in one poll. */
export interface Alert {
  readonly kind: 'alert';
  /** The same when the same news is sent again, and never another's: by it a receiver can drop a duplicate. */
  readonly id: string;
  /** Those of the channel's receivers that it is for (`Route.receivers`); absent = the channel has one. */
  readonly receivers?: readonly string[];
  /** Epoch milliseconds of the poll. */
  readonly now: number;
  readonly firing: readonly StoppedTask[];
  readonly repeated: readonly StoppedTask[];
  readonly acknowledged: readonly AcknowledgedTask[];
  readonly resolved: readonly ResolvedTask[];
  /** Everything that stands, for a channel that wants it at every poll; absent for the others. */
  readonly standing?: Standing;
  readonly notices: readonly Notice[];
  /** The account's available balance with its currency, where somebody watches it and it is known. */
  readonly balance?: string;
  /** unknown: this poll could not list every watched status. */
  readonly watchStatus: 'ok' | 'unknown';
  /** Why what is told here may have been told before; false when it was not. */
  readonly duplicatesPossible: false | StateLoss;
}

/** What a channel knows of one subject once it has the message. */
export interface Telling {
  readonly subject: string;
  readonly said: Pick<Told, 'condition' | 'since' | 'reminders' | 'held' | 'over'>;
  /** It says who holds the stop, to a channel that knows of that. */
  readonly isOfHolder: boolean;
}

/** An alert on its way to a channel. */
export interface Outgoing {
  readonly channel: string;
  readonly message: Alert;
  /** All that it tells, beside what is said at every poll. */
  readonly tellings: readonly Telling[];
  /** What another poll may be sending at this moment: it may arrive after this one. */
  readonly underWay: ReadonlySet<Told>;
}

/** Sent by hand to see that a channel works. */
export interface TestMessage {
  readonly kind: 'test';
  readonly id: string;
  readonly now: number;
}

export type Message = Alert | TestMessage;
