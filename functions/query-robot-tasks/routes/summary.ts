import {
  ROBOT_TASK_STATUSES,
  type RobotTasks,
  type Source,
  STOPPED_STATUSES,
} from '../../../shared/robot-task';
import { jsonResponse } from '../http/http';
import { robotTasksOf, type Call, type Route, type Services } from '../http/route';
import { refuseParameters } from '../listing/parameters';

/** `GET /summary`: how many tasks are in each status. */
export const summaryRoute = {
  path: '/summary',
  method: 'GET',
  who: 'reader',
  async answer({ request, call, caller, services }) {
    refuseParameters(request.query);
    const counts = await keptCounts(call, services);
    const stopped = STOPPED_STATUSES.reduce((sum, status) => sum + (counts.statuses[status] ?? 0), 0);
    const who = { canStart: caller.may === 'operate', operator: caller.name };
    return jsonResponse(JSON.stringify({ ...counts, stopped, ...who, requestId: call.requestId }));
  },
} as const satisfies Route;

export interface Counts {
  /** All tasks, also those in a status that has no name here. */
  readonly total: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly source: Source;
}

/** The counts, at most a few seconds old. */
export function keptCounts(call: Call, { keeper }: Services): Promise<Counts> {
  const robotTasks = robotTasksOf(call);
  return keeper.keep('counts', () => countTasks(robotTasks, call.deadline));
}

/** One call of one row for each status and one for all, at once; where there is no total, the list is read. */
async function countTasks(robotTasks: RobotTasks, deadline: number): Promise<Counts> {
  const count = async (filter: { status?: string }) => {
    const { total } = await robotTasks.listRobotTaskPage(filter, 1, 1, { deadline });
    return total ?? (await robotTasks.listRobotTasks(filter, { deadline })).length;
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
