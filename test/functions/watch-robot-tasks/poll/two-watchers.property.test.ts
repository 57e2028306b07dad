import fc from 'fast-check';
import { createRandom, wholeNumber } from '../../../../local/simulator/world/random';
import type { MemoryCell } from '../../../../shared/state/stores/memory';
import { poll } from '../../../../functions/watch-robot-tasks/poll/poll';
import { createTaskWorld } from '../../../stand-ins/task-world';
import {
  createFakeChannel,
  createFakeStore,
  createTestWatch,
  MINUTE,
  refuses,
} from '../../../stand-ins/watch';
import { createVirtualClock } from '../../../stand-ins/virtual-clock';
import { runs } from '../../../stand-ins/runs';

const TASKS = ['1', '2', '3'];
const STOPS = ['ARREARS_STOP', 'SYSTEM_STOP'];
const POLLS = 200;

/** What the group has heard last of one task, and how often it heard what it knew. */
interface Hearing {
  readonly words: Map<string, string | null>;
  messages: number;
  duplicates: number;
}

test('two watchers on one store: nothing is lost, the loser’s save is refused, and only its messages are doubled', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const random = createRandom(seed);
      const roll = (sides: number) => wholeNumber(random, 0, sides - 1);
      const clock = createVirtualClock();
      const robotTasks = createTaskWorld();
      const store = createFakeStore();
      const channels = [createFakeChannel('a'), createFakeChannel('b')];
      const jitter = () => clock.sleep(roll(40));
      robotTasks.pause = jitter;
      store.pause = jitter;
      const hearings = new Map<string, Hearing>();
      for (const channel of channels) {
        channel.pause = jitter;
        hearings.set(channel.id, { words: new Map(), messages: 0, duplicates: 0 });
      }
      const watchers = [0, 1].map(() =>
        createTestWatch({ clock, robotTasks, store, channels, repeatIntervals: [] }),
      );
      const outcomes: string[] = [];

      while (outcomes.length < POLLS) {
        clock.set(clock.now() + MINUTE);
        const task = TASKS[roll(3)] ?? '';
        if (roll(2) === 0) robotTasks.set(task, ['ARREARS_STOP', 'SYSTEM_STOP', 'EXCUTING'][roll(3)] ?? null);
        for (const channel of channels) channel.answer = roll(6) === 0 ? refuses : () => ({ ok: true });
        // Sometimes at once, sometimes one after the other, sometimes one alone.
        const awake = [watchers, watchers, watchers.slice(0, 1), watchers.slice(1)][roll(4)] ?? [];
        const reports = awake.map(async (watch) => {
          await clock.sleep(roll(2) * 20 * roll(20));
          return poll(watch, { startedAt: clock.now(), timeoutMs: 50_000 });
        });
        for (const { state } of await clock.run(Promise.all(reports))) outcomes.push(state);

        for (const channel of channels) {
          const hearing = hearings.get(channel.id);
          if (hearing === undefined) continue;
          hear(hearing, channel.received.splice(0));
          if (channel.answer === refuses) continue;
          for (const id of TASKS) {
            const status = robotTasks.status(id);
            const told = hearing.words.get(id) ?? null;
            expect({ id, told }).toEqual({ id, told: STOPS.includes(status ?? '') ? status : null });
          }
        }
      }

      const conflicts = outcomes.filter((outcome) => outcome === 'conflict').length;
      expect(store.conflicts).toBeGreaterThanOrEqual(conflicts);
      for (const { duplicates, messages } of hearings.values()) {
        expect(messages).toBeGreaterThan(duplicates);
        // A message is doubled only by a poll that lost, and of that only once.
        expect(duplicates).toBeLessThanOrEqual(conflicts);
      }
    }),
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
      async (turns, lastMoves, isFirstCutOff) => {
        const clock = createVirtualClock();
        const robotTasks = createTaskWorld();
        const cell: MemoryCell = { saved: null };
        const channels = [createFakeChannel('a'), createFakeChannel('b')];
        const watchers = [0, 1].map(() =>
          createTestWatch({ clock, robotTasks, store: createFakeStore(cell), channels, repeatIntervals: [] }),
        );
        for (const { watcher, move, store, brokenList, deaf } of turns) {
          clock.set(clock.now() + MINUTE);
          if (move !== null) robotTasks.set(...move);
          if (brokenList !== null) robotTasks.brokenLists.add(brokenList);
          for (const channel of channels)
            channel.answer = channel.id === deaf ? refuses : () => ({ ok: true });
          const watch = watchers[watcher];
          if (store !== 'works') watch?.store.broken.add(store);
          if (isFirstCutOff && watcher === 0) watch?.store.broken.add('load');
          await watch?.poll();
          watch?.store.broken.clear();
          robotTasks.brokenLists.clear();
          if ([...(cell.saved?.state.told.values() ?? [])].flat().some(({ sure }) => !sure)) withDoubt += 1;
        }
        for (const channel of channels) channel.answer = () => ({ ok: true });
        for (const last of lastMoves) robotTasks.set(...last);
        for (const watch of [...watchers, ...watchers]) {
          clock.set(clock.now() + MINUTE);
          expect(await watch.poll()).toMatchObject({ problems: [] });
        }

        for (const { received } of channels) {
          const hearing: Hearing = { words: new Map(), messages: 0, duplicates: 0 };
          hear(hearing, received);
          told += hearing.messages;
          for (const id of TASKS) {
            const status = robotTasks.status(id);
            const word = hearing.words.get(id) ?? null;
            expect({ id, word }).toEqual({ id, word: STOPS.includes(status ?? '') ? status : null });
          }
        }
      },
    ),
    runs(150),
  );
  expect(told).toBeGreaterThan(400);
  expect(withDoubt).toBeGreaterThan(0);
});

function hear(hearing: Hearing, alerts: ReturnType<typeof createFakeChannel>['received']): void {
  for (const alert of alerts) {
    const news = [
      ...alert.firing.map(({ task, status }): [string, string | null] => [task.id, status]),
      ...alert.resolved.map(({ task }): [string, string | null] => [task.id, null]),
    ];
    hearing.messages += 1;
    if (news.some(([id, status]) => (hearing.words.get(id) ?? null) === status)) hearing.duplicates += 1;
    for (const [id, status] of news) hearing.words.set(id, status);
  }
}
