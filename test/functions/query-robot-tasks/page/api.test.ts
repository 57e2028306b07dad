/** What the page asks of an endpoint, and what it takes from the answers: over loopback, without a browser. */
import { OPERATOR, startEndpoint, type Endpoint } from '../../../../bench/page/endpoint';
import { manyStopped, twoStopped, watchOf } from '../../../../bench/page/worlds';
import { createApi, failureOf, type Api } from '../../../../functions/query-robot-tasks/page/data/api';
import { createClock } from '../../../../functions/query-robot-tasks/page/data/clock';
import { readAll } from '../../../../functions/query-robot-tasks/page/data/pages';

const NOW = Date.parse('2026-11-25T20:00:00+08:00');
const SECOND = 1000;

let endpoint: Endpoint;
let api: Api;
let passed: number;
let device: number;
let refused: number;
let clock: ReturnType<typeof createClock>;

beforeEach(async () => {
  passed = 0;
  device = 0;
  refused = 0;
  endpoint = await startEndpoint();
  endpoint.world.now = () => NOW + passed;
  clock = createClock({ wall: () => NOW + passed + device, steady: () => passed });
  api = createApi({
    ...{ base: endpoint.url, credential: OPERATOR, clock, language: () => 'zh-CN' },
    onUnauthorized: () => (refused += 1),
  });
});
afterEach(() => endpoint.close());

const lastHeaders = () => endpoint.headers.at(-1) ?? {};

describe('a refresh', () => {
  const refresh = () =>
    Promise.all([
      api.summary(),
      ...['ARREARS_STOP', 'SYSTEM_STOP', 'EXCUTING'].map((status) =>
        api.tasks({ status, taskName: '', page: 1 }),
      ),
      api.watch(),
    ]);

  it('in which nothing changed has bodies of less than 2 kB in all with 10,000 stopped tasks that are all shown, and gives the same objects', async () => {
    const tasks = manyStopped(NOW, 10_000);
    endpoint.world.tasks = tasks;
    endpoint.world.watch = watchOf(NOW, tasks);
    const first = await refresh();
    // "Show all", of every cause.
    for (const status of ['ARREARS_STOP', 'SYSTEM_STOP'])
      await readAll(
        api,
        status,
        () => undefined,
        () => true,
      );
    const before = endpoint.sent;
    // The watch saves at least every 5 minutes.
    endpoint.world.watch = watchOf(NOW, tasks, { savedAt: new Date(NOW + 60 * SECOND).toISOString() });
    const second = await refresh();
    expect(endpoint.sent - before).toBeLessThan(2000);
    expect(second.slice(0, -1).map((answer, index) => answer === first[index])).toEqual([
      true,
      true,
      true,
      true,
    ]);
    // Of a watch that saved again, only when.
    expect(second.at(-1)).toEqual({ ...first.at(-1), savedAt: NOW + 60 * SECOND });
  });

  it('takes what has changed, and the same parts of it as they were', async () => {
    endpoint.world.tasks = twoStopped(NOW);
    const [, before] = await refresh();
    endpoint.world.tasks = endpoint.world.tasks.map((task) =>
      task.id === '1045012' ? { ...task, finishCount: 999 } : task,
    );
    const [, after] = await refresh();
    expect(after).toMatchObject({ tasks: [{ id: '1045012', finishCount: 999 }] });
    expect(after).not.toBe(before);
  });

  it('of an endpoint without ETags is read anew', async () => {
    endpoint.world.hasETags = false;
    endpoint.world.tasks = twoStopped(NOW);
    await refresh();
    await refresh();
    expect(lastHeaders()['if-none-match']).toBeUndefined();
    expect(await api.summary()).toMatchObject({ stopped: 2 });
  });

  it('asks for anew what may be kept for 15 s after a start, and not before or later', async () => {
    endpoint.world.tasks = twoStopped(NOW);
    await api.summary();
    expect(lastHeaders()['cache-control']).toBe('max-age=0');
    await api.start('1045012');
    passed += 14 * SECOND;
    await api.summary();
    expect(lastHeaders()['cache-control']).toBe('no-cache');
    passed += 2 * SECOND;
    await api.summary();
    expect(lastHeaders()['cache-control']).toBe('max-age=0');
  });

  it('asks in the language of the page', async () => {
    await api.summary();
    expect(lastHeaders()['accept-language']).toBe('zh-CN');
  });
});

describe('the time', () => {
  it.each([
    { name: 'ahead', minutes: 20 },
    { name: 'behind', minutes: -30 },
  ])('is the server’s, by a device whose clock is far $name', async ({ minutes }) => {
    device = minutes * 60 * SECOND;
    await api.summary();
    expect(Math.abs(clock.now() - NOW)).toBeLessThan(2 * SECOND);
  });

  it('goes on when the device’s clock is set back', async () => {
    await api.summary();
    const mark = clock.mark();
    device -= 3_600_000;
    passed += 40 * SECOND;
    expect(clock.since(mark)).toBe(40 * SECOND);
    expect(Math.abs(clock.now() - NOW - 40 * SECOND)).toBeLessThan(2 * SECOND);
  });

  it('may have leapt when the device slept, and is known again with the next answer', async () => {
    await api.summary();
    expect(clock.hasLeapt()).toBe(false);
    device += 600 * SECOND;
    expect(clock.hasLeapt()).toBe(true);
    expect(clock.now()).toBeGreaterThanOrEqual(NOW + 600 * SECOND);
    await api.summary();
    expect(clock.hasLeapt()).toBe(false);
    expect(Math.abs(clock.now() - NOW)).toBeLessThan(2 * SECOND);
  });

  it('of the watch’s last save is that of Last-Modified, also where nothing changed', async () => {
    endpoint.world.watch = watchOf(NOW, [], { savedAt: new Date(NOW - 5000).toISOString() });
    expect(await api.watch()).toMatchObject({ savedAt: NOW - 5000 });
    endpoint.world.watch = watchOf(NOW, [], { savedAt: new Date(NOW - 1000).toISOString() });
    expect(await api.watch()).toMatchObject({ savedAt: NOW - 1000 });
  });
});

describe('an endpoint that refuses', () => {
  it('is told by its problem, in its own words', async () => {
    endpoint.world.faults = {
      summary: { status: 503, name: 'upstream-throttled', title: '限流', detail: '稍后' },
    };
    const failure = await api.summary().catch(failureOf);
    expect(failure).toEqual({
      ...{
        kind: 'problem',
        status: 503,
        name: 'upstream-throttled',
        title: '限流',
        detail: '稍后',
        upstreamCode: null,
      },
    });
  });

  it('knows no task, or shares no state: null', async () => {
    expect(await api.task('999')).toBeNull();
    expect(await api.watch()).toBeNull();
  });

  it('says whose credential is no longer good', async () => {
    endpoint.world.credentials = {};
    await expect(api.summary()).rejects.toThrow('problem');
    expect(refused).toBe(1);
  });
});

describe('taking', () => {
  beforeEach(() => {
    endpoint.world.tasks = twoStopped(NOW);
    endpoint.world.watch = watchOf(NOW, endpoint.world.tasks);
    endpoint.world.operators = { [OPERATOR]: '张三' };
  });

  it('is one call for several tasks, and is read with the watch', async () => {
    const until = NOW + 3_600_000;
    const answer = await api.acknowledge(['1045012', '1045011', '7'], until);
    expect(answer.refused.items).toEqual([{ id: '7', reason: 'The watch has not seen it yet.' }]);
    expect((await api.watch())?.stopped.items.map(({ acknowledged }) => acknowledged)).toEqual(
      Array(2).fill({ by: '张三', at: NOW, until }),
    );
    expect(endpoint.requests.filter((request) => request.startsWith('POST'))).toEqual(['POST /acknowledge']);
  });

  it('is taken back', async () => {
    await api.acknowledge(['1045012'], null);
    await api.release('1045012');
    expect((await api.watch())?.stopped.items.map(({ acknowledged }) => acknowledged)).toEqual([null, null]);
  });
});

describe('all tasks of a cause', () => {
  it('are read page by page, and shown as they come', async () => {
    endpoint.world.tasks = manyStopped(NOW, 450);
    const seen: number[] = [];
    const all = await readAll(
      api,
      'ARREARS_STOP',
      (tasks) => seen.push(tasks.length),
      () => true,
    );
    expect(all).toHaveLength(300);
    expect(seen).toEqual([100, 200, 300]);
  });

  it.each([250, 300])('are %i where no total is given', async (count) => {
    endpoint.world.omitsTotal = true;
    endpoint.world.tasks = manyStopped(NOW, count * 1.5);
    expect(
      await readAll(
        api,
        'ARREARS_STOP',
        () => undefined,
        () => true,
      ),
    ).toHaveLength(count);
  });

  it('are read no further when nobody wants them any more', async () => {
    endpoint.world.tasks = manyStopped(NOW, 450);
    let isWanted = true;
    const stop = () => (isWanted = false);
    await readAll(api, 'ARREARS_STOP', stop, () => isWanted);
    expect(endpoint.requests).toHaveLength(1);
  });
});
