import fc from 'fast-check';
import type { WatchState } from '../../../../functions/watch-robot-tasks/state';

/** Any text that JavaScript can hold, lone surrogates and NUL included. */
const text = fc
  .string({ unit: 'binary', maxLength: 12 })
  .chain((plain) => fc.constantFrom(plain, `${plain}\ud800`, `\u0000${plain}`, `__proto__${plain}`));
const some = text.filter((value) => value !== '');
const time = fc.integer({ min: 0, max: 4_102_444_800_000 });
const nullable = fc.option(text);
const number = fc.option(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })));
// JSON knows no minus zero.
const count = number.map((value) => (Object.is(value, -0) ? 0 : value));

/** Every state that the watch can have. */
export const states: fc.Arbitrary<WatchState> = fc.record(
  {
    tasks: fc.uniqueArray(
      fc.record(
        {
          task: fc.record({
            id: some,
            taskName: nullable,
            robotId: nullable,
            robotName: nullable,
            status: some,
            scheduleType: nullable,
            createTime: nullable,
            fireTime: nullable,
            completeTime: nullable,
            totalCount: count,
            finishCount: count,
          }),
          since: time,
          hasHeld: fc.constant(true as const),
          unknownPolls: fc.nat(3),
          told: fc.array(
            fc.record(
              { channel: some, status: some, since: time, at: time, doubtful: fc.constant(true as const) },
              { requiredKeys: ['channel', 'status', 'since', 'at'] },
            ),
            { maxLength: 3 },
          ),
        },
        { requiredKeys: ['task', 'since', 'unknownPolls', 'told'] },
      ),
      { selector: ({ task }) => task.id, maxLength: 4 },
    ),
    failures: fc.array(
      fc.record({
        subject: fc.constantFrom('poll' as const, 'store' as const, 'channel' as const),
        channel: nullable,
        since: time,
        polls: fc.nat(),
        reason: text,
        told: fc.array(some, { maxLength: 3 }),
      }),
      { maxLength: 3 },
    ),
    savedAt: time,
    savedAs: some,
  },
  { requiredKeys: ['tasks', 'failures'] },
);
