/** What is different with Cloud Contact Center for a source, from the trigger's event through the built bundle to the wire. */
import { createSimulator } from '../../../local/simulator/simulator';
import { sourceEnvironment } from '../../stand-ins/source-environment';
import { problemOf, tasksOf } from './answers';
import { startBundle, type Bundle } from './bundle';
import { httpEvent, TOKEN } from './events';

const OPERATOR = 'operator-token-of-the-tests';
const simulator = createSimulator({ source: 'aiccs' });
let bundle: Bundle;

const noon = (day: string) => Date.parse(`${day}T12:00:00+08:00`);

beforeAll(async () => {
  const endpoint = await simulator.listen();
  bundle = startBundle({
    ...sourceEnvironment('aiccs', endpoint),
    API_TOKENS: TOKEN,
    OPERATOR_TOKENS: OPERATOR,
  });
});

beforeEach(() => {
  simulator.tasks.clear();
  const tasks = [
    { id: '1', status: 'DISPATCH', createdAt: noon('2024-02-27') },
    { id: '2', status: 'SYSTEM_STOP', createdAt: noon('2024-02-28') },
    {
      id: '3',
      status: 'EXCUTING',
      createdAt: noon('2024-02-29'),
      totalCount: 10,
      finishCount: 4,
      callMs: Infinity,
    },
    { id: '4', status: 'FINISH', createdAt: noon('2024-03-01') },
    { id: '9007199254740993', status: 'PAUSED_BY_VENDOR', createdAt: noon('2024-03-02') },
  ];
  for (const task of tasks) simulator.tasks.add(task);
  simulator.clearCalls();
});

afterAll(async () => {
  await bundle.close();
  await simulator.close();
});

const ask = (rawPath: string, query: Record<string, string> = {}, method = 'GET', token = TOKEN) =>
  bundle.invoke(httpEvent({ rawPath, query, method, headers: { Authorization: `Bearer ${token}` } }));
const sent = () => simulator.calls.map(({ action, query }) => ({ action, ...query }));

describe('GET /tasks', () => {
  const WHOLE = { action: 'ListTask', PageNo: '1', PageSize: '100' };
  const rows: { name: string; query: Record<string, string>; ids: string[]; upstream: object[] }[] = [
    {
      name: 'passes a page on',
      query: { page: '2', pageSize: '2' },
      ids: ['3', '2'],
      upstream: [{ action: 'ListTask', PageNo: '2', PageSize: '2' }],
    },
    {
      name: 'asks for a status by the name that it has there',
      query: { status: 'EXCUTING' },
      ids: ['3'],
      upstream: [{ action: 'ListTask', Status: 'RUNNING', PageNo: '1', PageSize: '20' }],
    },
    {
      name: 'asks nobody for a status that no task has there',
      query: { status: 'ARREARS_STOP' },
      ids: [],
      upstream: [],
    },
    {
      name: 'finds the stopped ones in the one status that there is',
      query: { status: 'stopped' },
      ids: ['2'],
      upstream: [{ ...WHOLE, Status: 'SYSTEM_STOP' }],
    },
    { name: 'filters by the day here', query: { createdOn: '2024-02-29' }, ids: ['3'], upstream: [WHOLE] },
    { name: 'knows no schedule type', query: { scheduleType: 'SINGLE' }, ids: [], upstream: [WHOLE] },
  ];
  it.each(rows)('$name', async ({ query, ids, upstream }) => {
    const document = tasksOf(await ask('/tasks', query));
    expect(document.tasks.map(({ id }) => id)).toEqual(ids);
    expect(document.total).toBe(query['page'] === undefined ? ids.length : 5);
    expect(sent()).toEqual(upstream);
  });

  it('holds whole tasks, with null for what there is none of', async () => {
    const document = tasksOf(await ask('/tasks', { status: 'FINISH' }));
    expect(document.tasks).toEqual([{ ...simulator.tasks.get('4'), scheduleType: null, completeTime: null }]);
  });
});

describe('GET /tasks/{id}', () => {
  it('answers the detail from the list of that one task', async () => {
    const { body } = await ask('/tasks/9007199254740993');
    expect(JSON.parse(body)).toMatchObject({
      id: '9007199254740993',
      status: 'PAUSED_BY_VENDOR',
      createTime: '2024-03-02T12:00:00+08:00',
      corpName: null,
      caller: null,
      called: [],
    });
    expect(sent()).toMatchObject([{ action: 'ListTask', TaskId: '9007199254740993' }]);
  });

  it('is a 404 for one that is not there', async () => {
    expect(problemOf(await ask('/tasks/77'))).toMatchObject({ status: 404 });
  });
});

it('GET /summary counts what the source has, and 0 for what it lacks', async () => {
  const { body } = await ask('/summary');
  expect(JSON.parse(body)).toMatchObject({
    total: 5,
    statuses: { DISPATCH: 1, EXCUTING: 1, SYSTEM_STOP: 1, ARREARS_STOP: 0, FINISH: 1, INIT: 0 },
    stopped: 1,
  });
  const statuses = sent().map((call) => (call as { Status?: string }).Status);
  expect(statuses.filter((status) => status === undefined)).toHaveLength(1);
  expect(statuses.toSorted()).toEqual(
    [
      'INIT',
      'READY',
      'RELEASE',
      'RUNNING',
      'STOP',
      'SYSTEM_STOP',
      'CANCEL',
      'SYSTEM_CANCEL',
      'DONE',
      undefined,
    ].toSorted(),
  );
});

it('GET /metrics tells the progress of what runs and stands', async () => {
  const { body } = await ask('/metrics');
  expect(body).toMatch(/^robot_task_watch_task_calls_finished\{id="3"\} 4$/m);
  expect(body).toMatch(/^robot_task_watch_task_info\{id="2",.*status="SYSTEM_STOP"\} 1$/m);
});

it('POST /tasks/{id}/start starts a task by StartTask, and says what it became', async () => {
  const { statusCode, body } = await ask('/tasks/2/start', {}, 'POST', OPERATOR);
  expect(statusCode).toBe(202);
  expect(JSON.parse(body)).toMatchObject({ id: '2', status: 'EXCUTING' });
  expect(sent()).toMatchObject([{ action: 'StartTask', TaskId: '2' }, { action: 'ListTask' }]);
  const refused = problemOf(await ask('/tasks/4/start', {}, 'POST', OPERATOR));
  expect(refused).toMatchObject({ status: 409 });
});
