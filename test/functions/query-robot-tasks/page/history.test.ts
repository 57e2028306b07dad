import { READER } from '../../../../bench/page/endpoint';
import { twoStopped, watchOf } from '../../../../bench/page/worlds';
import { NOW as now, useBrowser } from './visit';

const visits = useBrowser();

const ended = (since: number, until: number) => ({
  ...{ taskName: 'a', status: 'ARREARS_STOP', became: 'EXCUTING' },
  ...{ since: new Date(since).toISOString(), until: new Date(until).toISOString() },
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
    expect(labels).toContain('山海旅行-出行提醒');
    expect(labels).toContain('system · 14 h');
    // Not by colour alone.
    expect(await page.$$('svg.history .standing:not(.striped)')).toHaveLength(1);
    expect(await page.$$('svg.history .standing.striped')).toHaveLength(1);
    await press('As a table');
    const rows = (await page.evaluate(
      "[...document.querySelectorAll('tbody tr')].map((row) => row.innerText.replace(/\\s+/g, ' '))",
    )) as string[];
    expect(rows).toHaveLength(6);
    expect(rows[0]).toMatch(
      /云杉教育-会员续费提醒（双十一） stopped, payment overdue [\d: -]+ – 47 min still stopped/,
    );
    expect(rows[5]).toMatch(/春季回访-第 2 批 .* 2 h not found any more/);
    expect(await text('thead')).toContain('Then');
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
