import fc from 'fast-check';
import { SUBJECTS, type WatchState } from '../../../../shared/state/state';

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

const lastSent = { channel: some, at: time, reminders: fc.nat(), uncertain: fc.constant(true as const) };
const isFinite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);

/** Every state that the watch can save. */
export const states: fc.Arbitrary<WatchState> = fc.record({
  source: fc.option(some),
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
        condition: fc.option(some),
        since: time,
        hasHeld: fc.constant(true as const),
        unknownPolls: fc.nat(3),
        doubtedStatus: some,
        sent: fc.array(
          fc.record(
            { ...lastSent, condition: some, since: time },
            { requiredKeys: ['channel', 'condition', 'since', 'at'] },
          ),
          { maxLength: 3 },
        ),
      },
      { requiredKeys: ['task', 'condition', 'since', 'unknownPolls', 'sent'] },
    ),
    { selector: ({ task }) => task.id, maxLength: 4 },
  ),
  failures: fc.array(
    fc.record({
      subject: fc.constantFrom(...SUBJECTS),
      channel: nullable,
      since: time,
      polls: fc.nat(),
      reason: fc.record({ 'zh-CN': text, en: text }),
      sent: fc.array(fc.record(lastSent, { requiredKeys: ['channel', 'at'] }), { maxLength: 3 }),
    }),
    { maxLength: 3 },
  ),
  unconfirmed: fc.array(fc.record({ channel: some, messageId: some, newsKey: text }), { maxLength: 3 }),
  progress: fc.array(fc.record({ id: some, finishCount: isFinite, totalCount: isFinite, since: time }), {
    maxLength: 3,
  }),
  history: fc.array(
    fc.record({
      id: some,
      taskName: nullable,
      condition: some,
      since: time,
      until: time,
      became: nullable,
    }),
    { maxLength: 3 },
  ),
  balance: fc.option(fc.record({ askedAt: time, amount: nullable, currency: nullable })),
  savedAt: time,
  savedAs: some,
});
