import * as v from 'valibot';
import { RobotTaskError, type RobotTaskErrorKind } from '../../robot-task-error';
import { codeOf } from '../../runtime/http-exchange';
import { maskSecrets } from '../../runtime/log';
import { isCertificateCode } from '../../runtime/network';
import type { Text } from '../../text';
import { because, causeOf } from '../sentences';
import { text } from './fields';

/** Why one call failed, and whether the same call may well succeed in a moment. */
export interface Failure {
  readonly error: RobotTaskError;
  readonly retry: boolean;
}

/** The code with which upstream says that nothing matches. */
export const NO_DATA = '100008.0';

/** Whom the errors of a call speak of. */
export interface Place {
  /** Where the answer was to come from, with its port, where that is known. */
  readonly host: string | null;
  /** The RAM actions that reading takes. */
  readonly permissions: readonly string[];
  /** What the service may repeat and nobody may see: asked for at each refusal. */
  readonly secrets?: () => Iterable<string>;
}

type RefusalKind = Exclude<
  RobotTaskErrorKind,
  'timeout' | 'malformed' | 'too-many' | 'moving' | 'refused' | 'refused-account'
>;

/**
 * By the beginning of the code, because the vendor answers the same code with different HTTP statuses; the first that
 * fits counts. From the product's error table and the gateway's, which is the same for all products.
 */
const KINDS: readonly (readonly [RefusalKind, readonly string[]])[] = [
  ['throttled', ['Throttling', 'isv.BUSINESS_LIMIT_CONTROL']],
  [
    'unauthorized',
    [
      'InvalidAccessKeyId',
      'SignatureDoesNotMatch',
      'IncompleteSignature',
      'SignatureNonceUsed',
      'InvalidTimeStamp',
      'InvalidSecurityToken',
      'MissingSecurityToken',
      'Forbidden',
      'NoPermission',
      'isp.RAM_PERMISSION_DENY',
      // The core client's own, when it has no keys.
      'InvalidCredentials',
    ],
  ],
  // AMOUNT_NOT_ENOUG is the vendor's spelling, and ..ENOUGH is seen too; PRODUCT_UN_SUBSCRIPT and PRODUCT_UNSUBSCRIBE.
  ['account', ['isv.OUT_OF_SERVICE', 'isv.AMOUNT_NOT_ENOUG', 'isv.PRODUCT_UN', 'isv.ACCOUNT_']],
  ['unavailable', ['isp.', 'InternalError', 'ServiceUnavailable']],
  ['invalid', ['isv.', 'InvalidParameter', 'MissingParameter', NO_DATA]],
];

const SENTENCES: Readonly<Record<Exclude<RefusalKind, 'unauthorized'>, Text>> = {
  throttled: {
    en: "The account's calls are over the voice service's quota: try again in a moment.",
    'zh-CN': '账号的调用超过了语音服务接口的配额，请稍后再试。',
  },
  account: {
    en: 'The voice service refuses the account: check that it is not in arrears and that the voice service is activated.',
    'zh-CN': '语音服务接口拒绝了该账号，请确认没有欠费，且已开通语音服务。',
  },
  invalid: {
    en: 'The voice service refuses the request: check its parameters.',
    'zh-CN': '语音服务接口拒绝了请求，请检查参数。',
  },
  unavailable: {
    en: 'The voice service is broken or out of reach: try again later.',
    'zh-CN': '语音服务接口故障或无法访问，请稍后再试。',
  },
};

function sentenceOf(kind: RefusalKind, { permissions }: Place): Text {
  return kind === 'unauthorized' ? credentialsRefused(permissions) : SENTENCES[kind];
}

/** `permissions` are the RAM actions that the call takes. */
export function credentialsRefused(permissions: readonly string[]): Text {
  return {
    en: `The voice service refuses the credentials: check the access key, the role's permissions (${permissions.join(', ')}) and this machine's clock.`,
    'zh-CN': `语音服务接口拒绝了密钥，请检查 AccessKey、角色的权限（${permissions.join('、')}）和本机时钟。`,
  };
}

export interface Refusal {
  readonly code: string | null;
  readonly requestId: string | null;
  /** What the service says of it. */
  readonly message?: string | null;
  readonly statusCode: number | null;
}

/** The failure of a call that upstream answered with another code than OK, or with another status than 2xx. */
export function refused(refusal: Refusal, place: Place, cause?: unknown): Failure {
  const code = masked(tidy(refusal.code), place);
  const { kind, retry } = judgeCode(code) ?? judgeStatus(refusal.statusCode ?? 0);
  const requestId = masked(tidy(refusal.requestId), place);
  const explanation = sayable(refusal.message ?? null, place);
  const text = sentenceOf(kind, place);
  return { error: new RobotTaskError(kind, text, { code, requestId, explanation, cause }), retry };
}

const NOTHING_SAID = { RequestId: null, requestId: null, Message: null };
const rejectionSchema = v.fallback(
  v.object({
    name: text,
    code: text,
    statusCode: v.fallback(v.nullable(v.number()), null),
    data: v.fallback(v.object({ RequestId: text, requestId: text, Message: text }), NOTHING_SAID),
  }),
  { name: null, code: null, statusCode: null, data: NOTHING_SAID },
);

/**
 * The failure of a call whose `callApi` rejected. The core client's errors can hold the URL with its query: one is kept
 * as the cause, for a debugger, and no cause is ever logged. `status` is that of the answer, where one came.
 */
export function rejected(cause: unknown, place: Place, status: number | null = null): Failure {
  if (cause instanceof RobotTaskError) return { error: cause, retry: false };
  // A lone surrogate in a parameter cannot be written into a URL.
  if (cause instanceof URIError) {
    return { error: new RobotTaskError('invalid', SENTENCES.invalid, { cause }), retry: false };
  }
  const { name, code, statusCode, data } = v.parse(rejectionSchema, cause);
  if (name === 'RequestTimeoutError') return { error: timedOut(place.host, cause), retry: false };
  if (statusCode !== null || judgeCode(code) !== null) {
    const requestId = data.RequestId ?? data.requestId;
    return refused({ code, statusCode, requestId, message: data.Message }, place, cause);
  }
  if (status !== null && isNoJsonObject(name, cause)) return foreign(status, place, cause);
  const why = causeOf(cause, place.host);
  const text = why === null ? SENTENCES.unavailable : because(OUT_OF_REACH, why);
  // A certificate is not accepted a moment later either.
  return {
    error: new RobotTaskError('unavailable', text, { cause }),
    retry: !isCertificateCode(codeOf(cause) ?? ''),
  };
}

/** With what the core client rejects an error answer that is not JSON, and one that is no object. */
function isNoJsonObject(name: string | null, cause: unknown): boolean {
  return name === 'SyntaxError' || (cause as Error).message === 'The value is not a object';
}

/** Something answered, and not as the voice service does. */
function foreign(status: number, { host }: Place, cause: unknown): Failure {
  const { kind, retry } = judgeStatus(status);
  if (!retry) return { error: malformed(notJson(host, status), null, cause), retry };
  const error = new RobotTaskError(kind, because(BROKEN, answered(host, status)), { cause });
  return { error, retry };
}

/** What answered with an HTTP status, as a clause. */
export function answered(host: string | null, status: number): Text {
  const place = host === null ? '' : `${host} `;
  return { en: `${place}answers HTTP ${status}`, 'zh-CN': `${place}返回 HTTP ${status}` };
}

export function notJson(host: string | null, status: number): Text {
  const { en, 'zh-CN': zh } = answered(host, status);
  return { en: `${en}, and not with JSON`, 'zh-CN': `${zh}，内容不是 JSON` };
}

/** A redirect is not followed, and no retry would change it. */
export function redirected(status: number, { host }: Place): Failure {
  const { en, 'zh-CN': zh } = answered(host, status);
  const text = because(ELSEWHERE, { en: `${en}, a redirect`, 'zh-CN': `${zh} 重定向` });
  return { error: new RobotTaskError('unavailable', text), retry: false };
}

const BROKEN: Text = {
  en: 'The voice service, or what stands before it, is not working properly.',
  'zh-CN': '语音服务接口或它前面的代理工作异常。',
};

const ELSEWHERE: Text = {
  en: "The voice service's address leads elsewhere.",
  'zh-CN': '语音服务接口的地址指向别处。',
};

const OUT_OF_REACH: Text = {
  en: 'The voice service is out of reach.',
  'zh-CN': '无法访问语音服务接口。',
};

/** `host` is where the answer was to come from, with its port, where that is known. */
export function timedOut(host: string | null = null, cause?: unknown): RobotTaskError {
  const late = { en: 'The voice service did not answer in time.', 'zh-CN': '语音服务接口在时限内没有应答。' };
  const text = host === null ? late : because(late, { en: host, 'zh-CN': host });
  return new RobotTaskError('timeout', text, { cause });
}

/** An answer that is not what the document promises. `what` is a clause of ours. */
export function malformed(what: Text, requestId: string | null = null, cause?: unknown): RobotTaskError {
  const text = {
    en: `The voice service's answer is not as documented: ${what.en}. If this goes on, check DYVMSAPI_ENDPOINT (AICCS_ENDPOINT with TASK_SOURCE=aiccs).`,
    'zh-CN': `语音服务接口的应答与文档不符：${what['zh-CN']}。如果一直这样，请检查 DYVMSAPI_ENDPOINT（TASK_SOURCE=aiccs 时为 AICCS_ENDPOINT）。`,
  };
  return new RobotTaskError('malformed', text, { requestId: tidy(requestId), cause });
}

interface Judgement {
  readonly kind: RefusalKind;
  readonly retry: boolean;
}

function judgeCode(code: string | null): Judgement | null {
  if (code === null) return null;
  const kind = KINDS.find(([, beginnings]) =>
    beginnings.some((beginning) => code.startsWith(beginning)),
  )?.[0];
  return kind === undefined ? null : { kind, retry: kind === 'throttled' || kind === 'unavailable' };
}

/** For a code that nobody has documented, and for none. */
function judgeStatus(statusCode: number): Judgement {
  if (statusCode >= 500) return { kind: 'unavailable', retry: true };
  if (statusCode === 429) return { kind: 'throttled', retry: true };
  if (statusCode === 401 || statusCode === 403) return { kind: 'unauthorized', retry: false };
  if (statusCode >= 400) return { kind: 'invalid', retry: false };
  return { kind: 'unavailable', retry: false };
}

/**
 * Codes and request ids go into logs and answers: what does not look like one is dropped, and so is the "undefined" that
 * the core client makes of a missing code.
 */
export function tidy(value: string | null): string | null {
  return value !== null && value !== 'undefined' && /^[\w.:-]{1,80}$/.test(value) ? value : null;
}

function masked(said: string | null, { secrets }: Place): string | null {
  return said === null || secrets === undefined ? said : maskSecrets(said, secrets());
}

/** What the service says, which can be anything: on one line, not long, and without secrets. */
export function sayable(said: string | null, place: Place): string | null {
  const line =
    masked(said, place)
      ?.replace(/[\p{C}\s]+/gu, ' ')
      .trim()
      .slice(0, 200) ?? '';
  return line === '' ? null : line;
}
