import fc from 'fast-check';
import { hoursOf } from '../../../functions/watch-robot-tasks/channels/hours';
import { nextPollBy } from '../../../functions/watch-robot-tasks/next-poll';
import { holdFor } from '../../../functions/watch-robot-tasks/hours';

const MINUTE = 60_000;
/** In Beijing; 2026-03-02 is a Monday. */
const at = (day: string, time: string) => Date.parse(`2026-03-${day}T${time}+08:00`);

/** Until when what is told in a poll at `startedAt` holds. */
function heldUntil(schedule: string, startedAt: number, hours?: string, days?: string): number {
  return startedAt + holdFor({ hours: hoursOf(hours, days) }, startedAt, nextPollBy(schedule));
}

test.each([
  { schedule: '@every 1m', until: at('02', '12:03:00') },
  { schedule: '@every 90s', until: at('02', '12:04:30') },
  { schedule: '0 * * * * *', until: at('02', '12:03:00') },
  { schedule: '0 */5 * * * *', until: at('02', '12:15:00') },
  { schedule: '0 0,30 * * * *', until: at('02', '13:30:00') },
  { schedule: '0 10-20 * * * *', until: at('02', '12:12:00') },
  { schedule: 'CRON_TZ=Asia/Shanghai 0 0 */4 * * *', until: at('03', '00:00:00') },
  { schedule: 'CRON_TZ=Asia/Shanghai 0 */30 9-12 * * 1-5', until: at('03', '09:30:00') },
  { schedule: 'no schedule', until: at('02', '12:30:00') },
])('by $schedule, what is told at noon holds until the third poll after it', ({ schedule, until }) => {
  expect(heldUntil(schedule, at('02', '12:00:00'))).toBe(until);
});

test('what is told by ten minutes of an hour alone holds until they come again', () => {
  expect(heldUntil('0 10-20 * * * *', at('02', '12:20:00'))).toBe(at('02', '13:12:00'));
});

test.each([
  { name: 'over the night', from: at('02', '20:59:00'), hours: '09:00-21:00', until: at('03', '09:02:00') },
  {
    name: 'over the weekend',
    from: at('06', '20:59:00'),
    hours: '09:00-21:00',
    days: '1-5',
    until: at('09', '09:02:00'),
  },
  { name: 'partly', from: at('02', '20:57:00'), hours: '09:00-21:00', until: at('03', '09:00:00') },
  { name: 'not at all', from: at('02', '12:00:00'), hours: '09:00-21:00', until: at('02', '12:03:00') },
])('for a channel that sleeps $name, it holds until it is awake', ({ from, hours, days, until }) => {
  expect(heldUntil('0 * * * * *', from, hours, days)).toBe(until);
});

test('hours in which no poll ever comes are no reason to search for ever', () => {
  const noon = 'CRON_TZ=Asia/Shanghai 0 0 12 * * *';
  expect(heldUntil(noon, at('02', '12:00:00'), '02:00-03:00')).toBe(at('16', '12:00:00'));
});

test('of any text, the next poll is later', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(nextPollBy(text)(at('02', '12:00:00'))).toBeGreaterThan(at('02', '12:00:00'));
    }),
  );
  expect(nextPollBy('@every 2h')(0)).toBe(120 * MINUTE);
});
