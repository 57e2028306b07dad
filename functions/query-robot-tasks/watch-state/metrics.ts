/** `GET /metrics` in Prometheus' text format 0.0.4. https://prometheus.io/docs/instrumenting/exposition_formats/ */
import {
  RUNNING_STATUS,
  STOPPED_STATUSES,
  type RobotTask,
  type RobotTasks,
} from '../../../shared/robot-task';
import { RobotTaskError } from '../../../shared/robot-task-error';
import type { WatchState } from '../../../shared/state/state';
import type { ReadDocument } from '../../../shared/state/stores/store';
import type { Counts } from '../listing/count-tasks';

export interface MetricsSources {
  readonly counts: Counts;
  readonly robotTasks: RobotTasks;
  readonly readState: ReadDocument<WatchState> | null;
  /** Epoch milliseconds. */
  readonly deadline: number;
}

const MOST_TASKS = 200;

/** The whole text. Where the state cannot be read, the tasks are told all the same. */
export async function collectMetrics({
  counts,
  robotTasks,
  readState,
  deadline,
}: MetricsSources): Promise<string> {
  const statuses = [RUNNING_STATUS, ...STOPPED_STATUSES].filter(
    (status) => (counts.statuses[status] ?? 0) > 0,
  );
  const [lists, state] = await Promise.all([
    Promise.all(statuses.map((status) => listOf(status, robotTasks, deadline))),
    readState?.(deadline).catch(() => null) ?? null,
  ]);
  // While it moves from one status to the next, a task can be in both lists.
  const tasks = [...new Map(lists.flat().map((task) => [task.id, task])).values()]
    .toSorted((a, b) => ((a.createTime ?? '') < (b.createTime ?? '') ? 1 : -1))
    .slice(0, MOST_TASKS);
  return [
    ...family('robot_task_watch_tasks', 'Tasks in a status.', countSamples(counts)),
    ...family(
      'robot_task_watch_task_calls',
      'Calls in a running or stopped task.',
      samplesOf(tasks, 'totalCount'),
    ),
    ...family(
      'robot_task_watch_task_calls_finished',
      'Calls of a running or stopped task that are done.',
      samplesOf(tasks, 'finishCount'),
    ),
    ...(state === null ? [] : stateFamilies(state)),
  ].join('');
}

/** The whole list: upstream promises no order, so that its first pages need not have the newest. */
async function listOf(
  status: string,
  robotTasks: RobotTasks,
  deadline: number,
): Promise<readonly RobotTask[]> {
  try {
    return await robotTasks.listRobotTasks({ status }, { deadline, readsToLimit: true });
  } catch (error) {
    if (error instanceof RobotTaskError && error.kind === 'too-many') return error.tasks;
    throw error;
  }
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function countSamples({ statuses }: Counts): Sample[] {
  return Object.entries(statuses).map(([status, value]) => ({ labels: { status }, value }));
}

function samplesOf(tasks: readonly RobotTask[], count: 'totalCount' | 'finishCount'): Sample[] {
  return tasks.flatMap((task) => {
    const value = task[count];
    const labels = { id: task.id, name: task.taskName ?? '', status: task.status };
    return value === null ? [] : [{ labels, value }];
  });
}

function stateFamilies({ savedAt, failures }: WatchState): string[] {
  const channels = failures.flatMap(({ channel, state }) =>
    channel === null ? [] : [{ labels: { channel }, value: state === 'failing' ? 1 : 0 }],
  );
  return [
    ...family('robot_task_watch_last_save_timestamp_seconds', 'When the watch last saved its state.', [
      { labels: {}, value: savedAt / 1000 },
    ]),
    ...family('robot_task_watch_channel_failing', 'Whether a channel does not deliver.', channels),
  ];
}

function family(name: string, help: string, samples: readonly Sample[]): string[] {
  if (samples.length === 0) return [];
  const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}\n`);
  return [`# HELP ${name} ${help}\n# TYPE ${name} gauge\n`, ...lines];
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const entries = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return entries.length === 0 ? '' : `{${entries.join(',')}}`;
}

function escape(value: string): string {
  const wellFormed = value.replace(/\p{Surrogate}/gu, '\ufffd');
  return wellFormed.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
