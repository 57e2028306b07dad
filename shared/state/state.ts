import type { RobotTask } from '../robot-task';
import type { Text } from '../text';

/** The condition of a running task whose calls do not go on. Every other condition is a watched status. */
export const STALLED = 'STALLED';

/**
 * What one channel was sent last about one subject. It is certain: the channel's OK came, and was saved.
 *
 * If `uncertain`, nobody knows whether it arrived: the channel may know it, or only what it was told before, or even that
 * the subject is over.
 */
export interface LastSent {
  readonly channel: string;
  /** Epoch milliseconds of the poll that sent it. */
  readonly at: number;
  /** The reminders since the first message about it; absent = none. */
  readonly reminders?: number;
  readonly uncertain?: true;
  /** It was told that the subject is over, and its OK came. Kept only until that is saved: then the record goes. */
  readonly isOver?: true;
}

/** What one channel was sent last about a task. */
export interface TaskSent extends LastSent {
  /** The condition that it was told. */
  readonly condition: string;
  /** Epoch milliseconds since when the task was in it: the message that it is over names it. */
  readonly since: number;
}

/** A task that is, or lately was, in a watched condition: kept until no channel believes it still is. */
export interface TrackedTask {
  /** The last snapshot, `task.status` being the last status observed. */
  readonly task: RobotTask;
  /** A watched status, or STALLED, as last observed; null when the task is in none. */
  readonly condition: string | null;
  /** Epoch milliseconds at which the condition was first observed; of STALLED, at which the last call finished. */
  readonly since: number;
  /** Epoch milliseconds since when it has been in one watched condition after the other; absent = `since`. */
  readonly begin?: number;
  /** The condition has held for its pending time, if it has one. */
  readonly hasHeld?: true;
  /** Polls in a row in which upstream said that it knows no such task. */
  readonly unknownPolls: number;
  /** The status that a detail named in the last poll, while the whole list of that status did not show the task. */
  readonly doubtedStatus?: string;
  readonly sent: readonly TaskSent[];
}

/** An API that forgets a task for a moment must not pass for a task that is over. */
export const GONE_AFTER_POLLS = 3;

/** Whether the task is in a watched condition, as far as is known. */
export function isStanding(tracked: TrackedTask): tracked is TrackedTask & { readonly condition: string } {
  return tracked.condition !== null && tracked.unknownPolls < GONE_AFTER_POLLS;
}

/** How far the calls of a running task had come when that changed last. Kept only while stalled tasks are looked for. */
export interface Progress {
  readonly id: string;
  readonly finishCount: number;
  readonly totalCount: number;
  /** Epoch milliseconds at which these counts were first seen. */
  readonly since: number;
  /** Epoch milliseconds of the last poll, where its list of the running tasks was whole and did not show it. */
  readonly missingAt?: number;
}

/** A stop that is over. */
export interface EndedStop {
  readonly id: string;
  readonly taskName: string | null;
  readonly condition: string;
  /** Epoch milliseconds, as for `until`. */
  readonly since: number;
  readonly until: number;
  /** The task's next status; null when upstream no longer knows the task. */
  readonly became: string | null;
}

export const SUBJECTS = ['poll', 'store', 'channel', 'balance', 'balance-query'] as const;

/**
 * poll: the lists cannot be read. store: the state cannot be kept. channel: a channel does not deliver. balance: the
 * account's balance is low. balance-query: the balance cannot be asked for.
 */
export type Subject = (typeof SUBJECTS)[number];

/** Something that is wrong poll after poll. */
export interface Failure {
  readonly subject: Subject;
  /** The failing channel's id; null for the other subjects. */
  readonly channel: string | null;
  /** Epoch milliseconds of the first failed poll in this row. */
  readonly since: number;
  /** Failed polls in a row; 0 once it works again and the news is still to be told to some. */
  readonly polls: number;
  readonly reason: Text;
  /** What the channels that have been told of it were sent last. */
  readonly sent: readonly LastSent[];
}

/** A message to one channel whose OK is not saved: when the same news is sent again, it has the same id. */
export interface Unconfirmed {
  readonly channel: string;
  readonly messageId: string;
  /** The same for the same news, and for no other. */
  readonly newsKey: string;
}

/** The account's balance when it was asked for last. */
export interface KnownBalance {
  /** Epoch milliseconds. */
  readonly askedAt: number;
  /** Decimal digits, with a minus sign where it is negative; null when no answer came. */
  readonly amount: string | null;
  readonly currency: string | null;
}

/** All that the watch remembers between polls. One JSON document. */
export interface WatchState {
  /** The source that the tasks' ids are from; null in a document of a program that knew only one. */
  readonly source: string | null;
  /** Epoch milliseconds of the poll that saved it; 0 before it is saved. */
  readonly savedAt: number;
  /** A name of its own for every save, so that whoever did not hear how a save went can see it; empty before. */
  readonly savedAs: string;
  readonly tasks: readonly TrackedTask[];
  readonly failures: readonly Failure[];
  readonly unconfirmed: readonly Unconfirmed[];
  readonly progress: readonly Progress[];
  /** Newest first. */
  readonly history: readonly EndedStop[];
  readonly balance: KnownBalance | null;
}

export const EMPTY_STATE: WatchState = {
  source: null,
  savedAt: 0,
  savedAs: '',
  tasks: [],
  failures: [],
  unconfirmed: [],
  progress: [],
  history: [],
  balance: null,
};
