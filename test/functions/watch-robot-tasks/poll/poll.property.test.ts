import fc from 'fast-check';
import {
  accepts,
  answersTooLate,
  createFakeChannel,
  createTestWatch,
  MINUTE,
  refuses,
  type TestWatch,
} from '../../../stand-ins/watch';
import type { Alert } from '../../../../functions/watch-robot-tasks/rules/message';
import { createOracle, type Fate, type Oracle } from '../../../../bench/oracle/oracle';
import { itemsOf, receiversOf } from '../../../stand-ins/watch-items';
import { inTime, runs } from '../../../stand-ins/runs';

const TASKS = ['1', '2', '3'];
const CHANNELS = ['all', 'arrears', 'system'];
const WATCHED = ['ARREARS_STOP', 'SYSTEM_STOP'];

/** What happens before one poll, during it, and after it. */
interface Step {
  readonly wait: number;
  readonly moves: readonly (readonly [task: string, status: string | null])[];
  readonly brokenLists: readonly string[];
  readonly brokenDetails: readonly string[];
  readonly deaf: readonly string[];
  /** The channels that get their message, and whose OK gets lost. */
  readonly late: readonly string[];
  readonly store: 'works' | 'load' | 'save';
  /**
   * replace: the instance is lost. crash: it dies when its messages have arrived, before it saves how they were received.
   * blind: nothing of this poll is saved, not even what is being sent, and the instance is lost.
   */
  readonly then: 'nothing' | 'crash' | 'blind' | 'replace';
}

/** Mostly nothing: what goes wrong all the time shows less than what goes wrong now and then. */
function rarely<T>(items: readonly T[]) {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant<T[]>([]) },
    { weight: 1, arbitrary: fc.subarray([...items]) },
  );
}

const step: fc.Arbitrary<Step> = fc.record({
  wait: fc.constantFrom(1, MINUTE, MINUTE, MINUTE, 61_000, 5 * MINUTE, 10 * MINUTE),
  moves: fc.array(
    fc.tuple(
      fc.constantFrom(...TASKS),
      fc.constantFrom(
        'ARREARS_STOP',
        'ARREARS_STOP',
        'SYSTEM_STOP',
        'SYSTEM_STOP',
        'EXCUTING',
        'FINISH',
        null,
      ),
    ),
    { maxLength: 2 },
  ),
  brokenLists: rarely(WATCHED),
  brokenDetails: rarely(TASKS),
  deaf: rarely(CHANNELS),
  late: rarely(CHANNELS),
  store: fc.constantFrom('works', 'works', 'works', 'works', 'load', 'save'),
  then: fc.constantFrom('nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'crash', 'blind', 'replace'),
});

const calm: Step = {
  wait: MINUTE,
  moves: [],
  brokenLists: [],
  brokenDetails: [],
  deaf: [],
  late: [],
  store: 'works',
  then: 'nothing',
};

function createHistory(): { watch: TestWatch; oracle: Oracle; play: (step: Step) => Promise<void> } {
  const watch = createTestWatch({
    channels: [
      createFakeChannel('all'),
      createFakeChannel('arrears', ['ARREARS_STOP']),
      createFakeChannel('system', ['SYSTEM_STOP']),
    ],
    pending: new Map([['SYSTEM_STOP', 2 * MINUTE]]),
    repeatIntervals: [10 * MINUTE],
    // It is the only instance, and polls when it polls.
    mayHaveMissed: () => false,
  });
  const oracle = createOracle(watch.policy, receiversOf(watch));
  const { robotTasks, store, clock } = watch;
  let current = calm;
  for (const channel of watch.channels) {
    channel.send = (message) => {
      const { deaf, late, then } = current;
      const fate: Fate = deaf.includes(channel.id)
        ? 'refused'
        : late.includes(channel.id)
          ? 'late'
          : 'accepted';
      if (message.kind === 'alert') {
        oracle.tell(channel.id, itemsOf(message), fate);
        said.push(message);
      }
      if (then === 'crash') dying = true;
      return Promise.resolve({ accepted: accepts, late: answersTooLate, refused: refuses }[fate]());
    };
  }
  let said: Alert[] = [];
  let dying = false;
  let isNew = false;
  const save = store.save.bind(store);
  store.save = (...args) => {
    if (dying) store.broken.add('save');
    return save(...args);
  };

  async function play(step: Step): Promise<void> {
    // Another instance polls with the timer.
    watch.wait(isNew ? Math.max(step.wait, MINUTE) : step.wait);
    isNew = false;
    for (const [task, status] of step.moves) robotTasks.set(task, status);
    replace(robotTasks.brokenLists, step.brokenLists);
    replace(robotTasks.brokenDetails, step.brokenDetails);
    replace(store.broken, [
      ...(step.store === 'works' ? [] : [step.store]),
      ...(step.then === 'blind' ? ['save' as const] : []),
    ]);
    dying = false;
    current = step;
    said = [];
    const keepsIntent = step.store === 'works' && step.then !== 'blind';
    oracle.begin(
      {
        now: clock.now(),
        tasks: new Map(TASKS.map((task) => [task, { status: robotTasks.status(task) }])),
        brokenLists: new Set(step.brokenLists),
        brokenDetails: new Set(step.brokenDetails),
      },
      { hasState: !store.broken.has('load'), keepsIntent },
    );
    const { state } = await watch.poll();
    for (const alert of said)
      expect(alert).toMatchObject({
        now: clock.now(),
        watchStatus: step.brokenLists.length > 0 ? 'unknown' : 'ok',
        duplicatesPossible: keepsIntent ? false : 'unreachable',
      });
    oracle.end(
      state === 'saved' || state === 'unchanged',
      CHANNELS.filter((id) => !step.deaf.includes(id) && !step.late.includes(id)),
    );
    expect(oracle.violations).toEqual([]);
    if (step.then === 'nothing') return;
    oracle.lose();
    isNew = true;
    watch.restart();
  }

  return { watch, oracle, play };
}

function replace<T>(set: Set<T>, items: readonly T[]): void {
  set.clear();
  for (const item of items) set.add(item);
}

async function checkHistories(steps: fc.Arbitrary<Step>, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.array(steps, { minLength: 4, maxLength: 40 }),
      inTime(async (history) => {
        const { watch, oracle, play } = createHistory();
        for (const next of history) await play(next);

        // One last stop that everybody hears of, so that every channel has been seen to work; then all is over.
        const wait = 2 * MINUTE;
        await play({
          ...calm,
          moves: [
            ['1', 'ARREARS_STOP'],
            ['2', 'SYSTEM_STOP'],
            ['3', 'FINISH'],
          ],
        });
        await play({ ...calm, wait });
        await play({
          ...calm,
          moves: [
            ['1', 'FINISH'],
            ['2', 'CANCEL'],
            ['3', 'FINISH'],
          ],
        });
        for (let polls = 0; polls < 3; polls++) await play(calm);
        expect(oracle.differences()).toEqual([]);
        expect(watch.store.cell.saved?.state).toMatchObject({ tasks: [], failures: [] });
      }),
    ),
    runs(numRuns),
  );
}

test('over random histories, everything due is told, and nothing else: faults, crashes, late and repeated polls', async () => {
  await checkHistories(step, 100);
});

test('over random histories without any fault, too', async () => {
  const faultless = step.map((any) => ({
    ...any,
    ...({ brokenLists: [], brokenDetails: [], deaf: [], late: [], store: 'works', then: 'nothing' } as const),
  }));
  await checkHistories(faultless, 20);
});
