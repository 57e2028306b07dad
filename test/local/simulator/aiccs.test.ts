/** The simulated Cloud Contact Center, called by the vendor's own core client. */
import { createSimulator, type Simulator } from '../../../local/simulator/simulator';
import { callForEnvelope, callSdk, errorOf } from './sdk';

const VERSION = '2019-10-15';
const NOW = Date.parse('2024-06-18T12:00:00+08:00');
let simulator: Simulator;
let url: URL;

beforeEach(async () => {
  simulator = createSimulator({ source: 'aiccs', taskClock: { now: () => NOW } });
  url = await simulator.listen();
});
afterEach(() => simulator.close());

function call(action: string, query: Record<string, string> = {}) {
  return callForEnvelope(url, { action, version: VERSION, query });
}

test('ListTask answers nested JSON, numbers as numbers, times as epoch milliseconds in text', async () => {
  simulator.tasks.add({
    id: '1045001',
    taskName: '智能语音任务',
    robotId: '1000000075003',
    robotName: '机器人',
    totalCount: 1000,
    steps: [
      { status: 'INIT', at: NOW - 120_000 },
      { status: 'EXCUTING', at: NOW - 60_000 },
    ],
    callMs: 1000,
  });
  expect(await call('ListTask')).toEqual({
    Code: 'OK',
    Message: 'OK',
    RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/) as string,
    Success: true,
    Data: {
      PageNo: 1,
      PageSize: 20,
      Total: 1,
      Record: [
        {
          Id: 1045001,
          TaskName: '智能语音任务',
          RobotId: 1000000075003,
          RobotName: '机器人',
          Status: 'RUNNING',
          TotalCount: 1000,
          CompleteCount: 60,
          GmtCreate: String(NOW - 120_000),
          FireTime: String(NOW - 60_000),
        },
      ],
    },
  });
});

test('ids have all their digits on the wire', async () => {
  const { id } = simulator.tasks.add({ status: 'FINISH' });
  const { body } = await callSdk(url, { action: 'ListTask', version: VERSION, bodyType: 'string' });
  expect(body).toContain(`"Id":${id},`);
});

test.each([
  { ours: 'DISPATCH', theirs: 'RELEASE' },
  { ours: 'EXCUTING', theirs: 'RUNNING' },
  { ours: 'MANUAL_STOP', theirs: 'STOP' },
  { ours: 'SYSTEM_STOP', theirs: 'SYSTEM_STOP' },
  { ours: 'FINISH', theirs: 'DONE' },
])('$theirs is its name of $ours, and Dyvmsapi’s is refused', async ({ ours, theirs }) => {
  simulator.tasks.add({ status: ours });
  simulator.tasks.add({ status: 'INIT' });
  expect((await call('ListTask', { Status: theirs })).Data).toMatchObject({
    Total: 1,
    Record: [{ Status: theirs }],
  });
  expect(await call('ListTask', { Status: ours })).toMatchObject(
    ours === theirs ? { Code: 'OK' } : { Code: 'InvalidParameters' },
  );
  expect(await call('ListTask', { Status: 'ARREARS_STOP' })).toMatchObject({ Code: 'InvalidParameters' });
});

test('ListTask with TaskId holds that task alone, or none', async () => {
  const { id } = simulator.tasks.add({ status: 'READY' });
  simulator.tasks.add({ status: 'READY' });
  expect((await call('ListTask', { TaskId: id })).Data).toMatchObject({
    Total: 1,
    Record: [{ Status: 'READY' }],
  });
  expect((await call('ListTask', { TaskId: '77' })).Data).toMatchObject({ Total: 0, Record: [] });
  simulator.setFaults([{ then: { fault: 'unknown-id' } }]);
  expect((await call('ListTask', { TaskId: id })).Data).toMatchObject({ Total: 0, Record: [] });
  expect((await call('ListTask')).Data).toMatchObject({ Total: 2 });
});

test('StartTask starts a task that stands, and says false of another', async () => {
  const stopped = simulator.tasks.add({ status: 'SYSTEM_STOP' });
  const over = simulator.tasks.add({ status: 'FINISH' });
  expect(await call('StartTask', { TaskId: stopped.id })).toMatchObject({
    Code: 'OK',
    Success: true,
    Data: true,
  });
  expect(simulator.tasks.get(stopped.id)?.status).toBe('EXCUTING');
  expect(await call('StartTask', { TaskId: over.id })).toMatchObject({ Success: false, Data: false });
});

test('No made-up task is ever in a status that the product does not have', () => {
  simulator.tasks.seed(300);
  const lives = simulator.tasks.select({}).flatMap(({ steps }) => steps.map(({ status }) => status));
  expect(lives).toContain('SYSTEM_STOP');
  expect(lives).not.toContain('ARREARS_STOP');
  const body = '{"status":"ARREARS_STOP"}';
  const [task] = simulator.tasks.list();
  const path = `/_simulator/tasks/${task?.id ?? ''}`;
  expect(simulator.handleControl({ method: 'POST', path, body })).toMatchObject({ status: 400 });
});

test('The other product’s calls, and another version, are unknown', async () => {
  const other = callSdk(url, { action: 'QueryRobotTaskList', version: VERSION });
  expect(await errorOf(other)).toMatchObject({ statusCode: 404, code: 'InvalidAction.NotFound' });
  const old = callSdk(url, { action: 'ListTask', version: '2017-05-25' });
  expect(await errorOf(old)).toMatchObject({ statusCode: 400, code: 'InvalidVersion' });
});
