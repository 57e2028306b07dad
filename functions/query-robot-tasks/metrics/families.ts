/** Every metric that there is: the document's table is made of this. */

export interface FamilyTraits {
  readonly help: string;
  readonly labels: readonly string[];
  /** info: its labels say something, and its value is always 1. */
  readonly type: 'gauge' | 'info';
}

export const FAMILIES = {
  robot_task_watch_upstream_up: {
    help: 'Whether the voice service answered all that this takes: 1 or 0.',
    labels: [],
    type: 'gauge',
  },
  robot_task_watch_tasks: {
    help: 'Tasks in a status.',
    labels: ['status'],
    type: 'gauge',
  },
  robot_task_watch_task_info: {
    help: 'What the other series of a running or stopped task are about; of the newest 200 tasks.',
    labels: ['id', 'name', 'robot', 'status'],
    type: 'info',
  },
  robot_task_watch_task_calls: {
    help: 'Calls in a running or stopped task.',
    labels: ['id'],
    type: 'gauge',
  },
  robot_task_watch_task_calls_finished: {
    help: 'Calls of a running or stopped task that are done.',
    labels: ['id'],
    type: 'gauge',
  },
  robot_task_watch_state_up: {
    help: 'Whether the state of the watch could be read: 1 or 0; absent where none is shared.',
    labels: [],
    type: 'gauge',
  },
  robot_task_watch_last_save_timestamp_seconds: {
    help: 'When the watch last saved its state, in seconds since 1970.',
    labels: [],
    type: 'gauge',
  },
  robot_task_watch_channel_failing: {
    help: 'Whether a channel does not deliver: 1 or 0.',
    labels: ['channel'],
    type: 'gauge',
  },
} as const satisfies Record<string, FamilyTraits>;

export type FamilyName = keyof typeof FAMILIES;

export interface Sample<Label extends string = never> {
  readonly labels: Readonly<Record<Label, string>>;
  readonly value: number;
}

/** What is not known is not in it. */
export type Samples = {
  readonly [Name in FamilyName]?: readonly Sample<(typeof FAMILIES)[Name]['labels'][number]>[];
};
