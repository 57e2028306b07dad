/** Who calls the invocation API: ACS3, and the older signature of Function Compute's own SDK. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Credentials } from '../../../shared/runtime/function-context';
import { verifyAcs3, type Acs3Request } from '../../simulator/acs3';
import type { NonceMemory } from '../../simulator/nonces';

export interface SignatureOptions {
  readonly keys: readonly Credentials[];
  /** Epoch milliseconds. */
  readonly now: number;
  readonly usedNonces: NonceMemory;
}

const MAX_SKEW_MS = 15 * 60 * 1000;

/** Why the gateway refuses the caller; null when the signature is right. */
export function refusalOf(request: Acs3Request, { keys, now, usedNonces }: SignatureOptions): string | null {
  const findSecret = (id: string) => keys.find((key) => key.accessKeyId === id);
  const authorization = headerOf(request, 'authorization');
  const [, id, signature] = /^FC ([^:]+):(\S+)$/.exec(authorization) ?? [];
  if (id === undefined || signature === undefined) {
    const verdict = verifyAcs3(request, { findSecret, now, usedNonces });
    return verdict.ok ? null : verdict.message;
  }
  const key = findSecret(id);
  if (key === undefined) return `There is no access key ${id}.`;
  const skew = Math.abs(now - Date.parse(headerOf(request, 'date')));
  if (!(skew <= MAX_SKEW_MS)) return 'The header Date is more than 15 minutes off.';
  const expected = createHmac('sha256', key.accessKeySecret).update(signedText(request)).digest();
  const given = Buffer.from(signature, 'base64');
  const isRight = given.length === expected.length && timingSafeEqual(given, expected);
  return isRight ? null : 'The signature does not match.';
}

/**
 * What the `FC` signature covers: the method, three headers, those that begin with x-fc-, and the path with its query.
 * https://help.aliyun.com/document_detail/52877.html
 */
function signedText(request: Acs3Request): string {
  const url = new URL(request.url, 'http://host');
  const own = Object.keys(request.headers)
    .filter((name) => name.startsWith('x-fc-'))
    .sort()
    .map((name) => `${name}:${headerOf(request, name)}\n`);
  const query = [...url.searchParams]
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .sort();
  const resource = decodeURIComponent(url.pathname) + (query.length === 0 ? '' : `\n${query.join('\n')}`);
  const covered = ['content-md5', 'content-type', 'date'].map((name) => headerOf(request, name));
  return `${[request.method, ...covered].join('\n')}\n${own.join('')}${resource}`;
}

function headerOf({ headers }: Acs3Request, name: string): string {
  return [headers[name] ?? ''].flat().join(',');
}
