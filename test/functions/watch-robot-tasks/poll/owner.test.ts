/** Two watches that share a store: who may tell whom what. The table of docs/operate.md, row by row, over every store. */
import fc from 'fast-check';
import { parseChannels } from '../../../../functions/watch-robot-tasks/channels/config';
import { routeOf } from '../../../../functions/watch-robot-tasks/configured-channels';
import { poll } from '../../../../functions/watch-robot-tasks/poll/poll';
import { stateKind } from '../../../../shared/state/document';
import type { WatchState } from '../../../../shared/state/state';
import type { StateCell } from '../../../../shared/state/store';
import {
  fileHarness,
  memoryHarness,
  tablestoreHarness,
  type Harness,
} from '../../../shared/documents/harnesses';
import { NOW } from '../../../stand-ins/alerts';
import { runs } from '../../../stand-ins/runs';
import { createTaskWorld } from '../../../stand-ins/task-world';
import { createVirtualClock } from '../../../stand-ins/virtual-clock';
import {
  createFakeChannel,
  createFakeStore,
  createTestWatch,
  HOUR,
  lastTold,
  MINUTE,
  nothing,
  type FakeChannel,
  type TestWatch,
  type WatchOptions,
} from '../../../stand-ins/watch';

const PRODUCTION = '100/cn-hangzhou/watch-robot-tasks';
const TEST = '100/cn-hangzhou/watch-robot-tasks-test';

const group = (address: string, changes: Partial<FakeChannel> = {}) =>
  Object.assign(createFakeChannel('ops'), { address, ...changes });

const REFUSED = {
  en: `The state in the store is that of ${PRODUCTION}, not of this watch, ${TEST}. Give each a STATE_STORE of its own.`,
  'zh-CN': `存储中的状态属于 ${PRODUCTION}，不属于本监控 ${TEST}。请为两者分别设置 STATE_STORE。`,
};

const STORES: readonly { readonly place: string; readonly create: () => Promise<Harness<WatchState>> }[] = [
  { place: 'memory', create: memoryHarness },
  { place: 'file', create: () => fileHarness('state.json.1', stateKind) },
  { place: 'tablestore', create: () => tablestoreHarness(stateKind) },
];

describe.each(STORES)('two watches with one $place store', ({ create }) => {
  const clock = createVirtualClock();
  let harness: Harness<WatchState>;
  let world: ReturnType<typeof createTaskWorld>;
  beforeEach(async () => {
    clock.set(NOW);
    harness = await create();
    world = createTaskWorld();
  });
  afterEach(() => harness.close());

  const soon = () => Date.now() + 100_000;
  function open(deployment: string, options: WatchOptions = {}): TestWatch {
    const store = harness.open();
    return createTestWatch({
      ...{ deployment, clock, robotTasks: world, channels: [group('of production')] },
      store: {
        ...createFakeStore(),
        load: () => store.load(soon()),
        save: (state, version) => store.save(state, version, soon()),
        keepAside: (version) => store.keepAside(version, soon()),
      },
      ...options,
    });
  }
  /** A poll of each, one after the other, a minute later. What the store does takes no time. */
  async function polls(...watches: TestWatch[]) {
    const reports = [];
    clock.set(clock.now() + MINUTE);
    for (const watch of watches) {
      reports.push(await poll(watch, { startedAt: clock.now(), timeoutMs: 50_000 }));
    }
    return reports;
  }
  const stored = () => harness.open().read(soon());
  const aside = async () => (await harness.document?.aside()) ?? [];

  it('with the same settings: they go on as one', async () => {
    const [first, second] = [open(PRODUCTION), open(TEST)];
    world.set('1', 'ARREARS_STOP');
    expect(await polls(first, second)).toMatchObject([{ summary: { fired: 1 } }, { problems: [] }]);
    world.set('1', 'EXCUTING');
    expect(await polls(second, first)).toMatchObject([{ summary: { resolved: 1 } }, { problems: [] }]);
    expect([first, second].map((watch) => watch.channel('ops').received.length)).toEqual([1, 1]);
  });

  const aiccs = { ...createTaskWorld(), source: 'aiccs' as const };
  it.each<{ name: string; deployment?: string; options: () => WatchOptions }>([
    { name: 'another address', options: () => ({ channels: [group('of the test')] }) },
    {
      name: 'one more channel',
      options: () => ({ channels: [group('of production'), createFakeChannel('dev')] }),
    },
    {
      name: 'other statuses',
      options: () => ({ channels: [group('of production', { statuses: ['SYSTEM_STOP'] })] }),
    },
    {
      name: 'other hours',
      options: () => ({
        channels: [group('of production', { hours: { from: 0, until: 0, days: [1, 2, 3, 4, 5, 6, 7] } })],
      }),
    },
    { name: 'another source', options: () => ({ robotTasks: aiccs }) },
    { name: 'another endpoint', options: () => ({ endpoint: 'dyvmsapi.ap-southeast-1.aliyuncs.com' }) },
  ])(
    'with $name: the second leaves the state, tells of no task, fails, and says so at its third poll',
    async ({ options }) => {
      const first = open(PRODUCTION);
      const second = open(TEST, options());
      world.set('1', 'ARREARS_STOP');
      await polls(first);
      const before = await stored();
      for (let count = 1; count <= 3; count += 1) {
        expect(second.channels.flatMap(({ received }) => received)).toEqual([]);
        const [report] = await polls(second);
        expect(report).toMatchObject({
          state: 'foreign',
          problems: [REFUSED],
          summary: { polled: 0, fired: 0 },
        });
      }
      expect(second.beats).toEqual(['failed', 'failed', 'failed']);
      for (const { id } of second.channels) {
        expect(lastTold(second, id)).toEqual({ ...nothing, notices: ['owner failing'] });
        expect(second.channel(id).received.at(-1)).toMatchObject({
          watchStatus: 'unknown',
          notices: [{ reason: REFUSED, since: NOW + 2 * MINUTE }],
        });
      }
      expect(await stored()).toEqual(before);
      expect(await polls(first)).toMatchObject([{ problems: [], summary: { fired: 0 } }]);

      // By the reminder intervals, and as long as the first one works.
      for (let hours = 0; hours < 4; hours += 1) {
        for (let times = 0; times < 6; times += 1) {
          clock.set(clock.now() + 9 * MINUTE);
          await polls(first, second);
        }
      }
      expect(second.channels.map(({ received }) => received.length)).toEqual(second.channels.map(() => 2));
      expect(second.channels[0]?.received.at(-1)?.notices).toMatchObject([{ reminders: 1 }]);
      expect(first.channel('ops').received.filter(({ firing }) => firing.length > 0)).toHaveLength(1);
    },
  );

  it('with another account, or another delay: the second leaves the state, although all else is the same', async () => {
    await polls(open(PRODUCTION));
    const second = open('200/cn-hangzhou/watch-robot-tasks');
    const delayed = Object.assign(group('of production'), { after: { text: '10m', ms: 10 * MINUTE } });
    const third = open(TEST, { channels: [delayed] });
    expect(await polls(second, third)).toMatchObject([{ state: 'foreign' }, { state: 'foreign' }]);
  });

  it('whose owner is gone for 15 minutes: the other goes on with it, and tells its own groups what those were not told', async () => {
    const shared = () => Object.assign(createFakeChannel('boss'), { address: 'of both' });
    const first = open(PRODUCTION, { channels: [group('of production'), shared()] });
    const second = open(TEST, { channels: [group('of the test'), shared()] });
    world.set('1', 'ARREARS_STOP');
    world.set('2', 'SYSTEM_STOP');
    await polls(first);
    for (let minutes = 0; minutes < 15; minutes += 1) {
      expect(await polls(second)).toMatchObject([{ state: 'foreign' }]);
    }
    world.set('2', 'EXCUTING');
    expect(await polls(second)).toMatchObject([{ state: 'saved', problems: [] }]);
    const notices = ['owner working'];
    expect(lastTold(second, 'ops')).toEqual({ ...nothing, firing: ['1 - > ARREARS_STOP'], notices });
    expect(lastTold(second, 'boss')).toEqual({ ...nothing, resolved: ['2 SYSTEM_STOP > EXCUTING'], notices });
    expect(await aside()).toEqual([]);
    expect(await stored()).toMatchObject({ owner: { deployment: TEST }, failures: [] });

    // Now the first one is the stranger.
    expect(await polls(first)).toMatchObject([{ state: 'foreign' }]);
    world.set('1', 'EXCUTING');
    await polls(second);
    clock.set(clock.now() + 16 * MINUTE);
    expect(await polls(first)).toMatchObject([{ state: 'saved' }]);
    expect(lastTold(first, 'ops')?.resolved.toSorted()).toEqual([
      '1 ARREARS_STOP > EXCUTING',
      '2 SYSTEM_STOP > EXCUTING',
    ]);
  });

  it('that polls once an hour: its owner is gone after three of its polls', async () => {
    const first = open(PRODUCTION, { nextPoll: (time) => time + HOUR });
    const second = open(TEST, { channels: [group('of the test')] });
    await polls(first);
    expect(await stored()).toMatchObject({ owner: { nextPollAt: clock.now() + HOUR } });
    clock.set(clock.now() + 3 * HOUR - MINUTE);
    expect(await polls(second)).toMatchObject([{ state: 'foreign' }]);
    expect(await polls(second)).toMatchObject([{ state: 'saved' }]);
  });

  it.each<{ name: string; deployment: string; options: () => WatchOptions }>([
    {
      name: 'source',
      deployment: TEST,
      options: () => ({ robotTasks: { ...createTaskWorld(), source: 'aiccs' as const } }),
    },
    { name: 'endpoint', deployment: TEST, options: () => ({ endpoint: 'elsewhere.aliyuncs.com' }) },
    { name: 'account', deployment: '200/cn-hangzhou/watch', options: () => ({}) },
  ])(
    'of another $name whose owner is gone: it is kept aside, and said, and the other begins anew',
    async ({ deployment, options }) => {
      const first = open(PRODUCTION);
      world.set('1', 'ARREARS_STOP');
      await polls(first);
      await polls(first);
      clock.set(clock.now() + 16 * MINUTE);
      const second = open(deployment, { ...{ robotTasks: createTaskWorld() }, ...options() });
      second.robotTasks.set('7', 'SYSTEM_STOP');
      await polls(second);
      expect(lastTold(second)).toEqual({ ...nothing, firing: ['7 - > SYSTEM_STOP'] });
      expect(second.channel('ops').received).toMatchObject([{ duplicatesPossible: 'orphaned' }]);
      expect(second.beats).toEqual(['failed']);
      const [kept] = await aside();
      if (harness.document !== null) expect(kept).toContain(PRODUCTION);
      expect(await stored()).toMatchObject({ owner: { deployment }, tasks: [{ task: { id: '7' } }] });
      await polls(second);
      expect(second.beats).toEqual(['failed', 'completed']);
    },
  );

  it('of the same deployment: other settings go on with it, and another source begins anew', async () => {
    world.set('1', 'ARREARS_STOP');
    await polls(open(PRODUCTION));
    const changed = open(PRODUCTION, { channels: [group('moved'), createFakeChannel('dev')] });
    expect(await polls(changed)).toMatchObject([{ state: 'saved', problems: [] }]);
    expect(changed.channels.map(({ received }) => received.length)).toEqual([0, 1]);
    const moved = open(PRODUCTION, { robotTasks: { ...createTaskWorld(), source: 'aiccs' } });
    expect(await polls(moved)).toMatchObject([{ state: 'saved', problems: [], summary: { resolved: 0 } }]);
    expect(await stored()).toMatchObject({ source: 'aiccs', tasks: [] });
    expect(await aside()).toEqual([]);
  });

  it('of version 0.2 has no owner: whoever polls first takes it', async () => {
    world.set('1', 'ARREARS_STOP');
    await polls(open(PRODUCTION));
    const { content, version } = await harness.open().load(soon());
    if (content === null) throw new Error('Nothing was saved.');
    await harness.open().save({ ...content, owner: null, channels: [] }, version, soon());
    const second = open(TEST, { channels: [group('of the test')] });
    expect(await polls(second, open(PRODUCTION))).toMatchObject([{ state: 'saved' }, { state: 'foreign' }]);
    // As 0.2 would.
    expect(second.channel('ops').received).toEqual([]);
  });
});

test('the address of a channel says where it leads, and changes with no secret', () => {
  const addresses = (url: string, more: object = {}) =>
    parseChannels(JSON.stringify([{ url, ...more }])).map((config) => routeOf(config).address);
  const robot = (token: string, secret: string) =>
    addresses(`https://oapi.dingtalk.com/robot/send?access_token=${token}`, { type: 'dingtalk', secret });
  expect(robot('one', 'SECone')).toEqual(robot('one', 'SECtwo'));
  expect(robot('one', 'SECone')).not.toEqual(robot('two', 'SECone'));
  const mail = (password: string, to: string) =>
    addresses(`smtps://user:${password}@smtp.example.com:465`, {
      ...{ type: 'email', from: 'user@example.com', to: [to] },
    });
  expect(mail('one', 'a@example.com')).toEqual(mail('two', 'a@example.com'));
  expect(mail('one', 'a@example.com')).not.toEqual(mail('one', 'b@example.com'));
});

function openTwo() {
  const cell: StateCell = { saved: null };
  const shared = { clock: createVirtualClock(NOW), robotTasks: createTaskWorld(), repeatIntervals: [] };
  const openOne = (deployment: string) =>
    createTestWatch({ ...shared, deployment, channels: [group(deployment)], store: createFakeStore(cell) });
  return { ...shared, cell, first: openOne(PRODUCTION), second: openOne(TEST) };
}

test('a refused watch whose store is out of reach tells of no task all the same, and counts on', async () => {
  const { first, second, robotTasks, clock } = openTwo();
  await first.poll();
  robotTasks.set('1', 'ARREARS_STOP');
  for (const broken of ['load', 'load', 'save'] as const) {
    await second.poll();
    second.store.broken.clear();
    second.store.broken.add(broken);
    clock.set(clock.now() + MINUTE);
  }
  expect(second.channel('ops').received).toHaveLength(1);
  expect(lastTold(second)).toEqual({ ...nothing, notices: ['owner failing'] });
});

test('a new instance of a refused watch counts anew, and says it once more', async () => {
  const { first, second } = openTwo();
  await first.poll();
  for (const expected of [0, 0, 1, 1]) {
    await second.poll();
    expect(second.channel('ops').received).toHaveLength(expected);
  }
  second.restart();
  for (const expected of [1, 1, 2, 2]) {
    await second.poll();
    expect(second.channel('ops').received).toHaveLength(expected);
  }
});

test('a state that was saved by a clock that was ahead is not kept for ever', async () => {
  const { first, second, clock } = openTwo();
  clock.set(NOW + 1000 * HOUR);
  await first.poll();
  clock.set(NOW);
  await second.poll();
  clock.set(NOW + 15 * MINUTE);
  expect(await second.poll()).toMatchObject({ state: 'foreign' });
  clock.set(NOW + 15 * MINUTE + 1);
  expect(await second.poll()).toMatchObject({ state: 'saved' });
});

test('a stranger that takes an emptied store while a message is on its way is not written over', async () => {
  const { first, second, robotTasks, cell } = openTwo();
  await first.poll();
  robotTasks.set('1', 'ARREARS_STOP');
  first.channel('ops').pause = async () => {
    cell.saved = null;
    await poll(second, { startedAt: first.clock.now(), timeoutMs: 50_000 });
  };
  expect(await first.poll()).toMatchObject({ state: 'foreign', problems: [{}] });
  expect(cell.saved?.state.owner?.deployment).toBe(TEST);
  expect(first.beats).toEqual(['completed', 'failed']);
});

test('whatever two strangers with one store do: each group is told only of what its own watch saw, and whoever is left alone watches', async () => {
  const turn = fc.record({
    who: fc.constantFrom(0, 1),
    minutes: fc.constantFrom(1, 1, 1, 2, 7, 17, 40),
    move: fc.option(
      fc.tuple(fc.constantFrom('1', '2'), fc.constantFrom('ARREARS_STOP', 'SYSTEM_STOP', 'EXCUTING')),
    ),
    broken: fc.constantFrom(null, null, null, null, 'load', 'save', 'answer'),
    restarts: fc.constantFrom(false, false, false, true),
  } as const);
  let refused = 0;
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(turn, { minLength: 1, maxLength: 25 }),
      fc.constantFrom(0, 1),
      async (turns, left) => {
        const { first, second, robotTasks, clock, cell } = openTwo();
        const watches = [first, second] as const;
        let owner: string | null = null;
        let savedAt = 0;
        const unsaved = new Set<TestWatch>();
        /** New instances that have not read the state yet. */
        const unread = new Set<TestWatch>();
        const forgetful = new Set<TestWatch>();
        /** What a watch told before the other took the state over, no new instance of it knows. */
        const forget = () => {
          const saver = cell.saved?.state.owner?.deployment;
          for (const watch of unread) if (watch.policy.deployment !== saver) forgetful.add(watch);
        };
        for (const { who, minutes, move, broken, restarts } of turns) {
          clock.set(clock.now() + minutes * MINUTE);
          if (move !== null) robotTasks.set(...move);
          const watch = watches[who];
          // What an instance told and could not save, is lost with it: no store helps there.
          if (restarts && !unsaved.has(watch)) {
            watch.restart();
            unread.add(watch);
            forget();
          }
          if (broken !== null) watch.store.broken.add(broken);
          const { state } = await watch.poll();
          watch.store.broken.clear();
          if (broken !== 'load') unread.delete(watch);
          forget();
          if (state === 'foreign') refused += 1;
          else if (state === 'unreachable') unsaved.add(watch);
          else unsaved.delete(watch);
          const now = cell.saved?.state ?? null;
          if (owner !== null && now?.owner?.deployment !== owner) {
            taken += 1;
            expect(clock.now() - savedAt).toBeGreaterThan(15 * MINUTE);
          }
          [owner, savedAt] = [now?.owner?.deployment ?? null, now?.savedAt ?? 0];
        }
        const watch = watches[left];
        for (let minutes = 0; minutes < 19; minutes += 1) {
          clock.set(clock.now() + MINUTE);
          await watch.poll();
        }
        expect(await watch.poll()).toMatchObject({ problems: [] });
        for (const id of ['1', '2']) {
          const status = robotTasks.status(id) ?? '';
          const stands = ['ARREARS_STOP', 'SYSTEM_STOP'].includes(status);
          if (stands || !forgetful.has(watch))
            expect([id, belief(watch, id)]).toEqual([id, stands ? status : null]);
        }
      },
    ),
    runs(100),
  );
  expect(Math.min(refused, taken)).toBeGreaterThan(0);
});

/** What the group of `watch` takes to be so. */
function belief(watch: TestWatch, id: string): string | null {
  let word: string | null = null;
  for (const { firing, resolved } of watch.channel('ops').received) {
    for (const { task, status } of firing) if (task.id === id) word = status;
    for (const { task } of resolved) if (task.id === id) word = null;
  }
  return word;
}
