/** Messages of two polls that can come in another order than they were told in, and memories that others have overtaken. */
import { poll } from '../../../../functions/watch-robot-tasks/poll/poll';
import type { StateCell } from '../../../../shared/state/store';
import { NOW } from '../../../stand-ins/alerts';
import { createTaskWorld } from '../../../stand-ins/task-world';
import { createVirtualClock } from '../../../stand-ins/virtual-clock';
import {
  accepts,
  createFakeChannel,
  createFakeOperators,
  createFakeStore,
  createTestWatch,
  MINUTE,
  refuses,
  settle,
  type FakeStore,
  type TestWatch,
} from '../../../stand-ins/watch';
import { lastWords } from '../../../stand-ins/watch-items';

const DAMAGED = 'It was no JSON.';

/** Two hosts on one store, and one group. `word`: what the group heard last of task 1. */
function openTwo() {
  const cell: StateCell = { saved: null };
  const ops = createFakeChannel('ops');
  const shared = {
    clock: createVirtualClock(NOW),
    robotTasks: createTaskWorld(),
    channels: [ops],
    repeatIntervals: [],
  };
  const operators = createFakeOperators(createFakeStore(cell), shared.clock);
  const open = () => createTestWatch({ ...shared, operators, store: createFakeStore(cell) });
  return {
    ...shared,
    operators,
    ops,
    cell,
    first: open(),
    second: open(),
    word: () => lastWords(ops).get('1'),
  };
}

type Two = ReturnType<typeof openTwo>;

/** A poll whose lists take their time. */
function slowly({ clock, robotTasks }: Two, watch: TestWatch, ms: number, brokenList?: string) {
  const listRobotTasks: TestWatch['robotTasks']['listRobotTasks'] = async (...args) => {
    await clock.sleep(ms);
    if (args[0].status === brokenList) throw new Error('It is out of reach.');
    return robotTasks.listRobotTasks(...args);
  };
  return run({ ...watch, robotTasks: { ...robotTasks, listRobotTasks } });
}

const run = (watch: TestWatch) => poll(watch, { startedAt: watch.clock.now(), timeoutMs: 50_000 });

test.each([
  { name: 'and then says so', dies: false },
  { name: 'and its sender dies before it can say so', dies: true },
])(
  'a message that lands after a later one of another poll does not have the last word: it arrives late, $name',
  async ({ dies }) => {
    const { first, second, clock, robotTasks, ops, word } = openTwo();
    robotTasks.set('1', 'ARREARS_STOP');
    await first.poll();
    first.wait(MINUTE);
    robotTasks.set('1', 'EXCUTING');
    // "Running again" is on its way for ten seconds. Meanwhile the task stops again, and the other host tells that.
    ops.pause = async () => {
      ops.pause = () => Promise.resolve();
      await clock.sleep(10_000);
      if (dies) first.store.broken.add('load').add('save');
    };
    const other = async () => {
      await clock.sleep(5000);
      robotTasks.set('1', 'ARREARS_STOP');
      return run(second);
    };
    await clock.run(Promise.all([run(first), other()]));
    const kinds = ops.received.map(({ firing, resolved }) => [firing.length, resolved.length]);
    expect(kinds).toEqual([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    expect(word()).toBeNull();
    await settle(...(dies ? [second] : [second, first]));
    expect(word()).toBe('ARREARS_STOP');
    expect(ops.received).toHaveLength(4);
  },
);

test('what another poll is sending at this moment is not told by one that began before it', async () => {
  const two = openTwo();
  const { first, second, clock, robotTasks, ops } = two;
  await first.poll();
  first.wait(MINUTE);
  robotTasks.set('1', 'ARREARS_STOP');
  ops.pause = () => clock.sleep(10_000);
  const other = clock.sleep(1000).then(() => run(second));
  const [{ summary }] = await clock.run(Promise.all([slowly(two, first, 3000), other]));
  expect(summary).toMatchObject({ stopped: 1, fired: 0 });
  await settle(first, second);
  expect(ops.received).toHaveLength(1);
});

/** The first one tells a stop, and then the task runs. */
async function tellStop({ first, robotTasks }: Two): Promise<void> {
  robotTasks.set('1', 'ARREARS_STOP');
  await first.poll();
  first.wait(MINUTE);
  robotTasks.set('1', 'EXCUTING');
}

test.each<{ name: string; befall: (store: FakeStore) => unknown }>([
  { name: 'the document was damaged', befall: (store) => (store.keptAside = DAMAGED) },
  {
    name: 'the store was out of reach for a poll that another instance may have made',
    befall: (store) => store.broken.add('load'),
  },
])('an instance does not take an old memory for certain after $name', async ({ befall }) => {
  const two = openTwo();
  const { first, second, robotTasks, word } = two;
  await tellStop(two);
  await second.poll();
  first.wait(MINUTE);
  robotTasks.set('1', 'ARREARS_STOP');
  befall(first.store);
  await first.poll();
  expect(word()).toBe('ARREARS_STOP');
});

test('an end is told although the document that knew of the stop was damaged, and one who knew nothing went on from that', async () => {
  const two = openTwo();
  const { first, second, word } = two;
  await tellStop(two);
  second.store.keptAside = DAMAGED;
  await second.poll();
  await settle(first, second);
  expect(word()).toBeNull();
});

test('an end is told although an instance with another source saved its state in between', async () => {
  const two = openTwo();
  const { first, channels, cell, clock, word } = two;
  await tellStop(two);
  const robotTasks = { ...createTaskWorld(), source: 'aiccs' as const };
  await createTestWatch({ clock, channels, store: createFakeStore(cell), robotTasks }).poll();
  await settle(first);
  expect(word()).toBeNull();
});

describe('a stop whose end one host told, and could not save, while the other one still saw it stand', () => {
  /** The other one saves that it cannot read the list, so that what it saved is newer. */
  const endBeside = async ({ first, second, robotTasks, clock }: Two) => {
    robotTasks.set('1', 'EXCUTING');
    second.store.broken.add('load');
    await second.poll();
    second.store.broken.clear();
    robotTasks.set('1', 'ARREARS_STOP');
    robotTasks.brokenLists.add('ARREARS_STOP');
    clock.set(clock.now() + 1000);
    await first.poll();
    robotTasks.brokenLists.clear();
  };

  test('is told again, as news of its own', async () => {
    const world = openTwo();
    const { first, second, robotTasks, ops, word } = world;
    robotTasks.set('1', 'ARREARS_STOP');
    await second.poll();
    first.wait(MINUTE);
    await endBeside(world);
    expect(word()).toBeNull();
    await settle(first, second);
    expect(word()).toBe('ARREARS_STOP');
    expect(ops.received).toHaveLength(3);
  });

  test('is told again although the one had seen it begin later than the other one', async () => {
    const world = openTwo();
    const { first, second, robotTasks, clock, ops, word } = world;
    await first.poll();
    await second.poll();
    first.wait(MINUTE);
    robotTasks.set('1', 'ARREARS_STOP');
    await first.poll();
    clock.set(clock.now() + 1000);
    second.store.broken.add('load');
    await second.poll();
    // Longer after the first telling than a poll lasts.
    clock.set(clock.now() + 54_000);
    await endBeside(world);
    expect(word()).toBeNull();
    await settle(first, second);
    expect(word()).toBe('ARREARS_STOP');
    expect(ops.received).toHaveLength(4);
  });
});

test.each(['EXCUTING', 'SYSTEM_STOP'])(
  'a stop that became %s and came back is told again where one host could not save that, and the other one told since who took it',
  async (between) => {
    const { first, second, robotTasks, operators, word } = openTwo();
    robotTasks.set('1', 'ARREARS_STOP');
    await second.poll();
    first.wait(MINUTE);
    robotTasks.set('1', between);
    second.store.broken.add('load');
    await second.poll();
    second.store.broken.clear();
    robotTasks.set('1', 'ARREARS_STOP');
    operators.take('1', '张三');
    await settle(first);
    await settle(second, first);
    expect(word()).toBe('ARREARS_STOP');
  },
);

test('what is laid over a save that came first is known afterwards, also where the answer of that is lost', async () => {
  const two = openTwo();
  const { first, second, clock, robotTasks, ops, word } = two;
  robotTasks.set('1', 'SYSTEM_STOP');
  await second.poll();
  await first.poll();
  first.wait(MINUTE);
  // The first one tells another stop and cannot keep that; the task goes back.
  robotTasks.set('1', 'ARREARS_STOP');
  first.store.broken.add('load');
  await first.poll();
  first.store.broken.clear();
  robotTasks.set('1', 'SYSTEM_STOP');
  first.wait(MINUTE);
  // It saves what it told while the second one, which loaded before, polls; nobody hears anything.
  ops.answer = refuses;
  second.store.broken.add('answer');
  const other = clock.sleep(1000).then(() => run(first));
  await clock.run(Promise.all([slowly(two, second, 2000, 'ARREARS_STOP'), other]));
  second.store.broken.clear();
  ops.answer = accepts;
  await settle(second, first);
  expect(word()).toBe('SYSTEM_STOP');
});
