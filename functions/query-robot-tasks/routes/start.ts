import { isRobotTaskError, type RobotTaskError } from '../../../shared/robot-task-error';
import { jsonResponse } from '../http/http';
import { upstreamProblem } from '../http/errors';
import type { Operator } from '../http/auth';
import { robotTasksOf, type Call, type Question, type Route } from '../http/route';
import { parseTaskId } from '../listing/parameters';

/** `POST /tasks/{id}/start`: starts a task again. Never twice, and each with a line in the log. */
export const startRoute = {
  path: '/tasks/{id}/start',
  method: 'POST',
  who: 'operator',
  async answer(question) {
    const { request, params, call, caller, services } = question;
    const id = parseTaskId(params.get('id') ?? '', request.query);
    const { fingerprint, name } = caller;
    const line = { requestId: call.requestId, taskId: id, operator: fingerprint, name };
    try {
      await robotTasksOf(call).startRobotTask(id, { deadline: call.deadline });
    } catch (error) {
      const outcome = isRobotTaskError(error) && error.mayHaveHappened ? 'unknown' : 'failed';
      services.log.warn({ ...line, outcome }, 'start of a task');
      if (!isRefusal(error)) throw error;
      // Perhaps somebody else was faster.
      throw upstreamProblem(error, await statusAfterwards(call, id));
    } finally {
      // The counts of a moment ago may no longer be true.
      services.keeper.clear();
    }
    services.log.info({ ...line, outcome: 'started' }, 'start of a task');
    const [status, isRecorded] = await Promise.all([
      statusAfterwards(call, id),
      services.openRecord === null || record(question, id),
    ]);
    const answer = { id, status, ...(isRecorded ? {} : { recorded: false }), requestId: call.requestId };
    return { ...jsonResponse(JSON.stringify(answer)), status: 202 };
  },
} as const satisfies Route;

/** False where that failed. */
async function record(question: Question<Operator>, id: string): Promise<boolean> {
  const { recordStart } = await import('../operators/acts');
  return recordStart(question, id);
}

function isRefusal(error: unknown): error is RobotTaskError {
  return isRobotTaskError(error) && error.kind.startsWith('refused');
}

/** Null when nobody can say. */
async function statusAfterwards(call: Call, id: string): Promise<string | null> {
  try {
    return (await robotTasksOf(call).getRobotTask(id, { deadline: call.deadline }))?.status ?? null;
  } catch (error) {
    if (isRobotTaskError(error)) return null;
    throw error;
  }
}
