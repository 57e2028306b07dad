/**
 * Checks signatures of the kind ACS3-HMAC-SHA256 as Alibaba Cloud's gateway does. Written from the vendor's description
 * of the V3 signature, not from the SDK's signer, which the tests check it against. Serves any stand-in for one of their
 * services.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { NonceMemory } from './nonces';

/** The request as it came over the wire. */
export interface Acs3Request {
  readonly method: string;
  /** Path and query, still percent-encoded. */
  readonly url: string;
  /** Keyed by lower-cased name, as Node gives them. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** What the gateway knows of an access key. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Present on the temporary keys of a role. */
  readonly securityToken?: string;
  /** Epoch milliseconds from which on a temporary key is refused; absent = never. */
  readonly expiresAt?: number;
}

export interface Acs3Options {
  readonly findSecret: (accessKeyId: string) => AccessKey | undefined;
  /** The gateway's time, epoch milliseconds. */
  readonly now: number;
  /** Keep one for as long as the gateway lives. */
  readonly usedNonces: NonceMemory;
}

export type Acs3Verdict =
  | { readonly ok: true; readonly accessKeyId: string }
  | {
      readonly ok: false;
      /** The key that the request names, whether it is known or not; null when it names none. */
      readonly accessKeyId: string | null;
      readonly status: number;
      readonly code: string;
      readonly message: string;
    };

/** x-acs-date may be so far off, either way. */
const MAX_SKEW_MS = 15 * 60 * 1000;
const ALGORITHM = 'ACS3-HMAC-SHA256';
const AUTHORIZATION =
  /^ACS3-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** Accepts the request or says with which status, code and sentence the gateway refuses it. Throws nothing. */
export function verifyAcs3(request: Acs3Request, { findSecret, now, usedNonces }: Acs3Options): Acs3Verdict {
  const header = (name: string) => readHeader(request, name);
  const authorization = header('authorization');
  const [, accessKeyId, signedHeaders, signature] = AUTHORIZATION.exec(authorization) ?? [];

  function refuse(status: number, code: string, message: string): Acs3Verdict {
    return { ok: false, accessKeyId: accessKeyId ?? null, status, code, message };
  }
  const mismatch = (why: string) =>
    refuse(400, 'SignatureDoesNotMatch', `Specified signature does not match our calculation. ${why}`);

  if (authorization === '') {
    return refuse(
      404,
      'InvalidAccessKeyId.NotFound',
      'No access key is specified: there is no Authorization.',
    );
  }
  if (accessKeyId === undefined || signedHeaders === undefined || signature === undefined) {
    return refuse(
      400,
      'IncompleteSignature',
      'The request signature does not conform to Aliyun standards: Authorization cannot be read.',
    );
  }
  const key = findSecret(accessKeyId);
  if (key === undefined) {
    return refuse(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
  }

  const date = DATE.test(header('x-acs-date')) ? Date.parse(header('x-acs-date')) : NaN;
  if (Number.isNaN(date)) {
    return refuse(400, 'InvalidTimeStamp.Format', 'x-acs-date is not written yyyy-MM-ddTHH:mm:ssZ.');
  }
  if (Math.abs(now - date) > MAX_SKEW_MS) {
    return refuse(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
  }

  if (header('x-acs-security-token') !== (key.securityToken ?? '')) {
    const message = 'Specified SecurityToken is malformed: it does not belong to the access key.';
    return refuse(400, 'InvalidSecurityToken.Malformed', message);
  }
  if (key.expiresAt !== undefined && now >= key.expiresAt) {
    return refuse(400, 'InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.');
  }
  if (!['', accessKeyId].includes(header('x-acs-accesskey-id'))) {
    return mismatch('x-acs-accesskey-id names another key than Authorization.');
  }

  const signedNames = signedHeaders.split(';');
  const unsigned = mustBeSigned(request).filter((name) => !signedNames.includes(name));
  if (unsigned.length > 0) return mismatch(`Not signed: ${unsigned.join(', ')}.`);
  const payloadHash = sha256(request.body);
  if (header('x-acs-content-sha256') !== payloadHash) {
    return mismatch('x-acs-content-sha256 is not the hash of the body.');
  }

  const canonicalRequest = canonicalize(request, signedNames, payloadHash);
  if (canonicalRequest === null) return mismatch('The URL is not percent-encoded UTF-8.');
  const canonicalHash = sha256(Buffer.from(canonicalRequest));
  const expected = createHmac('sha256', key.accessKeySecret)
    .update(`${ALGORITHM}\n${canonicalHash}`)
    .digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) {
    return mismatch(`server StringToSign is [${ALGORITHM} ${canonicalHash}]`);
  }

  // Only now: a nonce that somebody sent without the key must not spoil the owner's.
  const nonce = header('x-acs-signature-nonce');
  if (nonce === '') {
    return refuse(400, 'MissingSignatureNonce', 'x-acs-signature-nonce is mandatory for this action.');
  }
  // After its date has left the window on the far side, the request is refused for its date.
  if (!usedNonces.use(`${accessKeyId} ${nonce}`, now, date + MAX_SKEW_MS)) {
    return refuse(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
  }
  return { ok: true, accessKeyId };
}

function readHeader(request: Acs3Request, name: string): string {
  // SignedHeaders names what it likes, "constructor" as well.
  const value = Object.hasOwn(request.headers, name) ? (request.headers[name] ?? '') : '';
  return (Array.isArray(value) ? value.join(',') : value).trim();
}

/** host, content-type and every x-acs-* that the request has. */
function mustBeSigned(request: Acs3Request): string[] {
  const present = Object.keys(request.headers).filter((name) => request.headers[name] !== undefined);
  return present.filter((name) => name === 'content-type' || name.startsWith('x-acs-')).concat('host');
}

/** Null when the URL cannot be decoded. */
function canonicalize(
  request: Acs3Request,
  signedNames: readonly string[],
  payloadHash: string,
): string | null {
  const question = request.url.indexOf('?');
  const path = question < 0 ? request.url : request.url.slice(0, question);
  const query = question < 0 ? '' : request.url.slice(question + 1);
  try {
    return [
      request.method,
      canonicalPath(path),
      canonicalQuery(query),
      ...[...signedNames].sort().map((name) => `${name}:${readHeader(request, name)}`),
      // The block of headers ends with its own newline, and the names follow after another.
      '',
      signedNames.join(';'),
      payloadHash,
    ].join('\n');
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function canonicalPath(path: string): string {
  return path
    .split('/')
    .map((segment) => encode(decodeURIComponent(segment)))
    .join('/');
}

/** Names sorted, `name=` for an empty value. What the wire leaves bare (`*'()!~`) is encoded, but for the `~`. */
function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.replaceAll('+', '%20').split('=');
      return [decodeURIComponent(name), decodeURIComponent(value.join('='))] as const;
    })
    .sort(([a, aValue], [b, bValue]) => compare(a, b) || compare(aValue, bValue))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** RFC 3986: everything but letters, digits and `-_.~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
