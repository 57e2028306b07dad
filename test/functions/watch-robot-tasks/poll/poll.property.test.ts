/** Tasks that move, operators who take, mute and give back, and whatever fails meanwhile: each poll is held against the model. */
import fc from 'fast-check';
import {
  accepts,
  answersTooLate,
  createFakeChannel,
  createTestWatch,
  HOUR,
  MINUTE,
  refuses,
  type TestWatch,
} from '../../../stand-ins/watch';
import type { Alert } from '../../../../functions/watch-robot-tasks/rules/message';
import { holdersIn } from '../../../../bench/oracle/holders';
import { createOracle, type Oracle } from '../../../../bench/oracle/oracle';
import type { Fate } from '../../../../bench/oracle/words';
import { EMPTY_RECORD } from '../../../../shared/operators/record';
import { itemsOf, nameOf, receiversOf } from '../../../stand-ins/watch-items';
import { inTime, runs } from '../../../stand-ins/runs';

const TASKS = ['1', '2', '3'];
const CHANNELS = ['all', 'arrears', 'system', 'second'];
const WATCHED = ['ARREARS_STOP', 'SYSTEM_STOP'];

/** What happens before one poll, during it, and after it. */
interface Step {
  readonly wait: number;
  /** What operators do before the wait. */
  readonly acts: readonly {
    readonly task: string;
    readonly act: 'take' | 'mute' | 'give back';
    readonly by: string;
  }[];
  readonly moves: readonly (readonly [task: string, status: string | null])[];
  readonly brokenLists: readonly string[];
  readonly brokenDetails: readonly string[];
  readonly deaf: readonly string[];
  /** The channels that get their message, and whose OK gets lost. */
  readonly late: readonly string[];
  /** Those that do not get it, as far as anybody can know: nothing comes back. */
  readonly lost: readonly string[];
  readonly store: 'works' | 'load' | 'save';
  readonly isRecordBroken: boolean;
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
  wait: fc.constantFrom(1, MINUTE, MINUTE, MINUTE, 61_000, 5 * MINUTE, 10 * MINUTE, 25 * HOUR),
  acts: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.record({
          task: fc.constantFrom(...TASKS),
          act: fc.constantFrom('take', 'take', 'mute', 'give back'),
          by: fc.constantFrom('张三', '李四'),
        }),
        { maxLength: 2 },
      ),
    },
  ),
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
  lost: rarely(CHANNELS),
  store: fc.constantFrom('works', 'works', 'works', 'works', 'load', 'save'),
  isRecordBroken: fc.constantFrom(false, false, false, false, true),
  then: fc.constantFrom('nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'crash', 'blind', 'replace'),
});

const calm: Step = {
  wait: MINUTE,
  acts: [],
  moves: [],
  brokenLists: [],
  brokenDetails: [],
  deaf: [],
  late: [],
  lost: [],
  store: 'works',
  isRecordBroken: false,
  then: 'nothing',
};

const ANSWERS = { accepted: accepts, late: answersTooLate, lost: answersTooLate, refused: refuses };

function fateOf(channel: string, { deaf, late, lost }: Step): Fate {
  if (deaf.includes(channel)) return 'refused';
  if (late.includes(channel)) return 'late';
  return lost.includes(channel) ? 'lost' : 'accepted';
}

function createHistory(): { watch: TestWatch; oracle: Oracle; play: (step: Step) => Promise<void> } {
  const watch = createTestWatch({
    channels: [
      createFakeChannel('all'),
      createFakeChannel('arrears', ['ARREARS_STOP']),
      createFakeChannel('system', ['SYSTEM_STOP']),
      { ...createFakeChannel('second'), after: { text: '5m', ms: 5 * MINUTE } },
    ],
    pending: new Map([['SYSTEM_STOP', 2 * MINUTE]]),
    repeatIntervals: [10 * MINUTE],
    // It is the only instance, and polls when it polls.
    mayHaveMissed: () => false,
  });
  const oracle = createOracle(watch.policy, receiversOf(watch));
  const { robotTasks, store, clock, operators } = watch;
  let current = calm;
  for (const channel of watch.channels) {
    channel.send = (message) => {
      const { then } = current;
      const fate = fateOf(channel.id, current);
      if (message.kind === 'alert') said.push({ to: channel.id, alert: message, fate });
      if (then === 'crash') dying = true;
      return Promise.resolve(ANSWERS[fate]());
    };
  }
  let said: { readonly to: string; readonly alert: Alert; readonly fate: Fate }[] = [];
  let dying = false;
  let isNew = false;
  const save = store.save.bind(store);
  store.save = (...args) => {
    if (dying) store.broken.add('save');
    return save(...args);
  };

  async function play(step: Step): Promise<void> {
    for (const { task, act, by } of step.acts) {
      if (act === 'give back') operators.giveBack(task);
      else operators.take(task, by, act === 'mute' ? clock.now() + 7 * MINUTE : null);
    }
    operators.isBroken = step.isRecordBroken;
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
    const hasState = !store.broken.has('load');
    const { state } = await watch.poll();
    const isSaved = state === 'saved' || state === 'unchanged';
    const saved = isSaved ? (store.cell.saved?.state ?? null) : null;
    oracle.begin(
      {
        now: clock.now(),
        tasks: new Map(TASKS.map((task) => [task, { status: robotTasks.status(task) }])),
        brokenLists: new Set(step.brokenLists),
        brokenDetails: new Set(step.brokenDetails),
        holders: step.isRecordBroken
          ? null
          : holdersIn(operators.record ?? EMPTY_RECORD, saved, clock.now(), nameOf),
      },
      { hasState, keepsIntent },
    );
    for (const { to, alert, fate } of said) {
      oracle.tell(to, itemsOf(alert), fate);
      expect(alert).toMatchObject({
        now: clock.now(),
        watchStatus: step.brokenLists.length > 0 ? 'unknown' : 'ok',
        duplicatesPossible: keepsIntent ? false : 'unreachable',
      });
    }
    oracle.end(
      isSaved,
      CHANNELS.filter((id) => fateOf(id, step) === 'accepted'),
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

        // One last stop that everybody hears of, the second line too, so that every channel has been seen to work; then all is over.
        const over: Step = {
          ...calm,
          moves: [
            ['1', 'FINISH'],
            ['2', 'CANCEL'],
            ['3', 'FINISH'],
          ],
        };
        await play(over);
        await play({
          ...calm,
          moves: [
            ['1', 'ARREARS_STOP'],
            ['2', 'SYSTEM_STOP'],
          ],
        });
        await play({ ...calm, wait: 6 * MINUTE });
        await play(over);
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
    ...({ brokenLists: [], brokenDetails: [], deaf: [], late: [], lost: [] } as const),
    ...({ store: 'works', isRecordBroken: false, then: 'nothing' } as const),
  }));
  await checkHistories(faultless, 20);
});
