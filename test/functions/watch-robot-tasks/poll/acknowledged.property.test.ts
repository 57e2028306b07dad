/** Operators who take, mute and give back at any time, whatever fails meanwhile: what each channel believes in the end is so. */
import fc from 'fast-check';
import { holdersAt, type Hold } from '../../../../shared/operators/record';
import { stands } from '../../../../shared/state/state';
import type { Alert } from '../../../../functions/watch-robot-tasks/rules/message';
import {
  accepts,
  answersTooLate,
  createFakeChannel,
  createTestWatch,
  MINUTE,
  refuses,
  type TestWatch,
} from '../../../stand-ins/watch';
import { runs } from '../../../stand-ins/runs';

const TASKS = ['1', '2'];
const CHANNELS = ['ops', 'second'];
const AFTER = 5 * MINUTE;
const PENDING = 2 * MINUTE;

interface Step {
  readonly wait: number;
  readonly acts: readonly {
    readonly task: string;
    readonly act: 'take' | 'mute' | 'give back';
    readonly by: string;
  }[];
  readonly moves: readonly (readonly [task: string, status: string])[];
  readonly refused: readonly string[];
  readonly late: readonly string[];
  readonly isRecordBroken: boolean;
  readonly store: 'works' | 'load' | 'save';
  /** crash: it dies when its messages have arrived, before it saves how they were received. */
  readonly then: 'nothing' | 'crash' | 'replace';
}

const rarely = <T>(items: readonly T[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary: fc.subarray([...items]) });

const anyStep: fc.Arbitrary<Step> = fc.record({
  wait: fc.constantFrom(MINUTE, MINUTE, MINUTE, 61_000, 4 * MINUTE, 11 * MINUTE, 25 * 60 * MINUTE),
  acts: fc.array(
    fc.record({
      task: fc.constantFrom(...TASKS),
      act: fc.constantFrom('take', 'take', 'mute', 'give back'),
      by: fc.constantFrom('张三', '李四'),
    }),
    { maxLength: 2 },
  ),
  moves: rarely([
    ['1', 'ARREARS_STOP'],
    ['1', 'EXCUTING'],
    ['2', 'SYSTEM_STOP'],
    ['2', 'ARREARS_STOP'],
    ['2', 'EXCUTING'],
  ] as const),
  refused: rarely(CHANNELS),
  late: rarely(CHANNELS),
  isRecordBroken: fc.constantFrom(false, false, false, false, true),
  store: fc.constantFrom('works', 'works', 'works', 'works', 'load', 'save'),
  then: fc.constantFrom('nothing', 'nothing', 'nothing', 'nothing', 'crash', 'replace'),
});

/** What no store holds is lost with its instance: that is the one loss which the documents name. */
const step = anyStep.map((any): Step => (any.store === 'works' ? any : { ...any, then: 'nothing' }));

const CALM: Step = {
  ...{ wait: MINUTE, acts: [], moves: [], refused: [], late: [] },
  ...{ isRecordBroken: false, store: 'works', then: 'nothing' },
};
const FIRST: Step = {
  ...CALM,
  moves: [
    ['1', 'ARREARS_STOP'],
    ['2', 'SYSTEM_STOP'],
  ],
};

/** What a channel heard last of a task that it believes to stand. */
interface Belief {
  readonly status: string;
  readonly holder: string | null;
}

const nameOf = (held: Hold | null | undefined) => (held ? `${held.by} ${held.at} ${held.until}` : null);

interface Played {
  readonly beliefs: ReadonlyMap<string, Belief>;
  readonly wrongs: readonly string[];
  readonly heldAtEnd: number;
}

/** Plays the steps, and then some calm polls. Without faults, each message is held against what is so in its poll. */
async function play(steps: readonly Step[], isFaultless: boolean): Promise<Played> {
  const line = { ...createFakeChannel('second'), after: { text: '5m', ms: AFTER } };
  const watch = createTestWatch({
    channels: [createFakeChannel('ops'), line],
    pending: new Map([['SYSTEM_STOP', PENDING]]),
    repeatIntervals: [10 * MINUTE],
  });
  const { store, clock, operators } = watch;
  const beliefs = new Map<string, Belief>();
  const wrongs: string[] = [];
  const news = new Set<string>();
  let current = CALM;
  let isDying = false;
  const save = store.save.bind(store);
  store.save = (...args) => (isDying ? Promise.reject(new Error('killed')) : save(...args));
  const sentNow: [string, Alert][] = [];
  for (const channel of watch.channels)
    channel.send = (message) => {
      const { refused, late, then } = current;
      if (then === 'crash') isDying = true;
      if (refused.includes(channel.id)) return Promise.resolve(refuses());
      if (message.kind === 'alert') sentNow.push([channel.id, message]);
      return Promise.resolve(late.includes(channel.id) ? answersTooLate() : accepts());
    };

  for (const next of [FIRST, ...steps, CALM, CALM, { ...CALM, wait: 6 * MINUTE }, CALM]) {
    current = next;
    isDying = false;
    for (const { task, act, by } of next.acts) {
      if (act === 'give back') operators.giveBack(task);
      else operators.take(task, by, act === 'mute' ? clock.now() + 7 * MINUTE : null);
    }
    watch.wait(next.wait);
    for (const [task, status] of next.moves) watch.robotTasks.set(task, status);
    operators.isBroken = next.isRecordBroken;
    store.broken.clear();
    if (next.store !== 'works') store.broken.add(next.store);
    sentNow.length = 0;
    const isLate = (id: string) => next.late.includes(id) || next.then === 'crash';
    const { state } = await watch.poll();
    // An act names the stop that is saved; what is known beyond that is another one.
    const isKnown = !next.isRecordBroken && (state === 'saved' || state === 'unchanged');
    store.broken.clear();
    const holders = holdersAt(operators.record ?? { acknowledged: [], started: [] }, clock.now());
    for (const [id, alert] of sentNow) {
      for (const { task, status, held } of alert.firing) {
        const isFirst = !beliefs.has(`${id} ${task.id}`);
        if (isFaultless && isFirst && id === 'second' && (held !== undefined || !hasWaited(watch, task.id)))
          wrongs.push(`the second line is told of ${task.id} too early`);
        beliefs.set(`${id} ${task.id}`, { status, holder: nameOf(held) });
      }
      for (const { task, status } of alert.repeated) {
        const stop = stopOf(watch, task.id);
        if (isKnown && stop !== null && holders(stop) !== null)
          wrongs.push(`${id} is reminded of ${task.id}, which is held`);
        // It says of no holder; one that may not have arrived leaves what was said before.
        const before = beliefs.get(`${id} ${task.id}`)?.holder ?? null;
        beliefs.set(`${id} ${task.id}`, { status, holder: isLate(id) ? before : null });
      }
      for (const { task, status, held } of alert.acknowledged) {
        const act = `${id} ${task.id} ${nameOf(held)}`;
        if (isFaultless && held !== undefined && news.has(act)) wrongs.push(`${act} is told twice`);
        if (!beliefs.has(`${id} ${task.id}`)) wrongs.push(`${act} is told to who does not know of the stop`);
        news.add(act);
        beliefs.set(`${id} ${task.id}`, { status, holder: nameOf(held) });
      }
      for (const { task } of alert.resolved) beliefs.delete(`${id} ${task.id}`);
    }
    if (next.then !== 'nothing') watch.restart();
  }

  let heldAtEnd = 0;
  const holders = holdersAt(operators.record ?? { acknowledged: [], started: [] }, clock.now());
  for (const task of TASKS) {
    const stop = stopOf(watch, task);
    const holder = stop === null ? null : nameOf(holders(stop));
    if (holder !== null) heldAtEnd += 1;
    const isTrue = (belief: Belief | undefined) =>
      stop === null ? belief === undefined : belief?.status === stop.condition && belief.holder === holder;
    const second = beliefs.get(`second ${task}`);
    if (!isTrue(beliefs.get(`ops ${task}`))) wrongs.push(`ops believes something else of ${task} in the end`);
    if (!isTrue(second) && !(second === undefined && holder !== null))
      wrongs.push(`the second line believes something else of ${task} in the end`);
  }
  return { beliefs, wrongs, heldAtEnd };
}

/** The stop of a task as it was saved last. */
function stopOf({ store, robotTasks }: TestWatch, id: string) {
  const tracked = store.cell.saved?.state.tasks.filter(stands).find(({ task }) => task.id === id);
  if (robotTasks.status(id) === 'EXCUTING') return null;
  return tracked === undefined ? null : { id, condition: tracked.condition, since: tracked.since };
}

function hasWaited(watch: TestWatch, id: string): boolean {
  const stop = stopOf(watch, id);
  if (stop === null) return false;
  const due = stop.since + (stop.condition === 'SYSTEM_STOP' ? PENDING : 0);
  return watch.clock.now() - due >= AFTER;
}

test('over random histories with faults, everybody knows in the end who holds what, and nobody is reminded of it', async () => {
  let held = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const { wrongs, heldAtEnd } = await play(steps, false);
      expect(wrongs).toEqual([]);
      held += heldAtEnd;
    }),
    runs(150),
  );
  expect(held).toBeGreaterThan(0);
});

test('over random histories without faults, each act is told once, and a second line only of what nobody held in time', async () => {
  const faultless = step.map((any): Step => ({
    ...CALM,
    ...{ wait: any.wait, acts: any.acts, moves: any.moves },
  }));
  await fc.assert(
    fc.asyncProperty(fc.array(faultless, { maxLength: 25 }), async (steps) => {
      expect((await play(steps, true)).wrongs).toEqual([]);
    }),
    runs(80),
  );
});
