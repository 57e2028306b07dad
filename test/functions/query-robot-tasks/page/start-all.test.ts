/** Which tasks are started together, and when that ends: without a browser. */
import type { Started, Task } from '../../../../functions/query-robot-tasks/page/data/answers';
import { ApiError, type Failure } from '../../../../functions/query-robot-tasks/page/data/api';
import { countTasks } from '../../../../functions/query-robot-tasks/page/data/counts';
import { recordRun } from '../../../../functions/query-robot-tasks/page/data/run-record';
import {
  beginRun,
  planStart,
  startAll,
  type Run,
} from '../../../../functions/query-robot-tasks/page/data/start-all';

const NOW = Date.parse('2026-11-25T20:00:00+08:00');
const DAY = 86_400_000;
const CAUSE = 'ARREARS_STOP';

const problem = (status: number, name: string, upstreamCode: string | null = null): Failure => ({
  ...{ kind: 'problem', status, name, title: name, detail: '', upstreamCode },
});
const taskOf = (id: string, status: string, change: Partial<Task> = {}): Task => ({
  ...{ id, status, taskName: `task ${id}`, robotId: null, robotName: null, createTime: null },
  ...{ totalCount: 100, finishCount: 40, ...change },
});
const stopOf = (id: string, since: number | null = NOW - DAY, status = CAUSE) => ({
  ...{ id, taskName: `task ${id}`, status, since, told: { items: [], unread: 0 }, acknowledged: null },
});
const candidates = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: String(index), taskName: null, since: null }));

interface Service {
  readonly calls: string[];
  /** The most starts that were under way at a time. */
  most: number;
  task(id: string): Promise<Task | null>;
  start(id: string): Promise<Started>;
}

/** Tasks that stand until they are started; what `start` gives is thrown, and `lost` has started it all the same. */
function serviceOf(
  start: (id: string) => Failure | 'lost' | null = () => null,
  statuses: Record<string, string | null> = {},
): Service {
  let open = 0;
  const service: Service = {
    calls: [],
    most: 0,
    async task(id) {
      service.calls.push(`look ${id}`);
      await Promise.resolve();
      const status = id in statuses ? statuses[id] : CAUSE;
      return status === null || status === undefined ? null : taskOf(id, status);
    },
    async start(id) {
      service.calls.push(`start ${id}`);
      open += 1;
      service.most = Math.max(service.most, open);
      await new Promise(setImmediate);
      open -= 1;
      const failure = start(id);
      if (failure === null || failure === 'lost') statuses[id] = 'EXCUTING';
      if (failure === 'lost') throw new ApiError({ kind: 'unreachable' });
      if (failure !== null) throw new ApiError(failure);
      return { id, status: 'EXCUTING', recorded: true };
    },
  };
  return service;
}

async function runAll(service: Service, count: number, onChange: (run: Run) => void = () => undefined) {
  const run = await startAll(service, beginRun(CAUSE, candidates(count)), onChange, () => false);
  return { run, counts: Object.fromEntries(recordRun(run, NOW).counts) };
}

describe('a run', () => {
  it('looks each task up right before its start, and starts up to 4 at a time', async () => {
    const service = serviceOf();
    const { run, counts } = await runAll(service, 50);
    expect(counts).toEqual({ running: 50 });
    expect(run.end).toBe('done');
    expect(service.most).toBe(4);
    for (const { id } of run.tasks) {
      const [look, start] = [service.calls.indexOf(`look ${id}`), service.calls.indexOf(`start ${id}`)];
      expect(start).toBeGreaterThan(look);
      expect(start - look).toBeLessThan(9);
      expect(service.calls.filter((call) => call === `start ${id}`)).toHaveLength(1);
    }
  });

  it('passes over what no longer stands as it was asked for', async () => {
    const service = serviceOf(undefined, { '0': 'EXCUTING', '1': 'FINISH', '2': null, '3': 'SYSTEM_STOP' });
    const { counts } = await runAll(service, 5);
    expect(counts).toEqual({ passed: 4, running: 1 });
    expect(service.calls.filter((call) => call.startsWith('start'))).toEqual(['start 4']);
  });

  it('ends after three refusals for the account’s sake', async () => {
    const { run, counts } = await runAll(
      serviceOf(() => problem(409, 'start-refused-account', 'isv.ARREARS')),
      100,
    );
    expect(run.end).toBe('account');
    // What is under way when the third comes ends as well.
    expect(counts['refused']).toBeLessThanOrEqual(6);
    expect(counts['refused']).toBeGreaterThanOrEqual(3);
  });

  it('ends after five refusals with the same code, and not after four', async () => {
    const service = serviceOf((id) =>
      Number(id) % 3 === 0 ? problem(409, 'start-refused', 'isv.LIMIT') : null,
    );
    const { run, counts } = await runAll(service, 200);
    expect(run.end).toBe('same');
    // What is under way when the fifth comes ends as well.
    expect(counts['refused']).toBeGreaterThanOrEqual(5);
    expect(counts['refused']).toBeLessThanOrEqual(8);
    expect(run.results.size).toBeLessThan(25);
    const four = serviceOf((id) => (Number(id) < 4 ? problem(409, 'start-refused', 'isv.LIMIT') : null));
    expect((await runAll(four, 20)).run.end).toBe('done');
  });

  it('goes on while the codes differ', async () => {
    const service = serviceOf((id) => problem(409, 'start-refused', `isv.${id}`));
    expect((await runAll(service, 12)).counts).toEqual({ refused: 12 });
  });

  it('counts a refusal of what runs already as no failure', async () => {
    const statuses: Record<string, string> = {};
    const service = serviceOf((id) => {
      statuses[id] = 'EXCUTING';
      return problem(409, 'start-refused', 'isv.STATUS');
    }, statuses);
    const { run, counts } = await runAll(service, 12);
    expect([run.end, counts]).toEqual(['done', { already: 12 }]);
  });

  it('looks a start up whose answer was lost, and never tries it again', async () => {
    const service = serviceOf((id) => (id === '1' ? 'lost' : id === '2' ? { kind: 'unreachable' } : null));
    const { counts } = await runAll(service, 4);
    expect(counts).toEqual({ running: 3, unknown: 1 });
    expect(service.calls.filter((call) => call === 'start 1' || call === 'start 2')).toHaveLength(2);
    expect(service.calls.filter((call) => call === 'look 2')).toHaveLength(2);
  });

  it('ends at once when the sign-in does', async () => {
    const { run, counts } = await runAll(
      serviceOf(() => problem(401, 'unauthorized')),
      40,
    );
    expect(run.end).toBe('signed-out');
    expect(counts['refused']).toBeLessThanOrEqual(4);
  });

  it('starts nothing that cannot be looked up', async () => {
    const service = serviceOf();
    service.task = () => Promise.reject(new ApiError(problem(504, 'upstream-timeout')));
    const { run, counts } = await runAll(service, 30);
    expect([run.end, service.calls]).toEqual(['same', []]);
    expect(counts['refused']).toBeLessThan(9);
  });

  it('begins nothing new once it is stopped, and says what it had sent', async () => {
    const service = serviceOf();
    let isStopped = false;
    const seen: Run[] = [];
    const show = (run: Run) => {
      seen.push(run);
      if (run.results.size >= 8) isStopped = true;
    };
    const run = await startAll(service, beginRun(CAUSE, candidates(100)), show, () => isStopped);
    expect(run.end).toBe('stopped');
    expect(run.results.size).toBeLessThan(13);
    // Whoever leaves the page in between knows of each start that was sent.
    const sent = new Set<string>();
    for (const { trying, results } of seen) for (const id of [...trying, ...results.keys()]) sent.add(id);
    expect(
      service.calls.filter((call) => call.startsWith('start')).every((call) => sent.has(call.slice(6))),
    ).toBe(true);
    expect(recordRun(seen[0] ?? run, NOW).unknown).toEqual(['0']);
  });
});

describe('what is asked before', () => {
  const plan = (
    options: { left?: string[]; refused?: string[]; withOld?: boolean; listed?: Task[] | null } = {},
  ) =>
    planStart(
      CAUSE,
      [
        stopOf('1'),
        stopOf('2', NOW - 2 * DAY),
        stopOf('3', NOW - 8 * DAY),
        stopOf('4', NOW, 'SYSTEM_STOP'),
        stopOf('5'),
      ],
      options.listed === undefined ? ['1', '2', '3', '9'].map((id) => taskOf(id, CAUSE)) : options.listed,
      new Set(options.left),
      new Set(options.refused),
      options.withOld ?? false,
      NOW,
    );
  const ids = (given: ReturnType<typeof plan>) => given.tasks.map(({ id }) => id);

  it('is what the watch gives and the list still has; what stopped more than 7 days ago only when wanted', () => {
    expect(ids(plan())).toEqual(['1', '2']);
    expect(plan()).toMatchObject({ old: 1, calls: 120, uncounted: 0, oldest: NOW - 2 * DAY });
    expect(ids(plan({ withOld: true }))).toEqual(['1', '2', '3']);
    expect(plan({ withOld: true }).oldest).toBe(NOW - 8 * DAY);
  });

  it('leaves out what may be under way, and takes last what was refused before', () => {
    expect(ids(plan({ left: ['1'] }))).toEqual(['2']);
    expect(ids(plan({ refused: ['1'] }))).toEqual(['2', '1']);
  });

  it('is what the watch gives where the list cannot be read, and says of how many the calls are not known', () => {
    expect(ids(plan({ listed: null }))).toEqual(['1', '2', '5']);
    expect(plan({ listed: null })).toMatchObject({ calls: 0, uncounted: 3 });
  });

  it('counts a stop without a time as an old one', () => {
    expect(planStart(CAUSE, [stopOf('1', null)], null, new Set(), new Set(), false, NOW)).toMatchObject({
      tasks: [],
      old: 1,
    });
  });
});

describe('the counts', () => {
  const summary = (arrears: number, system: number) => ({
    ...{ total: 9, stopped: arrears + system, canStart: false, operator: null, source: null },
    statuses: [
      ['ARREARS_STOP', arrears],
      ['SYSTEM_STOP', system],
      ['FINISH', 5],
    ] as [string, number][],
  });
  const list = (status: string, count: number, total: number | null = count) => ({
    ...{ page: 1, pageSize: 20, total, unread: 0 },
    tasks: Array.from({ length: count }, (_, index) => taskOf(String(index), status)),
  });

  it('come from the lists where these are whole, everywhere', () => {
    const counts = countTasks(summary(1, 0), [
      ['ARREARS_STOP', list('ARREARS_STOP', 2)],
      ['SYSTEM_STOP', list('SYSTEM_STOP', 0)],
    ]);
    expect(counts.stopped).toBe(2);
    expect(counts.statuses).toContainEqual(['ARREARS_STOP', 2]);
  });

  it('come from the summary where a list is longer than its page', () => {
    const counts = countTasks(summary(300, 1), [
      ['ARREARS_STOP', list('ARREARS_STOP', 20, 301)],
      ['SYSTEM_STOP', list('SYSTEM_STOP', 1)],
    ]);
    expect([counts.stopped, counts.causes.map(({ count }) => count)]).toEqual([301, [300, 1]]);
  });

  it('are whole where no total is given and the page is not full', () => {
    const counts = countTasks(undefined, [
      ['ARREARS_STOP', list('ARREARS_STOP', 3, null)],
      ['SYSTEM_STOP', list('SYSTEM_STOP', 0, null)],
    ]);
    expect(counts.stopped).toBe(3);
  });

  it('are unknown where nobody says anything', () => {
    expect(
      countTasks(undefined, [
        ['ARREARS_STOP', undefined],
        ['SYSTEM_STOP', undefined],
      ]).stopped,
    ).toBeNull();
  });
});
