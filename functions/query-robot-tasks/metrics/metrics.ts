/** What `GET /metrics` tells: of upstream and of the state, each as far as it can be read. */
import {
  RUNNING_STATUS,
  STOPPED_STATUSES,
  type RobotTask,
  type RobotTasks,
} from '../../../shared/robot-task';
import { isRobotTaskError } from '../../../shared/robot-task-error';
import type { WatchState } from '../../../shared/state/state';
import { isStoreError, type ReadDocument } from '../../../shared/documents/store';
import type { Counts } from '../listing/count-tasks';
import type { Samples } from './families';

export { CONTENT_TYPES, expose, formatOf } from './exposition';

export interface MetricsSources {
  /** Null when there are no credentials to ask with. */
  readonly robotTasks: RobotTasks | null;
  /** Asked for only where there are credentials. */
  readonly counts: () => Promise<Counts>;
  /** Null where no state is shared. */
  readonly readState: ReadDocument<WatchState> | null;
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** Is told what could not be read, and why. */
  readonly onFailure: (source: 'upstream' | 'state', reason: string) => void;
}

const MOST_TASKS = 200;

/** All that is known. Rejects for a bug alone. */
export async function collectMetrics(sources: MetricsSources): Promise<Samples> {
  const [tasks, state] = await Promise.all([taskSamples(sources), stateSamples(sources)]);
  return { ...tasks, ...state };
}

async function taskSamples({ robotTasks, counts, deadline, onFailure }: MetricsSources): Promise<Samples> {
  const known: { counts?: Counts; tasks?: readonly RobotTask[] } = {};
  let isUp = robotTasks !== null;
  try {
    if (robotTasks !== null) {
      known.counts = await counts();
      known.tasks = await newestTasks(robotTasks, known.counts, deadline);
    }
  } catch (error) {
    if (!isRobotTaskError(error)) throw error;
    isUp = false;
    onFailure('upstream', error.message);
  }
  const { tasks = [] } = known;
  return {
    robot_task_watch_upstream_up: [{ labels: {}, value: Number(isUp) }],
    robot_task_watch_tasks: Object.entries(known.counts?.statuses ?? {}).map(([status, value]) => ({
      labels: { status },
      value,
    })),
    robot_task_watch_task_info: tasks.map(({ id, taskName, robotName, robotId, status }) => ({
      labels: { id, name: taskName ?? '', robot: robotName ?? robotId ?? '', status },
      value: 1,
    })),
    robot_task_watch_task_calls: callSamples(tasks, 'totalCount'),
    robot_task_watch_task_calls_finished: callSamples(tasks, 'finishCount'),
  };
}

/** Of the running and the stopped tasks. A status that the counts say is empty is not asked for. */
async function newestTasks(
  robotTasks: RobotTasks,
  { statuses }: Counts,
  deadline: number,
): Promise<readonly RobotTask[]> {
  const wanted = [RUNNING_STATUS, ...STOPPED_STATUSES].filter((status) => (statuses[status] ?? 0) > 0);
  const lists = await Promise.all(wanted.map((status) => listOf(status, robotTasks, deadline)));
  // While it moves from one status to the next, a task can be in both lists.
  const byId = new Map(lists.flat().map((task) => [task.id, task]));
  const age = ({ createTime }: RobotTask) => createTime ?? '';
  return [...byId.values()]
    .sort((a, b) => (age(a) < age(b) ? 1 : -Number(age(a) > age(b))))
    .slice(0, MOST_TASKS);
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
    if (isRobotTaskError(error) && error.kind === 'too-many') return error.tasks;
    throw error;
  }
}

function callSamples(tasks: readonly RobotTask[], count: 'totalCount' | 'finishCount') {
  return tasks.flatMap((task) => {
    const value = task[count];
    return value === null ? [] : [{ labels: { id: task.id }, value }];
  });
}

async function stateSamples({ readState, deadline, onFailure }: MetricsSources): Promise<Samples> {
  if (readState === null) return {};
  const upSample = (value: 0 | 1) => [{ labels: {}, value }];
  try {
    const state = await readState(deadline);
    return { robot_task_watch_state_up: upSample(1), ...(state === null ? {} : savedSamples(state)) };
  } catch (error) {
    if (!isStoreError(error)) throw error;
    onFailure('state', error.message);
    return { robot_task_watch_state_up: upSample(0) };
  }
}

function savedSamples({ savedAt, failures, channels }: WatchState): Samples {
  const failing = failures.flatMap(({ channel, state }) =>
    channel !== null && state === 'failing' ? [channel] : [],
  );
  // A document of an older program names no channel that works.
  const ids = new Set([...channels.map(({ id }) => id), ...failing]);
  return {
    robot_task_watch_last_save_timestamp_seconds: [{ labels: {}, value: savedAt / 1000 }],
    robot_task_watch_channel_failing: [...ids].map((channel) => ({
      labels: { channel },
      value: Number(failing.includes(channel)),
    })),
  };
}
