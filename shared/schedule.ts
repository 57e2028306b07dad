import { Cron } from 'croner';

/**
 * When a timer fires next: the first time after `previous` (its last run, or the moment it was started) that is also
 * after `now`. What was missed meanwhile is not made up for. Epoch milliseconds; null when it never fires again.
 */
export type Schedule = (previous: number, now: number) => number | null;

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/**
 * Understands what Function Compute's timer does: `@every 1m` (s, m, h), or six fields with the seconds first, in UTC
 * unless they start with `CRON_TZ=<zone>`. Throws an Error whose message completes the sentence "<property> …".
 */
export function parseSchedule(expression: string): Schedule {
  const every = /^@every\s+(\d+)([smh])$/.exec(expression.trim());
  if (every !== null) {
    const interval = Number(every[1]) * UNIT_MS[every[2] as keyof typeof UNIT_MS];
    if (interval === 0) throw new Error('must be at least @every 1s');
    return (previous, now) => previous + interval * Math.max(1, Math.floor((now - previous) / interval) + 1);
  }
  const [, timezone = 'UTC', fields = ''] = /^(?:CRON_TZ=(\S+)\s+)?(.*)$/.exec(expression.trim()) ?? [];
  const cron = parseCron(fields, timezone);
  return (previous, now) => cron.nextRun(new Date(Math.max(previous, now)))?.getTime() ?? null;
}

function parseCron(fields: string, timezone: string): Cron {
  try {
    // In Function Compute `?` is any value; to croner it is the present one.
    const cron = new Cron(fields.replaceAll('?', '*'), { mode: '6-part', timezone });
    cron.nextRun();
    return cron;
  } catch (error) {
    throw new Error(
      'must be "@every 1m" or a cron expression of six fields, seconds first, with an optional CRON_TZ=<zone> before it',
      { cause: error },
    );
  }
}
