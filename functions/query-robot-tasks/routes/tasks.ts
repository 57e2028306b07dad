import { jsonResponse } from '../http/http';
import { robotTasksOf, type Route } from '../http/route';
import { listTasks } from '../listing/list-tasks';
import { parseTaskQuery } from '../listing/parameters';

/** `GET /tasks`: a page of the tasks that match. */
export const tasksRoute = {
  path: '/tasks',
  method: 'GET',
  who: 'reader',
  async answer({ request, call }) {
    const query = parseTaskQuery(request.query);
    const page = await listTasks(robotTasksOf(call), query, { deadline: call.deadline });
    return jsonResponse(JSON.stringify({ ...page, requestId: call.requestId }));
  },
} as const satisfies Route;
