import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from './service-error';

/** Keys that the stand-in accepts. */
export interface StandInKeys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Given for a role's temporary keys: a request must bring it. */
  readonly securityToken?: string;
}

const REQUIRED = [
  'x-ots-accesskeyid',
  'x-ots-apiversion',
  'x-ots-contentmd5',
  'x-ots-date',
  'x-ots-instancename',
  'x-ots-signature',
];
const CLOCK_TOLERANCE_MS = 15 * 60 * 1000;

/**
 * Checks a request's headers as Tablestore does:
 * https://www.alibabacloud.com/help/en/tablestore/developer-reference/http-request. Returns the keys it is signed
 * with, or throws a ServiceError.
 */
export function authenticate(
  path: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
  accepted: { readonly instance: string; readonly keys: readonly StandInKeys[]; readonly now: number },
): StandInKeys {
  const header = (name: string): string => {
    const value = headers[name];
    return typeof value === 'string' ? value : '';
  };
  const missing = REQUIRED.find((name) => header(name) === '');
  if (missing !== undefined)
    throw new ServiceError(400, 'OTSParameterInvalid', `Missing header: '${missing}'.`);
  const date = Date.parse(header('x-ots-date'));
  if (Number.isNaN(date)) throw new ServiceError(400, 'OTSParameterInvalid', 'Invalid date format.');
  if (header('x-ots-apiversion') !== '2015-12-31') {
    throw new ServiceError(400, 'OTSParameterInvalid', 'Unsupported API version.');
  }
  const id = header('x-ots-accesskeyid');
  const keys = accepted.keys.find(({ accessKeyId }) => accessKeyId === id);
  if (keys === undefined) throw refused(`The AccessKeyID ${id} does not exist.`);
  if (header('x-ots-ststoken') !== (keys.securityToken ?? ''))
    throw refused('The STS token is invalid or expired.');
  if (!isSame(sign(keys.accessKeySecret, requestText(path, headers)), header('x-ots-signature'))) {
    throw refused('Signature mismatch.');
  }
  if (md5(body) !== header('x-ots-contentmd5')) {
    throw refused('Mismatch between MD5 value of request body and x-ots-contentmd5 in header.');
  }
  if (Math.abs(date - accepted.now) > CLOCK_TOLERANCE_MS) {
    throw refused(`Mismatch between system time and x-ots-date: ${header('x-ots-date')}.`);
  }
  if (header('x-ots-instancename') !== accepted.instance) throw refused('The instance is not found.');
  return keys;
}

/** The headers of an answer; with a signature, once it is known whose keys the request is signed with. */
export function answerHeaders(
  path: string,
  body: Buffer,
  now: number,
  keys: StandInKeys | null,
): Record<string, string> {
  const headers = {
    'x-ots-contentmd5': md5(body),
    'x-ots-contenttype': 'protocol buffer',
    'x-ots-date': new Date(now).toISOString(),
    'x-ots-requestid': randomUUID(),
  };
  if (keys === null) return headers;
  const signature = sign(keys.accessKeySecret, `${canonical(headers)}\n${path}`);
  return { ...headers, authorization: `OTS ${keys.accessKeyId}:${signature}` };
}

function requestText(path: string, headers: IncomingHttpHeaders): string {
  const signed = Object.entries(headers).filter(([name]) => name !== 'x-ots-signature');
  return `${path}\nPOST\n\n${canonical(Object.fromEntries(signed))}\n`;
}

function canonical(headers: IncomingHttpHeaders): string {
  return Object.keys(headers)
    .filter((name) => name.startsWith('x-ots-'))
    .sort()
    .map((name) => `${name}:${String(headers[name]).trim()}`)
    .join('\n');
}

function sign(secret: string, text: string): string {
  return createHmac('sha1', secret).update(text).digest('base64');
}

function md5(body: Buffer): string {
  return createHash('md5').update(body).digest('base64');
}

function isSame(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}

function refused(message: string): ServiceError {
  return new ServiceError(403, 'OTSAuthFailed', message);
}
