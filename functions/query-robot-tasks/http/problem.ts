/** What is told of whatever goes wrong: RFC 9457 problem documents. */
import type { Language, Text } from '../../../shared/text';
import type { HttpResponse } from './http';
import type { ProblemDocument } from '../answers/problem';

/** By name, the last part of the problem's `type`. */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: { en: 'The request is not valid', 'zh-CN': '请求无效' } },
  'not-http': {
    status: 400,
    title: { en: 'The event is not an HTTP request', 'zh-CN': '事件不是 HTTP 请求' },
  },
  'upstream-invalid': {
    status: 400,
    title: { en: "The voice service's API refused a parameter", 'zh-CN': '语音服务接口拒绝了某个参数' },
  },
  unauthorized: { status: 401, title: { en: 'No valid token', 'zh-CN': '没有有效的令牌' } },
  forbidden: { status: 403, title: { en: 'Not allowed', 'zh-CN': '不允许' } },
  'not-found': { status: 404, title: { en: 'No such path', 'zh-CN': '没有这个路径' } },
  'no-state': { status: 404, title: { en: 'No state of the watch', 'zh-CN': '没有监控的状态' } },
  'task-not-found': { status: 404, title: { en: 'No such task', 'zh-CN': '没有这个任务' } },
  'method-not-allowed': { status: 405, title: { en: 'Method not allowed', 'zh-CN': '不支持这个方法' } },
  'start-refused': { status: 409, title: { en: 'The task was not started', 'zh-CN': '任务没有启动' } },
  'start-refused-account': {
    status: 409,
    title: { en: 'The task was not started because of the account', 'zh-CN': '因账号原因，任务没有启动' },
  },
  'acknowledge-refused': {
    status: 409,
    title: { en: 'The task was not taken', 'zh-CN': '任务没有被接手' },
  },
  'no-shared-state': { status: 409, title: { en: 'No state is shared', 'zh-CN': '没有共享状态' } },
  'too-many-tasks': { status: 422, title: { en: 'Too many tasks', 'zh-CN': '任务太多' } },
  internal: { status: 500, title: { en: 'Internal error', 'zh-CN': '内部错误' } },
  'upstream-unauthorized': {
    status: 502,
    title: { en: "The voice service's API refused our credentials", 'zh-CN': '语音服务接口拒绝了我们的密钥' },
  },
  'upstream-account': {
    status: 502,
    title: { en: "The voice service's API refused the account", 'zh-CN': '语音服务接口拒绝了该账号' },
  },
  'upstream-unavailable': {
    status: 502,
    title: {
      en: "The voice service's API is out of reach or broken",
      'zh-CN': '语音服务接口无法访问或出现故障',
    },
  },
  'state-unavailable': {
    status: 502,
    title: { en: 'The state of the watch cannot be read', 'zh-CN': '无法读取监控的状态' },
  },
  'record-unavailable': {
    status: 502,
    title: { en: "The operators' record cannot be used", 'zh-CN': '无法使用操作员记录' },
  },
  'upstream-malformed': {
    status: 502,
    title: {
      en: "The voice service's API gave an answer that cannot be read",
      'zh-CN': '语音服务接口的应答无法解读',
    },
  },
  'not-configured': { status: 503, title: { en: 'Not configured', 'zh-CN': '尚未配置' } },
  'record-busy': {
    status: 503,
    title: { en: "The operators' record kept changing", 'zh-CN': '操作员记录一直在变化' },
  },
  'upstream-throttled': {
    status: 503,
    title: { en: "The voice service's API is throttling", 'zh-CN': '语音服务接口正在限流' },
  },
  'upstream-moving': { status: 503, title: { en: 'The list kept changing', 'zh-CN': '列表一直在变化' } },
  'upstream-timeout': {
    status: 504,
    title: { en: "The voice service's API is too slow", 'zh-CN': '语音服务接口太慢' },
  },
} as const satisfies Record<string, { status: number; title: Text }>;

export type ProblemName = keyof typeof PROBLEMS;

/** One bad parameter, or one wrong environment variable. */
export interface ProblemDetail {
  readonly name: string;
  readonly detail: Text;
}

interface ProblemOptions {
  readonly errors?: readonly ProblemDetail[];
  readonly upstream?: { readonly code: string | null; readonly requestId: string | null };
  /** Of a start that was refused: the status in which the task was seen afterwards. */
  readonly taskStatus?: string;
  /** Headers that belong to the answer, such as Allow. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Thrown by whatever cannot answer otherwise. The text becomes the problem's `detail`: callers read it. `message` is the English one. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: ProblemName;
  readonly text: Text;
  readonly options: ProblemOptions;

  constructor(problem: ProblemName, text: Text, options: ProblemOptions = {}) {
    super(text.en, options.cause === undefined ? {} : { cause: options.cause });
    this.problem = problem;
    this.text = text;
    this.options = options;
  }
}

/** The answer that a problem is, in the language of who asked. */
export function problemResponse(problem: ProblemError, requestId: string, language: Language): HttpResponse {
  const { status, title } = PROBLEMS[problem.problem];
  const { errors, upstream, taskStatus, headers } = problem.options;
  const document: ProblemDocument = {
    type: problemType(problem.problem),
    title: title[language],
    status,
    detail: problem.text[language],
    requestId,
    ...(errors === undefined
      ? {}
      : { errors: errors.map(({ name, detail }) => ({ name, detail: detail[language] })) }),
    ...(upstream === undefined ? {} : { upstream }),
    ...(taskStatus === undefined ? {} : { taskStatus }),
  };
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'content-language': language,
      ...headers,
    },
    body: JSON.stringify(document),
  };
}

export function problemType(name: ProblemName): string {
  return `urn:robot-task-watch:problem:${name}`;
}
