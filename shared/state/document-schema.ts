/** What a state document holds. Bounded: what no watch can have written is not believed. */
import * as v from 'valibot';
import { failureSubject, SUBJECTS, taskSubject, type Told, type TrackedTask, type WatchState } from './state';

export const MAX_TASKS = 50_000;
/** Each with as many receivers as it may have. */
const MAX_TOLD = 2000;
export const MAX_CHANNELS = 100;
const MAX_TEXT = 10_000;
const MAX_ENDED = 10_000;

export const text = v.pipe(v.string(), v.maxLength(MAX_TEXT, 'must not be so long'));
export const nullableText = v.nullable(text);
const finite = v.pipe(v.number(), v.finite('must be finite'));
const nullableNumber = v.nullable(finite);
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

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;
/** A part of the state, as it is once it was read. */
type Of<S extends v.GenericSchema> = Frozen<v.InferOutput<S>>;

/** How far the calls of a running task had come when that changed last. Kept only while stalled tasks are looked for. */
const progress = v.object({
  ...{ id: name, finishCount: finite, totalCount: finite },
  /** Epoch milliseconds at which these counts were first seen. */
  since: time,
  /** Epoch milliseconds of the last poll, where its list of the running tasks was whole and did not show it. */
  missingAt: v.exactOptional(time),
  /** From where its pace is measured: epoch milliseconds, and the calls that were done then (shared/pace.ts). */
  ...{ paceFrom: v.exactOptional(time), paceCount: v.exactOptional(finite) },
});
export type Progress = Of<typeof progress>;

/** A stop that is over. */
const endedStop = v.object({
  ...{ id: name, taskName: nullableText, condition: name },
  /** Epoch milliseconds, both. */
  ...{ since: time, until: time },
  /** The task's next status; null when upstream no longer knows the task. */
  became: nullableText,
});
export type EndedStop = Of<typeof endedStop>;

/** The account's balance when it was asked for last. */
const balance = v.object({
  /** Epoch milliseconds. */
  askedAt: time,
  /** Decimal digits, with a minus sign where it is negative; null when no answer came. */
  amount: nullableText,
  currency: nullableText,
});
export type KnownBalance = Of<typeof balance>;

const held = v.exactOptional(v.object({ by: name, at: time, until: v.nullable(time) }));

/** What a channel that is sent everything at every poll was told of and is over: it is sent that in some more polls. */
const endedAlert = v.object({
  channel: name,
  /** What it stood in, since when (epoch milliseconds), and who held it, as it was told. */
  ...{ condition: name, since: time, held },
  /** How often it is still to be sent. */
  sends: count,
  /** The task as it was seen last; absent where it was a failure. */
  task: v.exactOptional(task),
  failure: v.exactOptional(
    v.object({ subject: v.picklist(SUBJECTS), channel: nullableText, reason: bilingual }),
  ),
});
export type EndedAlert = Of<typeof endedAlert>;

/** A channel as it is configured. */
const knownChannel = v.object({
  ...{ id: name, type: name },
  /** As in `Route.address`; absent in a document that says nothing of it. */
  address: v.exactOptional(name),
  /** Epoch milliseconds at which it last took a message with news; null = not yet. */
  lastNewsAt: v.nullable(time),
  /** It is a second line, told after so long: as configured, such as `10m`. Absent = told at once. */
  after: v.exactOptional(name),
});
export type KnownChannel = Of<typeof knownChannel>;

/** Whose state it is. */
const owner = v.object({
  /** `<account>/<region>/<function>`. */
  deployment: v.pipe(v.string(), v.maxLength(200, 'must not be so long')),
  /** The host that the tasks are read from. */
  endpoint: name,
  /** Of account, source, endpoint and channels: two watches that have the same tell the same people of the same tasks. */
  digest: name,
  /** Epoch milliseconds at which its next poll is due. */
  nextPollAt: time,
  /** Epoch milliseconds after which it is gone, if it has not saved again. */
  goneAt: time,
});
export type Owner = Of<typeof owner>;

/** Something that is wrong poll after poll. */
const failure = v.object({
  subject: v.picklist(SUBJECTS),
  /** The failing channel's id; null for the other subjects. */
  channel: nullableText,
  /** working: it works again, and somebody is still to be told so. */
  state: v.picklist(['failing', 'working']),
  /** Epoch milliseconds of the first failed poll in this row. */
  since: time,
  /** Failed polls in a row. */
  polls: count,
  /** Epoch milliseconds at which it became news; absent before. */
  newsSince: v.exactOptional(time),
  reason: bilingual,
});
export type Failure = Of<typeof failure>;

/** What schema 2 has as well. */
export const common = {
  ...{ source: v.nullable(name), savedAt: time, savedAs: text },
  progress: some(progress, MAX_TASKS),
  history: some(endedStop, 1000),
  balance: v.nullable(balance),
};

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

export const stateSchema = v.pipe(
  v.object({
    ...{ ...common, lostAt: v.nullable(time), owner: v.exactOptional(v.nullable(owner), null) },
    ended: v.exactOptional(some(endedAlert, MAX_ENDED), []),
    channels: some(knownChannel, MAX_CHANNELS),
    told: some(some(written, MAX_TOLD), MAX_TASKS + MAX_CHANNELS),
    failures: some(v.object({ ...failure.entries, told }), MAX_CHANNELS + SUBJECTS.length),
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
