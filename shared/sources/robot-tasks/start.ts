/** What the answer to a start means. */
import { codeOf } from '../../runtime/http-exchange';
import { RobotTaskError } from '../../robot-task-error';
import type { Envelope } from '../openapi/envelope';
import { malformed } from '../openapi/errors';
import { toFlag } from '../openapi/fields';

/** The error of a start that the service refused. */
export function notStarted({
  code,
  requestId,
  explanation,
}: Pick<RobotTaskError, 'code' | 'requestId' | 'explanation'>): RobotTaskError {
  const text = { en: 'The voice service does not start the task.', 'zh-CN': '语音服务接口没有启动该任务。' };
  return new RobotTaskError('refused', text, { code, requestId, explanation });
}

/**
 * Whether a task was started: Code OK alone does not say so. Data does, with aiccs perhaps Success (UNCONFIRMED which of the two):
 * either can refuse. Throws a 'malformed' error where neither speaks: then nobody knows.
 */
export function isStarted({ data, success, requestId }: Envelope): boolean {
  const said = [success, toFlag(data)];
  if (said.includes(false)) return false;
  if (said.includes(true)) return true;
  throw malformed(
    { en: 'it does not say whether the task was started', 'zh-CN': '没有说明任务是否已启动' },
    requestId,
  );
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
