import fc from 'fast-check';
import {
  accepts,
  createFakeChannel,
  createTestWatch,
  HOUR,
  MINUTE,
  refuses,
  type FakeChannel,
} from '../../../stand-ins/watch';
import { createOracle } from '../../../../bench/oracle/oracle';
import type { TrueTask } from '../../../../bench/oracle/sights';
import { itemsOf, receiversOf } from '../../../stand-ins/watch-items';
import { inTime, runs } from '../../../stand-ins/runs';

const DAY = 24 * HOUR;
const NIGHT = { from: 22 * 60, until: 6 * 60, days: [1, 3, 5, 6] };
const OFFICE = { from: 9 * 60, until: 21 * 60, days: [1, 2, 3, 4, 5] };
/** How long ago each task was created when the history begins; the third grows too old while it lasts. */
const AGES = new Map([
  ['1', HOUR],
  ['2', HOUR],
  ['3', 30 * DAY - 3 * HOUR],
  ['4', 40 * DAY],
]);

interface Move {
  readonly task: string;
  /** Null = as it is. */
  readonly status: string | null;
  readonly finishCount: 'as it is' | 'more' | 'less' | 'all' | 'none';
  readonly isGivenMoreCalls: boolean;
}

type Task = TrueTask & {
  finishCount: number | null;
  totalCount: number | null;
  createdAt: number;
  status: string;
};

interface Step {
  readonly wait: number;
  readonly moves: readonly Move[];
  readonly deaf: readonly string[];
  /** Null = as it is. */
  readonly balance: number | null;
}

const CHANNELS = ['all', 'night', 'office', 'stalls', 'system'];

const step: fc.Arbitrary<Step> = fc.record({
  wait: fc.constantFrom(
    MINUTE,
    MINUTE,
    MINUTE,
    61_000,
    4 * MINUTE,
    11 * MINUTE,
    31 * MINUTE,
    3 * HOUR,
    9 * HOUR,
  ),
  moves: fc.array(
    fc.record({
      task: fc.constantFrom(...AGES.keys()),
      status: fc.constantFrom('ARREARS_STOP', 'SYSTEM_STOP', 'EXCUTING', 'EXCUTING', 'FINISH', null, null),
      finishCount: fc.constantFrom('as it is', 'as it is', 'more', 'less', 'all', 'none'),
      isGivenMoreCalls: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  deaf: fc.oneof(
    { weight: 3, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: fc.subarray(CHANNELS) },
  ),
  balance: fc.constantFrom(null, null, null, 500, 100, 99.5, -3),
});

function createChannels(): FakeChannel[] {
  return [
    createFakeChannel('all'),
    createFakeChannel('night', null, NIGHT),
    createFakeChannel('office', null, OFFICE),
    createFakeChannel('stalls', ['STALLED']),
    createFakeChannel('system', ['SYSTEM_STOP', 'STALLED']),
  ];
}

function moved(task: Task, { status, finishCount, isGivenMoreCalls }: Move): Task {
  const total = (task.totalCount ?? 100) + (isGivenMoreCalls ? 10 : 0);
  const finished = task.finishCount ?? 10;
  const counts = {
    'as it is': task.finishCount,
    more: Math.min(finished + 1, total),
    less: Math.max(finished - 1, 0),
    all: total,
    none: null,
  };
  return { ...task, status: status ?? task.status, finishCount: counts[finishCount], totalCount: total };
}

test.each([
  { name: 'reminders that grow apart', repeatIntervals: [4 * HOUR, 8 * HOUR, 24 * HOUR] },
  { name: 'one interval', repeatIntervals: [HOUR] },
  { name: 'no reminders', repeatIntervals: [] },
])(
  'over random days, each channel is told in its hours exactly what the design says: $name',
  async ({ repeatIntervals }) => {
    const history = fc.array(step, { minLength: 5, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.nat({ max: 7 * 24 }),
        inTime(async (steps, hour) => {
          let balance = 500;
          const channels = createChannels();
          const watch = createTestWatch({
            channels,
            repeatIntervals,
            pending: new Map([
              ['SYSTEM_STOP', 2 * MINUTE],
              ['STALLED', 5 * MINUTE],
            ]),
            stalledAfter: 30 * MINUTE,
            createdWithin: 30 * DAY,
            balanceBelow: 100,
            askBalance: () => Promise.resolve({ ok: true, amount: String(balance), currency: 'CNY' }),
          });
          watch.wait(hour * HOUR);
          const oracle = createOracle(watch.policy, receiversOf(watch));
          const begin = watch.clock.now();
          const tasks = new Map<string, Task>(
            [...AGES].map(([id, age]) => [
              id,
              { status: 'EXCUTING', finishCount: 10, totalCount: 100, createdAt: begin - age },
            ]),
          );
          for (const { wait, moves, deaf, balance: next } of steps) {
            watch.wait(wait);
            balance = next ?? balance;
            for (const move of moves) {
              const task = tasks.get(move.task);
              if (task !== undefined) tasks.set(move.task, moved(task, move));
            }
            for (const [id, { status, createdAt, ...counts }] of tasks)
              watch.robotTasks.set(id, status, { ...counts, createTime: new Date(createdAt).toISOString() });
            for (const channel of channels) {
              channel.answer = deaf.includes(channel.id) ? refuses : accepts;
              channel.received.length = 0;
            }
            oracle.begin({ now: watch.clock.now(), tasks: new Map(tasks), balance });
            const { state } = await watch.poll();
            for (const { id, received } of channels) {
              expect(received.length).toBeLessThan(2);
              for (const alert of received) oracle.tell(id, itemsOf(alert), 'accepted');
            }
            oracle.end(
              state === 'saved' || state === 'unchanged',
              CHANNELS.filter((id) => !deaf.includes(id)),
            );
            expect(oracle.violations).toEqual([]);
          }
        }),
      ),
      runs(50),
    );
  },
);
