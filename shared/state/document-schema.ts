/** What a state document holds, by the number of its schema. Bounded: what no watch can have written is not believed. */
import * as v from 'valibot';
import { STOPPED_STATUSES } from '../robot-task';
import { EMPTY_STATE, SUBJECTS, type WatchState } from './state';

const MAX_TASKS = 50_000;
const MAX_CHANNELS = 100;
const MAX_TEXT = 10_000;

const text = v.pipe(v.string(), v.maxLength(MAX_TEXT, 'must not be so long'));
const nullableText = v.nullable(text);
const nullableNumber = v.nullable(v.pipe(v.number(), v.finite('must be finite')));
const count = v.pipe(
  v.number(),
  v.safeInteger('must be a whole number'),
  v.minValue(0, 'must not be negative'),
);
// The default messages quote what they got.
const time = v.pipe(count, v.maxValue(Date.UTC(2200, 0), 'must be a time before the year 2200'));
const name = v.pipe(text, v.nonEmpty('must not be empty'));
const bilingual = v.object({ 'zh-CN': text, en: text });

function some<const S extends v.GenericSchema>(item: S, most: number) {
  return v.pipe(v.array(item), v.maxLength(most, 'must not hold so many'));
}

function tasksOf<const S extends v.GenericSchema<unknown, { task: { id: string } }>>(tracked: S) {
  return v.pipe(
    some(tracked, MAX_TASKS),
    v.check((tasks) => new Set(tasks.map(({ task }) => task.id)).size === tasks.length, 'hold a task twice'),
  );
}

const task = v.object({
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

const isTrue = v.exactOptional(v.literal(true));
const lastSent = {
  channel: name,
  at: time,
  reminders: v.exactOptional(count),
  uncertain: isTrue,
};

export const stateSchema: v.GenericSchema<unknown, WatchState> = v.object({
  source: v.nullable(name),
  savedAt: time,
  savedAs: text,
  tasks: tasksOf(
    v.object({
      task,
      condition: v.nullable(name),
      since: time,
      begin: v.exactOptional(time),
      hasHeld: isTrue,
      unknownPolls: count,
      doubtedStatus: v.exactOptional(name),
      sent: some(v.object({ ...lastSent, condition: name, since: time }), MAX_CHANNELS),
    }),
  ),
  failures: some(
    v.object({
      subject: v.picklist(SUBJECTS),
      channel: nullableText,
      since: time,
      polls: count,
      reason: bilingual,
      sent: some(v.object(lastSent), MAX_CHANNELS),
    }),
    MAX_CHANNELS + SUBJECTS.length,
  ),
  unconfirmed: some(v.object({ channel: name, messageId: name, newsKey: v.string() }), MAX_CHANNELS),
  progress: some(
    v.object({
      id: name,
      finishCount: v.pipe(v.number(), v.finite()),
      totalCount: v.pipe(v.number(), v.finite()),
      since: time,
      missingAt: v.exactOptional(time),
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
});

/** Schema 1, of version 0.1: every task in it was in a watched status when it was saved, or had been told so. */
export const firstStateSchema: v.GenericSchema<unknown, WatchState> = v.pipe(
  v.object({
    tasks: tasksOf(
      v.object({
        task,
        since: time,
        hasHeld: isTrue,
        unknownPolls: count,
        told: some(
          v.object({ channel: name, status: name, at: time, since: time, doubtful: isTrue }),
          MAX_CHANNELS,
        ),
      }),
    ),
    failures: some(
      v.object({
        subject: v.picklist(['poll', 'store', 'channel']),
        channel: nullableText,
        since: time,
        polls: count,
        reason: text,
        told: some(name, MAX_CHANNELS),
      }),
      MAX_CHANNELS + SUBJECTS.length,
    ),
    savedAt: v.optional(time, 0),
    savedAs: v.optional(text, ''),
  }),
  v.transform(({ tasks, failures, savedAt, savedAs }): WatchState => ({
    ...EMPTY_STATE,
    savedAt,
    savedAs,
    tasks: tasks.map(({ told, ...tracked }) => ({
      ...tracked,
      // Another status may have been a watched one: that shows when the task is seen next.
      condition: STOPPED_STATUSES.find((status) => status === tracked.task.status) ?? null,
      sent: told.map(({ status: condition, doubtful, ...sent }) => ({
        ...sent,
        condition,
        ...(doubtful === true ? { uncertain: doubtful } : {}),
      })),
    })),
    failures: failures.map(({ told, reason, ...failure }) => ({
      ...failure,
      reason: { 'zh-CN': reason, en: reason },
      sent: told.map((channel) => ({ channel, at: savedAt })),
    })),
  })),
);
