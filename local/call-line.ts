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
      .map(({ line, log }) => (log === null ? line : tidy(log))),
  ];
  const details = [
    call.label,
    ...(call.cold ? ['cold start'] : []),
    ...(upstreamCalls === undefined ? [] : [plural(upstreamCalls, 'upstream call')]),
    ...(summary === null ? [] : describeSummary(summary)),
  ];
  const failed = call.problem !== null || Number(call.status) >= 500;
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
    isQuietPoll:
      call.trigger === 'timer' &&
      summary !== null &&
      isQuiet(summary) &&
      !call.cold &&
      !failed &&
      more.length === 0,
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

/** `warn polled {"failed":…}`: without what the call's own line says already. */
function tidy({ level, msg, ...rest }: LogLine): string {
  const facts = Object.entries(rest).filter(([name]) => name !== 'time' && name !== 'requestId');
  return `${level} ${msg} ${JSON.stringify(Object.fromEntries(facts))}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
