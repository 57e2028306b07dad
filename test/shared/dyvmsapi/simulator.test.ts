import type { FaultRule } from '../../../local/simulator/faults';
import { createSimulator, DEFAULT_KEY, type Simulator } from '../../../local/simulator/simulator';
import { systemClock } from '../../../shared/clock';
import { createLimiter } from '../../../shared/dyvmsapi/limiter';
import { createOpenApiClient } from '../../../shared/dyvmsapi/openapi-client';
import { createRobotTasks } from '../../../shared/dyvmsapi/robot-tasks';
import type { RobotTasks } from '../../../shared/robot-task';
import { RobotTaskError } from '../../../shared/robot-task-error';

/** The whole way: our client, the real core client, and the simulator, which checks every signature. */

let simulator: Simulator;
let robotTasks: RobotTasks;

beforeEach(async () => {
  simulator = createSimulator();
  const endpoint = await simulator.listen();
  const client = createOpenApiClient({ endpoint, credentials: () => DEFAULT_KEY });
  // The pace is not the subject here, and would take seconds.
  const limiter = createLimiter({ clock: systemClock, maxStarts: 10_000 });
  robotTasks = createRobotTasks({ client, limiter, random: () => 0 });
});

afterEach(async () => {
  await simulator.close();
});

it('finds the tasks of one status, with all digits of their ids', async () => {
  simulator.tasks.seed(30, 1, { status: 'FINISH' });
  const stopped = simulator.tasks.seed(130, 2, { status: 'ARREARS_STOP' });
  const tasks = await robotTasks.listRobotTasks({ status: 'ARREARS_STOP' });
  expect(new Set(tasks.map(({ id }) => id))).toEqual(new Set(stopped.map(({ id }) => id)));
  expect(tasks).toEqual(simulator.tasks.list({ status: 'ARREARS_STOP' }));
});

it('finds the tasks of one day, and those of a name', async () => {
  const task = simulator.tasks.add({
    taskName: '回访 (1) *&=',
    status: 'READY',
    createdAt: Date.parse('2026-01-31T17:00:00Z'),
  });
  simulator.tasks.seed(5, 1, { status: 'READY' });
  expect(await robotTasks.listRobotTasks({ createdOn: '2026-02-01' })).toEqual([task]);
  expect(await robotTasks.listRobotTasks({ taskName: '回访 (1) *&=' })).toEqual([task]);
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
  expect(await robotTasks.listRobotTasks({ status: 'ARREARS_STOP' })).toEqual([]);
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
    const seeded = simulator.tasks.seed(430, 1, { status: 'ARREARS_STOP' });
    simulator.setFaults(rules);
    const tasks = await robotTasks.listRobotTasks({ status: 'ARREARS_STOP' });
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
      simulator.tasks.seed(430, 1, { status: 'ARREARS_STOP' });
      simulator.setFaults([clamp, noTotal, shift(how)]);
      const error: unknown = await robotTasks
        .listRobotTasks({ status: 'ARREARS_STOP' })
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
