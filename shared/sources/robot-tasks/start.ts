/** What the answer to a start means. */
import { codeOf } from '../../runtime/http-exchange';
import { RobotTaskError } from '../../robot-task-error';

/** The error of a start that the service refused. */
export function notStarted({
  code,
  requestId,
  explanation,
}: Pick<RobotTaskError, 'code' | 'requestId' | 'explanation'>): RobotTaskError {
  const text = { en: 'The voice service does not start the task.', 'zh-CN': '语音服务接口没有启动该任务。' };
  return new RobotTaskError('refused', text, { code, requestId, explanation });
}

/** What an error of a start means. Where no answer came on a connection that stood, nobody knows whether it happened. */
export function startFailure(error: RobotTaskError): RobotTaskError {
  const { kind, code, requestId, explanation, text, cause } = error;
  if (kind === 'refused' || kind === 'throttled' || kind === 'unauthorized') return error;
  if (kind === 'invalid' || kind === 'account') return notStarted({ code, requestId, explanation });
  const mayHaveHappened = !/^(ENOTFOUND|EAI_.*|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH)$/.test(
    codeOf(cause) ?? '',
  );
  return new RobotTaskError(kind, text, { code, requestId, explanation, cause, mayHaveHappened });
}
