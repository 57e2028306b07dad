import type { ROBOT_TASK_STATUSES } from '../../../shared/robot-task';
import type { StateLoss } from '../message';

/** The languages of ALERT_LANGUAGE; the first is the default. */
export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * What is told of a task. firing: it stopped. changed: it stopped for another reason than told before. repeated: it is
 * still stopped. The others are what a stopped task became: running; waiting (to run); over; halted (stopped in a way
 * that this channel is not told as firing); other; gone (upstream knows it no longer).
 */
export const KINDS = [
  'firing',
  'changed',
  'repeated',
  'halted',
  'running',
  'waiting',
  'over',
  'other',
  'gone',
] as const;
export type Kind = (typeof KINDS)[number];

export type RobotTaskStatus = (typeof ROBOT_TASK_STATUSES)[number];

/** A duration in whole minutes, in parts. */
export interface DurationParts {
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
}

/**
 * All words of one language. What is passed in is already fit for the channel's markup. Every title holds the keyword
 * (`机器人任务`, `Robot task`) that a DingTalk or Feishu robot's keyword filter can be set to.
 */
export interface Words {
  readonly status: Readonly<Record<RobotTaskStatus, string>>;
  /** What to do about a task that stands in this status: whole sentences. */
  advice(status: string): string;

  /** The title about one task, about several (from `count`s), and about the watch alone. */
  title(kind: Kind, name: string): string;
  titleOfMany(counts: readonly string[]): string;
  count(kind: Kind, count: number): string;
  readonly titleOfFailing: string;
  readonly titleOfWorking: string;
  readonly titleOfTest: string;

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
  readonly gone: string;
  robot(name: string): string;
  state(status: string, previous: string | null): string;
  since(time: string, duration: string | null): string;
  /** How long a task that no longer is stopped had been so. */
  stoppedFor(time: string, duration: string): string;
  /** Short, for a digest. */
  briefSince(time: string): string;
  progress(done: string): string;
  taskId(id: string): string;
  duration(parts: DurationParts): string;

  readonly adviceHeading: string;
  readonly link: string;
  readonly watchHeading: string;
  readonly incomplete: string;
  /** Why what is told may have been told before. */
  readonly duplicates: Readonly<Record<StateLoss, string>>;
  pollFailing(time: string, reason: string): string;
  pollWorking(time: string): string;
  storeFailing(time: string, reason: string): string;
  storeWorking(time: string): string;
  channelFailing(id: string, time: string, reason: string): string;
  channelWorking(id: string, time: string): string;
  moreNotices(count: number): string;
  /**
   * The reason of a notice in this language. Reasons are kept as English sentences, which are compared with each other;
   * what has no translation stays English. It is still to be escaped.
   */
  reason(english: string): string;

  testLines(channel: string, time: string): readonly string[];
}
