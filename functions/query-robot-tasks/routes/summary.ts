import { STOPPED_STATUSES } from '../../../shared/robot-task';
import { taggedJson } from '../http/conditional';
import { robotTasksOf, type Call, type Route, type Services } from '../http/route';
import { countTasks, type Counts } from '../listing/count-tasks';
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
    const { total, statuses, source } = counts;
    const summary = { total, statuses, stopped, source, ...who };
    return taggedJson(request, summary, { after: { requestId: call.requestId } });
  },
} as const satisfies Route;

/** The counts, at most a few seconds old. */
export function keptCounts(call: Call, { keeper }: Services): Promise<Counts> {
  const robotTasks = robotTasksOf(call);
  return keeper.keep('counts', '', () => countTasks(robotTasks, { deadline: call.deadline }));
}
