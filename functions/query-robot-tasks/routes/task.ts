import { jsonResponse } from '../http/http';
import { ProblemError } from '../http/problem';
import { robotTasksOf, type Route } from '../http/route';
import { parseTaskId } from '../listing/parameters';

/** `GET /tasks/{id}`: one task. */
export const taskRoute = {
  path: '/tasks/{id}',
  method: 'GET',
  who: 'reader',
  async answer({ request, params, call }) {
    const id = parseTaskId(params.get('id') ?? '', request.query);
    const task = await robotTasksOf(call).getRobotTask(id, { deadline: call.deadline });
    if (task === null) {
      throw new ProblemError('task-not-found', {
        en: 'The voice service knows no task with this id.',
        'zh-CN': '语音服务接口没有这个 ID 的任务。',
      });
    }
    return jsonResponse(JSON.stringify({ ...task, requestId: call.requestId }));
  },
} as const satisfies Route;
