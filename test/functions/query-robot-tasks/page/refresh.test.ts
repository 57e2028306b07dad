import { READER, type Endpoint, type Problem } from '../../../../bench/page/endpoint';
import { quietTasks, twoStopped, watchOf } from '../../../../bench/page/worlds';
import { advance, hide, PAGE_CLOCK, setDevice } from './page-clock';
import { NOW, useBrowser, type VisitOptions } from './visit';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const visits = useBrowser();

const UNAVAILABLE: Problem = {
  status: 502,
  name: 'upstream-unavailable',
  title: 'The voice service is out of reach',
  detail: 'dyvmsapi.aliyuncs.com:443 cannot be reached (ENOTFOUND).',
};

async function visitWithClock(world: NonNullable<VisitOptions['world']>) {
  const visit = await visits.visit({ world, fragment: `ticket=${READER}`, before: PAGE_CLOCK });
  await advance(visit.page, 0);
  return visit;
}

const summaries = ({ requests }: Endpoint) => requests.filter((request) => request === 'GET /summary').length;

describe('the page', () => {
  const tasks = twoStopped(NOW);

  it('asks again every 30 s, and shows what has changed', async () => {
    const { page, endpoint, says, text } = await visitWithClock({ tasks });
    expect(await text('h1')).toBe('2 tasks are stopped');
    endpoint.world.tasks = quietTasks(NOW);
    await advance(page, 29 * SECOND);
    expect(summaries(endpoint)).toBe(1);
    await advance(page, SECOND);
    expect(summaries(endpoint)).toBe(2);
    await says('No task is stopped');
  });

  it('asks for five answers at first and in each refresh, however many tasks there are', async () => {
    const { page, endpoint } = await visitWithClock({ tasks, watch: watchOf(NOW, tasks) });
    const first = [
      'GET /summary',
      'GET /tasks?page=1&pageSize=20&status=ARREARS_STOP',
      'GET /tasks?page=1&pageSize=20&status=SYSTEM_STOP',
      'GET /tasks?page=1&pageSize=20&status=EXCUTING',
      'GET /watch',
    ];
    expect(endpoint.requests.slice(1).sort()).toEqual([...first].sort());
    await advance(page, 30 * SECOND);
    expect(endpoint.requests.slice(1).sort()).toEqual([...first, ...first].sort());
  });

  it('asks for nothing while it is hidden, and at once when it is seen again after longer than 30 s', async () => {
    const { page, endpoint } = await visitWithClock({ tasks });
    await hide(page, true);
    await advance(page, 10 * MINUTE);
    expect(summaries(endpoint)).toBe(1);
    await hide(page, false);
    await advance(page, 0);
    expect(summaries(endpoint)).toBe(2);
    await hide(page, true);
    await advance(page, 10 * SECOND);
    await hide(page, false);
    await advance(page, 19 * SECOND);
    expect(summaries(endpoint)).toBe(2);
    await advance(page, SECOND);
    expect(summaries(endpoint)).toBe(3);
  });

  it('asks at most once in 30 s for ten minutes', async () => {
    const { page, endpoint } = await visitWithClock({ tasks });
    await advance(page, 10 * MINUTE);
    expect(summaries(endpoint)).toBe(21);
  });

  it('says how old it is', async () => {
    const { page, text } = await visitWithClock({ tasks });
    expect(await text('.age')).toContain('updated just now');
    await advance(page, 20 * SECOND);
    expect(await text('.age')).toContain('updated 20 s ago');
  });

  it('keeps what it has when a refresh fails, says so with the reason, and recovers by itself', async () => {
    const { page, endpoint, text } = await visitWithClock({ tasks });
    endpoint.world.faults = { summary: UNAVAILABLE, tasks: UNAVAILABLE };
    await advance(page, 90 * SECOND);
    expect(await text('h1')).toBe('2 tasks are stopped');
    expect(await text('.age')).toContain('updated 1 min ago');
    expect(await text('.warning')).toContain('The refresh failed: The voice service is out of reach.');
    expect(await text('.warning')).toContain('ENOTFOUND');
    endpoint.world.faults = {};
    await advance(page, 30 * SECOND);
    expect(await page.$('.warning')).toBeNull();
    expect(await text('.age')).toContain('updated just now');
  });

  it('says that the network is the reason when no answer comes', async () => {
    const { page, endpoint, text } = await visitWithClock({ tasks });
    endpoint.world.faults = { summary: 'lost', tasks: 'lost', watch: 'lost' };
    await advance(page, 30 * SECOND);
    expect(await text('.warning')).toContain('the query endpoint cannot be reached; check the network');
  });

  it.each([
    { name: '20 minutes ahead', ahead: 20 * MINUTE },
    { name: '30 minutes behind', ahead: -30 * MINUTE },
  ])('measures ages with the server’s clock on a device that is $name', async ({ ahead }) => {
    const savedAt = new Date(NOW - 14 * MINUTE).toISOString();
    const visit = await visits.visit({
      world: { tasks, watch: watchOf(NOW, tasks, { savedAt }) },
      fragment: `ticket=${READER}`,
      before: `${PAGE_CLOCK}\nwindow.setDevice(${ahead});`,
    });
    await advance(visit.page, 0);
    expect(await visit.page.$('.warning')).toBeNull();
    expect(await visit.text('.age')).toContain('updated just now');
    await advance(visit.page, 2 * MINUTE);
    expect(await visit.text('.warning')).toContain('The watch has saved nothing for 16 min');
  });

  it('refreshes after 30 s although the device’s clock was set back while it was hidden', async () => {
    const { page, endpoint, text } = await visitWithClock({ tasks });
    await hide(page, true);
    await setDevice(page, -60 * MINUTE);
    await advance(page, 40 * SECOND);
    endpoint.world.faults = { summary: UNAVAILABLE, tasks: UNAVAILABLE };
    await hide(page, false);
    await advance(page, 0);
    expect(summaries(endpoint)).toBe(2);
    expect(await text('.age')).toContain('updated 40 s ago');
  });

  it('asks at once when the device may have slept', async () => {
    const { page, endpoint, text } = await visitWithClock({ tasks });
    await setDevice(page, 10 * MINUTE);
    await advance(page, 5 * SECOND);
    expect(summaries(endpoint)).toBe(2);
    expect(await text('.age')).toContain('updated just now');
  });

  it('warns when the watch has saved nothing for 15 minutes, and not before', async () => {
    const savedAt = new Date(NOW - 14 * MINUTE).toISOString();
    const { page, text } = await visitWithClock({ tasks, watch: watchOf(NOW, tasks, { savedAt }) });
    expect(await page.$('.warning')).toBeNull();
    await advance(page, 2 * MINUTE);
    expect(await text('.warning')).toContain('The watch has saved nothing for 16 min');
  });

  it('keeps no more after a hundred refreshes than after ten', async () => {
    const { page } = await visitWithClock({ tasks, watch: watchOf(NOW, tasks) });
    const devtools = await page.createCDPSession();
    const held = async () => {
      await devtools.send('HeapProfiler.collectGarbage');
      const { Nodes = 0, JSEventListeners = 0, JSHeapUsedSize = 0 } = await page.metrics();
      return { Nodes, JSEventListeners, JSHeapUsedSize };
    };
    await advance(page, 10 * 30 * SECOND);
    const before = await held();
    await advance(page, 90 * 30 * SECOND);
    const after = await held();
    expect(after.Nodes).toBeLessThanOrEqual(before.Nodes + 10);
    expect(after.JSEventListeners).toBeLessThanOrEqual(before.JSEventListeners);
    expect(after.JSHeapUsedSize - before.JSHeapUsedSize).toBeLessThan(500_000);
  });
});
