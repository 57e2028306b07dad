/** What a state document holds. Bounded: what no watch can have written is not believed. */
import * as v from 'valibot';
import {
  failureSubject,
  SUBJECTS,
  taskSubject,
  type Failure,
  type Told,
  type TrackedTask,
  type WatchState,
} from './state';

export const MAX_TASKS = 50_000;
/** Each with as many receivers as it may have. */
const MAX_TOLD = 2000;
export const MAX_CHANNELS = 100;
const MAX_TEXT = 10_000;
export const MAX_ENDED = 10_000;

export const text = v.pipe(v.string(), v.maxLength(MAX_TEXT, 'must not be so long'));
export const nullableText = v.nullable(text);
const nullableNumber = v.nullable(v.pipe(v.number(), v.finite('must be finite')));
export const count = v.pipe(
  v.number(),
  v.safeInteger('must be a whole number'),
  v.minValue(0, 'must not be negative'),
);
// The default messages quote what they got.
export const time = v.pipe(count, v.maxValue(Date.UTC(2200, 0), 'must be a time before the year 2200'));
export const name = v.pipe(text, v.nonEmpty('must not be empty'));
export const bilingual = v.object({ 'zh-CN': text, en: text });
export const isTrue = v.exactOptional(v.literal(true));

export function some<const S extends v.GenericSchema>(item: S, most: number) {
  return v.pipe(v.array(item), v.maxLength(most, 'must not hold so many'));
}

export function tasksOf<const S extends v.GenericSchema<unknown, { task: { id: string } }>>(tracked: S) {
  return v.pipe(
    some(tracked, MAX_TASKS),
    v.check((tasks) => new Set(tasks.map(({ task }) => task.id)).size === tasks.length, 'hold a task twice'),
  );
}

export const task = v.object({
  id: name,
  taskName: nullableText,
  robotId: nullableText,
  robotName: nullableText,
  status: name,
  scheduleType: nullableText,
  createTime: nullableText,
  fireTime: nullableText,
  completeTime: nullableText,
  totalCount: nullableNumber,
  finishCount: nullableNumber,
});

/** What schema 2 has as well. */
export const common = {
  source: v.nullable(name),
  savedAt: time,
  savedAs: text,
  progress: some(
    v.object({
      id: name,
      finishCount: v.pipe(v.number(), v.finite()),
      totalCount: v.pipe(v.number(), v.finite()),
      since: time,
      missingAt: v.exactOptional(time),
      paceFrom: v.exactOptional(time),
      paceCount: v.exactOptional(v.pipe(v.number(), v.finite())),
    }),
    MAX_TASKS,
  ),
  history: some(
    v.object({
      id: name,
      taskName: nullableText,
      condition: name,
      since: time,
      until: time,
      became: nullableText,
    }),
    1000,
  ),
  balance: v.nullable(v.object({ askedAt: time, amount: nullableText, currency: nullableText })),
};

const held = v.exactOptional(v.object({ by: name, at: time, until: v.nullable(time) }));

/** A record of the list that a task or a failure names by its place: without what is as in the task or failure itself. */
const written = v.object({
  channel: name,
  receiver: v.exactOptional(name),
  condition: v.exactOptional(name),
  since: v.exactOptional(time),
  at: time,
  reminders: v.exactOptional(count, 0),
  sure: v.exactOptional(v.boolean(), true),
  over: isTrue,
  after: v.exactOptional(time),
  knowsStop: isTrue,
  held,
  refused: isTrue,
});
const told = v.exactOptional(count);

const ended = v.object({
  ...{ channel: name, condition: name, since: time, held, sends: count },
  task: v.exactOptional(task),
  failure: v.exactOptional(
    v.object({ subject: v.picklist(SUBJECTS), channel: nullableText, reason: bilingual }),
  ),
});

const owner = v.object({
  ...{
    deployment: v.pipe(v.string(), v.maxLength(200, 'must not be so long')),
    endpoint: name,
    digest: name,
  },
  ...{ nextPollAt: time, goneAt: time },
});

export const stateSchema = v.pipe(
  v.object({
    ...{ ...common, lostAt: v.nullable(time), owner: v.exactOptional(v.nullable(owner), null) },
    ended: v.exactOptional(some(ended, MAX_ENDED), []),
    channels: some(
      v.object({
        ...{ id: name, type: name, address: v.exactOptional(name) },
        ...{ lastNewsAt: v.nullable(time), after: v.exactOptional(name) },
      }),
      MAX_CHANNELS,
    ),
    told: some(some(written, MAX_TOLD), MAX_TASKS + MAX_CHANNELS),
    failures: some(
      v.object({
        ...{
          subject: v.picklist(SUBJECTS),
          channel: nullableText,
          state: v.picklist(['failing', 'working']),
        },
        ...{ since: time, polls: count, newsSince: v.exactOptional(time), reason: bilingual, told },
      }),
      MAX_CHANNELS + SUBJECTS.length,
    ),
    tasks: tasksOf(
      v.object({
        ...{ task, condition: v.nullable(name), since: time, begin: v.exactOptional(time), hasHeld: isTrue },
        doubt: v.exactOptional(v.object({ status: v.nullable(name), polls: count })),
        told,
      }),
    ),
  }),
  v.check(
    ({ tasks, failures, told: lists }) =>
      [...tasks, ...failures].every((entry) => entry.told === undefined || entry.told < lists.length),
    'names a list of what was told that is not in it',
  ),
  v.transform(({ tasks, failures, told: lists, ...rest }): WatchState => {
    const table = new Map<string, readonly Told[]>();
    /** Tasks that were told together share their records. */
    const shared = new Map<string, readonly Told[]>();
    const note = (subject: string, place: number | undefined, condition: string, since: number) => {
      if (place === undefined) return;
      const key = `${place} ${since} ${condition}`;
      const records =
        shared.get(key) ?? (lists[place] ?? []).map((record) => ({ condition, since, ...record }));
      shared.set(key, records);
      table.set(subject, records);
    };
    return {
      ...rest,
      tasks: tasks.map(({ told: place, since, begin = since, ...tracked }): TrackedTask => {
        note(taskSubject(tracked.task.id), place, tracked.condition ?? '', since);
        return { ...tracked, since, begin };
      }),
      failures: failures.map(({ told: place, ...failure }): Failure => {
        note(failureSubject(failure), place, failure.state, failure.since);
        return failure;
      }),
      told: table,
    };
  }),
);
