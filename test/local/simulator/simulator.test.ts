import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { parse } from 'lossless-json';
import { DEFAULT_KEY, createSimulator, type Simulator } from '../../../local/simulator/simulator';
import { callForEnvelope, callSdk, errorOf, idsIn, type SdkCall } from './sdk';

const NOON = Date.parse('2024-06-18T12:00:00+08:00');

let simulator: Simulator;
let url: URL;
let taskNow: number;

beforeEach(async () => {
  taskNow = NOON;
  simulator = createSimulator({ taskClock: { now: () => taskNow } });
  url = await simulator.listen();
});
afterEach(() => simulator.close());

function list(query: Record<string, string> = {}) {
  return callForEnvelope(url, { query });
}
function detail(query: Record<string, string>) {
  return callForEnvelope(url, { action: 'QueryRobotTaskDetail', query });
}

describe('QueryRobotTaskList', () => {
  test('answers in the envelope of the vendor, numbers as text and Data as JSON in a string', async () => {
    simulator.tasks.add({
      id: '1045001',
      taskName: '智能语音任务',
      robotId: '1000000075003',
      robotName: '机器人',
      scheduleType: 'SINGLE',
      totalCount: 1000,
      finishCount: 998,
      steps: [
        { status: 'INIT', at: Date.parse('2019-06-14T14:55:23+08:00') },
        { status: 'EXCUTING', at: Date.parse('2019-06-14T14:56:00+08:00') },
        { status: 'FINISH', at: Date.parse('2019-06-14T14:56:00+08:00') },
      ],
    });
    const envelope = await list();
    expect(envelope).toEqual({
      Code: 'OK',
      Message: 'OK',
      RequestId: expect.stringMatching(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/) as string,
      PageNo: '1',
      PageSize: '20',
      TotalCount: '1',
      Data: expect.any(String) as string,
    });
    expect(JSON.parse(envelope.Data as string)).toEqual([
      {
        id: 1045001,
        taskName: '智能语音任务',
        robotId: 1000000075003,
        robotName: '机器人',
        status: 'FINISH',
        scheduleType: 'SINGLE',
        createTime: '2019.06.14 14:55:23',
        completeTime: '2019.06.14 14:56:00',
        fireTime: '2019.06.14 14:56:00',
        totalCount: 1000,
        finishCount: 998,
      },
    ]);
  });

  test('writes ids as numbers with every digit', async () => {
    simulator.tasks.add({ id: '9007199254740993', status: 'INIT', robotId: '9223372036854775807' });
    const { body } = await callSdk(url, { bodyType: 'string' });
    expect(body).toContain('\\"id\\":9007199254740993,');
    expect(body).toContain('\\"robotId\\":9223372036854775807,');
  });

  test('writes an absent time as null, as an empty string, or not at all', async () => {
    for (const absentTime of ['null', 'empty', 'missing'] as const)
      simulator.tasks.add({ status: 'INIT', absentTime });
    const [missing, empty, nothing] = parse((await list()).Data as string) as Record<string, unknown>[];
    expect([nothing?.['fireTime'], nothing?.['completeTime']]).toEqual([null, null]);
    expect([empty?.['fireTime'], empty?.['completeTime']]).toEqual(['', '']);
    expect(missing).not.toHaveProperty('fireTime');
    expect(missing).not.toHaveProperty('completeTime');
  });

  test('pages: every task once over all pages, an empty page past the end', async () => {
    const tasks = simulator.tasks.seed(45);
    const pages = await Promise.all(['1', '2', '3', '4'].map((PageNo) => list({ PageNo, PageSize: '20' })));
    expect(pages.map((page) => idsIn(page).length)).toEqual([20, 20, 5, 0]);
    expect(pages.flatMap(idsIn)).toEqual(simulator.tasks.list().map(({ id }) => id));
    expect(new Set(pages.flatMap(idsIn))).toEqual(new Set(tasks.map(({ id }) => id)));
    expect(pages.map(({ PageNo, PageSize, TotalCount }) => [PageNo, PageSize, TotalCount])).toEqual([
      ['1', '20', '45'],
      ['2', '20', '45'],
      ['3', '20', '45'],
      ['4', '20', '45'],
    ]);
  });

  test('filters by Status, TaskName and Time; an empty one counts as none', async () => {
    simulator.tasks.add({
      id: '1',
      status: 'ARREARS_STOP',
      taskName: "*'()!~ +&=%续费",
      createdAt: NOON - 86_400_000,
    });
    simulator.tasks.add({ id: '2', status: 'ARREARS_STOP', taskName: '回访' });
    simulator.tasks.add({ id: '3', status: 'EXCUTING', taskName: '回访' });
    expect(idsIn(await list({ Status: 'ARREARS_STOP' }))).toEqual(['2', '1']);
    expect(idsIn(await list({ TaskName: "'()!~ +&=%续" }))).toEqual(['1']);
    expect(idsIn(await list({ Time: '2024-06-17' }))).toEqual(['1']);
    expect(idsIn(await list({ Status: 'ARREARS_STOP', Time: '2024-06-18' }))).toEqual(['2']);
    expect(idsIn(await list({ Status: '', TaskName: '', Time: '' }))).toEqual(['3', '2', '1']);
  });

  test('an unknown status and several at once match nothing', async () => {
    simulator.tasks.seed(20);
    for (const Status of ['STOPPED', 'FINISH,EXCUTING', 'finish']) {
      expect(await list({ Status })).toMatchObject({ Code: 'OK', Data: '[]', TotalCount: '0' });
    }
  });

  const refused: { name: string; query: Record<string, string>; code: string }[] = [
    { name: 'a Time of another form', query: { Time: '2024/06/18' }, code: 'InvalidParameter.date' },
    { name: 'a Time that is no day', query: { Time: '2024-02-31' }, code: 'InvalidParameter.date' },
    { name: 'page 0', query: { PageNo: '0' }, code: 'InvalidParameters' },
    { name: 'a PageSize that is no number', query: { PageSize: 'many' }, code: 'InvalidParameters' },
  ];
  test.each(refused)('refuses $name with $code at HTTP 200', async ({ query, code }) => {
    const { statusCode, body } = await callSdk(url, { query });
    expect(statusCode).toBe(200);
    expect(body).toEqual({
      Code: code,
      Message: expect.any(String) as string,
      RequestId: expect.any(String) as string,
    });
  });

  test('follows the tasks through their lives', async () => {
    const { id } = simulator.tasks.add({ lifeMs: 60_000 });
    const statuses: unknown[] = [];
    for (let second = 0; second <= 60; second += 1) {
      taskNow = NOON + second * 1000;
      const [task] = JSON.parse((await list()).Data as string) as { status: string }[];
      statuses.push(task?.status);
      expect(task?.status).toBe(simulator.tasks.get(id)?.status);
    }
    expect([...new Set(statuses)].slice(0, 4)).toEqual(['INIT', 'READY', 'DISPATCH', 'EXCUTING']);
  });
});

describe('QueryRobotTaskDetail', () => {
  test('answers one task, times with dashes, who calls and who is called, and no counts', async () => {
    const { id } = simulator.tasks.add({
      id: '9007199254740993',
      status: 'ARREARS_STOP',
      absentTime: 'null',
    });
    const envelope = await detail({ Id: id });
    expect(envelope).toMatchObject({ Code: 'OK', Message: 'OK' });
    expect(envelope).not.toHaveProperty('TotalCount');
    expect(envelope.Data).toMatch(/^\{"id":9007199254740993,/);
    expect(JSON.parse(envelope.Data as string)).toEqual({
      id: expect.any(Number) as number,
      taskName: expect.any(String) as string,
      robotId: expect.any(Number) as number,
      robotName: expect.any(String) as string,
      corpName: expect.stringMatching(/有限公司$/) as string,
      caller: expect.stringMatching(/^\d+,\d+$/) as string,
      status: 'ARREARS_STOP',
      scheduleType: expect.stringMatching(/^(SINGLE|ORDER)$/) as string,
      createTime: '2024-06-18 12:00:00',
      fireTime: '2024-06-18 12:00:00',
      completeTime: null,
      called: [{ fileName: expect.any(String) as string, ossFilePath: expect.any(String) as string }],
    });
  });

  test('does not know a task that is not there: 100008.0', async () => {
    expect(await detail({ Id: '42' })).toMatchObject({ Code: '100008.0' });
  });

  test.each(['', 'abc', '-1', '1.5', '9223372036854775808'])('refuses the Id "%s"', async (Id) => {
    expect(await detail({ Id })).toMatchObject({ Code: 'InvalidParameters' });
  });
});

describe('the gateway', () => {
  const refused: { name: string; call: SdkCall; statusCode: number; code: string }[] = [
    {
      name: 'an unknown action',
      call: { action: 'SingleCallByTts' },
      statusCode: 404,
      code: 'InvalidAction.NotFound',
    },
    { name: 'an unknown version', call: { version: '2019-01-01' }, statusCode: 400, code: 'InvalidVersion' },
    {
      name: 'another path',
      call: { params: { pathname: '/tasks' } },
      statusCode: 404,
      code: 'InvalidAction.NotFound',
    },
    {
      name: 'an unknown key',
      call: { key: { accessKeyId: 'LTAIother', accessKeySecret: 'x' } },
      statusCode: 404,
      code: 'InvalidAccessKeyId.NotFound',
    },
    {
      name: 'a wrong secret',
      call: { key: { ...DEFAULT_KEY, accessKeySecret: 'wrong' } },
      statusCode: 400,
      code: 'SignatureDoesNotMatch',
    },
    {
      name: 'a token that nobody gave',
      call: { key: { ...DEFAULT_KEY, securityToken: 'made-up' } },
      statusCode: 400,
      code: 'InvalidSecurityToken.Malformed',
    },
  ];
  test.each(refused)('refuses $name: $code', async ({ call, statusCode, code }) => {
    const error = await errorOf(callSdk(url, call));
    expect(error).toMatchObject({ code, statusCode });
    expect(error.data).toEqual({
      RequestId: expect.any(String) as string,
      HostId: url.host,
      Code: code,
      Message: expect.any(String) as string,
      Recommend: expect.stringContaining(code) as string,
      statusCode,
    });
  });

  test('accepts temporary keys until they expire, and new ones as soon as they are set', async () => {
    const old = { accessKeyId: 'STS.1', accessKeySecret: 's', securityToken: 'token-1' };
    const fresh = { accessKeyId: 'STS.2', accessKeySecret: 's', securityToken: 'token-2' };
    simulator.setCredentials([old]);
    expect(await callForEnvelope(url, { key: old })).toMatchObject({ Code: 'OK' });
    simulator.setCredentials([{ ...old, expiresAt: Date.now() - 1 }, fresh]);
    expect(await errorOf(callSdk(url, { key: old }))).toMatchObject({ code: 'InvalidSecurityToken.Expired' });
    expect(await callForEnvelope(url, { key: fresh })).toMatchObject({ Code: 'OK' });
    expect(simulator.credentials.map(({ accessKeyId }) => accessKeyId)).toEqual(['STS.1', 'STS.2']);
  });
});

describe('the server', () => {
  test('keeps a log of the calls, the refused ones too', async () => {
    await list({ PageNo: '2', TaskName: '续费' });
    await errorOf(callSdk(url, { key: { accessKeyId: 'LTAIother', accessKeySecret: 'x' } }));
    await detail({ Id: '7' });
    expect(simulator.calls).toEqual([
      {
        at: expect.any(Number) as number,
        action: 'QueryRobotTaskList',
        query: { PageNo: '2', TaskName: '续费' },
        accessKeyId: DEFAULT_KEY.accessKeyId,
        outcome: 'OK',
      },
      expect.objectContaining({ accessKeyId: 'LTAIother', outcome: 'InvalidAccessKeyId.NotFound' }),
      expect.objectContaining({ action: 'QueryRobotTaskDetail', outcome: '100008.0' }),
    ]);
    simulator.clearCalls();
    expect(simulator.calls).toEqual([]);
  });

  test('counts the calls that are in flight at once', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = createSimulator({
      clock: { now: () => Date.now(), sleep: () => gate },
      faults: [{ then: { fault: 'delay', ms: 1 } }],
    });
    const slowUrl = await slow.listen();
    const calls = [1, 2, 3].map(() => callSdk(slowUrl));
    while (slow.inFlight < 3) await new Promise((resolve) => setImmediate(resolve));
    expect(slow.calls.map(({ outcome }) => outcome)).toEqual(['pending', 'pending', 'pending']);
    release();
    await Promise.all(calls);
    while (slow.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
    await callSdk(slowUrl);
    expect(slow.maxInFlight).toBe(3);
    slow.clearCalls();
    expect(slow.maxInFlight).toBeLessThan(2);
    await slow.close();
  });

  test('notes a client that leaves before its answer', async () => {
    simulator.setFaults([{ then: { fault: 'delay', ms: 3_600_000 } }]);
    const client = httpRequest(url, { method: 'POST' });
    client.on('error', () => undefined);
    client.end();
    while (simulator.inFlight === 0) await new Promise((resolve) => setImmediate(resolve));
    client.destroy();
    while (simulator.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(simulator.calls).toMatchObject([{ outcome: 'aborted' }]);
  });

  test('closes with calls still waiting, and listens again on the same port with the same tasks', async () => {
    simulator.tasks.seed(3);
    simulator.setFaults([{ then: { fault: 'stall', after: 'request' } }]);
    const waiting = errorOf(callSdk(url));
    while (simulator.inFlight === 0) await new Promise((resolve) => setImmediate(resolve));
    await simulator.close();
    expect((await waiting).message).toMatch(/socket hang up|ECONNRESET/);
    expect((await errorOf(callSdk(url))).message).toMatch(/ECONNREFUSED/);
    simulator.setFaults([]);
    expect(await simulator.listen(Number(url.port))).toEqual(url);
    expect(idsIn(await list())).toHaveLength(3);
  });

  test('says so when the port is taken', async () => {
    const second = createSimulator();
    await expect(second.listen(Number(url.port))).rejects.toThrow(
      `Cannot listen on port ${url.port} of 127.0.0.1: another program uses it.`,
    );
    await second.listen();
    await second.close();
  });

  test('closing twice, or without having listened, does nothing', async () => {
    await simulator.close();
    await expect(simulator.close()).resolves.toBeUndefined();
  });

  test('does not read a body without end', async () => {
    const client = httpRequest(url, { method: 'POST' });
    const ended = new Promise<void>((resolve) => {
      client.on('error', () => undefined).on('close', resolve);
    });
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(65_536));
      },
    });
    endless.pipe(client);
    await ended;
    endless.destroy();
    while (simulator.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(simulator.calls).toHaveLength(1);
  });
});
