import * as v from 'valibot';
import { RobotTaskError, type RobotTaskErrorKind } from '../robot-task-error';
import { timedOut } from './deadline';
import { text } from './fields';

/** Why one call failed, and whether the same call may well succeed in a moment. */
export interface Failure {
  readonly error: RobotTaskError;
  readonly retry: boolean;
}

/** The code with which upstream says that nothing matches. */
export const NO_DATA = '100008.0';

type RefusalKind = Exclude<RobotTaskErrorKind, 'timeout' | 'malformed' | 'too-many' | 'moving'>;

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

const SENTENCES: Readonly<Record<RefusalKind, string>> = {
  throttled: "The account's calls are over upstream's quota: try again in a moment.",
  unauthorized:
    "Upstream refuses the credentials: check the access key, the role's permissions (dyvms:QueryRobotTaskList, dyvms:QueryRobotTaskDetail) and this machine's clock.",
  account:
    'Upstream refuses the account: check that it is not in arrears and that the voice service is activated.',
  invalid: 'Upstream refuses the request: check its parameters.',
  unavailable: 'Upstream is broken or out of reach: try again later.',
};

export interface Refusal {
  readonly code: string | null;
  readonly requestId: string | null;
  readonly statusCode: number | null;
}

/** The failure of a call that upstream answered with another code than OK, or with another status than 2xx. */
export function refused(refusal: Refusal, cause?: unknown): Failure {
  const code = tidy(refusal.code);
  const { kind, retry } = judgeCode(code) ?? judgeStatus(refusal.statusCode ?? 0);
  const requestId = tidy(refusal.requestId);
  return { error: new RobotTaskError(kind, SENTENCES[kind], { code, requestId, cause }), retry };
}

const NOTHING_SAID = { RequestId: null, requestId: null };
const rejectionSchema = v.fallback(
  v.object({
    name: text,
    code: text,
    statusCode: v.fallback(v.nullable(v.number()), null),
    data: v.fallback(v.object({ RequestId: text, requestId: text }), NOTHING_SAID),
  }),
  { name: null, code: null, statusCode: null, data: NOTHING_SAID },
);

/**
 * The failure of a call whose `callApi` rejected. The core client's errors can hold the URL with its query: one is kept
 * as the cause, for a debugger, and no cause is ever logged.
 */
export function rejected(cause: unknown): Failure {
  if (cause instanceof RobotTaskError) return { error: cause, retry: false };
  // Half a character (a lone surrogate) in a parameter cannot be written into a URL.
  if (cause instanceof URIError) {
    return { error: new RobotTaskError('invalid', SENTENCES.invalid, { cause }), retry: false };
  }
  const { name, code, statusCode, data } = v.parse(rejectionSchema, cause);
  if (name === 'RequestTimeoutError') return { error: timedOut(cause), retry: false };
  if (statusCode !== null || judgeCode(code) !== null) {
    return refused({ code, statusCode, requestId: data.RequestId ?? data.requestId }, cause);
  }
  // Network errors, and the bare SyntaxError with which the core client rejects an error answer that is not JSON.
  return { error: new RobotTaskError('unavailable', SENTENCES.unavailable, { cause }), retry: true };
}

/** An answer that is not what the document promises. `what` is ours, and completes the sentence. */
export function malformed(what: string, requestId: string | null = null, cause?: unknown): RobotTaskError {
  const message = `Upstream's answer is not as documented: ${what}. If this goes on, check DYVMSAPI_ENDPOINT.`;
  return new RobotTaskError('malformed', message, { requestId: tidy(requestId), cause });
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

/** For a code that nobody has documented, and for none. A redirect is not followed, and no retry would change it. */
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
function tidy(value: string | null): string | null {
  return value !== null && value !== 'undefined' && /^[\w.:-]{1,80}$/.test(value) ? value : null;
}
