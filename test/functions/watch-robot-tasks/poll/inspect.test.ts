import { inspect } from '../../../../functions/watch-robot-tasks/poll/inspect';
import type { TrackedTask } from '../../../../shared/state/state';
import { createLogger } from '../../../../shared/runtime/log';
import { RobotTaskError, type RobotTaskErrorKind } from '../../../../shared/robot-task-error';
import { NOW, task } from '../../../stand-ins/alerts';
import { createTaskWorld, type TaskWorld } from '../../../stand-ins/task-world';
import { createVirtualClock } from '../../../stand-ins/virtual-clock';
import { text } from '../../../stand-ins/text';

const clock = createVirtualClock(NOW);
const log = createLogger('silent', () => []);
const statuses = ['ARREARS_STOP', 'SYSTEM_STOP'];

function tracked(count: number, fields: Partial<TrackedTask> = {}): TrackedTask[] {
  return Array.from({ length: count }, (_, index) => {
    return {
      task: task({ id: String(index) }),
      condition: 'ARREARS_STOP',
      since: NOW,
      begin: NOW,
      ...fields,
    };
  });
}

function look(world: TaskWorld, tasks: readonly TrackedTask[], ms = 20_000) {
  return clock.run(
    inspect({ tasks, told: new Map() }, clock.now() + ms, { robotTasks: world, statuses, clock, log }),
  );
}

test('no more than 8 details are asked for at a time', async () => {
  const world = createTaskWorld();
  let inFlight = 0;
  let most = 0;
  world.pause = async () => {
    most = Math.max(most, ++inFlight);
    await clock.sleep(100);
    inFlight -= 1;
  };
  const { tasksSeen } = await look(world, tracked(50));
  expect(tasksSeen.details.size).toBe(50);
  expect(most).toBe(8);
});

test('when time is up no further detail is asked for, and what was found out counts', async () => {
  const world = createTaskWorld();
  world.pause = () => clock.sleep(100);
  const { tasksSeen, listProblem } = await look(world, tracked(50), 250);
  expect(tasksSeen.details.size).toBe(16);
  expect(tasksSeen.lists.size).toBe(2);
  expect(listProblem).toBeNull();
});

test.each<{ kind: RobotTaskErrorKind; isProblem: boolean }>([
  { kind: 'unauthorized', isProblem: true },
  { kind: 'account', isProblem: true },
  { kind: 'malformed', isProblem: true },
  { kind: 'invalid', isProblem: true },
  { kind: 'unavailable', isProblem: false },
  { kind: 'timeout', isProblem: false },
])(
  'a detail that is $kind makes the poll fail: $isProblem, because no recovery could ever be told',
  async ({ kind, isProblem }) => {
    const world = createTaskWorld();
    world.getRobotTask = () => Promise.reject(new RobotTaskError(kind, text('No.')));
    const { tasksSeen, listProblem } = await look(world, tracked(1));
    expect(tasksSeen.lists.size).toBe(2);
    expect(listProblem?.en ?? null).toBe(isProblem ? '(tasks that left the lists) No.' : null);
  },
);

test.each<{ kind: RobotTaskErrorKind; most: number }>([
  { kind: 'unauthorized', most: 8 },
  { kind: 'account', most: 8 },
  { kind: 'throttled', most: 8 },
  { kind: 'malformed', most: 50 },
  { kind: 'timeout', most: 50 },
])('after a detail that is $kind, $most of 50 have been asked for', async ({ kind, most }) => {
  const world = createTaskWorld();
  let asked = 0;
  world.getRobotTask = () => {
    asked += 1;
    return Promise.reject(new RobotTaskError(kind, text('No.')));
  };
  const { tasksSeen } = await look(world, tracked(50));
  expect(tasksSeen.details.size).toBe(0);
  expect(asked).toBe(most);
});

test('tasks in a row of unknown answers come first, and the others take turns at being next', async () => {
  const world = createTaskWorld();
  const first = new Set<string>();
  for (let polls = 0; polls < 5; polls++) {
    clock.set(clock.now() + 1000);
    world.asked.length = 0;
    await look(world, [
      ...tracked(5),
      { ...tracked(1)[0], task: task({ id: 'row' }), doubt: { status: null, polls: 2 } } as TrackedTask,
    ]);
    const details = world.asked.filter((question) => question.startsWith('detail'));
    expect(details[0]).toBe('detail row');
    first.add(details[1] ?? '');
  }
  expect(first.size).toBeGreaterThan(3);
});

test('one cause for all lists is told once, without naming them, with the code and at last the request ids', async () => {
  const world = createTaskWorld();
  let requests = 0;
  world.listRobotTasks = () => {
    const requestId = `R-${(requests += 1)}`;
    const cause = { en: 'Too many calls.', 'zh-CN': '调用太多。' };
    return Promise.reject(new RobotTaskError('throttled', cause, { code: 'Throttling.User', requestId }));
  };
  const { listProblem, tasksSeen } = await look(world, tracked(1));
  expect(listProblem).toEqual({
    en: 'Too many calls (Throttling.User). Request ids: R-1, R-2.',
    'zh-CN': '调用太多（Throttling.User）。请求 ID：R-1、R-2。',
  });
  expect(tasksSeen.lists.size).toBe(0);
  expect(world.asked).toEqual([]);
});

test('causes that differ are told one by one, each with what it is about in words', async () => {
  const world = createTaskWorld();
  const refuse = (en: string, zh: string) =>
    Promise.reject(new RobotTaskError('account', { en, 'zh-CN': zh }, { requestId: 'R-1' }));
  world.listRobotTasks = ({ status }) =>
    status === 'SYSTEM_STOP' ? Promise.resolve([]) : refuse('No list.', '没有列表。');
  world.getRobotTask = () => refuse('No detail.', '没有详情。');
  const { listProblem } = await look(world, tracked(1, { task: task({ status: 'SYSTEM_STOP' }) }));
  expect(listProblem).toEqual({
    en: '(stopped, payment overdue) No list. (tasks that left the lists) No detail. Request ids: R-1.',
    'zh-CN': '（欠费暂停）没有列表。（离开列表的任务）没有详情。请求 ID：R-1。',
  });
});

test('an error nobody foresaw fails its list only, and what it says is not repeated', async () => {
  const world = createTaskWorld();
  world.listRobotTasks = ({ status }) =>
    status === 'SYSTEM_STOP' ? Promise.resolve([]) : Promise.reject(new TypeError('marked-secret'));
  const { listProblem, tasksSeen } = await look(world, []);
  expect([...tasksSeen.lists.keys()]).toEqual(['SYSTEM_STOP']);
  expect(listProblem?.en).toBe(
    '(stopped, payment overdue) Asking the voice service failed unexpectedly: see the log of the function.',
  );
});

test('of a list that is too long, what can be read is seen, and the sentence says what helps', async () => {
  const world = createTaskWorld();
  const asked: (boolean | undefined)[] = [];
  world.listRobotTasks = (_filter, options) => {
    asked.push(options?.readsToLimit);
    const tasks = Array.from({ length: 10_000 }, (_, index) => task({ id: String(index) }));
    return Promise.reject(new RobotTaskError('too-many', text('Narrow the query.'), { tasks }));
  };
  const { listProblem, tasksSeen } = await look(world, []);
  expect(asked).toEqual([true, true]);
  expect(tasksSeen.glimpsed?.length).toBe(20_000);
  expect(listProblem?.en).toBe(
    'Too many tasks have this status to read them all: 10000 were read, and are watched. ' +
      'Cancel old ones in the console of the voice service, or take the status out of WATCH_STATUSES.',
  );
});
