/** Every row of the parameter table, from the trigger's event through the built bundle to the wire and back. */
import { createSimulator } from '../../../local/simulator/simulator';
import { expectWholeAnswer, problemOf, tasksOf } from './answers';
import { startBundle, CONTEXT, type Bundle } from './bundle';
import { httpEvent, TOKEN } from './events';

const simulator = createSimulator();
let bundle: Bundle;

/** Noon in Beijing on that day. */
const noon = (day: string) => Date.parse(`${day}T12:00:00+08:00`);

beforeAll(async () => {
  const endpoint = await simulator.listen();
  bundle = startBundle({ DYVMSAPI_ENDPOINT: endpoint.href, API_TOKENS: TOKEN });
  const common = { robotId: '1000000075003', scheduleType: 'SINGLE', totalCount: 1000, finishCount: 998 };
  const tasks = [
    { id: '1', status: 'ARREARS_STOP', createdAt: noon('2024-02-27'), taskName: '春节回访' },
    {
      id: '2',
      status: 'SYSTEM_STOP',
      createdAt: noon('2024-02-28'),
      taskName: '618 大促 50%+',
      totalCount: 9,
    },
    { id: '3', status: 'EXCUTING', createdAt: noon('2024-02-29'), robotId: '9007199254740993' },
    { id: '4', status: 'FINISH', createdAt: noon('2024-03-01'), scheduleType: 'ORDER' },
    { id: '9007199254740993', status: 'PAUSED_BY_VENDOR', createdAt: noon('2024-03-02') },
  ];
  for (const task of tasks) simulator.tasks.add({ ...common, ...task });
});

beforeEach(() => {
  simulator.clearCalls();
  simulator.setFaults([]);
});

afterAll(async () => {
  await bundle.close();
  await simulator.close();
});

async function get(query: Record<string, string>) {
  // What it kept of the question before is not to answer this one.
  const headers = { Authorization: `Bearer ${TOKEN}`, 'Cache-Control': 'no-cache' };
  const answer = await bundle.invoke(httpEvent({ query, headers }));
  expectWholeAnswer(answer, CONTEXT.requestId);
  return answer;
}

const sent = () => simulator.calls.map(({ query }) => query);

describe('GET /tasks', () => {
  const rows: [name: string, query: Record<string, string>, ids: string[], upstream: object[]][] = [
    [
      'without any parameter passes the first page on',
      {},
      ['9007199254740993', '4', '3', '2', '1'],
      [{ PageNo: '1', PageSize: '20' }],
    ],
    [
      'with one status passes it on',
      { status: 'FINISH' },
      ['4'],
      [{ Status: 'FINISH', PageNo: '1', PageSize: '20' }],
    ],
    [
      'with several statuses lists each',
      { status: 'FINISH,EXCUTING' },
      ['4', '3'],
      [
        { Status: 'FINISH', PageNo: '1', PageSize: '100' },
        { Status: 'EXCUTING', PageNo: '1', PageSize: '100' },
      ],
    ],
    [
      'with status=stopped lists both stop statuses',
      { status: 'stopped' },
      ['2', '1'],
      [
        { Status: 'ARREARS_STOP', PageNo: '1', PageSize: '100' },
        { Status: 'SYSTEM_STOP', PageNo: '1', PageSize: '100' },
      ],
    ],
    [
      'with taskName passes it on, letter for letter',
      { taskName: '618 大促 50%+' },
      ['2'],
      [{ TaskName: '618 大促 50%+', PageNo: '1', PageSize: '20' }],
    ],
    [
      'with a taskName that arrives encoded passes it on decoded',
      { taskName: '618+%E5%A4%A7%E4%BF%83%2050%25%2B' },
      ['2'],
      [{ TaskName: '618 大促 50%+', PageNo: '1', PageSize: '20' }],
    ],
    [
      'with createdOn passes it on as Time',
      { createdOn: '2024-02-29' },
      ['3'],
      [{ Time: '2024-02-29', PageNo: '1', PageSize: '20' }],
    ],
    [
      'with createdFrom and createdTo filters here, both days included',
      { createdFrom: '2024-02-28', createdTo: '2024-03-01' },
      ['4', '3', '2'],
      [{ PageNo: '1', PageSize: '100' }],
    ],
    [
      'with createdOn and createdFrom does both',
      { createdOn: '2024-02-29', createdFrom: '2024-03-01' },
      [],
      [{ Time: '2024-02-29', PageNo: '1', PageSize: '100' }],
    ],
    ['with robotId filters here', { robotId: '9007199254740993' }, ['3'], [{ PageNo: '1', PageSize: '100' }]],
    ['with scheduleType filters here', { scheduleType: 'ORDER' }, ['4'], [{ PageNo: '1', PageSize: '100' }]],
    [
      'with sort sorts here',
      { sort: 'id' },
      ['1', '2', '3', '4', '9007199254740993'],
      [{ PageNo: '1', PageSize: '100' }],
    ],
    [
      'with a descending sort sorts here, by value',
      { sort: '-totalCount' },
      ['1', '3', '4', '9007199254740993', '2'],
      [{ PageNo: '1', PageSize: '100' }],
    ],
    [
      'with page and pageSize passes both on',
      { page: '2', pageSize: '2' },
      ['3', '2'],
      [{ PageNo: '2', PageSize: '2' }],
    ],
    [
      'with page and pageSize pages here when it has collected',
      { sort: 'id', page: '2', pageSize: '2' },
      ['3', '4'],
      [{ PageNo: '1', PageSize: '100' }],
    ],
    [
      'with a page far past the end holds no task',
      { page: '2147483647', pageSize: '100' },
      [],
      [{ PageNo: '2147483647', PageSize: '100' }],
    ],
  ];
  it.each(rows)('%s', async (_name, query, ids, upstream) => {
    const document = tasksOf(await get(query));
    expect(document.tasks.map(({ id }) => id)).toEqual(ids);
    expect(document.requestId).toBe(CONTEXT.requestId);
    expect(sent()).toHaveLength(upstream.length);
    expect(sent()).toEqual(expect.arrayContaining(upstream));
  });

  it('holds whole tasks, ids to the last digit', async () => {
    expect(tasksOf(await get({ createdOn: '2024-02-29' }))).toEqual({
      tasks: [simulator.tasks.get('3')],
      page: 1,
      pageSize: 20,
      total: 1,
      requestId: CONTEXT.requestId,
    });
    expect(tasksOf(await get({ page: '1', pageSize: '1' })).tasks[0]).toMatchObject({
      id: '9007199254740993',
      status: 'PAUSED_BY_VENDOR',
      createTime: '2024-03-02T12:00:00+08:00',
    });
  });

  it('with fields holds these fields only, in the order of a whole task', async () => {
    const answer = await get({ fields: 'status,id', status: 'stopped' });
    expect(answer.body).toContain(
      '"tasks":[{"id":"2","status":"SYSTEM_STOP"},{"id":"1","status":"ARREARS_STOP"}]',
    );
  });

  it('counts by TotalCount when it passes on, and by what matches when it collects', async () => {
    expect(tasksOf(await get({ pageSize: '2' }))).toMatchObject({ page: 1, pageSize: 2, total: 5 });
    expect(tasksOf(await get({ pageSize: '2', scheduleType: 'SINGLE' }))).toMatchObject({ total: 4 });
    simulator.setFaults([{ then: { fault: 'omit-total' } }]);
    expect(tasksOf(await get({ pageSize: '2' }))).toMatchObject({ total: null });
    expect(tasksOf(await get({ pageSize: '2', scheduleType: 'SINGLE' }))).toMatchObject({ total: 4 });
  });

  it('tells the page size that upstream clamps to', async () => {
    simulator.setFaults([{ then: { fault: 'clamp-page-size', max: 2 } }]);
    const document = tasksOf(await get({ pageSize: '100', page: '2' }));
    expect(document).toMatchObject({ page: 2, pageSize: 2, total: 5 });
    expect(document.tasks.map(({ id }) => id)).toEqual(['3', '2']);
  });

  it('collects every page, each task once, though pages are clamped and nothing is counted', async () => {
    const ids = simulator.tasks.seed(230, 1, { status: 'MANUAL_STOP' }).map(({ id }) => id);
    simulator.setFaults([
      { then: { fault: 'clamp-page-size', max: 50 } },
      { then: { fault: 'omit-paging' } },
    ]);
    const pages = [];
    for (const page of ['1', '2', '3']) {
      const query = { status: 'MANUAL_STOP,CANCEL', fields: 'id', page, pageSize: '100' };
      pages.push(tasksOf(await get(query)));
    }
    expect(pages.map(({ total, tasks }) => [total, tasks.length])).toEqual([
      [230, 100],
      [230, 100],
      [230, 30],
    ]);
    expect(new Set(pages.flatMap(({ tasks }) => tasks.map(({ id }) => id)))).toEqual(new Set(ids));
    for (const id of ids) simulator.tasks.remove(id);
  });

  const refused: [parameter: string, value: string][] = [
    ['status', 'PAUSED'],
    ['status', ''],
    ['taskName', ''],
    ['createdOn', '2023-02-29'],
    ['createdFrom', '01.01.2024'],
    ['createdTo', 'yesterday'],
    ['robotId', 'R2D2'],
    ['scheduleType', 'LATER'],
    ['sort', 'size'],
    ['fields', 'id,secret'],
    ['page', '0'],
    ['pageSize', '101'],
    ['Status', 'INIT'],
    ['PageNo', '1'],
    ['access_token', 'x'],
    ['', 'x'],
    ['__proto__', 'x'],
  ];
  it.each(refused)('refuses %s=%s with its name, and asks nobody', async (parameter, value) => {
    const query = Object.fromEntries([[parameter, value]]);
    const problem = problemOf(await get(query));
    expect(problem).toMatchObject({ status: 400, type: 'urn:robot-task-watch:problem:invalid-request' });
    expect(problem.errors?.map(({ name }) => name)).toEqual([parameter]);
    expect(sent()).toEqual([]);
  });

  it('names every bad parameter at once', async () => {
    const problem = problemOf(
      await get({ page: '0', sort: 'x', nonsense: '1', createdFrom: 'x', createdTo: 'y' }),
    );
    expect(problem.errors?.map(({ name }) => name).sort()).toEqual([
      'createdFrom',
      'createdTo',
      'nonsense',
      'page',
      'sort',
    ]);
  });

  it('refuses a range that ends before it begins', async () => {
    const problem = problemOf(await get({ createdFrom: '2024-03-02', createdTo: '2024-03-01' }));
    expect(problem.errors).toEqual([{ name: 'createdFrom', detail: 'must not be later than createdTo' }]);
  });
});

describe('GET /tasks/{id}', () => {
  const ask = async (rawPath: string, query = {}) => {
    const answer = await bundle.invoke(httpEvent({ rawPath, query }));
    expectWholeAnswer(answer, CONTEXT.requestId);
    return answer;
  };

  it.each(['/tasks/9007199254740993', '/tasks/%39007199254740993'])(
    '%s answers the detail',
    async (rawPath) => {
      const answer = await ask(rawPath);
      expect(answer.statusCode).toBe(200);
      expect(sent()).toEqual([{ Id: '9007199254740993' }]);
      const task = simulator.tasks.get('9007199254740993');
      expect(JSON.parse(answer.body)).toMatchObject({
        id: '9007199254740993',
        taskName: task?.taskName,
        robotId: '1000000075003',
        status: 'PAUSED_BY_VENDOR',
        createTime: '2024-03-02T12:00:00+08:00',
        caller: expect.any(String) as string,
        called: expect.any(Array) as unknown[],
        requestId: CONTEXT.requestId,
      });
    },
  );

  it('is a 404 when upstream knows no such task', async () => {
    expect(problemOf(await ask('/tasks/77'))).toMatchObject({
      status: 404,
      type: 'urn:robot-task-watch:problem:task-not-found',
    });
  });

  it.each(['/tasks/0', '/tasks/abc', '/tasks/1%2F2', '/tasks/..', '/tasks/9223372036854775808'])(
    'refuses %s and asks nobody',
    async (rawPath) => {
      expect(problemOf(await ask(rawPath))).toMatchObject({ status: 400, errors: [{ name: 'id' }] });
      expect(sent()).toEqual([]);
    },
  );

  it('refuses any parameter', async () => {
    expect(problemOf(await ask('/tasks/1', { fields: 'id' }))).toMatchObject({
      status: 400,
      errors: [{ name: 'fields' }],
    });
  });
});
