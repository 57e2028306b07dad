import fc from 'fast-check';
import { DAYS, layOutHistory } from '../../../../functions/query-robot-tasks/page/data/history';

const NOW = Date.parse('2026-11-25T20:00:00+08:00');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const stop = (since: number | null) => ({ id: '1', taskName: 'a', status: 'ARREARS_STOP', since });
const ended = (since: number, until: number | null) => ({
  ...stop(since),
  ...{ until, became: 'EXCUTING', startedBy: null },
});

describe('the layout of the history', () => {
  it('puts a stop where it was, in per cent of seven days', () => {
    const { bars } = layOutHistory([], [ended(NOW - 3.5 * DAY, NOW - 2.8 * DAY)], NOW);
    expect(bars).toHaveLength(1);
    expect(bars[0]?.x).toBeCloseTo(50);
    expect(bars[0]?.width).toBeCloseTo(10);
  });

  it('lets one that stands reach the present, and shows it first', () => {
    const standing = [stop(NOW - 0.7 * DAY)];
    const { bars } = layOutHistory(standing, [ended(NOW - HOUR, NOW - HOUR / 2)], NOW);
    expect(bars[0]).toMatchObject({ until: null });
    expect((bars[0]?.x ?? 0) + (bars[0]?.width ?? 0)).toBeCloseTo(100);
  });

  it('cuts off what began before the axis, and leaves out what ended before it', () => {
    const stops = [ended(NOW - 9 * DAY, NOW - 6.3 * DAY), ended(NOW - 9 * DAY, NOW - 8 * DAY)];
    const { bars } = layOutHistory([], stops, NOW);
    expect(bars).toHaveLength(1);
    expect(bars[0]).toMatchObject({ x: 0 });
    expect(bars[0]?.width).toBeCloseTo(10);
  });

  it('marks the midnights of Beijing', () => {
    const { days } = layOutHistory([], [], NOW);
    expect(days.map(({ date }) => date.slice(5))).toEqual([
      '11-19',
      '11-20',
      '11-21',
      '11-22',
      '11-23',
      '11-24',
      '11-25',
    ]);
    expect(days[6]?.x).toBeCloseTo(100 - (20 / 24 / DAYS) * 100);
  });

  it('leaves out what has no time, because that has no place', () => {
    expect(layOutHistory([stop(null)], [ended(NOW - HOUR, null)], NOW).bars).toEqual([]);
  });

  it('stays within its axis and shows a stop however short it was', () => {
    const time = fc.integer({ min: NOW - 20 * DAY, max: NOW + DAY });
    fc.assert(
      fc.property(fc.array(fc.tuple(time, time)), fc.array(time), (pairs, standing) => {
        const stops = pairs.map(([a, b]) => ended(Math.min(a, b), Math.max(a, b)));
        const { bars } = layOutHistory(
          standing.map((since) => stop(since)),
          stops,
          NOW,
        );
        for (const { x, width } of bars) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(width).toBeGreaterThan(0);
          expect(x + width).toBeLessThanOrEqual(101);
        }
      }),
    );
  });
});
