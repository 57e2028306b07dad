import type { Source } from '../../../shared/robot-task';
import type { Subject } from '../../../shared/state/state';
import type { KnownStatus } from '../../../shared/status-words';
import type { StateLoss } from '../rules/message';

/**
 * What is told of a task. firing: it stopped. changed: it stopped for another reason than told before. repeated: it is
 * still stopped. held, released: an operator took or muted it, or that was taken back. The others are what a stopped task became: running; waiting (to run); over; halted (stopped in a way
 * that this channel is not told as firing); other; gone (the service knows it no longer).
 */
export const KINDS = [
  'firing',
  'changed',
  'repeated',
  'halted',
  'released',
  'held',
  'running',
  'waiting',
  'over',
  'other',
  'gone',
] as const;
export type Kind = (typeof KINDS)[number];

/** What is said of some statuses, to be looked up by any: one that the vendor added is in none. */
export function byStatus(said: Readonly<Partial<Record<KnownStatus, string>>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(said));
}

/** A duration in whole minutes, in parts. */
export interface DurationParts {
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
}

/** How many there are of one kind, and of each cause within it: names that stand in a title. */
export interface CountedKind {
  readonly kind: Kind;
  readonly count: number;
  readonly causes: readonly (readonly [name: string, count: number])[];
}

/** All words of one language. What is passed in is already fit for the channel's markup. */
export interface Words {
  /** The cause in a word, for a title that counts. */
  cause(status: string): string | undefined;
  /** What to do about a task that stands in this condition: whole sentences. */
  advice(status: string): string;
  /** The advice with the condition that it is for. */
  labelled(status: string, advice: string): string;

  /** The title about tasks of one kind, by their names; `about` is what else it says of them, in words: mostly the status. */
  title(kind: Kind, about: string, names: readonly string[]): string;
  /** Two or three of those in one. */
  titles(titles: readonly string[]): string;
  titleOfMany(counts: readonly CountedKind[]): string;
  /** The title about the watch alone: what is worst, or what works again, and how many others there are. */
  titleOfFailing(subject: Subject, channel: string, others: number): string;
  titleOfWorking(subject: Subject, channel: string, others: number): string;
  readonly titleOfTest: string;
  /** The last line: it holds the keyword (`机器人任务`, `Robot task`) that a robot may ask for. */
  readonly closing: string;

  heading(kind: Kind, count: number): string;
  /** A digest's line of counts per status, from `statusCount`s. */
  countsOf(heading: string, counts: readonly string[]): string;
  statusCount(status: string, count: number): string;
  readonly otherStatuses: string;
  /** The heading of a digest's list, which holds `all` tasks or those that matter most. */
  ranking(count: number, all: boolean): string;
  leftOut(count: number): string;

  readonly unnamed: string;
  readonly unknown: string;
  /** Stands for one item that cannot be put into words. */
  readonly unsayable: string;
  readonly gone: string;
  robot(name: string): string;
  state(status: string, previous: string | null): string;
  /** `duration` is null for what was seen just now. */
  since(time: string, duration: string | null): string;
  /** How long a task that no longer is stopped had been so. */
  stoppedFor(time: string, duration: string): string;
  /** Short, for a digest. */
  briefSince(time: string): string;
  /** That an operator took it, or muted it until a time. */
  holding(by: string, until: string | null): string;
  /** The same, with the time at which that was. */
  holder(by: string, at: string, until: string | null): string;
  /** That nobody holds what `by` had taken or muted. */
  released(by: string, wasMuted: boolean): string;
  /** In parentheses, after what a task became: who started it. */
  startedBy(by: string): string;
  progress(done: string): string;
  taskId(id: string): string;
  duration(parts: DurationParts): string;

  readonly adviceHeading: string;
  readonly seeTasks: string;
  readonly consoles: Readonly<Record<Source, string>>;
  readonly topUp: string;
  balance(amount: string): string;
  readonly watchHeading: string;
  readonly incomplete: string;
  /** Why what is told may have been told before. */
  readonly duplicates: Readonly<Record<StateLoss, string>>;
  /** News about the watch; `channel` is the id of the one that fails, or empty. */
  failing(subject: Subject, channel: string, time: string, reason: string): string;
  working(subject: Subject, channel: string, time: string): string;
  moreNotices(count: number): string;

  testLines(channel: string, time: string): readonly string[];
}
