import { Cron } from 'croner';
import { everyMs } from './every';

/**
 * When a timer fires next: the first time after `previous` (its last run, or the moment it was started) that is also
 * after `now`. What was missed meanwhile is not made up for. Epoch milliseconds; null when it never fires again.
 */
export type Schedule = (previous: number, now: number) => number | null;

/**
 * Understands what Function Compute's timer does: `@every 1m` (s, m, h), or six fields with the seconds first, in UTC
 * unless they start with `CRON_TZ=<zone>`. What its page does not list is refused, also where the library understands it.
 * https://help.aliyun.com/document_detail/171746.html
 * Throws an Error whose message completes the sentence "<property> …".
 */
export function parseSchedule(expression: string): Schedule {
  const interval = everyMs(expression);
  if (interval !== null) {
    if (interval === 0) throw new Error('must be at least @every 1s');
    return (previous, now) => previous + interval * Math.max(1, Math.floor((now - previous) / interval) + 1);
  }
  const [, timezone = 'UTC', text = ''] = /^(?:CRON_TZ=(\S+)\s+)?(.*)$/s.exec(expression.trim()) ?? [];
  const fields = text.split(/\s+/);
  if (fields.length !== FIELDS.length) throw new Error(NOT_UNDERSTOOD);
  const pattern = FIELDS.map((field, index) => translate(fields[index] ?? '', field)).join(' ');
  const cron = createCron(pattern, timezone);
  return (previous, now) => cron.nextRun(new Date(Math.max(previous, now)))?.getTime() ?? null;
}

const NOT_UNDERSTOOD =
  'must be "@every 1m" or a cron expression of six fields, seconds first, with an optional CRON_TZ=<zone> before it';

interface Field {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  /** What stands for a number, from `from` on. */
  readonly names: readonly string[];
  /** Which of the special characters `,-*?/` the page lists for it. */
  readonly marks: string;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** 1 is Monday, and there is no 0. */
const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];
const FIELDS: readonly Field[] = [
  { title: 'seconds', from: 0, to: 59, names: [], marks: ',-*/' },
  { title: 'minutes', from: 0, to: 59, names: [], marks: ',-*/' },
  { title: 'hours', from: 0, to: 23, names: [], marks: ',-*/' },
  { title: 'day of the month', from: 1, to: 31, names: [], marks: ',-*?/' },
  { title: 'month', from: 1, to: 12, names: MONTHS, marks: ',-*/' },
  { title: 'day of the week', from: 1, to: 7, names: DAYS, marks: ',-*?' },
];

/** The field in the library's words: `?` is any value there is, and `n/m` begins at n. */
function translate(text: string, field: Field): string {
  if (text === '?' && field.marks.includes('?')) return '*';
  return text
    .split(',')
    .map((part) => translatePart(part, field))
    .join(',');
}

/** `*`, `n`, `a-b`, each with an optional step. */
const PART = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/;

function translatePart(part: string, field: Field): string {
  const { title, from, to, marks } = field;
  const [found, any, first, last, step] = PART.exec(part) ?? [];
  if (found === undefined || (step !== undefined && !marks.includes('/'))) {
    const listed = marks.replaceAll('', ' ').trim();
    throw new Error(`${NOT_UNDERSTOOD}: its ${title} may hold numbers and ${listed} only`);
  }
  const begin = any === undefined ? valueOf(first ?? '', field) : from;
  const end =
    last === undefined ? (any === undefined && step === undefined ? begin : to) : valueOf(last, field);
  if (begin > end || step === '0')
    throw new Error(`${NOT_UNDERSTOOD}: its ${title} has a range that is empty`);
  if (any !== undefined && step === undefined) return '*';
  return `${begin}-${end}${step === undefined ? '' : `/${Math.min(Number(step), to - from + 1)}`}`;
}

function valueOf(text: string, { title, from, to, names }: Field): number {
  const named = names.indexOf(text.toUpperCase());
  const value = named === -1 ? Number(/^\d+$/.test(text) ? text : NaN) : from + named;
  if (value >= from && value <= to) return value;
  const orNames = names.length === 0 ? '' : ` or from ${names[0] ?? ''} to ${names.at(-1) ?? ''}`;
  throw new Error(`${NOT_UNDERSTOOD}: its ${title} must be from ${from} to ${to}${orNames}`);
}

function createCron(pattern: string, timezone: string): Cron {
  try {
    const cron = new Cron(pattern, { mode: '6-part', timezone });
    cron.nextRun();
    return cron;
  } catch (error) {
    throw new Error(NOT_UNDERSTOOD, { cause: error });
  }
}
