/** How people write spans of time in the configuration: `90s`, `5m`, `4h`, `1d`, `1h30m`, or `0`. */
const DURATION = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LONGEST = 366 * DAY;

/** Milliseconds. Throws an Error that completes "<VARIABLE> …" (see ParseVariable). */
export function parseDuration(value: string): number {
  if (value === '0') return 0;
  const match = value === '' ? null : DURATION.exec(value);
  if (match === null) throw new Error('must be a duration such as 90s, 5m, 4h, 1d or 1h30m, or 0');
  const [days, hours, minutes, seconds] = match
    .slice(1)
    .map((digits: string | undefined) => Number(digits ?? 0));
  const milliseconds =
    (days ?? 0) * DAY + (hours ?? 0) * HOUR + (minutes ?? 0) * MINUTE + (seconds ?? 0) * SECOND;
  if (milliseconds > LONGEST) throw new Error('must not be longer than 366d');
  return milliseconds;
}
