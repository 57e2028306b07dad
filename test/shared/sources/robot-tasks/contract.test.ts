import type { FaultRule } from '../../../../local/simulator/faults/faults';
import { createSimulator, DEFAULT_KEY, type Simulator } from '../../../../local/simulator/simulator';
import { SOURCE_TRAITS } from '../../../../shared/task-source';
import { systemClock } from '../../../../shared/runtime/clock';
import { createLimiter } from '../../../../shared/sources/openapi/limiter';
import { createOpenApiClient, type OpenApiClient } from '../../../../shared/sources/openapi/openapi-client';
import { createRobotTasks } from '../../../../shared/sources/robot-tasks/robot-tasks';
import { ROBOT_TASK_STATUSES, type RobotTask, type RobotTasks, SOURCES } from '../../../../shared/robot-task';
import { RobotTaskError } from '../../../../shared/robot-task-error';

/** What every source promises, the whole way: our client, the real core client, and the simulator, which checks every signature. */

const STOPPED = 'SYSTEM_STOP';

describe.each(SOURCES)('%s', (source) => {
  /** A task of the simulator as the source can tell it. */
  const asTold = (task: RobotTask): RobotTask =>
    source === 'dyvms' ? task : { ...task, scheduleType: null, completeTime: null };
  let simulator: Simulator;
  let client: OpenApiClient;
  let robotTasks: RobotTasks;

  beforeEach(async () => {
    simulator = createSimulator({ source });
    const endpoint = await simulator.listen();
    client = createOpenApiClient({ endpoint, credentials: () => DEFAULT_KEY });
    // The pace is not the subject here, and would take seconds.
    const limiter = createLimiter({ clock: systemClock, maxStarts: 10_000 });
    robotTasks = createRobotTasks(source, { client, limiter, random: () => 0 });
  });

  afterEach(async () => {
    await simulator.close();
  });

  it('finds the tasks of one status, with all digits of their ids', async () => {
    simulator.tasks.seed(30, 1, { status: 'FINISH' });
    const stopped = simulator.tasks.seed(130, 2, { status: STOPPED });
    const tasks = await robotTasks.listRobotTasks({ status: STOPPED });
    expect(new Set(tasks.map(({ id }) => id))).toEqual(new Set(stopped.map(({ id }) => id)));
    expect(tasks).toEqual(simulator.tasks.list({ status: STOPPED }).map(asTold));
  });

  it('finds the tasks of one day, and those of a name', async () => {
    const task = simulator.tasks.add({
      taskName: '回访 (1) *&=',
      status: 'READY',
      createdAt: Date.parse('2026-01-31T17:00:00Z'),
    });
    simulator.tasks.seed(5, 1, { status: 'READY' });
    expect(await robotTasks.listRobotTasks({ createdOn: '2026-02-01' })).toEqual([asTold(task)]);
    expect(await robotTasks.listRobotTasks({ taskName: '回访 (1) *&=' })).toEqual([asTold(task)]);
  });

  it('asks for one task', async () => {
    const task = simulator.tasks.add({ status: 'SYSTEM_STOP' });
    expect(await robotTasks.getRobotTask(task.id)).toMatchObject({
      id: task.id,
      taskName: task.taskName,
      status: 'SYSTEM_STOP',
      createTime: task.createTime,
    });
    expect(await robotTasks.getRobotTask('1')).toBeNull();
  });

  it('asks once when nothing is stopped', async () => {
    simulator.tasks.seed(300, 1, { status: 'FINISH' });
    expect(await robotTasks.listRobotTasks({ status: STOPPED })).toEqual([]);
    expect(simulator.calls).toHaveLength(1);
  });

  describe('a list of 430 tasks in pages of 50', () => {
    const clamp: FaultRule = { then: { fault: 'clamp-page-size', max: 50 } };
    const noTotal: FaultRule = { then: { fault: 'omit-paging' } };
    const shift = (how: 'remove' | 'insert' | 'rotate', times?: number): FaultRule => ({
      when: times === undefined ? {} : { skip: 3, times },
      then: { fault: 'shift', how },
    });

    it.each([
      { name: 'that stands still', rules: [clamp] },
      { name: 'without a total', rules: [clamp, noTotal] },
      { name: 'with Data as an array', rules: [clamp, { then: { fault: 'data-as-array' } }] },
      {
        name: 'with an error past the end',
        rules: [clamp, noTotal, { then: { fault: 'past-the-end', answer: 'error' } }],
      },
      {
        name: 'repeated past the end',
        rules: [clamp, noTotal, { then: { fault: 'past-the-end', answer: 'repeat-last' } }],
      },
      { name: 'from which some leave', rules: [clamp, shift('remove', 2)] },
      { name: 'from which some leave, without a total', rules: [clamp, noTotal, shift('remove', 2)] },
      { name: 'to which some come', rules: [clamp, shift('insert', 3)] },
      { name: 'to which some come, without a total', rules: [clamp, noTotal, shift('insert', 3)] },
      { name: 'that rotates, so that its total stays', rules: [clamp, shift('rotate', 5)] },
      { name: 'that rotates, without a total', rules: [clamp, noTotal, shift('rotate', 5)] },
      {
        name: 'with a reset in between',
        rules: [clamp, { when: { page: 4, times: 1 }, then: { fault: 'reset', after: 'half' } }],
      },
    ] as { name: string; rules: FaultRule[] }[])('$name is read whole', async ({ rules }) => {
      const seeded = simulator.tasks.seed(430, 1, { status: STOPPED });
      simulator.setFaults(rules);
      const tasks = await robotTasks.listRobotTasks({ status: STOPPED });
      const ids = tasks.map(({ id }) => id);
      simulator.setFaults([]);
      expect(new Set(ids).size).toBe(ids.length);
      const constant = rules.some(({ then }) => then.fault === 'shift' && then.how === 'remove') ? 428 : 430;
      const seededIds = seeded.map(({ id }) => id);
      expect(ids.filter((id) => seededIds.includes(id)).length).toBeGreaterThanOrEqual(constant);
      expect(simulator.maxInFlight).toBeLessThanOrEqual(8);
    });

    it.each(['remove', 'insert', 'rotate'] as const)(
      'that never rests (%s) is an error, and never a part',
      async (how) => {
        simulator.tasks.seed(430, 1, { status: STOPPED });
        simulator.setFaults([clamp, noTotal, shift(how)]);
        const error: unknown = await robotTasks
          .listRobotTasks({ status: STOPPED })
          .catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(RobotTaskError);
        expect(error).toMatchObject({ kind: 'moving' });
      },
    );
  });

  it('says which error it was, with code and request id', async () => {
    simulator.setFaults([{ then: { fault: 'clock-skew', ms: 16 * 60 * 1000 } }]);
    const error: unknown = await robotTasks.listRobotTasks({}).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind: 'unauthorized', code: 'InvalidTimeStamp.Expired' });
    expect((error as RobotTaskError).requestId).toMatch(/^[0-9A-F-]{36}$/);
    expect(simulator.calls).toHaveLength(1);
  });

  it('has a task in every status that it has', async () => {
    for (const status of [...SOURCE_TRAITS[source].statuses, 'A_NEW_STATUS']) {
      const { id } = simulator.tasks.add({ status });
      const asked = { status };
      expect((await robotTasks.listRobotTasks(asked)).map((task) => [task.id, task.status])).toEqual([
        [id, status],
      ]);
      expect(await robotTasks.getRobotTask(id)).toMatchObject({ id, status });
    }
  });

  it('is not asked for a status that it lacks: no task is in it', async () => {
    simulator.tasks.seed(5, 1, { status: STOPPED });
    const lacking = ROBOT_TASK_STATUSES.filter((status) => !SOURCE_TRAITS[source].statuses.includes(status));
    for (const status of lacking) {
      expect(await robotTasks.listRobotTasks({ status })).toEqual([]);
      expect(await robotTasks.listRobotTaskPage({ status }, 1, 20)).toMatchObject({ tasks: [], total: 0 });
    }
    expect(simulator.calls).toHaveLength(0);
    expect(lacking).toEqual(source === 'aiccs' ? ['ARREARS_STOP'] : []);
  });

  it('filters by the day as a part of a list, whether or not upstream can', async () => {
    const day = (createdAt: string) =>
      simulator.tasks.add({ status: STOPPED, createdAt: Date.parse(createdAt) });
    day('2026-01-31T15:59:59Z');
    const tasks = [day('2026-01-31T16:00:00Z'), day('2026-02-01T15:59:59Z')];
    day('2026-02-01T16:00:00Z');
    const found = await robotTasks.listRobotTasks({ status: STOPPED, createdOn: '2026-02-01' });
    expect(found.map(({ id }) => id).toSorted()).toEqual(tasks.map(({ id }) => id).toSorted());
    const page = robotTasks.listRobotTaskPage({ createdOn: '2026-02-01' }, 1, 20);
    await (SOURCE_TRAITS[source].filters.includes('createdOn')
      ? expect(page).resolves.toMatchObject({ total: 2 })
      : expect(page).rejects.toMatchObject({ kind: 'invalid' }));
  });

  it('holds, of a list that breaks off, only what was asked for', async () => {
    for (let index = 0; index < 200; index += 1) {
      const createdAt = index < 50 ? '2026-01-31T17:00:00Z' : '2026-01-30T17:00:00Z';
      simulator.tasks.add({ status: STOPPED, createdAt: Date.parse(createdAt) });
    }
    simulator.setFaults([
      { when: { skip: 1 }, then: { fault: 'code', code: 'Forbidden.RAM', httpStatus: 403 } },
    ]);
    const list = robotTasks.listRobotTasks({ status: STOPPED, createdOn: '2026-01-31' });
    const { tasks } = await list.then(
      () => new RobotTaskError('invalid', { en: '', 'zh-CN': '' }),
      (error: unknown) => error as RobotTaskError,
    );
    expect([...new Set(tasks.map(({ createTime }) => createTime?.slice(0, 10)))]).toEqual(['2026-01-31']);
  });

  it('says what a page is: its tasks, the total and the page size in effect', async () => {
    simulator.tasks.seed(130, 1, { status: STOPPED });
    simulator.setFaults([{ then: { fault: 'clamp-page-size', max: 50 } }]);
    const page = await robotTasks.listRobotTaskPage({ status: STOPPED }, 3, 100);
    expect(page).toMatchObject({ total: 130, pageSize: 50 });
    expect(page.tasks).toHaveLength(30);
    expect(simulator.calls).toHaveLength(1);
  });

  it.each<{ fault: FaultRule['then']; kind: string; calls: number }>([
    { fault: { fault: 'code', code: 'Throttling.User' }, kind: 'throttled', calls: 3 },
    { fault: { fault: 'code', code: 'Forbidden.RAM', httpStatus: 403 }, kind: 'unauthorized', calls: 1 },
    { fault: { fault: 'code', code: 'isv.OUT_OF_SERVICE', httpStatus: 200 }, kind: 'account', calls: 1 },
    { fault: { fault: 'code', code: 'InvalidParameters', httpStatus: 200 }, kind: 'invalid', calls: 1 },
    { fault: { fault: 'broken', as: 'html-502' }, kind: 'unavailable', calls: 3 },
    { fault: { fault: 'broken', as: 'array' }, kind: 'malformed', calls: 1 },
    { fault: { fault: 'broken', as: 'no-code' }, kind: 'malformed', calls: 1 },
    { fault: { fault: 'broken', as: 'truncated-json' }, kind: 'malformed', calls: 1 },
    { fault: { fault: 'data' }, kind: 'malformed', calls: 1 },
    { fault: { fault: 'data', value: { Total: 3 } }, kind: 'malformed', calls: 1 },
    { fault: { fault: 'data', value: '[{"id":' }, kind: 'malformed', calls: 1 },
    { fault: { fault: 'reset', after: 'request' }, kind: 'unavailable', calls: 3 },
  ])('an answer with $fault is a $kind error after $calls calls', async ({ fault, kind, calls }) => {
    simulator.tasks.seed(3, 1, { status: STOPPED });
    simulator.setFaults([{ then: fault }]);
    await expect(robotTasks.listRobotTasks({ status: STOPPED })).rejects.toMatchObject({ kind });
    expect(simulator.calls).toHaveLength(calls);
  });

  it('names the permissions of its own product, and of what was asked for, where they are refused', async () => {
    simulator.setFaults([{ then: { fault: 'code', code: 'NoPermission', httpStatus: 403 } }]);
    const { readActions, startAction } = SOURCE_TRAITS[source];
    await expect(robotTasks.listRobotTasks({})).rejects.toThrow(`(${readActions.join(', ')})`);
    await expect(robotTasks.startRobotTask('1')).rejects.toThrow(`(${startAction})`);
  });

  it.each([
    { name: 'a list', ask: (deadline: number) => robotTasks.listRobotTasks({}, { deadline }) },
    { name: 'a page', ask: (deadline: number) => robotTasks.listRobotTaskPage({}, 1, 20, { deadline }) },
    { name: 'one task', ask: (deadline: number) => robotTasks.getRobotTask('1', { deadline }) },
    { name: 'a start', ask: (deadline: number) => robotTasks.startRobotTask('1', { deadline }) },
  ])('ends $name at its deadline when upstream is silent', async ({ ask }) => {
    simulator.setFaults([{ then: { fault: 'stall', after: 'headers' } }]);
    await expect(ask(systemClock.now() + 100)).rejects.toMatchObject({ kind: 'timeout' });
  });

  describe('starting a task again', () => {
    it('starts one that stands', async () => {
      const { id } = simulator.tasks.add({ status: STOPPED });
      await robotTasks.startRobotTask(id);
      expect(await robotTasks.getRobotTask(id)).toMatchObject({ status: 'EXCUTING' });
    });

    it.each([
      { name: 'upstream says no', status: 'FINISH', fault: null, code: null },
      {
        name: 'upstream has a code for it',
        status: STOPPED,
        fault: 'isv.TASK_STATUS_ERROR',
        code: 'isv.TASK_STATUS_ERROR',
      },
    ])('is refused where $name', async ({ status, fault, code }) => {
      const { id } = simulator.tasks.add({ status });
      if (fault !== null) simulator.setFaults([{ then: { fault: 'code', code: fault, httpStatus: 200 } }]);
      await expect(robotTasks.startRobotTask(id)).rejects.toMatchObject({
        kind: 'refused',
        code,
        mayHaveHappened: false,
      });
      expect(simulator.tasks.get(id)?.status).toBe(status);
    });

    it('is refused for the account’s sake where the account is why', async () => {
      const { id } = simulator.tasks.add({ status: STOPPED });
      for (const code of ['isv.OUT_OF_SERVICE', 'isv.AMOUNT_NOT_ENOUGH', 'isv.ACCOUNT_ABNORMAL']) {
        simulator.setFaults([{ then: { fault: 'code', code, httpStatus: 200 } }]);
        await expect(robotTasks.startRobotTask(id)).rejects.toMatchObject({ kind: 'refused-account', code });
      }
    });

    it('meets no connection that died meanwhile', async () => {
      const { id } = simulator.tasks.add({ status: STOPPED });
      await robotTasks.getRobotTask(id);
      simulator.setFaults([{ when: { reusedConnection: true }, then: { fault: 'reset', after: 'request' } }]);
      await robotTasks.startRobotTask(id);
      expect(simulator.tasks.get(id)?.status).toBe('EXCUTING');
    });

    it('has all of its time, on a kept connection too: no other try comes after it', async () => {
      const { id } = simulator.tasks.add({ status: STOPPED });
      // Another caller's connection, of which this one does not know.
      const limiter = createLimiter({ clock: systemClock, maxStarts: 10_000 });
      await createRobotTasks(source, { client, limiter }).getRobotTask(id);
      simulator.setFaults([{ then: { fault: 'delay', ms: 1200 } }]);
      await robotTasks.startRobotTask(id, { deadline: systemClock.now() + 2000 });
      expect(simulator.tasks.get(id)?.status).toBe('EXCUTING');
    });

    it('is refused with the words of the service where it says no, and with its code where it knows no such task', async () => {
      const answers = (body: object) =>
        createRobotTasks(source, {
          client: { callApi: () => Promise.resolve({ statusCode: 200, body: JSON.stringify(body) }) },
          limiter: createLimiter({ clock: systemClock, maxStarts: 10_000 }),
          secrets: () => ['marked-secret'],
        });
      const said = {
        Code: 'OK',
        Data: 'false',
        Message: 'the task\nof marked-secret runs',
        RequestId: 'R-1',
      };
      const refusal = answers({ ...said, Message: 'OK' }).startRobotTask('1');
      await expect(refusal).rejects.toMatchObject({ kind: 'refused', explanation: null });
      await expect(answers(said).startRobotTask('1')).rejects.toMatchObject({
        ...{ kind: 'refused', code: null, requestId: 'R-1', explanation: 'the task of *** runs' },
      });
      await expect(answers({ Code: '100008.0' }).startRobotTask('1')).rejects.toMatchObject({
        ...{ kind: 'refused', code: '100008.0' },
      });
      await expect(answers({ Code: 'OK', RequestId: 'R-2' }).startRobotTask('1')).rejects.toMatchObject({
        ...{ kind: 'malformed', mayHaveHappened: true },
      });
    });

    it.each<{ fault: FaultRule['then']; kind: string }>([
      { fault: { fault: 'reset', after: 'half' }, kind: 'unavailable' },
      { fault: { fault: 'broken', as: 'html-502' }, kind: 'unavailable' },
      { fault: { fault: 'broken', as: 'truncated-json' }, kind: 'malformed' },
    ])('is asked for once where the answer is lost by $fault, and nobody knows', async ({ fault, kind }) => {
      const { id } = simulator.tasks.add({ status: STOPPED });
      simulator.setFaults([{ then: fault }]);
      await expect(robotTasks.startRobotTask(id)).rejects.toMatchObject({ kind, mayHaveHappened: true });
      expect(simulator.calls).toHaveLength(1);
    });
  });
});
