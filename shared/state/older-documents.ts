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
  type Failure,
  type Told,
  type TrackedTask,
  type WatchState,
} from './state';

const told = { channel: name, at: time };
const failure = { channel: nullableText, since: time, polls: count };
const tracked = { task, since: time, hasHeld: isTrue, unknownPolls: count };

/** Schema 1, of version 0.1: every task in it was in a watched status when it was saved, or had been told so. */
export const schema1 = v.pipe(
  v.object({
    tasks: tasksOf(
      v.object({
        ...tracked,
        told: some(v.object({ ...told, status: name, since: time, doubtful: isTrue }), MAX_CHANNELS),
      }),
    ),
    failures: some(
      v.object({
        ...{ ...failure, subject: v.picklist(['poll', 'store', 'channel']) },
        ...{ reason: text, told: some(name, MAX_CHANNELS) },
      }),
      MAX_CHANNELS + SUBJECTS.length,
    ),
    savedAt: v.optional(time, 0),
    savedAs: v.optional(text, ''),
  }),
  v.transform(({ tasks, failures, savedAt, savedAs }): WatchState =>
    stateOf(
      { savedAt, savedAs },
      tasks.map(({ told, ...rest }) => ({
        ...rest,
        // Another status may have been a watched one: that shows when the task is seen next.
        condition: STOPPED_STATUSES.find((status) => status === rest.task.status) ?? null,
        sent: told.map(({ status, doubtful, ...record }) => ({
          ...record,
          condition: status,
          uncertain: doubtful,
        })),
      })),
      failures.map(({ told, reason, ...rest }) => ({
        ...{ ...rest, reason: { 'zh-CN': reason, en: reason } },
        sent: told.map((channel) => ({ channel, at: savedAt })),
      })),
    ),
  ),
);

const sent = { ...told, reminders: v.exactOptional(count), uncertain: isTrue };

/** Schema 2, of version 0.2. */
export const schema2 = v.pipe(
  v.object({
    ...common,
    tasks: tasksOf(
      v.object({
        ...{ ...tracked, condition: v.nullable(name), begin: v.exactOptional(time) },
        doubtedStatus: v.exactOptional(name),
        sent: some(v.object({ ...sent, condition: name, since: time }), MAX_CHANNELS),
      }),
    ),
    failures: some(
      v.object({
        ...{ ...failure, subject: v.picklist(SUBJECTS), reason: bilingual },
        sent: some(v.object(sent), MAX_CHANNELS),
      }),
      MAX_CHANNELS + SUBJECTS.length,
    ),
  }),
  v.transform(({ tasks, failures, ...rest }): WatchState => stateOf(rest, tasks, failures)),
);

type Sent = Pick<Told, 'channel' | 'at'> & { reminders?: number; uncertain?: true | undefined };
type OldTask = Omit<TrackedTask, 'begin' | 'doubt'> & {
  begin?: number;
  unknownPolls: number;
  doubtedStatus?: string;
  sent: readonly (Sent & Pick<Told, 'condition' | 'since'>)[];
};
type OldFailure = Omit<Failure, 'state'> & { sent: readonly Sent[] };

function stateOf(
  rest: Partial<WatchState>,
  tasks: readonly OldTask[],
  failures: readonly OldFailure[],
): WatchState {
  const table = new Map<string, readonly Told[]>();
  const note = (subject: string, records: readonly (Sent & Pick<Told, 'condition' | 'since'>)[]) => {
    if (records.length === 0) return;
    table.set(
      subject,
      records.map(({ uncertain, reminders = 0, ...record }) => ({
        ...record,
        reminders,
        sure: uncertain !== true,
      })),
    );
  };
  return {
    ...EMPTY_STATE,
    ...rest,
    tasks: tasks.map(({ sent, unknownPolls, doubtedStatus, begin, ...old }) => {
      note(taskSubject(old.task.id), sent);
      const doubt =
        unknownPolls > 0
          ? { status: null, polls: unknownPolls }
          : doubtedStatus === undefined
            ? null
            : { status: doubtedStatus, polls: 1 };
      return { ...old, begin: begin ?? old.since, ...(doubt === null ? {} : { doubt }) };
    }),
    failures: failures.map(({ sent, polls, ...old }) => {
      const { since } = old;
      note(
        failureSubject(old),
        sent.map((record) => ({ ...record, condition: FAILING, since })),
      );
      return { ...old, polls, state: polls === 0 ? 'working' : 'failing' };
    }),
    told: table,
  };
}
