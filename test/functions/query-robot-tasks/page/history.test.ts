import fc from 'fast-check';
import { READER } from '../../../../bench/page/endpoint';
import { twoStopped, watchOf } from '../../../../bench/page/worlds';
import { DAYS, layOutHistory } from '../../../../functions/query-robot-tasks/page/data/history';
import { NOW as now, useBrowser } from './visit';

const NOW = Date.parse('2026-11-25T20:00:00+08:00');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const visits = useBrowser();

const stop = (since: number) => ({
  id: '1',
  taskName: 'a',
  status: 'ARREARS_STOP',
  since: new Date(since).toISOString(),
});
const ended = (since: number, until: number) => ({
  ...stop(since),
  until: new Date(until).toISOString(),
  became: 'EXCUTING',
});

describe('the layout of the history', () => {
  it('puts a stop where it was, in per cent of seven days', () => {
    const { bars } = layOutHistory([], [ended(NOW - 3.5 * DAY, NOW - 2.8 * DAY)], NOW);
    expect(bars).toHaveLength(1);
    expect(bars[0]?.x).toBeCloseTo(50);
    expect(bars[0]?.width).toBeCloseTo(10);
  });

  it('lets one that stands reach the present, and shows it first', () => {
    const standing = [{ ...stop(NOW - 0.7 * DAY), told: [] }];
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

  it('stays within its axis and shows a stop however short it was', () => {
    const time = fc.integer({ min: NOW - 20 * DAY, max: NOW + DAY });
    fc.assert(
      fc.property(fc.array(fc.tuple(time, time)), fc.array(time), (pairs, standing) => {
        const stops = pairs.map(([a, b]) => ended(Math.min(a, b), Math.max(a, b)));
        const { bars } = layOutHistory(
          standing.map((since) => ({ ...stop(since), told: [] })),
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

describe('the history', () => {
  const tasks = twoStopped(now);

  it('is a picture with a bar and a text for each stop, and a table that says the same', async () => {
    const { says, press, page, text } = await visits.visit({
      world: { tasks, watch: watchOf(now, tasks) },
      fragment: `ticket=${READER}`,
    });
    await says('Stops of the last 7 days');
    expect(await page.$$('svg.history .standing')).toHaveLength(2);
    expect(await page.$$('svg.history .ended')).toHaveLength(4);
    const labels = await page.evaluate(
      "[...document.querySelectorAll('svg.history .label')].map((label) => label.textContent)",
    );
    expect(labels).toContain('山海旅行-出行提醒 · 14 h');
    await press('As a table');
    const rows = (await text('table')).split('\n').slice(1);
    expect(rows).toHaveLength(6);
    expect(rows[0]).toMatch(
      /云杉教育-会员续费提醒（双十一）\s+stopped, payment overdue\s.*\s–\s+47 min\s+still stopped/,
    );
    expect(rows[5]).toMatch(/春季回访-第 2 批\s.*\s2 h\s+not found any more/);
  });

  it('shows the latest twelve stops, and all 200 when asked', async () => {
    const history = Array.from({ length: 200 }, (_, index) => ({
      ...ended(now - (index + 2) * 1_000_000, now - (index + 1) * 1_000_000),
      id: String(index),
      taskName: `task ${index}`,
    }));
    const { press, page } = await visits.visit({
      world: { tasks: [], watch: watchOf(now, [], { history }) },
      fragment: `ticket=${READER}`,
    });
    await page.waitForSelector('svg.history');
    expect(await page.$$('svg.history .ended')).toHaveLength(12);
    await press('Show all (200)');
    await page.waitForSelector('svg.history g:nth-of-type(200)');
    expect(await page.$$('svg.history .ended')).toHaveLength(200);
  });

  it('says that there was none', async () => {
    const { says } = await visits.visit({
      world: { tasks: [], watch: watchOf(now, [], { history: [] }) },
      fragment: `ticket=${READER}`,
    });
    await says('No task was stopped in the last 7 days.');
  });
});
