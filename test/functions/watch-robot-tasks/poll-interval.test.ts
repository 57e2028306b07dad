import fc from 'fast-check';
import { pollInterval } from '../../../functions/watch-robot-tasks/poll-interval';

test.each([
  ['', 1],
  ['@every 1m', 1],
  ['@every 90s', 1.5],
  ['@every 1h30m', 90],
  ['0 * * * * *', 1],
  ['0 */5 * * * *', 5],
  ['30 0/2 * * * *', 2],
  ['CRON_TZ=Asia/Shanghai 0 */3 9-21 * * 1-5', 3],
  ['0 0,30 * * * *', 30],
  ['0 50,10 * * * *', 40],
  ['0 15 * * * *', 60],
  ['0 1-9 * * * *', 10],
])('of %s it is %d minutes', (schedule, minutes) => {
  expect(pollInterval(schedule)).toBe(minutes * 60_000);
});

test('of any text it is some time', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(pollInterval(text)).toBeGreaterThan(0);
    }),
  );
});
