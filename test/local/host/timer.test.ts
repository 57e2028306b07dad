import { parseSchedule } from '../../../shared/schedule';
import { runTimer } from '../../../local/host/timer';
import { createManualClock } from '../../stand-ins/manual-clock';

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('a schedule', () => {
  const schedules = [
    { name: 'every minute', expression: '@every 1m', next: START + MINUTE },
    { name: 'every 90 seconds', expression: '@every 90s', next: START + 90_000 },
    { name: 'every two hours', expression: '@every 2h', next: START + 2 * HOUR },
    { name: 'six fields, in UTC', expression: '0 30 8 * * *', next: START + 8 * HOUR + 30 * MINUTE },
    {
      name: 'six fields in a zone',
      expression: 'CRON_TZ=Asia/Shanghai 0 30 9 * * *',
      next: START + HOUR + 30 * MINUTE,
    },
    { name: 'any day by a question mark', expression: '15 0 0 ? * ?', next: START + 15_000 },
    { name: 'a day of the week', expression: '0 0 0 * * SAT', next: START + 2 * DAY },
    { name: '7 as Sunday', expression: '0 0 0 ? * 7', next: START + 3 * DAY },
    {
      name: 'n/m, as Function Compute’s own examples have it',
      expression: 'CRON_TZ=Asia/Shanghai 0 0/5 12-14 ? * MON-FRI',
      next: START + 4 * HOUR,
    },
    { name: 'n/m from n on', expression: '0 50/7 * * * *', next: START + 50 * MINUTE },
    { name: 'a step in a range', expression: '0 1-20/9 * * * *', next: START + MINUTE },
    { name: 'a list of months by name', expression: '0 0 0 1 jan,FEB ?', next: Date.UTC(2026, 1, 1) },
  ];
  it.each(schedules)('understands $name', ({ expression, next }) => {
    expect(parseSchedule(expression)(START, START)).toBe(next);
  });

  const wrong = [
    '',
    '@every',
    '@every 1d',
    '@every 0s',
    '@hourly',
    '* * * * *',
    '61 * * * * *',
    'CRON_TZ=Nowhere * * * * * *',
    // What the library understands, and Function Compute's page does not list.
    '2027-03-01T09:00:00',
    '0 0 9 L * *',
    '0 0 9 15W * *',
    '0 0 9 * * 2#1',
    '0 0 9 * * 5L',
    '0 0 9 +1 * *',
    '0 0 9 * * 0',
    '0 0 9 * * SUN-MON',
    '0 0 9 * * MON/2',
    '0 ? 9 * * *',
    '0 /5 * * * *',
    '0 */0 * * * *',
    '0 20-10 * * * *',
    '0 0 9 * 13 *',
    '0 0 9 * * * 2027',
  ];
  it.each(wrong)('refuses "%s"', (expression) => {
    expect(() => parseSchedule(expression)).toThrow(/^must be /);
  });
});

describe('a timer', () => {
  async function firesIn(expression: string, ms: number): Promise<number[]> {
    const clock = createManualClock(START);
    const end = new AbortController();
    const fired: number[] = [];
    const timer = runTimer(parseSchedule(expression), (time) => fired.push(time - START), clock, end.signal);
    await clock.advance(ms);
    end.abort(new Error('the test is over'));
    await expect(timer).rejects.toThrow('the test is over');
    expect(clock.sleepers).toBe(0);
    return fired;
  }

  it('fires at each time of its schedule', async () => {
    expect(await firesIn('@every 1m', 3 * MINUTE)).toEqual([MINUTE, 2 * MINUTE, 3 * MINUTE]);
    expect(await firesIn('*/20 * * * * *', MINUTE)).toEqual([20_000, 40_000, 60_000]);
  });

  it('waits for months, which setTimeout cannot', async () => {
    expect(await firesIn('0 0 0 1 3 *', 60 * DAY)).toEqual([59 * DAY]);
  });

  it('does not make up for what a sleeping machine missed', () => {
    const woken = START + 10 * MINUTE + 1000;
    expect(parseSchedule('@every 1m')(START, woken)).toBe(START + 11 * MINUTE);
    expect(parseSchedule('0 * * * * *')(START, woken)).toBe(START + 11 * MINUTE);
  });
});
