import { inspect } from 'node:util';
import type OpenApi from '@alicloud/openapi-client';
import type { Clock } from '../../../../shared/runtime/clock';
import type { CallReport } from '../../../../shared/sources/openapi/call';
import { createLimiter } from '../../../../shared/sources/openapi/limiter';
import type { OpenApiClient } from '../../../../shared/sources/openapi/openapi-client';
import { createRobotTasks, type RobotTasksOptions } from '../../../../shared/sources/robot-tasks/robot-tasks';
import { createLogger } from '../../../../shared/runtime/log';
import { RobotTaskError } from '../../../../shared/robot-task-error';
import { answerOf, createFakeClient, refusalOf, type FakeCall } from '../../../stand-ins/fake-client';
import { createVirtualClock } from '../../../stand-ins/virtual-clock';

const TASK = { id: 1, status: 'ARREARS_STOP' };
const PAGE = answerOf([TASK], { TotalCount: '1', PageSize: '100' });

function never(): Promise<never> {
  return new Promise(() => undefined);
}

function setUp(answer: (call: FakeCall, index: number) => unknown, options: Partial<RobotTasksOptions> = {}) {
  const clock = createVirtualClock();
  const callTimes: number[] = [];
  const start = clock.now();
  const client = createFakeClient((call, index) => {
    callTimes.push(clock.now() - start);
    return answer(call, index);
  });
  const reports: CallReport[] = [];
  const robotTasks = createRobotTasks('dyvms', {
    client,
    clock,
    random: () => 0,
    onCall: (report) => reports.push(report),
    ...options,
  });
  return { clock, client, robotTasks, reports, callTimes, elapsed: () => clock.now() - start };
}

async function errorOf(promise: Promise<unknown>): Promise<RobotTaskError> {
  const error = await promise.then(
    () => new Error('There was no error.'),
    (reason: unknown) => reason,
  );
  if (error instanceof RobotTaskError) return error;
  throw error;
}

describe('what is asked of upstream', () => {
  it('is the list, by the generic call, with what there is to filter by', async () => {
    const { client, robotTasks } = setUp(() => PAGE);
    await robotTasks.listRobotTaskPage({ status: 'INIT', taskName: '回访', createdOn: '2026-01-31' }, 3, 20);
    expect(client.calls.map(({ params, query }) => ({ params, query }))).toEqual([
      {
        params: {
          action: 'QueryRobotTaskList',
          version: '2017-05-25',
          protocol: 'HTTPS',
          pathname: '/',
          method: 'POST',
          authType: 'AK',
          style: 'RPC',
          reqBodyType: 'formData',
          bodyType: 'binary',
        },
        query: { Status: 'INIT', TaskName: '回访', Time: '2026-01-31', PageNo: '3', PageSize: '20' },
      },
    ]);
  });

  it('is nothing but the page when nothing is filtered by', async () => {
    const { client, robotTasks } = setUp(() => PAGE);
    await robotTasks.listRobotTasks({});
    expect(client.calls.map(({ query }) => query)).toEqual([{ PageNo: '1', PageSize: '100' }]);
  });

  it('is one task by its id', async () => {
    const { client, robotTasks } = setUp(() => answerOf({ status: 'FINISH' }));
    expect(await robotTasks.getRobotTask('9007199254740993')).toMatchObject({
      id: '9007199254740993',
      status: 'FINISH',
    });
    expect(client.calls).toMatchObject([
      { params: { action: 'QueryRobotTaskDetail' }, query: { Id: '9007199254740993' } },
    ]);
  });
});

describe('what upstream answers', () => {
  it('is one page with what upstream says of it', async () => {
    const { robotTasks } = setUp(() => answerOf([TASK], { TotalCount: '250', PageSize: '50' }));
    const page = await robotTasks.listRobotTaskPage({}, 2, 100);
    expect(page).toMatchObject({ tasks: [{ id: '1' }], total: 250, pageSize: 50 });
  });

  it('may be parsed already', async () => {
    const { robotTasks } = setUp(() => ({
      body: { Code: 'OK', Data: '[{"id":9007199254740993,"status":"INIT"}]' },
    }));
    expect(await robotTasks.listRobotTaskPage({}, 1, 100)).toMatchObject({
      tasks: [{ id: '9007199254740993' }],
    });
  });

  it.each([
    { name: 'as an answer', answer: () => ({ statusCode: 200, body: '{"Code":"100008.0"}' }) },
    {
      name: 'as a refusal',
      answer: () => {
        throw refusalOf(400, '100008.0');
      },
    },
  ])('can be that there is no data, $name: an empty list, an unknown task', async ({ answer }) => {
    const { client, robotTasks, reports } = setUp(answer);
    expect(await robotTasks.listRobotTasks({})).toEqual([]);
    expect(await robotTasks.listRobotTaskPage({}, 1, 20)).toEqual({ tasks: [], total: null, pageSize: null });
    expect(await robotTasks.getRobotTask('1')).toBeNull();
    expect(client.calls).toHaveLength(3);
    expect(reports.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
  });

  it('is read to the end of all pages, at most 8 at a time and 80 in any second', async () => {
    let inFlight = 0;
    let maxInFlight = 0;
    const { clock, robotTasks, callTimes } = setUp(async ({ query }) => {
      maxInFlight = Math.max(maxInFlight, ++inFlight);
      await clock.sleep(20);
      inFlight--;
      const from = (Number(query['PageNo']) - 1) * 100;
      const tasks = Array.from({ length: Math.max(0, Math.min(100, 10_000 - from)) }, (_, index) => ({
        id: from + index + 1,
        status: 'INIT',
      }));
      return answerOf(tasks, { TotalCount: '10000' });
    });
    const tasks = await clock.run(robotTasks.listRobotTasks({}));
    expect(tasks.map(({ id }) => id)).toEqual(
      Array.from({ length: 10_000 }, (_, index) => String(index + 1)),
    );
    expect(maxInFlight).toBe(8);
    const busiest = callTimes.map(
      (first) => callTimes.filter((at) => at >= first && at < first + 1000).length,
    );
    expect(Math.max(...busiest)).toBe(80);
  });

  it('is the very tasks of before where it is the same, whatever its request id, and not where a digit differs', async () => {
    const rows = (finishCount: number) =>
      Array.from({ length: 150 }, (_, index) => ({ id: index + 1, status: 'ARREARS_STOP', finishCount }));
    let done = 7;
    const { client, robotTasks } = setUp(({ query }, index) => {
      const from = (Number(query['PageNo']) - 1) * 100;
      return answerOf(rows(done).slice(from, from + 100), {
        TotalCount: '150',
        RequestId: `request ${index}`,
      });
    });
    const first = await robotTasks.listRobotTasks({});
    const second = await robotTasks.listRobotTasks({});
    expect(second.every((task, index) => task === first[index])).toBe(true);
    // The first reading was confirmed by another one; the second had its tasks.
    expect(client.calls).toHaveLength(4 + 2);
    done = 8;
    expect((await robotTasks.listRobotTasks({})).map(({ finishCount }) => finishCount)).toEqual(
      Array.from({ length: 150 }, () => 8),
    );
  });

  it('is another page where only its total differs', async () => {
    const { robotTasks } = setUp((_, index) => answerOf([TASK], { TotalCount: String(250 + index) }));
    const totals = [
      await robotTasks.listRobotTaskPage({}, 1, 100),
      await robotTasks.listRobotTaskPage({}, 1, 100),
    ];
    expect(totals.map(({ total }) => total)).toEqual([250, 251]);
  });

  it('is read again for another filter, whose tasks it never had', async () => {
    const rows = Array.from({ length: 150 }, (_, index) => ({ id: index + 1, status: 'ARREARS_STOP' }));
    const { client, robotTasks } = setUp(({ query }) => {
      const from = (Number(query['PageNo']) - 1) * 100;
      return answerOf(rows.slice(from, from + 100), { TotalCount: '150' });
    });
    await robotTasks.listRobotTasks({ status: 'ARREARS_STOP' });
    await robotTasks.listRobotTasks({ status: 'SYSTEM_STOP' });
    expect(client.calls).toHaveLength(8);
  });

  it('is too much over the most tasks, which can be set', async () => {
    const { client, robotTasks } = setUp(() => answerOf([TASK], { TotalCount: '6' }), { maxTasks: 5 });
    expect((await errorOf(robotTasks.listRobotTasks({}))).kind).toBe('too-many');
    expect(client.calls).toHaveLength(1);
  });
});

describe('a call that fails', () => {
  const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

  it.each([
    ['a reset', reset, [0, 50, 200]],
    ['a server error', refusalOf(500, 'InternalError'), [0, 50, 200]],
    ['throttling, with longer pauses', refusalOf(400, 'Throttling.User'), [0, 300, 1200]],
  ])('is tried three times after %s', async (_name, error, times) => {
    const { clock, robotTasks, callTimes } = setUp(() => {
      throw error;
    });
    const { cause } = await clock.run(errorOf(robotTasks.listRobotTaskPage({}, 1, 20)));
    expect(cause).toBe(error);
    expect(callTimes).toEqual(times);
  });

  it('succeeds with its next try', async () => {
    const { clock, robotTasks, reports } = setUp((_, index) => {
      if (index === 0) throw reset;
      return PAGE;
    });
    expect(await clock.run(robotTasks.listRobotTaskPage({}, 1, 20))).toMatchObject({ total: 1 });
    expect(reports).toEqual([
      { action: 'QueryRobotTaskList', attempt: 1, durationMs: 0, outcome: 'unavailable' },
      { action: 'QueryRobotTaskList', attempt: 2, durationMs: 0, outcome: 'ok' },
    ]);
  });

  it.each([
    ['the credentials', refusalOf(403, 'Forbidden.RAM'), 'unauthorized'],
    ['the account', { statusCode: 200, body: '{"Code":"isv.OUT_OF_SERVICE"}' }, 'account'],
    ['the parameters', refusalOf(400, 'InvalidParameter.date'), 'invalid'],
    ['nothing that makes sense', { statusCode: 200, body: '{}' }, 'malformed'],
    ['the place', { statusCode: 302, body: '' }, 'unavailable'],
  ])('is tried once when it is about %s', async (_name, answer, kind) => {
    const { client, robotTasks } = setUp(() => {
      if (answer instanceof Error) throw answer;
      return answer;
    });
    expect((await errorOf(robotTasks.listRobotTaskPage({}, 1, 20))).kind).toBe(kind);
    expect(client.calls).toHaveLength(1);
  });

  it('waits between half and all of the longest pause', async () => {
    const { clock, robotTasks, callTimes } = setUp(
      () => {
        throw reset;
      },
      { random: () => 0.999 },
    );
    await clock.run(errorOf(robotTasks.getRobotTask('1')));
    expect(callTimes.map(Math.round)).toEqual([0, 100, 400]);
  });

  it('is not tried again when the pause would pass the deadline: the last error is thrown at once', async () => {
    const { clock, robotTasks, callTimes, elapsed } = setUp(() => {
      throw reset;
    });
    const error = await clock.run(errorOf(robotTasks.getRobotTask('1', { deadline: clock.now() + 60 })));
    expect(error.kind).toBe('unavailable');
    expect(callTimes).toEqual([0, 50]);
    expect(elapsed()).toBe(50);
  });

  it('ends a list for good: what waits for its turn or for its next try is not sent any more', async () => {
    const { clock, client, robotTasks } = setUp(async ({ query }) => {
      if (query['PageNo'] === '1') return answerOf([TASK], { TotalCount: '5000' });
      await clock.sleep(query['PageNo'] === '3' ? 20 : 10);
      throw query['PageNo'] === '3' ? refusalOf(403, 'Forbidden') : reset;
    });
    const error = await clock.run(errorOf(robotTasks.listRobotTasks({})));
    const calls = client.calls.length;
    await clock.run(clock.sleep(10_000));
    expect(error.kind).toBe('unauthorized');
    expect(client.calls).toHaveLength(calls);
    expect(calls).toBe(9);
  });
});

describe('time', () => {
  it('ends a call that takes too long, which is not tried again', async () => {
    const { clock, client, robotTasks, reports, elapsed } = setUp(never);
    const error = await clock.run(errorOf(robotTasks.listRobotTaskPage({}, 1, 20)));
    expect(error.kind).toBe('timeout');
    expect(elapsed()).toBe(5000);
    expect(client.calls).toHaveLength(1);
    expect(reports).toMatchObject([{ durationMs: 5000, outcome: 'timeout' }]);
  });

  it("gives the core client timeouts that come after ours, so that they clean up and don't decide", async () => {
    const { clock, client, robotTasks } = setUp(never, { callTimeoutMs: 700 });
    await clock.run(errorOf(robotTasks.listRobotTaskPage({}, 1, 20)));
    expect(client.calls[0]?.runtime).toEqual({ readTimeout: 1700, connectTimeout: 1700 });
  });

  it('ends an operation at its deadline, in the middle of a call', async () => {
    const { clock, robotTasks, elapsed } = setUp(never);
    const error = await clock.run(errorOf(robotTasks.listRobotTasks({}, { deadline: clock.now() + 1234 })));
    expect(error.kind).toBe('timeout');
    expect(elapsed()).toBe(1234);
  });

  it('ends an operation of many calls at its deadline', async () => {
    const { clock, robotTasks, elapsed } = setUp(async ({ query }) => {
      await clock.sleep(1000);
      return answerOf([{ id: Number(query['PageNo']), status: 'INIT' }]);
    });
    const error = await clock.run(errorOf(robotTasks.listRobotTasks({})));
    expect(error.kind).toBe('timeout');
    expect(elapsed()).toBe(30_000);
  });

  it('is up before the first call when the deadline has passed', async () => {
    const { clock, client, robotTasks } = setUp(() => PAGE);
    expect((await errorOf(robotTasks.getRobotTask('1', { deadline: clock.now() }))).kind).toBe('timeout');
    expect(client.calls).toHaveLength(0);
  });

  it('is up when the turn comes too late', async () => {
    const clock = createVirtualClock();
    const client = createFakeClient(() => PAGE);
    const limiter = {
      start: () => {
        clock.set(clock.now() + 1000);
        return Promise.resolve(() => undefined);
      },
    };
    const robotTasks = createRobotTasks('dyvms', { client, clock, limiter });
    expect((await errorOf(robotTasks.getRobotTask('1', { deadline: clock.now() + 1000 }))).kind).toBe(
      'timeout',
    );
    expect(client.calls).toHaveLength(0);
  });

  it('ends the wait for a turn too', async () => {
    const clock = createVirtualClock();
    const limiter = createLimiter({ clock, maxInFlight: 1 });
    const client = createFakeClient(never);
    const robotTasks = createRobotTasks('dyvms', { client, clock, limiter });
    const first = errorOf(robotTasks.getRobotTask('1'));
    const second = errorOf(robotTasks.getRobotTask('2', { deadline: clock.now() + 100 }));
    expect((await clock.run(second)).kind).toBe('timeout');
    expect(client.calls).toHaveLength(1);
    expect((await clock.run(first)).kind).toBe('timeout');
    await clock.run(errorOf(robotTasks.getRobotTask('3')));
    expect(client.calls).toHaveLength(2);
  });

  it.each([
    {
      name: 'a call that was given up does later',
      callApi: async (clock: Clock) => {
        await clock.sleep(6000);
        throw new Error('at last');
      },
    },
    {
      name: 'the timer of a call does that failed before it began',
      callApi: () => {
        throw new Error('at once');
      },
    },
  ])('passes quietly over what $name', async ({ callApi }) => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const clock = createVirtualClock();
    const robotTasks = createRobotTasks('dyvms', { client: { callApi: () => callApi(clock) }, clock });
    await clock.run(errorOf(robotTasks.getRobotTask('1')));
    await clock.run(clock.sleep(10_000));
    await new Promise(setImmediate);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});

it("takes the generated client, whose callApi's types are the vendor's classes", () => {
  // What counts is that this compiles.
  const generated = (client: OpenApi): OpenApiClient => client;
  expect(generated).toBeInstanceOf(Function);
});

describe('what a list read before it failed', () => {
  const rows = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ id: from + index, status: 'ARREARS_STOP' }));
  const idsOf = ({ tasks }: RobotTaskError) => tasks.map(({ id }) => Number(id)).toSorted((a, b) => a - b);
  const listed = ({ robotTasks }: ReturnType<typeof setUp>) => errorOf(robotTasks.listRobotTasks({}));

  it('is nothing when the first page fails', async () => {
    expect((await listed(setUp(() => refusalOf(400, 'isv.X')))).tasks).toEqual([]);
  });

  it('is the pages that were read', async () => {
    const set = setUp(({ query }) => {
      if (query['PageNo'] === '2') throw refusalOf(400, 'isv.X');
      return answerOf(rows(1, 100), { TotalCount: '150' });
    });
    const error = await listed(set);
    expect(error).toMatchObject({ kind: 'invalid', code: 'isv.X', requestId: 'R-1' });
    expect(idsOf(error)).toEqual(rows(1, 100).map(({ id }) => id));
  });

  it('is also the good rows of a page with a bad one', async () => {
    const set = setUp(({ query }) => {
      if (query['PageNo'] === '1') return answerOf(rows(1, 100), { TotalCount: '103' });
      return answerOf([...rows(101, 1), { id: 102 }, ...rows(103, 1)], { TotalCount: '103' });
    });
    const error = await listed(set);
    expect(error.message).toBe(
      "The voice service's answer is not as documented: a task has no valid status. If this goes on, check DYVMSAPI_ENDPOINT (AICCS_ENDPOINT with TASK_SOURCE=aiccs).",
    );
    expect(idsOf(error)).toEqual([...rows(1, 101), ...rows(103, 1)].map(({ id }) => id));
  });

  it('is what was read of too many', async () => {
    const set = setUp(() => answerOf(rows(1, 100), { TotalCount: '10001' }));
    const error = await listed(set);
    expect(error.kind).toBe('too-many');
    expect(error.tasks).toHaveLength(100);
  });

  it('is all up to the limit for a caller that wants as many as can be had', async () => {
    const set = setUp(({ query }) =>
      answerOf(rows(Number(query['PageNo']) * 100 - 99, 100), { TotalCount: '10001' }),
    );
    const { clock, robotTasks, client } = set;
    const error = await clock.run(errorOf(robotTasks.listRobotTasks({}, { readsToLimit: true })));
    expect(error.kind).toBe('too-many');
    expect(new Set(idsOf(error)).size).toBe(10_000);
    expect(client.calls).toHaveLength(100);
  });

  it('is each task once, as it was read last, of a list that never stands still', async () => {
    let reads = 0;
    const set = setUp(({ query }) => {
      reads += 1;
      const moving = [{ id: 100, status: `READ_${reads}` }];
      const pages = [[...rows(1, 99), ...moving], rows(reads * 1000, 1)];
      return answerOf(pages[Number(query['PageNo']) - 1] ?? [], { TotalCount: String(101 + (reads % 2)) });
    });
    const { clock, robotTasks } = set;
    const error = await errorOf(clock.run(robotTasks.listRobotTasks({})));
    expect(error.kind).toBe('moving');
    const found = error.tasks.filter(({ id }) => id === '100');
    expect(found).toHaveLength(1);
    expect(found[0]?.status).not.toBe('READ_1');
  });

  it('is in no log, JSON or inspection of the error', async () => {
    const set = setUp(() => answerOf([{ id: 1, taskName: 'marked', status: 'X' }, {}]));
    const error = await listed(set);
    expect(error.tasks).toHaveLength(1);
    const lines: string[] = [];
    const log = createLogger(
      'info',
      () => [],
      (line) => lines.push(line),
    );
    log.error({ err: error }, 'failed');
    expect(lines).toEqual([expect.stringContaining(error.message)]);
    for (const text of [...lines, JSON.stringify(error), inspect(error, { depth: 9, showHidden: true })])
      expect(text).not.toContain('marked');
  });
});
