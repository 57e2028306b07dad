/** What the errors that others throw are to who asked. */
import { RUNNING_STATUS } from '../../../shared/robot-task';
import {
  isRobotTaskError,
  type RobotTaskError,
  type RobotTaskErrorKind,
} from '../../../shared/robot-task-error';
import { isStoreError } from '../../../shared/documents/store';
import { joinTexts, type Text } from '../../../shared/text';
import { ProblemError, PROBLEMS, type ProblemName } from './problem';

/** The problem that an error is: a bug, unless it is one of those that are meant to be thrown. */
export function toProblem(error: unknown): ProblemError {
  if (isRobotTaskError(error)) return upstreamProblem(error);
  // What is loaded later is a file of its own, with classes of its own.
  if (error instanceof Error && error.name === 'ProblemError') return error as ProblemError;
  if (isStoreError(error)) return new ProblemError('state-unavailable', error.text, { cause: error });
  return new ProblemError('internal', BUG, { cause: error });
}

const BUG: Text = {
  en: 'Something is wrong in this function: its log has the reason.',
  'zh-CN': '这个函数出了问题，原因在它的日志里。',
};

const PROBLEM_OF_KIND: Record<RobotTaskErrorKind, ProblemName> = {
  throttled: 'upstream-throttled',
  unauthorized: 'upstream-unauthorized',
  account: 'upstream-account',
  invalid: 'upstream-invalid',
  unavailable: 'upstream-unavailable',
  timeout: 'upstream-timeout',
  malformed: 'upstream-malformed',
  'too-many': 'too-many-tasks',
  moving: 'upstream-moving',
  refused: 'start-refused',
  'refused-account': 'start-refused-account',
};

/** Upstream counts calls per second and its burst limits per minute: a few seconds let both recover. */
const RETRY_AFTER_SECONDS = 5;

/** What upstream's error is to who asked. `taskStatus` as in ProblemOptions. */
export function upstreamProblem(error: RobotTaskError, taskStatus: string | null = null): ProblemError {
  const runsAlready = error.kind === 'refused' && taskStatus === RUNNING_STATUS;
  const problem = PROBLEM_OF_KIND[error.kind];
  const { code, requestId } = error;
  return new ProblemError(problem, runsAlready ? withExplanation(RUNS_ALREADY, error) : textOf(error), {
    ...(code === null && requestId === null ? {} : { upstream: { code, requestId } }),
    ...(taskStatus === null ? {} : { taskStatus }),
    ...(PROBLEMS[problem].status === 503 ? { headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } } : {}),
    cause: error,
  });
}

const RUNS_ALREADY: Text = {
  en: 'The task runs already: perhaps somebody else started it.',
  'zh-CN': '任务已在执行，可能已经有人启动了它。',
};

const MAY_HAVE_HAPPENED: Text = {
  en: 'The task may have been started all the same: look before you try again.',
  'zh-CN': '任务可能已经启动：请先查看，再决定是否重试。',
};

function textOf(error: RobotTaskError): Text {
  if (error.mayHaveHappened) return joinTexts([error.text, MAY_HAVE_HAPPENED]);
  return error.kind.startsWith('refused') ? withExplanation(error.text, error) : error.text;
}

/** What upstream says stays as it is. */
function withExplanation(text: Text, { explanation }: RobotTaskError): Text {
  if (explanation === null) return text;
  return joinTexts([
    text,
    {
      en: `The voice service says: ${explanation}`,
      'zh-CN': `语音服务接口的说明：${explanation}`,
    },
  ]);
}
