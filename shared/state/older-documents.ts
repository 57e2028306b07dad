/** The documents of older versions, each as one of the version that followed it. */
import * as v from 'valibot';
import { STOPPED_STATUSES } from '../robot-task';
import {
  bilingual,
  common,
  count,
  isTrue,
  MAX_CHANNELS,
  name,
  nullableText,
  some,
  stateSchema,
  task,
  tasksOf,
  text,
  time,
} from './document-schema';
import { FAILING, SUBJECTS } from './state';

const failure = { channel: nullableText, since: time, polls: count };
const tracked = { task, since: time, hasHeld: isTrue, unknownPolls: count };
const sent = { channel: name, at: time, reminders: v.exactOptional(count), uncertain: isTrue };

function failuresOf<const S extends v.GenericSchema>(item: S) {
  return some(item, MAX_CHANNELS + SUBJECTS.length);
}

const document2 = v.object({
  ...common,
  tasks: tasksOf(
    v.object({
      ...{ ...tracked, condition: v.nullable(name), begin: v.exactOptional(time) },
      doubtedStatus: v.exactOptional(name),
      sent: some(v.object({ ...sent, condition: name, since: time }), MAX_CHANNELS),
    }),
  ),
  failures: failuresOf(
    v.object({
      ...{ ...failure, subject: v.picklist(SUBJECTS), reason: bilingual },
      sent: some(v.object(sent), MAX_CHANNELS),
    }),
  ),
});
type Document2 = v.InferOutput<typeof document2>;
type Document3 = v.InferInput<typeof stateSchema>;

/** Schema 2, of version 0.2. */
export const schema2 = v.pipe(
  document2,
  v.transform(({ tasks, failures, ...rest }: Document2): Document3 => {
    const lists: Document3['told'] = [];
    const toldIn = (records: Document2['tasks'][number]['sent']) => {
      if (records.length === 0) return {};
      lists.push(records.map(({ uncertain, ...record }) => ({ ...record, sure: uncertain !== true })));
      return { told: lists.length - 1 };
    };
    return {
      ...{ ...rest, channels: [], lostAt: null },
      tasks: tasks.map(({ sent: records, unknownPolls, doubtedStatus, ...old }) => {
        const status = unknownPolls > 0 ? null : doubtedStatus;
        const doubt = status === undefined ? {} : { doubt: { status, polls: Math.max(unknownPolls, 1) } };
        return { ...old, ...doubt, ...toldIn(records) };
      }),
      failures: failures.map(({ sent: records, ...old }) => ({
        ...{ ...old, state: old.polls === 0 ? 'working' : 'failing' },
        ...toldIn(records.map((record) => ({ ...record, condition: FAILING, since: old.since }))),
      })),
      told: lists,
    };
  }),
  stateSchema,
);

/** Schema 1, of version 0.1: every task in it was in a watched status when it was saved, or had been told so. */
export const schema1 = v.pipe(
  v.object({
    tasks: tasksOf(
      v.object({
        ...tracked,
        told: some(
          v.object({ channel: name, status: name, at: time, since: time, doubtful: isTrue }),
          MAX_CHANNELS,
        ),
      }),
    ),
    failures: failuresOf(
      v.object({
        ...{ ...failure, subject: v.picklist(['poll', 'store', 'channel']) },
        ...{ reason: text, told: some(name, MAX_CHANNELS) },
      }),
    ),
    savedAt: v.optional(time, 0),
    savedAs: v.optional(text, ''),
  }),
  v.transform(({ tasks, failures, ...rest }): Document2 => ({
    ...{ source: null, progress: [], history: [], balance: null, ...rest },
    tasks: tasks.map(({ told, ...old }) => ({
      ...old,
      // Another status may have been a watched one: that shows when the task is seen next.
      condition: STOPPED_STATUSES.find((status) => status === old.task.status) ?? null,
      sent: told.map(({ status: condition, doubtful, ...record }) => ({
        ...{ ...record, condition },
        ...(doubtful === true ? { uncertain: doubtful } : {}),
      })),
    })),
    failures: failures.map(({ told, reason, ...old }) => ({
      ...{ ...old, reason: { 'zh-CN': reason, en: reason } },
      sent: told.map((channel) => ({ channel, at: rest.savedAt })),
    })),
  })),
  schema2,
);
