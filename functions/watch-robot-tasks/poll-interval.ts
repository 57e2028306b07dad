import { parseDuration } from './duration';

const MINUTE_MS = 60_000;
/** Of a schedule that is not as simple as those below. */
const UNKNOWN_MS = 10 * MINUTE_MS;

/**
 * Milliseconds from one poll to the next by `schedule`, the timer's cronExpression: `@every 2m`, or six fields with the
 * minutes second. The longest, where they differ within an hour; hours without polls do not count. A minute when it is empty.
 */
export function pollInterval(schedule: string): number {
  const text = schedule.trim();
  if (text === '') return MINUTE_MS;
  const [, every] = /^@every (\S+)$/.exec(text) ?? [];
  if (every !== undefined) return durationOr(every, UNKNOWN_MS);
  const [, minutes = ''] = text.replace(/^CRON_TZ=\S+\s+/, '').split(/\s+/);
  if (minutes === '*') return MINUTE_MS;
  const [, step] = /^(?:\*|0)\/(\d+)$/.exec(minutes) ?? [];
  if (step !== undefined) return Number(step) * MINUTE_MS;
  if (!/^\d+(?:,\d+)*$/.test(minutes)) return UNKNOWN_MS;
  const times = minutes
    .split(',')
    .map(Number)
    .sort((a, b) => a - b);
  const gaps = times.map((time, index) => (times[index + 1] ?? (times[0] ?? 0) + 60) - time);
  return Math.max(...gaps) * MINUTE_MS;
}

function durationOr(text: string, fallback: number): number {
  try {
    return parseDuration(text) || fallback;
  } catch {
    return fallback;
  }
}
