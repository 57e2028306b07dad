import type { Hold } from '../operators/record';
import type { RobotTask } from '../robot-task';
import type {
  EndedAlert,
  EndedStop,
  Failure,
  KnownBalance,
  KnownChannel,
  Owner,
  Progress,
} from './document-schema';

export type { EndedAlert, EndedStop, Failure, KnownBalance, KnownChannel, Owner, Progress };

/** The condition of a running task whose calls do not go on. Every other condition is a watched status. */
export const STALLED = 'STALLED';

/** What a channel that was told of a failure, or of a low balance, was told. Of a task, it is the task's condition. */
export const FAILING = 'failing';

/** What one channel, or one of its receivers, was told last about one subject. */
export interface Told {
  readonly channel: string;
  /** Which of the channel's receivers: 8 hex digits of the SHA-256 of its address. Absent = the channel has one. */
  readonly receiver?: string;
  /** A watched status or STALLED; FAILING of what is no task. */
  readonly condition: string;
  /** Epoch milliseconds since when the subject was in it: the message that it is over names it. */
  readonly since: number;
  /** Epoch milliseconds of the poll that told it. */
  readonly at: number;
  /** The reminders since the first message about it. */
  readonly reminders: number;
  /** The OK came, and no other message can have come after this one. Where it is false, how things stand is told again. */
  readonly sure: boolean;
  /** The message was that the subject is no longer in it. Where that is sure, the record goes once it is saved. */
  readonly over?: true;
  /**
   * Where it is not sure: epoch milliseconds of what was told before, or from which other messages may have come after it.
   * So a message that is sent again keeps its id, and one that is told again has another. Absent = nothing was before.
   */
  readonly after?: number;
  /** Where it is not sure: only of who holds the stop. That the task stands, the channel knows. */
  readonly knowsStop?: true;
  /** Who holds the stop, as it was told. */
  readonly held?: Hold;
  /** The receiver refused it for good: it is told again with other news only. */
  readonly refused?: true;
}

/** By subject (`taskSubject`, `failureSubject`). A subject that nobody was told of is not in it. */
export type ToldTable = ReadonlyMap<string, readonly Told[]>;

/** Whether the channel surely knows that the subject stands, or that it is over. */
export function isKnown({ sure, knowsStop }: Told): boolean {
  return sure || knowsStop === true;
}

/** The record, where other messages may have come after what it is about: from `after` on (epoch milliseconds). */
export function unsure({ knowsStop, ...last }: Told, after: number): Told {
  return { ...last, sure: false, after };
}

/** All of it is unsure, from `since` on (epoch milliseconds). */
export function doubted(told: ToldTable, since: number): ToldTable {
  return new Map(
    [...told].map(([subject, records]) => [subject, records.map((last) => unsure(last, since))]),
  );
}

/** A task that is, or lately was, in a watched condition: kept until no channel believes it still is. */
export interface TrackedTask {
  /** The last snapshot, `task.status` being the last status observed. */
  readonly task: RobotTask;
  /** A watched status, or STALLED, as last observed; null when the task is in none. */
  readonly condition: string | null;
  /** Epoch milliseconds at which the condition was first observed; of STALLED, at which the last call finished. */
  readonly since: number;
  /** Epoch milliseconds since when it has been in one watched condition after the other. */
  readonly begin: number;
  /** The condition has held for its pending time, if it has one. */
  readonly hasHeld?: true;
  /** What speaks against it that the task is as it was seen last; absent = nothing. */
  readonly doubt?: Doubt;
}

export interface Doubt {
  /** The status that a detail named while the whole list of that status did not show the task; null = it knew no such task. */
  readonly status: string | null;
  /** Polls in a row in which it said so. */
  readonly polls: number;
}

/** An API that forgets a task for a moment must not pass for a task that is over. */
export const GONE_AFTER_POLLS = 3;

/** Whether upstream has said for long enough that it knows no such task. */
export function isGone({ doubt }: Pick<TrackedTask, 'doubt'>): boolean {
  return doubt?.status === null && doubt.polls >= GONE_AFTER_POLLS;
}

/** Whether the task is in a watched condition, as far as is known. */
export function stands(tracked: TrackedTask): tracked is TrackedTask & { readonly condition: string } {
  return tracked.condition !== null && !isGone(tracked);
}

export const SUBJECTS = [
  'poll',
  'store',
  'channel',
  'balance',
  'balance-query',
  'certificate',
  'record',
  'owner',
] as const;

/**
 * poll: the lists cannot be read. store: the state cannot be kept. channel: a channel does not deliver. balance: the
 * account's balance is low. balance-query: the balance cannot be asked for. certificate: that of the page's domain nears its
 * end. record: the operators' record cannot be read. owner: the state is another deployment's, and nothing is watched.
 */
export type Subject = (typeof SUBJECTS)[number];

/** The key of a task in the table of what was told. */
export function taskSubject(id: string): string {
  return `task ${id}`;
}

/** The key of a failure in the table of what was told. */
export function failureSubject({ subject, channel }: Pick<Failure, 'subject' | 'channel'>): string {
  return channel === null ? subject : `${subject} ${channel}`;
}

/** All that the watch remembers between polls. One JSON document. */
export interface WatchState {
  /** The source that the tasks' ids are from; null in a document of a program that knew only one. */
  readonly source: string | null;
  /** Who saved it; null in a document of a program that knew no owner. */
  readonly owner: Owner | null;
  /** Epoch milliseconds of the poll that saved it; 0 before it is saved. */
  readonly savedAt: number;
  /** A name of its own for every save, so that whoever did not hear how a save went can see it; empty before. */
  readonly savedAs: string;
  /** Epoch milliseconds at which the document before it was found damaged: nothing of that is in it. Null = never. */
  readonly lostAt: number | null;
  readonly tasks: readonly TrackedTask[];
  readonly failures: readonly Failure[];
  readonly told: ToldTable;
  readonly channels: readonly KnownChannel[];
  readonly progress: readonly Progress[];
  readonly ended: readonly EndedAlert[];
  /** Newest first. */
  readonly history: readonly EndedStop[];
  readonly balance: KnownBalance | null;
}

export const EMPTY_STATE: WatchState = {
  source: null,
  owner: null,
  savedAt: 0,
  savedAs: '',
  lostAt: null,
  tasks: [],
  failures: [],
  told: new Map(),
  channels: [],
  progress: [],
  ended: [],
  history: [],
  balance: null,
};
