import { RobotTaskError } from '../../../shared/robot-task-error';
import { jsonResponse } from '../http/http';
import { robotTasksOf, type Call, type Route } from '../http/route';
import { parseTaskId } from '../listing/parameters';

/** `POST /tasks/{id}/start`: starts a task again. Never twice, and each with a line in the log. */
export const startRoute = {
  path: '/tasks/{id}/start',
  method: 'POST',
  who: 'operator',
  async answer({ request, params, call, caller, services }) {
    const id = parseTaskId(params.get('id') ?? '', request.query);
    const { fingerprint, name } = caller;
    const line = { requestId: call.requestId, taskId: id, operator: fingerprint, name };
    try {
      await robotTasksOf(call).startRobotTask(id, { deadline: call.deadline });
    } catch (error) {
      const outcome = error instanceof RobotTaskError && error.mayHaveHappened ? 'unknown' : 'failed';
      services.log.warn({ ...line, outcome }, 'start of a task');
      throw error;
    } finally {
      // The counts of a moment ago may no longer be true.
      services.keeper.clear();
    }
    services.log.info({ ...line, outcome: 'started' }, 'start of a task');
    const status = await statusAfterwards(call, id);
    return { ...jsonResponse(JSON.stringify({ id, status, requestId: call.requestId })), status: 202 };
  },
} as const satisfies Route;

/** Null when nobody can say: the task was started all the same. */
async function statusAfterwards(call: Call, id: string): Promise<string | null> {
  try {
    return (await robotTasksOf(call).getRobotTask(id, { deadline: call.deadline }))?.status ?? null;
  } catch (error) {
    if (error instanceof RobotTaskError) return null;
    throw error;
  }
}
