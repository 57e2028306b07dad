/** When a channel may be written to: `hours` and `days` of its settings. */
import * as v from 'valibot';
import type { Hours } from '../hours';

const HOURS = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24(?=:00)):([0-5]\d)$/;
const DAYS = /^[1-7](?:-[1-7])?(?:,[1-7](?:-[1-7])?)*$/;
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

export const hoursSetting = v.optional(
  v.pipe(
    v.string('must be a text'),
    v.regex(HOURS, 'must be times of the day such as 09:00-21:00 or 22:00-06:00'),
  ),
);

export const daysSetting = v.optional(
  v.pipe(v.string('must be a text'), v.regex(DAYS, 'must be days such as 1-5 or 1,3,6-7 (1 = Monday)')),
);

/** The settings as the decision reads them; null = always. */
export function hoursOf(hours: string | undefined, days: string | undefined): Hours | null {
  if (hours === undefined && days === undefined) return null;
  const [from = 0, until = 24 * 60] = hours?.split('-').map(minuteOf) ?? [];
  return { from, until, days: days === undefined ? EVERY_DAY : daysOf(days) };
}

function minuteOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

/** `6-2` goes over the end of the week. */
function daysOf(text: string): number[] {
  const days = text.split(',').flatMap((part) => {
    const [first = 1, last = first] = part.split('-').map(Number);
    const count = ((last - first + 7) % 7) + 1;
    return Array.from({ length: count }, (_unused, index) => ((first - 1 + index) % 7) + 1);
  });
  return [...new Set(days)].toSorted((a, b) => a - b);
}
