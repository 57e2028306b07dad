/** A message for people: what it says, in which order and in which words. How it looks is the channel's. */
import type { Hold } from '../../../shared/operators/record';
import { beijingMinute } from '../../../shared/beijing-time';
import { CONSOLE_URLS, TOP_UP_URL } from '../../../shared/vendor-links';
import type { Alert, Message, TestMessage } from '../rules/message';
import { en } from './en';
import { isStanding, type Facts, type KindCount } from './facts';
import { noticeLine } from './notices';
import { createTaskFormatter, type TaskFormatter } from './task-text';
import { titleOf } from './title';
import { sayOr, type Wording } from './wording';
import type { Language } from '../../../shared/text';
import type { Words } from './words';
import { zhCn } from './zh-cn';

/** All strings are ready to stand in the channel's markup: what others wrote is escaped, what is ours is not. */
export interface MessageText {
  /** stopped: something fires. warning: nothing new, but not well either. recovered. info: a test, or who holds what. */
  readonly tone: 'stopped' | 'warning' | 'recovered' | 'info';
  readonly title: string;
  readonly sections: readonly Section[];
  readonly links: readonly { readonly label: string; readonly url: string }[];
  /** The last line. */
  readonly closing: string;
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

export interface TextOptions extends Wording {
  /** The id of the channel that is told. */
  readonly channel: string;
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
    links: linksOf(message.now, null, false, words, options),
    closing: words.closing,
  };
}

export function composeAlert(alert: Alert, facts: Facts, detail: Detail, options: TextOptions): MessageText {
  const words = WORDS[options.language];
  const tell = createTaskFormatter(alert.now, words, options);
  const tasks =
    detail.tasks === 'full' ? inFull(facts, words, tell) : inBrief(facts, detail.tasks, words, tell);
  const remarks = [
    ...noticeLines(alert, detail.notices, words, options),
    ...(alert.watchStatus === 'unknown' && facts.tasks.length > 0 ? [words.incomplete] : []),
    ...(alert.duplicatesPossible === false ? [] : [words.duplicates[alert.duplicatesPossible]]),
  ];
  return {
    tone: toneOf(alert, facts),
    title: titleOf(alert, facts, words, tell, options),
    sections: [
      ...tasks,
      ...(detail.extras ? listSection(words.adviceHeading, adviceLines(alert, facts, words, tell)) : []),
      ...listSection(facts.tasks.length > 0 ? words.watchHeading : null, remarks),
    ],
    links: detail.extras ? linksFor(alert, facts, words, options) : [],
    closing: words.closing,
  };
}

/** Who holds a stop. `now` in epoch milliseconds. */
export function holderInWords(held: Hold, now: number, options: TextOptions): string {
  return createTaskFormatter(now, WORDS[options.language], options).holder(held);
}

function linksFor(alert: Alert, facts: Facts, words: Words, options: TextOptions): MessageText['links'] {
  const [only, ...others] = facts.tasks;
  const taskId = only !== undefined && others.length === 0 ? only.task.id : null;
  const isUnpaid =
    facts.tasks.some(
      ({ kind, status }) => (isStanding(kind) || kind === 'held') && status === 'ARREARS_STOP',
    ) || alert.notices.some(({ subject, state }) => subject === 'balance' && state === 'failing');
  return linksOf(alert.now, taskId, isUnpaid, words, options);
}

/** Longer than any sensible one: it would leave a small chat no room for the alert. */
const MAX_LINK = 500;

function linksOf(
  now: number,
  taskId: string | null,
  isUnpaid: boolean,
  words: Words,
  options: TextOptions,
): MessageText['links'] {
  const { linkTo, source = 'dyvms' } = options;
  // Parentheses would end a markdown link.
  const url = sayOr(options, '', () => linkTo?.(taskId, now) ?? '')
    .replaceAll('(', '%28')
    .replaceAll(')', '%29');
  return [
    ...(url === '' || url.length > MAX_LINK ? [] : [{ label: words.seeTasks, url }]),
    ...(isUnpaid ? [{ label: words.topUp, url: TOP_UP_URL }] : []),
    { label: words.consoles[source], url: CONSOLE_URLS[source] },
  ];
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
  if (standing || isPressing(alert)) return 'warning';
  return alert.acknowledged.length > 0 && alert.resolved.length === 0 ? 'info' : 'recovered';
}

function inFull(facts: Facts, words: Words, tell: TaskFormatter): Section[] {
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

function inBrief(facts: Facts, shown: number, words: Words, tell: TaskFormatter): Section[] {
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

function countLine({ kind, count, statuses }: KindCount, words: Words, tell: TaskFormatter): string {
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

function adviceLines({ balance }: Alert, facts: Facts, words: Words, tell: TaskFormatter): string[] {
  const standing = facts.counts.filter(({ kind }) => isStanding(kind));
  const statuses = standing.flatMap((count) => count.statuses.map(([status]) => status ?? ''));
  return [...new Set(statuses)].flatMap((status) => [
    words.labelled(tell.status(status), words.advice(status)),
    ...(status === 'ARREARS_STOP' && balance !== undefined ? [words.balance(balance)] : []),
  ]);
}

function noticeLines(alert: Alert, shown: number, words: Words, options: TextOptions): string[] {
  const left = alert.notices.length - shown;
  return [
    ...alert.notices.slice(0, shown).map((notice) => noticeLine(notice, alert.now, words, options)),
    ...(left > 0 ? [words.moreNotices(left)] : []),
  ];
}

function listSection(heading: string | null, lines: readonly string[]): Section[] {
  return lines.length === 0 ? [] : [{ heading, entries: [{ name: null, lines }] }];
}
