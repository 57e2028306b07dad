import fc from 'fast-check';
import { markPace, paceOf } from '../../shared/pace';
import type { Progress } from '../../shared/state/state';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-03-02T01:00:00Z');

/** What is known after a poll a minute, `callsIn(minute)` calls being done in each. */
function watched(minutes: number, callsIn: (minute: number) => number, totalCount = 100_000) {
  let entry: Progress | undefined;
  let finishCount = 0;
  for (let minute = 0; minute <= minutes; minute += 1) {
    const now = START + minute * MINUTE;
    if (minute > 0) finishCount += callsIn(minute);
    entry = { ...{ id: '1', finishCount, totalCount, since: now }, ...markPace(entry, finishCount, now) };
  }
  if (entry === undefined) throw new Error('nothing was polled');
  return { entry, now: START + minutes * MINUTE };
}

const paceAfter = (minutes: number, callsIn: (minute: number) => number, totalCount?: number) => {
  const { entry, now } = watched(minutes, callsIn, totalCount);
  return paceOf(entry, now);
};

test('nothing is said before 10 minutes and 10 calls', () => {
  expect(paceAfter(9, () => 50)).toBeNull();
  expect(paceAfter(10, () => 50)).toMatchObject({ callsPerHour: 3000 });
  expect(paceAfter(10, (minute) => Number(minute < 10))).toBeNull();
  expect(paceAfter(10, () => 1)).toMatchObject({ callsPerHour: 60 });
});

test('the end is told to the minute', () => {
  // 600 an hour, and 900 calls are left.
  expect(paceAfter(30, () => 10, 1200)).toEqual({ callsPerHour: 600, doneAt: START + 120 * MINUTE });
  expect(paceAfter(30, () => 10, 1201)?.doneAt).toBe(START + 121 * MINUTE);
});

test('no end is told where no call is left, or where it is too far off to be true', () => {
  expect(paceAfter(30, () => 10, 300)).toEqual({ callsPerHour: 600, doneAt: null });
  expect(paceAfter(30, () => 10, 1e15)).toEqual({ callsPerHour: 600, doneAt: null });
});

test('a steady pace is told as it is, however long the task has been running', () => {
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 600 }), fc.integer({ min: 1, max: 100 }), (minutes, calls) => {
      const told = paceAfter(minutes, () => calls)?.callsPerHour ?? 0;
      expect(Math.abs(told - calls * 60)).toBeLessThanOrEqual(Math.max(2, calls * 60 * 0.05));
    }),
    { numRuns: 60 },
  );
});

test('what was long ago counts less and less: after three hours at a new pace, that is the pace', () => {
  const told = paceAfter(360, (minute) => (minute <= 180 ? 100 : 10))?.callsPerHour ?? 0;
  expect(Math.abs(told - 600)).toBeLessThan(150);
});

test('a slow task is measured for as long as its calls take', () => {
  expect(paceAfter(300, (minute) => Number(minute % 20 === 0))).toMatchObject({ callsPerHour: 3 });
});

test.each([
  ['whose calls begin anew', { finishCount: 500, paceFrom: START, paceCount: 100 }, 3],
  ['of which nothing was known', undefined, 700],
  ['of an older document', { finishCount: 500 }, 700],
  ['that was seen by a clock ahead', { finishCount: 500, paceFrom: START + 9 * HOUR, paceCount: 100 }, 700],
])('a task %s is measured from now on', (_name, earlier, finishCount) => {
  const known = earlier === undefined ? undefined : { id: '1', totalCount: 1000, since: START, ...earlier };
  expect(markPace(known, finishCount, START + HOUR)).toEqual({
    paceFrom: START + HOUR,
    paceCount: finishCount,
  });
});
