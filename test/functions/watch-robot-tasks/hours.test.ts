import fc from 'fast-check';
import { hoursOf } from '../../../functions/watch-robot-tasks/channels/hours';
import { isAwake } from '../../../functions/watch-robot-tasks/hours';
import { createFakeChannel, createTestWatch, HOUR, lastTold, nothing } from '../../stand-ins/watch';

/** In Beijing; 2026-03-02 is a Monday. */
const at = (day: string, time: string) => Date.parse(`2026-03-${day}T${time}:00+08:00`);
const awake = (hours: string | undefined, days: string | undefined, now: number) =>
  isAwake({ hours: hoursOf(hours, days) }, now);

test.each([
  { hours: '09:00-21:00', days: undefined, day: '02', time: '08:59', is: false },
  { hours: '09:00-21:00', days: undefined, day: '02', time: '09:00', is: true },
  { hours: '09:00-21:00', days: undefined, day: '02', time: '20:59', is: true },
  { hours: '09:00-21:00', days: undefined, day: '02', time: '21:00', is: false },
  { hours: '22:00-06:00', days: undefined, day: '02', time: '23:00', is: true },
  { hours: '22:00-06:00', days: undefined, day: '03', time: '05:59', is: true },
  { hours: '22:00-06:00', days: undefined, day: '03', time: '06:00', is: false },
  // The hours of Friday go on into Saturday, and those of Sunday do not begin on Monday.
  { hours: '22:00-06:00', days: '1-5', day: '07', time: '03:00', is: true },
  { hours: '22:00-06:00', days: '1-5', day: '07', time: '23:00', is: false },
  { hours: '22:00-06:00', days: '1-5', day: '02', time: '03:00', is: false },
  { hours: undefined, days: '1,3,6-7', day: '02', time: '00:00', is: true },
  { hours: undefined, days: '1,3,6-7', day: '03', time: '12:00', is: false },
  { hours: undefined, days: '1,3,6-7', day: '08', time: '23:59', is: true },
  { hours: '00:00-24:00', days: undefined, day: '02', time: '23:59', is: true },
])('hours $hours on days $days: on 2026-03-$day at $time awake is $is', ({ hours, days, day, time, is }) => {
  expect(awake(hours, days, at(day, time))).toBe(is);
});

test('in any week, a channel is awake for as many minutes as its hours have', () => {
  const two = (value: number) => String(value).padStart(2, '0');
  fc.assert(
    fc.property(
      fc.nat(23),
      fc.nat(59),
      fc.nat(23),
      fc.nat(59),
      (fromHour, fromMinute, untilHour, untilMinute) => {
        const hours = `${two(fromHour)}:${two(fromMinute)}-${two(untilHour)}:${two(untilMinute)}`;
        const length = (untilHour * 60 + untilMinute - fromHour * 60 - fromMinute + 1440) % 1440 || 1440;
        let minutes = 0;
        for (let minute = 0; minute < 7 * 1440; minute++) {
          if (awake(hours, undefined, at('02', '00:00') + minute * 60_000)) minutes += 1;
        }
        expect(minutes).toBe(7 * length);
      },
    ),
    { numRuns: 20 },
  );
});

test('a channel that sleeps is told at its next hour how things then are, and nothing of what came and went', async () => {
  const sleeper = { ...createFakeChannel('day'), hours: hoursOf('09:00-21:00', undefined) };
  const watch = createTestWatch({ channels: [sleeper, createFakeChannel('always')] });
  const hear = () => watch.channel('day').received.length;
  watch.clock.set(at('02', '20:00'));
  watch.robotTasks.set('1', 'ARREARS_STOP');
  await watch.poll();
  watch.clock.set(at('02', '22:00'));
  watch.robotTasks.set('1', 'EXCUTING');
  watch.robotTasks.set('2', 'SYSTEM_STOP');
  watch.robotTasks.set('3', 'SYSTEM_STOP');
  await watch.poll();
  watch.robotTasks.set('3', 'FINISH');
  watch.wait(HOUR);
  await watch.poll();
  expect(hear()).toBe(1);
  expect(watch.channel('always').received).toHaveLength(3);
  watch.clock.set(at('03', '09:00'));
  await watch.poll();
  expect(lastTold(watch, 'day')).toEqual({
    ...nothing,
    firing: ['2 - > SYSTEM_STOP'],
    resolved: ['1 ARREARS_STOP > EXCUTING'],
  });
});
