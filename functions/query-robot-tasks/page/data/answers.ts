/**
 * What the page reads of the endpoint's answers. Fields that it does not name may come and go: the page can be older or
 * newer than the function. Times are epoch milliseconds.
 */
import {
  count,
  entriesOf,
  flag,
  listOf,
  orElse,
  orNull,
  recordOf,
  text,
  time,
  type List,
  type ValueOf,
} from './shape';

const none: List<never> = { items: [], unread: 0 };

/** What one person did, and until when it counts; null: until it ends. */
const act = recordOf({ by: text, at: orNull(time), until: orNull(time) });

const taskFields = {
  id: text,
  taskName: orNull(text),
  robotId: orNull(text),
  robotName: orNull(text),
  status: text,
  createTime: orNull(time),
  totalCount: orNull(count),
  finishCount: orNull(count),
};

export const readTask = recordOf(taskFields);

const readTasks = recordOf({
  tasks: listOf(readTask),
  page: orElse(count, 1),
  pageSize: orElse(count, 20),
  total: orNull(count),
});

export interface TaskList {
  readonly tasks: readonly Task[];
  readonly unread: number;
  readonly page: number;
  readonly pageSize: number;
  /** Null where the voice service does not say. */
  readonly total: number | null;
}

/** A task that stands twice in a list that moves is one. */
export function readTaskList(value: unknown): TaskList | undefined {
  const read = readTasks(value);
  if (read === undefined) return undefined;
  const { items, unread } = read.tasks;
  const ids = new Set<string>();
  const tasks = items.filter(({ id }) => !ids.has(id) && ids.add(id));
  return { ...read, page: Math.max(1, Math.floor(read.page)), tasks, unread };
}

export const readSummary = recordOf({
  total: orNull(count),
  statuses: orElse(entriesOf(count), []),
  stopped: count,
  canStart: orElse(flag, false),
  operator: orNull(text),
  source: orNull(text),
});

const stopFields = { id: text, taskName: orNull(text), status: text, since: orNull(time) };

export const readWatch = recordOf({
  savedAt: orNull(time),
  stopped: orElse(
    listOf(
      recordOf({
        ...stopFields,
        told: orElse(listOf(recordOf({ channel: text, status: text, at: orNull(time) })), none),
        acknowledged: orNull(act),
      }),
    ),
    { ...none, unread: 1 },
  ),
  failures: orElse(
    listOf(
      recordOf({
        subject: text,
        channel: orNull(text),
        since: orNull(time),
        reason: recordOf({ 'zh-CN': text, en: text }),
      }),
    ),
    none,
  ),
  history: orElse(
    listOf(recordOf({ ...stopFields, until: orNull(time), became: orNull(text), startedBy: orNull(text) })),
    none,
  ),
  /** Null: the function is older than this part of its answer. */
  channels: orNull(
    listOf(
      recordOf({
        id: text,
        type: orNull(text),
        after: orNull(text),
        lastNewsAt: orNull(time),
        failingSince: orNull(time),
      }),
    ),
  ),
  running: orElse(listOf(recordOf({ id: text, callsPerHour: orNull(count), doneAt: orNull(time) })), none),
});

export const readStarted = recordOf({ id: text, status: orNull(text), recorded: orElse(flag, true) });

export const readAcknowledged = recordOf({
  acknowledged: orElse(listOf(recordOf({ id: text })), none),
  refused: orElse(listOf(recordOf({ id: text, reason: text })), none),
});

/** RFC 9457. */
export const readProblem = recordOf({
  type: text,
  title: orElse(text, ''),
  detail: orElse(text, ''),
  upstream: orNull(recordOf({ code: orNull(text) })),
});

export type Task = ValueOf<typeof readTask>;
export type Summary = ValueOf<typeof readSummary>;
export type Watch = ValueOf<typeof readWatch>;
export type StandingStop = Watch['stopped']['items'][number];
export type EndedStop = Watch['history']['items'][number];
export type Act = NonNullable<StandingStop['acknowledged']>;
export type Started = ValueOf<typeof readStarted>;
export type Acknowledged = ValueOf<typeof readAcknowledged>;

/** How much of what the watch says the page does not understand. */
export function unreadOf({ stopped, failures, history, channels, running }: Watch): number {
  const lists = [
    stopped,
    failures,
    history,
    channels ?? none,
    running,
    ...stopped.items.map(({ told }) => told),
  ];
  return lists.reduce((sum, { unread }) => sum + unread, 0);
}
