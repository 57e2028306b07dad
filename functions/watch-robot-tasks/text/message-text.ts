/** A message for people: what it says, in which order and in which words. How it looks is the channel's. */
import { beijingMinute } from '../../../shared/beijing-time';
import type { Alert, Message, TestMessage } from '../message';
import { en } from './en';
import { isStanding, type Facts, type KindCount } from './facts';
import { noticeLine } from './notices';
import { createTaskTeller, type TaskTeller } from './task-text';
import type { Language, Words } from './words';
import { zhCn } from './zh-cn';

/** All strings are ready to stand in the channel's markup: what others wrote is escaped, what is ours is not. */
export interface MessageText {
  /** stopped: something fires. warning: nothing new, but not well either. recovered. info: a test. */
  readonly tone: 'stopped' | 'warning' | 'recovered' | 'info';
  readonly title: string;
  readonly sections: readonly Section[];
  readonly link: { readonly label: string; readonly url: string } | null;
}

export interface Section {
  readonly heading: string | null;
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly name: string | null;
  readonly lines: readonly string[];
  /** The lines are a ranking. */
  readonly numbered?: boolean;
}

export interface TextOptions {
  readonly language: Language;
  /** The id of the channel that is told. */
  readonly channel: string;
  /** Where the stopped tasks can be queried; null when QUERY_URL is not set. */
  readonly link: string | null;
  /** Makes a value that others wrote stand in the channel's markup as the text it is. */
  readonly escape: (value: string) => string;
}

/** How much is told: fewer tasks and notices, and at last no extras, until it fits the channel. */
export interface Detail {
  /** Every task in full, or this many of them on a line each, with counts of all. */
  readonly tasks: 'full' | number;
  readonly notices: number;
  /** The advice and the link. */
  readonly extras: boolean;
}

const WORDS: Readonly<Record<Language, Words>> = { 'zh-CN': zhCn, en };
const MAX_STATUSES = 8;

export function composeTest(message: TestMessage, options: TextOptions): MessageText {
  const words = WORDS[options.language];
  const lines = words.testLines(options.escape(options.channel), beijingMinute(message.now));
  return {
    tone: 'info',
    title: words.titleOfTest,
    sections: [{ heading: null, entries: [{ name: null, lines }] }],
    link: null,
  };
}

export function composeAlert(alert: Alert, facts: Facts, detail: Detail, options: TextOptions): MessageText {
  const words = WORDS[options.language];
  const tell = createTaskTeller(alert.now, words, options.escape);
  const tasks =
    detail.tasks === 'full' ? inFull(facts, words, tell) : inBrief(facts, detail.tasks, words, tell);
  const remarks = [
    ...noticeLines(alert, detail.notices, words, options.escape),
    ...(alert.watchStatus === 'unknown' && facts.tasks.length > 0 ? [words.incomplete] : []),
    ...(alert.duplicatesPossible === false ? [] : [words.duplicates[alert.duplicatesPossible]]),
  ];
  return {
    tone: toneOf(alert, facts),
    title: titleOf(alert, facts, words, tell),
    sections: [
      ...tasks,
      ...(detail.extras ? listSection(words.adviceHeading, adviceLines(facts, words)) : []),
      ...listSection(facts.tasks.length > 0 ? words.watchHeading : null, remarks),
    ],
    link: detail.extras && options.link !== null ? { label: words.link, url: options.link } : null,
  };
}

/** Whether somebody should look now: the only messages that mention people. */
export function isPressing(message: Message): boolean {
  if (message.kind === 'test') return true;
  return (
    message.firing.length + message.repeated.length > 0 ||
    message.notices.some(({ state }) => state === 'failing')
  );
}

function toneOf(alert: Alert, facts: Facts): MessageText['tone'] {
  if (alert.firing.length > 0) return 'stopped';
  const standing = facts.counts.some(({ kind }) => isStanding(kind));
  return standing || isPressing(alert) ? 'warning' : 'recovered';
}

function titleOf(alert: Alert, facts: Facts, words: Words, tell: TaskTeller): string {
  const [first, ...others] = facts.tasks;
  if (first === undefined) {
    const isFailing = alert.notices.some(({ state }) => state === 'failing');
    return isFailing ? words.titleOfFailing : words.titleOfWorking;
  }
  if (others.length === 0) return words.title(first.kind, tell.name(first));
  return words.titleOfMany(facts.counts.map(({ kind, count }) => words.count(kind, count)));
}

function inFull(facts: Facts, words: Words, tell: TaskTeller): Section[] {
  const [first, ...others] = facts.tasks;
  if (first === undefined) return [];
  // The title names it and says what it is.
  if (others.length === 0) return listSection(null, tell.lines(first));
  const numbered = facts.tasks.map((fact, index) => ({
    kind: fact.kind,
    entry: { name: `${index + 1}. ${tell.name(fact)}`, lines: tell.lines(fact) },
  }));
  return facts.counts.map(({ kind, count }) => ({
    heading: words.heading(kind, count),
    entries: numbered.filter((task) => task.kind === kind).map(({ entry }) => entry),
  }));
}

function inBrief(facts: Facts, shown: number, words: Words, tell: TaskTeller): Section[] {
  const foremost = facts.tasks.slice(0, shown);
  const left = facts.tasks.length - foremost.length;
  const counts = facts.counts.map((count) => countLine(count, words, tell));
  const rest = left > 0 ? [{ name: null, lines: [words.leftOut(left)] }] : [];
  if (foremost.length === 0) {
    return [...listSection(null, counts), ...rest.map((entry) => ({ heading: null, entries: [entry] }))];
  }
  const ranking = { name: null, lines: foremost.map((fact) => tell.brief(fact)), numbered: true };
  return [
    ...listSection(null, counts),
    { heading: words.ranking(foremost.length, left === 0), entries: [ranking, ...rest] },
  ];
}

function countLine({ kind, count, statuses }: KindCount, words: Words, tell: TaskTeller): string {
  const heading = words.heading(kind, count);
  if (kind === 'gone') return heading;
  const rest = statuses.slice(MAX_STATUSES).reduce((sum, [, number]) => sum + number, 0);
  return words.countsOf(heading, [
    ...statuses
      .slice(0, MAX_STATUSES)
      .map(([status, number]) => words.statusCount(tell.status(status), number)),
    ...(rest > 0 ? [words.statusCount(words.otherStatuses, rest)] : []),
  ]);
}

function adviceLines(facts: Facts, words: Words): string[] {
  const standing = facts.counts.filter(({ kind }) => isStanding(kind));
  const statuses = standing.flatMap((count) => count.statuses.map(([status]) => status ?? ''));
  return [...new Set(statuses.map((status) => words.advice(status)))];
}

function noticeLines(alert: Alert, shown: number, words: Words, escape: (value: string) => string): string[] {
  const left = alert.notices.length - shown;
  return [
    ...alert.notices.slice(0, shown).map((notice) => noticeLine(notice, words, escape)),
    ...(left > 0 ? [words.moreNotices(left)] : []),
  ];
}

function listSection(heading: string | null, lines: readonly string[]): Section[] {
  return lines.length === 0 ? [] : [{ heading, entries: [{ name: null, lines }] }];
}
