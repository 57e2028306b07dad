import { taggedJson } from '../http/conditional';
import { robotTasksOf, type Route } from '../http/route';
import { listTasks } from '../listing/list-tasks';
import { parseTaskQuery } from '../listing/parameters';

/** `GET /tasks`: a page of the tasks that match. */
export const tasksRoute = {
  path: '/tasks',
  method: 'GET',
  who: 'reader',
  async answer({ request, call, services }) {
    const query = parseTaskQuery(request.query);
    const page = await listTasks(robotTasksOf(call), services.keeper, query, { deadline: call.deadline });
    return taggedJson(request, page, { after: { requestId: call.requestId } });
  },
} as const satisfies Route;
