import fc from 'fast-check';
import { anyCharacter } from '../../stand-ins/any-character';
import type { RobotTask } from '../../../shared/robot-task';
import {
  failureSubject,
  SUBJECTS,
  taskSubject,
  type Failure,
  type Told,
  type TrackedTask,
  type WatchState,
} from '../../../shared/state/state';

/** Any text that JavaScript can hold, lone surrogates and NUL included. */
const text = fc
  .string({ unit: anyCharacter, maxLength: 12 })
  .chain((plain) => fc.constantFrom(plain, `${plain}\ud800`, `\u0000${plain}`, `__proto__${plain}`));
const some = text.filter((value) => value !== '');
const time = fc.integer({ min: 0, max: 4_102_444_800_000 });
const nullable = fc.option(text);
const number = fc.option(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })));
// JSON knows no minus zero.
const count = number.map((value) => (Object.is(value, -0) ? 0 : value));
const isFinite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const isTrue = fc.constant(true as const);

const held = fc.record({ by: some, at: time, until: fc.option(time) });
const told: fc.Arbitrary<Told> = fc.record(
  {
    ...{ channel: some, receiver: some, condition: some, since: time, at: time, reminders: fc.nat() },
    ...{ sure: fc.boolean(), knowsStop: isTrue, held, over: isTrue, after: time, refused: isTrue },
  },
  { requiredKeys: ['channel', 'condition', 'since', 'at', 'reminders', 'sure'] },
);
const task: fc.Arbitrary<RobotTask> = fc.record({
  ...{ id: some, taskName: nullable, robotId: nullable, robotName: nullable, status: some },
  ...{ scheduleType: nullable, createTime: nullable, fireTime: nullable, completeTime: nullable },
  ...{ totalCount: count, finishCount: count },
});
const tasks: fc.Arbitrary<TrackedTask[]> = fc.uniqueArray(
  fc.record(
    {
      task,
      ...{ condition: fc.option(some), since: time, begin: time, hasHeld: isTrue },
      doubt: fc.record({ status: fc.option(some), polls: fc.nat(3) }),
    },
    { requiredKeys: ['task', 'condition', 'since', 'begin'] },
  ),
  { selector: ({ task }) => task.id, maxLength: 4 },
);
const failures: fc.Arbitrary<Failure[]> = fc.uniqueArray(
  fc.record(
    {
      ...{ subject: fc.constantFrom(...SUBJECTS), channel: nullable, since: time, polls: fc.nat() },
      ...{ state: fc.constantFrom('failing' as const, 'working' as const), newsSince: time },
      reason: fc.record({ 'zh-CN': text, en: text }),
    },
    { requiredKeys: ['subject', 'channel', 'since', 'polls', 'state', 'reason'] },
  ),
  { selector: failureSubject, maxLength: 3 },
);

/** Every state that the watch can save. */
export const states: fc.Arbitrary<WatchState> = fc
  .record({
    ...{ source: fc.option(some), savedAt: time, savedAs: some, lostAt: fc.option(time), tasks, failures },
    owner: fc.option(
      fc.record({ deployment: some, endpoint: some, digest: some, nextPollAt: time, goneAt: time }),
    ),
    lists: fc.array(fc.option(fc.array(told, { minLength: 1, maxLength: 3 })), { maxLength: 7 }),
    channels: fc.array(
      fc.record(
        { id: some, type: some, address: some, lastNewsAt: fc.option(time), after: some },
        { requiredKeys: ['id', 'type', 'lastNewsAt'] },
      ),
      { maxLength: 3 },
    ),
    progress: fc.array(
      fc.record(
        {
          ...{ id: some, finishCount: isFinite, totalCount: isFinite, since: time },
          ...{ missingAt: time, paceFrom: time, paceCount: isFinite },
        },
        { requiredKeys: ['id', 'finishCount', 'totalCount', 'since'] },
      ),
      { maxLength: 3 },
    ),
    ended: fc.array(
      fc.record(
        {
          ...{ channel: some, task, condition: some, since: time, held, sends: fc.nat() },
          failure: fc.record({
            ...{ subject: fc.constantFrom(...SUBJECTS), channel: nullable },
            reason: fc.record({ 'zh-CN': text, en: text }),
          }),
        },
        { requiredKeys: ['channel', 'condition', 'since', 'sends'] },
      ),
      { maxLength: 2 },
    ),
    history: fc.array(
      fc.record({
        ...{ id: some, taskName: nullable, condition: some, since: time, until: time, became: nullable },
      }),
      { maxLength: 3 },
    ),
    balance: fc.option(fc.record({ askedAt: time, amount: nullable, currency: nullable })),
  })
  .map(({ lists, ...state }) => {
    const subjects = [
      ...state.tasks.map(({ task }) => taskSubject(task.id)),
      ...state.failures.map(failureSubject),
    ];
    const entries = subjects.flatMap((subject, index): [string, readonly Told[]][] => {
      const records = lists[index] ?? null;
      return records === null ? [] : [[subject, records]];
    });
    return { ...state, told: new Map(entries) };
  });
