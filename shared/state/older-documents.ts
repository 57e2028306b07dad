/** The documents of older versions, as the state of today. */
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
  task,
  tasksOf,
  text,
  time,
} from './document-schema';
import {
  EMPTY_STATE,
  FAILING,
  failureSubject,
  SUBJECTS,
  taskSubject,
  type Told,
  type TrackedTask,
  type WatchState,
} from './state';

const failure = { channel: nullableText, since: time, polls: count };
const tracked = { task, since: time, hasHeld: isTrue, unknownPolls: count };
const sent = { channel: name, at: time, reminders: v.exactOptional(count), uncertain: isTrue };
const sentOfTask = v.object({ ...sent, condition: name, since: time });

function failuresOf<const S extends v.GenericSchema>(item: S) {
  return some(item, MAX_CHANNELS + SUBJECTS.length);
}

const document2 = v.object({
  ...common,
  tasks: tasksOf(
    v.object({
      ...{ ...tracked, condition: v.nullable(name), begin: v.exactOptional(time) },
      ...{ doubtedStatus: v.exactOptional(name), sent: some(sentOfTask, MAX_CHANNELS) },
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

/** Schema 2, of version 0.2. */
export const schema2 = v.pipe(document2, v.transform(upgrade));

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
  v.transform(({ tasks, failures, ...rest }) =>
    upgrade({
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
    }),
  ),
);

function upgrade({ tasks, failures, ...rest }: Document2): WatchState {
  const told = new Map<string, readonly Told[]>();
  const note = (subject: string, records: Document2['tasks'][number]['sent']) => {
    const known = records.map(({ uncertain, reminders = 0, ...record }): Told => ({
      ...record,
      reminders,
      sure: uncertain !== true,
    }));
    if (known.length > 0) told.set(subject, known);
  };
  return {
    ...{ ...EMPTY_STATE, ...rest, told },
    tasks: tasks.map(({ sent: records, unknownPolls, doubtedStatus, begin, ...old }): TrackedTask => {
      note(taskSubject(old.task.id), records);
      const upgraded = { ...old, begin: begin ?? old.since };
      if (unknownPolls > 0) return { ...upgraded, doubt: { status: null, polls: unknownPolls } };
      return doubtedStatus === undefined
        ? upgraded
        : { ...upgraded, doubt: { status: doubtedStatus, polls: 1 } };
    }),
    failures: failures.map(({ sent: records, ...old }) => {
      const of = { condition: FAILING, since: old.since };
      note(
        failureSubject(old),
        records.map((record) => ({ ...record, ...of })),
      );
      return { ...old, state: old.polls === 0 ? 'working' : 'failing' };
    }),
  };
}
