/** What the answer to a start means. */
import { codeOf } from '../../runtime/http-exchange';
import { RobotTaskError, type RobotTaskErrorKind } from '../../robot-task-error';
import type { Text } from '../../text';
import type { Envelope } from '../openapi/envelope';
import { credentialsRefused, malformed } from '../openapi/errors';
import { toFlag } from '../openapi/fields';

const SENTENCES = {
  refused: {
    en: 'The voice service does not start the task.',
    'zh-CN': '语音服务接口没有启动该任务。',
  },
  'refused-account': {
    en: 'The voice service does not start the task because of the account: check that it is not in arrears and that the voice service is activated.',
    'zh-CN': '语音服务接口因账号原因没有启动该任务，请确认没有欠费，且已开通语音服务。',
  },
} as const satisfies Partial<Record<RobotTaskErrorKind, Text>>;

/** The error of a start that the service refused. */
export function notStarted(
  { code, requestId, explanation }: Pick<RobotTaskError, 'code' | 'requestId' | 'explanation'>,
  kind: keyof typeof SENTENCES = 'refused',
): RobotTaskError {
  // Where only the data refuse, the message is OK all the same.
  const said = /^ok$/i.test(explanation ?? '') ? null : explanation;
  return new RobotTaskError(kind, SENTENCES[kind], { code, requestId, explanation: said });
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

/** What an error of a start means, which takes the RAM action `permission`. Where no answer came on a connection that stood, nobody knows whether it happened. */
export function startFailure(error: RobotTaskError, permission: string): RobotTaskError {
  const { kind, code, requestId, explanation, text, cause } = error;
  if (kind === 'refused' || kind === 'throttled') return error;
  if (kind === 'unauthorized') {
    return new RobotTaskError(kind, credentialsRefused([permission]), {
      code,
      requestId,
      explanation,
      cause,
    });
  }
  if (kind === 'invalid') return notStarted(error);
  if (kind === 'account') return notStarted(error, 'refused-account');
  const mayHaveHappened = !/^(ENOTFOUND|EAI_.*|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH)$/.test(
    codeOf(cause) ?? '',
  );
  return new RobotTaskError(kind, text, { code, requestId, explanation, cause, mayHaveHappened });
}
