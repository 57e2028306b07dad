/** Messages of two polls that can come in another order than they were told in, and memories that others have overtaken. */
import fc from 'fast-check';
import { poll } from '../../../../functions/watch-robot-tasks/poll/poll';
import type { StateCell } from '../../../../shared/state/store';
import { NOW } from '../../../stand-ins/alerts';
import { createTaskWorld } from '../../../stand-ins/task-world';
import { createVirtualClock } from '../../../stand-ins/virtual-clock';
import {
  createFakeChannel,
  createFakeStore,
  createTestWatch,
  MINUTE,
  refuses,
  type FakeChannel,
  type TestWatch,
} from '../../../stand-ins/watch';

/** Two hosts on one store, and one group. */
function openTwo() {
  const cell: StateCell = { saved: null };
  const shared = {
    clock: createVirtualClock(NOW),
    robotTasks: createTaskWorld(),
    channels: [createFakeChannel('ops')],
    repeatIntervals: [],
  };
  const open = () => createTestWatch({ ...shared, store: createFakeStore(cell) });
  return { ...shared, cell, first: open(), second: open() };
}

/** What the group believes of each task: the last word of what arrived, for one who drops what has an id that came before. */
function beliefs({ received }: FakeChannel): Map<string, string | null> {
  const words = new Map<string, string | null>();
  const ids = new Set<string>();
  for (const { id, firing, resolved } of received) {
    if (ids.has(id)) continue;
    ids.add(id);
    for (const { task, status } of firing) words.set(task.id, status);
    for (const { task } of resolved) words.set(task.id, null);
  }
  return words;
}

const run = (watch: TestWatch) => poll(watch, { startedAt: watch.clock.now(), timeoutMs: 50_000 });

/** One after the other, a minute apart, until nobody has anything more to say. */
async function settle(...watches: readonly TestWatch[]): Promise<void> {
  for (const watch of [...watches, ...watches]) {
    watch.wait(MINUTE);
    await watch.poll();
  }
}

test.each([
  { name: 'and then says so', dies: false },
  { name: 'and its sender dies before it can say so', dies: true },
])(
  'a message that lands after a later one of another poll does not have the last word: it arrives late, $name',
  async ({ dies }) => {
    const { first, second, clock, robotTasks, channels } = openTwo();
    const [ops] = channels;
    if (ops === undefined) throw new Error('There is no channel.');
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
    expect(beliefs(ops).get('1')).toBeNull();
    await settle(...(dies ? [second] : [second, first]));
    expect(beliefs(ops).get('1')).toBe('ARREARS_STOP');
    expect(ops.received).toHaveLength(4);
  },
);

test('what another poll is sending at this moment is not told by one that began before it', async () => {
  const { first, second, clock, robotTasks, channels } = openTwo();
  const slowly = {
    ...robotTasks,
    listRobotTasks: async (...args: Parameters<typeof robotTasks.listRobotTasks>) => {
      await clock.sleep(3000);
      return robotTasks.listRobotTasks(...args);
    },
  };
  const slow = { ...first, robotTasks: slowly };
  await first.poll();
  first.wait(MINUTE);
  robotTasks.set('1', 'ARREARS_STOP');
  for (const channel of channels) channel.pause = () => clock.sleep(10_000);
  const other = async () => {
    await clock.sleep(1000);
    return run(second);
  };
  const [{ summary }] = await clock.run(Promise.all([run(slow), other()]));
  expect(summary).toMatchObject({ stopped: 1, fired: 0 });
  await settle(first, second);
  expect(channels[0]?.received).toHaveLength(1);
});

test('an instance does not take an old memory for certain after the document was damaged', async () => {
  const { first, second, robotTasks, channels } = openTwo();
  robotTasks.set('1', 'ARREARS_STOP');
  await first.poll();
  first.wait(MINUTE);
  robotTasks.set('1', 'EXCUTING');
  await second.poll();
  first.wait(MINUTE);
  robotTasks.set('1', 'ARREARS_STOP');
  first.store.keptAside = 'It was no JSON.';
  await settle(first);
  expect(channels.map((channel) => beliefs(channel).get('1'))).toEqual(['ARREARS_STOP']);
});

test('nor after the store was out of reach for a poll that another instance may have made', async () => {
  const { first, second, robotTasks, channels } = openTwo();
  robotTasks.set('1', 'ARREARS_STOP');
  await first.poll();
  first.wait(MINUTE);
  robotTasks.set('1', 'EXCUTING');
  await second.poll();
  first.wait(MINUTE);
  robotTasks.set('1', 'ARREARS_STOP');
  first.store.broken.add('load');
  await first.poll();
  expect(channels.map((channel) => beliefs(channel).get('1'))).toEqual(['ARREARS_STOP']);
});

test('an end is told although the document that knew of the stop was damaged, and one who knew nothing went on from that', async () => {
  const { first, second, robotTasks, channels } = openTwo();
  robotTasks.set('1', 'ARREARS_STOP');
  await first.poll();
  first.wait(MINUTE);
  robotTasks.set('1', 'EXCUTING');
  second.store.keptAside = 'It was no JSON.';
  await second.poll();
  await settle(first, second);
  expect(channels.map((channel) => beliefs(channel).get('1'))).toEqual([null]);
});

test('an end is told although an instance with another source saved its state in between', async () => {
  const { first, robotTasks, channels, cell, clock } = openTwo();
  robotTasks.set('1', 'ARREARS_STOP');
  await first.poll();
  first.wait(MINUTE);
  const other = createTestWatch({
    ...{ clock, channels, store: createFakeStore(cell) },
    robotTasks: { ...createTaskWorld(), source: 'aiccs' },
  });
  await other.poll();
  robotTasks.set('1', 'EXCUTING');
  await settle(first);
  expect(channels.map((channel) => beliefs(channel).get('1'))).toEqual([null]);
});

describe('a stop whose end one host told, and could not save, while the other one still saw it stand', () => {
  /** The other one saves that it cannot read the list, so that what it saved is newer. */
  const endBeside = async ({ first, second, robotTasks, clock }: ReturnType<typeof openTwo>) => {
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
    const { first, second, robotTasks, channels } = world;
    robotTasks.set('1', 'ARREARS_STOP');
    await second.poll();
    first.wait(MINUTE);
    await endBeside(world);
    expect(channels.map((channel) => beliefs(channel).get('1'))).toEqual([null]);
    await settle(first, second);
    expect(channels.map((channel) => beliefs(channel).get('1'))).toEqual(['ARREARS_STOP']);
    expect(channels.map(({ received }) => received.length)).toEqual([3]);
  });

  test('is told again although the one had seen it begin later than the other one', async () => {
    const world = openTwo();
    const { first, second, robotTasks, clock, channels } = world;
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
    expect(channels.map((channel) => beliefs(channel).get('1'))).toEqual([null]);
    await settle(first, second);
    expect(channels.map((channel) => beliefs(channel).get('1'))).toEqual(['ARREARS_STOP']);
    expect(channels.map(({ received }) => received.length)).toEqual([4]);
  });
});

test('what is laid over a save that came first is known afterwards, also where the answer of that is lost', async () => {
  const { first, second, clock, robotTasks, channels } = openTwo();
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
  for (const channel of channels) channel.answer = refuses;
  const slowly = {
    ...robotTasks,
    listRobotTasks: async (...args: Parameters<typeof robotTasks.listRobotTasks>) => {
      await clock.sleep(2000);
      return args[0].status === 'ARREARS_STOP'
        ? Promise.reject(new Error('It is out of reach.'))
        : robotTasks.listRobotTasks(...args);
    },
  };
  second.store.broken.add('answer');
  await clock.run(
    Promise.all([run({ ...second, robotTasks: slowly }), clock.sleep(1000).then(() => run(first))]),
  );
  second.store.broken.clear();
  for (const channel of channels) channel.answer = () => ({ ok: true });
  await settle(second, first);
  expect(channels.map((channel) => beliefs(channel).get('1'))).toEqual(['SYSTEM_STOP']);
});

const TASKS = ['1', '2'];
const STOPS = ['ARREARS_STOP', 'SYSTEM_STOP'];
const seconds = (most: number) => fc.nat(most).map((value) => value * 1000);
const host = fc.record({
  polls: fc.boolean(),
  startsAfter: seconds(25),
  /** How long its messages are on their way. */
  sendsFor: seconds(12),
  store: fc.constantFrom('works', 'works', 'works', 'load', 'save', 'answer'),
  brokenList: fc.option(fc.constantFrom(...STOPS), { freq: 5 }),
});
const round = fc.record({
  moves: fc.array(
    fc.tuple(seconds(30), fc.constantFrom(...TASKS), fc.constantFrom(...STOPS, 'EXCUTING', 'FINISH')),
    { maxLength: 2 },
  ),
  hosts: fc.tuple(host, host),
  isDeaf: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  isDamaged: fc.oneof(
    { weight: 6, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
});

test('whatever two hosts tell at the same time, on a store that fails and is damaged: in the end everybody knows how things stand', async () => {
  let duplicates = 0;
  let messages = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 12 }), async (rounds) => {
      const clock = createVirtualClock(NOW);
      const robotTasks = createTaskWorld();
      const cell: StateCell = { saved: null };
      const arrived: FakeChannel = createFakeChannel('ops');
      const watches = [0, 1].map(() => {
        const channel = createFakeChannel('ops');
        // In the order in which they arrive at the one group.
        channel.received.push = (...alerts) => arrived.received.push(...alerts);
        return createTestWatch({
          ...{ clock, robotTasks, channels: [channel], repeatIntervals: [] },
          store: createFakeStore(cell),
        });
      });
      for (const { moves, hosts, isDeaf, isDamaged } of rounds) {
        clock.set(Math.ceil((clock.now() + 1) / MINUTE) * MINUTE);
        const work = watches.map(async (watch, index) => {
          const plan = hosts[index];
          if (plan?.polls !== true) return;
          const ops = watch.channel('ops');
          ops.answer = isDeaf ? refuses : () => ({ ok: true });
          ops.pause = () => clock.sleep(plan.sendsFor);
          if (plan.store !== 'works') watch.store.broken.add(plan.store);
          if (isDamaged) watch.store.keptAside = 'It was no JSON.';
          await clock.sleep(plan.startsAfter);
          if (plan.brokenList !== null) robotTasks.brokenLists.add(plan.brokenList);
          await run(watch);
          watch.store.broken.clear();
          watch.store.keptAside = null;
          robotTasks.brokenLists.clear();
        });
        const move = async () => {
          for (const [after, task, status] of moves) {
            await clock.sleep(after);
            robotTasks.set(task, status);
          }
        };
        await clock.run(Promise.all([...work, move()]));
      }
      for (const watch of watches) {
        watch.channel('ops').pause = () => Promise.resolve();
        watch.channel('ops').answer = () => ({ ok: true });
      }
      await settle(...watches, ...watches);
      const words = beliefs(arrived);
      for (const id of TASKS) {
        const status = robotTasks.status(id) ?? '';
        expect([id, words.get(id) ?? null]).toEqual([id, STOPS.includes(status) ? status : null]);
      }
      messages += arrived.received.length;
      duplicates += arrived.received.length - new Set(arrived.received.map(({ id }) => id)).size;
    }),
    { numRuns: Number(process.env['RUNS'] ?? 300) },
  );
  expect(messages).toBeGreaterThan(duplicates);
});
