import fc from 'fast-check';
import { createRandom, wholeNumber } from '../../../../local/simulator/world/random';
import type { StateCell } from '../../../../shared/state/store';
import { EMPTY_RECORD, holdersAt } from '../../../../shared/operators/record';
import { stands } from '../../../../shared/state/state';
import { poll } from '../../../../functions/watch-robot-tasks/poll/poll';
import { createOracle, type Oracle } from '../../../../bench/oracle/oracle';
import type { Scene } from '../../../../bench/oracle/sights';
import { NOW } from '../../../stand-ins/alerts';
import { createTaskWorld, type TaskWorld } from '../../../stand-ins/task-world';
import { itemsOf, lastHolders, lastWords, nameOf, receiversOf } from '../../../stand-ins/watch-items';
import {
  accepts,
  createFakeChannel,
  createFakeOperators,
  createFakeStore,
  createTestWatch,
  type FakeChannel,
  type TestWatch,
  MINUTE,
  refuses,
  settle,
} from '../../../stand-ins/watch';
import { createVirtualClock, type VirtualClock } from '../../../stand-ins/virtual-clock';
import { inTime, runs } from '../../../stand-ins/runs';

const TASKS = ['1', '2', '3'];
const STOPS = ['ARREARS_STOP', 'SYSTEM_STOP'];
const POLLS = 200;

test('two watchers on one store: nothing is lost, the loser’s save is refused, and only its messages are doubled', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      inTime(async (seed) => {
        const random = createRandom(seed);
        const roll = (sides: number) => wholeNumber(random, 0, sides - 1);
        const clock = createVirtualClock();
        const robotTasks = createTaskWorld();
        const store = createFakeStore();
        const channels = [createFakeChannel('a'), createFakeChannel('b')];
        const jitter = () => clock.sleep(roll(40));
        robotTasks.pause = jitter;
        store.pause = jitter;
        for (const channel of channels) channel.pause = jitter;
        const watchers = [0, 1].map(() =>
          createTestWatch({ clock, robotTasks, store, channels, repeatIntervals: [] }),
        );
        const oracle = openOracle(watchers);
        const outcomes: string[] = [];
        /** Those who lost last: what they told then is theirs alone to know, and they tell it once more. */
        const losers = new Set<TestWatch>();

        while (outcomes.length < POLLS) {
          clock.set(clock.now() + MINUTE);
          const task = TASKS[roll(3)] ?? '';
          if (roll(2) === 0)
            robotTasks.set(task, ['ARREARS_STOP', 'SYSTEM_STOP', 'EXCUTING'][roll(3)] ?? null);
          for (const channel of channels) channel.answer = roll(6) === 0 ? refuses : accepts;
          // Sometimes at once, sometimes one after the other, sometimes one alone.
          const awake = [watchers, watchers, watchers.slice(0, 1), watchers.slice(1)][roll(4)] ?? [];
          const reports = awake.map(async (watch) => {
            await clock.sleep(roll(2) * 20 * roll(20));
            return poll(watch, { startedAt: clock.now(), timeoutMs: 50_000 });
          });
          const isDoubtful = awake.length > 1 || awake.some((watch) => losers.has(watch));
          oracle.begin(sceneOf(clock, robotTasks), { doubt: isDoubtful ? 'two polls at once' : null });
          for (const [index, { state }] of (await clock.run(Promise.all(reports))).entries()) {
            outcomes.push(state);
            const watch = awake[index];
            if (watch === undefined) continue;
            if (state === 'conflict') losers.add(watch);
            else losers.delete(watch);
          }
          hear(oracle, channels);
          const [deaf, reached] = [true, false].map((is) =>
            channels.filter(({ answer }) => (answer === refuses) === is).map(({ id }) => id),
          ) as [string[], string[]];
          // What it refused of one, it may have taken of the other, as far as each of them knows.
          if (awake.length > 1) for (const id of deaf) oracle.doubt('two polls at once', id);
          oracle.end(true, reached);
          expect(oracle.violations).toEqual([]);
        }

        const conflicts = outcomes.filter((outcome) => outcome === 'conflict').length;
        expect(store.conflicts).toBeGreaterThanOrEqual(conflicts);
        expect(oracle.counts.items.firing).toBeGreaterThan(POLLS / 10);
        // A message is doubled only by a poll that lost, and told once more after it, when nothing can overtake it.
        const duplicates = oracle.counts.duplicates.get('two polls at once') ?? 0;
        expect(duplicates).toBeLessThanOrEqual(2 * conflicts * channels.length);
      }),
    ),
    runs(5),
  );
});

test('two watchers in turn, on a store that fails now and then: once both can save, everybody knows how things stand', async () => {
  let told = 0;
  let withDoubt = 0;
  const move = fc.tuple(fc.constantFrom(...TASKS), fc.constantFrom(...STOPS, 'EXCUTING', 'FINISH'));
  const turn = fc.record({
    watcher: fc.constantFrom(0, 1),
    move: fc.option(move),
    store: fc.constantFrom('works', 'works', 'load', 'save'),
    brokenList: fc.option(fc.constantFrom(...STOPS), { freq: 4 }),
    deaf: fc.option(fc.constantFrom('a', 'b'), { freq: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(turn, { maxLength: 25 }),
      fc.array(move),
      fc.boolean(),
      inTime(async (turns, lastMoves, isFirstCutOff) => {
        const clock = createVirtualClock();
        const robotTasks = createTaskWorld();
        const cell: StateCell = { saved: null };
        const channels = [createFakeChannel('a'), createFakeChannel('b')];
        const watchers = [0, 1].map(() =>
          createTestWatch({ clock, robotTasks, store: createFakeStore(cell), channels, repeatIntervals: [] }),
        );
        const oracle = openOracle(watchers);
        for (const { watcher, move, store, brokenList, deaf } of turns) {
          clock.set(clock.now() + MINUTE);
          if (move !== null) robotTasks.set(...move);
          if (brokenList !== null) robotTasks.brokenLists.add(brokenList);
          for (const channel of channels) channel.answer = channel.id === deaf ? refuses : accepts;
          const watch = watchers[watcher];
          if (store !== 'works') watch?.store.broken.add(store);
          if (isFirstCutOff && watcher === 0) watch?.store.broken.add('load');
          oracle.begin(sceneOf(clock, robotTasks), { doubt: 'a store that fails' });
          await watch?.poll();
          hear(oracle, channels);
          // What the other one told, it may not know.
          oracle.end(true, []);
          watch?.store.broken.clear();
          robotTasks.brokenLists.clear();
          if ([...(cell.saved?.state.told.values() ?? [])].flat().some(({ sure }) => !sure)) withDoubt += 1;
        }
        for (const channel of channels) channel.answer = accepts;
        for (const last of lastMoves) robotTasks.set(...last);
        for (const watch of [...watchers, ...watchers]) {
          clock.set(clock.now() + MINUTE);
          oracle.begin(sceneOf(clock, robotTasks), { doubt: 'a store that fails' });
          expect(await watch.poll()).toMatchObject({ problems: [] });
          hear(oracle, channels);
          oracle.end(true, []);
        }

        told += oracle.counts.items.firing;
        expect([...oracle.violations, ...oracle.differences()]).toEqual([]);
      }),
    ),
    runs(150),
  );
  expect(told).toBeGreaterThan(0);
  expect(withDoubt).toBeGreaterThan(0);
});

/** Two hosts whose polls overlap. */
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
    fc.tuple(seconds(30), fc.constantFrom('1', '2'), fc.constantFrom(...STOPS, 'EXCUTING', 'FINISH')),
    { maxLength: 2 },
  ),
  acts: fc.array(
    fc.tuple(seconds(30), fc.constantFrom('1', '2'), fc.constantFrom('take', 'take', 'give back')),
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
  let takenAtEnd = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(round, { minLength: 1, maxLength: 12 }),
      inTime(async (rounds) => {
        const clock = createVirtualClock(NOW);
        const robotTasks = createTaskWorld();
        const cell: StateCell = { saved: null };
        const operators = createFakeOperators(createFakeStore(cell), clock);
        const arrived = createFakeChannel('ops');
        const watches = [0, 1].map(() => {
          const channel = createFakeChannel('ops');
          // In the order in which they arrive at the one group.
          channel.received.push = (...alerts) => arrived.received.push(...alerts);
          return createTestWatch({
            ...{ clock, robotTasks, operators, channels: [channel], repeatIntervals: [] },
            store: createFakeStore(cell),
          });
        });
        for (const { moves, acts, hosts, isDeaf, isDamaged } of rounds) {
          clock.set(Math.ceil((clock.now() + 1) / MINUTE) * MINUTE);
          const work = watches.map(async (watch, index) => {
            const plan = hosts[index];
            if (plan?.polls !== true) return;
            const ops = watch.channel('ops');
            ops.answer = isDeaf ? refuses : accepts;
            ops.pause = () => clock.sleep(plan.sendsFor);
            if (plan.store !== 'works') watch.store.broken.add(plan.store);
            if (isDamaged) watch.store.keptAside = 'It was no JSON.';
            await clock.sleep(plan.startsAfter);
            if (plan.brokenList !== null) robotTasks.brokenLists.add(plan.brokenList);
            await poll(watch, { startedAt: clock.now(), timeoutMs: 50_000 });
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
          const act = async () => {
            for (const [after, task, what] of acts) {
              await clock.sleep(after);
              if (what === 'take') operators.take(task, '张三');
              else operators.giveBack(task);
            }
          };
          await clock.run(Promise.all([...work, move(), act()]));
        }
        for (const watch of watches) {
          watch.channel('ops').pause = () => Promise.resolve();
          watch.channel('ops').answer = accepts;
        }
        await settle(...watches, ...watches);
        const holders = lastHolders(arrived);
        const holding = holdersAt(operators.record ?? EMPTY_RECORD, clock.now());
        for (const { task, condition, since } of (cell.saved?.state.tasks ?? []).filter(stands)) {
          const held = holding({ id: task.id, condition, since });
          if (held !== null) takenAtEnd += 1;
          expect([task.id, holders.get(task.id) ?? null]).toEqual([
            task.id,
            held === null ? null : nameOf(held),
          ]);
        }
        const words = lastWords(arrived);
        for (const id of ['1', '2']) {
          const status = robotTasks.status(id) ?? '';
          expect([id, words.get(id) ?? null]).toEqual([id, STOPS.includes(status) ? status : null]);
        }
        messages += arrived.received.length;
        duplicates += arrived.received.length - new Set(arrived.received.map(({ id }) => id)).size;
      }),
    ),
    runs(300),
  );
  expect(messages).toBeGreaterThan(duplicates);
  expect(takenAtEnd).toBeGreaterThan(0);
});

function openOracle([watch]: readonly TestWatch[]): Oracle {
  if (watch === undefined) throw new Error('There is no watch.');
  return createOracle(watch.policy, receiversOf(watch));
}

function sceneOf(clock: VirtualClock, robotTasks: TaskWorld): Scene {
  const tasks = new Map(TASKS.map((task) => [task, { status: robotTasks.status(task) }]));
  return { now: clock.now(), tasks, brokenLists: new Set(robotTasks.brokenLists) };
}

/** What each began and named as told before is its own matter: each has its own begin, and knows less than both. */
function hear(oracle: Oracle, channels: readonly FakeChannel[]): void {
  for (const { id, received } of channels) {
    for (const alert of received.splice(0)) {
      const ofTasks = itemsOf(alert).filter(({ subject }) => TASKS.includes(subject));
      const items = ofTasks.map(({ kind, subject, condition }) => ({ kind, subject, condition }));
      oracle.tell(id, items, 'accepted');
    }
  }
}
