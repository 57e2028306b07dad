import * as v from 'valibot';
import type { CallActivity } from './host/activity';
import { readPollSummary, type PollSummary } from './poll-summary';

/** One finished call as the terminal shows it. */
export interface CallLine {
  readonly head: string;
  readonly failed: boolean;
  /** What went wrong, and what of the function's own output deserves lines of its own. */
  readonly more: readonly string[];
  /** A poll without any news: a line that the next one of its kind may replace. */
  readonly isQuietPoll: boolean;
}

const logLine = v.looseObject({
  level: v.string(),
  msg: v.optional(v.string(), ''),
  upstreamCalls: v.optional(v.number()),
});
type LogLine = v.InferOutput<typeof logLine>;

/** Condenses the function's log line into the call's; warnings, errors and what is no log line stay lines of their own. */
export function describeCall(call: CallActivity): CallLine {
  const logged = call.lines.map((line) => ({ line, log: parseLogLine(line) }));
  const upstreamCalls = logged.findLast(({ log }) => log?.upstreamCalls !== undefined)?.log?.upstreamCalls;
  const summary = call.functionName.startsWith('query-robot-tasks') ? null : readPollSummary(call);
  const more = [
    ...(call.problem === null ? [] : [call.problem]),
    ...logged
      .filter(({ log }) => log?.level !== 'info')
      .flatMap(({ line, log }) => (log === null ? [line] : tidy(log, call.problem))),
  ];
  const failed = call.problem !== null || Number(call.status) >= 500;
  const isQuietPoll =
    call.trigger === 'timer' &&
    summary !== null &&
    isQuiet(summary) &&
    !call.cold &&
    !failed &&
    more.length === 0;
  const details = [
    call.label,
    ...(call.cold ? ['cold start'] : []),
    // A quiet poll has one line, whatever the width.
    ...(upstreamCalls === undefined || isQuietPoll ? [] : [plural(upstreamCalls, 'upstream call')]),
    ...(summary === null ? [] : describeSummary(summary)),
  ];
  return {
    head: [
      clockTime(call.began + call.durationMs),
      call.functionName.padEnd(17),
      call.status.padEnd(3),
      `${call.durationMs} ms`.padStart(8),
      details.join(' · '),
    ].join('  '),
    failed,
    more,
    isQuietPoll,
  };
}

/** `HH:MM:SS` on this machine's clock. */
export function clockTime(time: number): string {
  return new Date(time).toTimeString().slice(0, 8);
}

function describeSummary({ stopped, fired, repeated, resolved }: PollSummary): string[] {
  const news = { fired, repeated, resolved };
  return [
    `${stopped} stopped`,
    ...Object.entries(news)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${count} ${name}`),
  ];
}

function isQuiet({ fired, repeated, resolved }: PollSummary): boolean {
  return fired + repeated + resolved === 0;
}

function parseLogLine(line: string): LogLine | null {
  try {
    const parsed = v.safeParse(logLine, JSON.parse(line));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** In the call's own line, or of no use to who reads along. */
const KNOWN = [
  'time',
  'requestId',
  'upstreamCalls',
  'durationMs',
  'polled',
  'stopped',
  'fired',
  'repeated',
  'resolved',
];

/** `warn polled { "failed": … }`, without what is said already: nothing where that is all. */
function tidy({ level, msg, ...rest }: LogLine, problem: string | null): string[] {
  const facts = Object.entries(rest).filter(
    ([name, value]) =>
      !KNOWN.includes(name) && value !== 'saved' && !isEmpty(value) && !isSaid(value, problem),
  );
  if (facts.length === 0) return problem === null ? [`${level} ${msg}`] : [];
  // With blanks between: it is wrapped at them.
  const words = JSON.stringify(Object.fromEntries(facts), null, 1).replace(/\n */g, ' ');
  return [`${level} ${msg} ${words}`];
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** Whether the reason why the call failed says each of these sentences. */
function isSaid(value: unknown, problem: string | null): boolean {
  const sentences = Array.isArray(value) ? value : [value];
  return sentences.every((sentence) => typeof sentence === 'string' && problem?.includes(sentence) === true);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
