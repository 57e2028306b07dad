import {
  ROBOT_TASK_STATUSES,
  type CallOptions,
  type RobotTasks,
  type Source,
} from '../../../shared/robot-task';

export interface Counts {
  /** All tasks, also those in a status that has no name here. */
  readonly total: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly source: Source;
}

/** One call of one row for each status and one for all, at once; where there is no total, the list is read. */
export async function countTasks(robotTasks: RobotTasks, options: CallOptions): Promise<Counts> {
  const count = async (filter: { status?: string }) => {
    const { total } = await robotTasks.listRobotTaskPage(filter, 1, 1, options);
    return total ?? (await robotTasks.listRobotTasks(filter, options)).length;
  };
  const [total, ...counts] = await Promise.all([
    count({}),
    ...ROBOT_TASK_STATUSES.map((status) => count({ status })),
  ]);
  return {
    total,
    statuses: Object.fromEntries(ROBOT_TASK_STATUSES.map((status, index) => [status, counts[index] ?? 0])),
    source: robotTasks.source,
  };
}
