import { createHash, createHmac } from 'node:crypto';
import type { Credentials } from '../../shared/runtime/function-context';

const ALGORITHM = 'ACS3-HMAC-SHA256';

/**
 * The headers with which a GET passes an HTTP trigger of authType `function`: Alibaba Cloud's V3 signature, except that
 * the hash of the body is left empty. `now` in epoch milliseconds.
 * https://help.aliyun.com/zh/functioncompute/configure-signature-authentication-for-http-triggers
 */
export function signGet(url: URL, credentials: Credentials, now: number): Record<string, string> {
  const headers: Record<string, string> = {
    'x-acs-date': new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
    ...(credentials.securityToken === undefined ? {} : { 'x-acs-security-token': credentials.securityToken }),
  };
  const names = Object.keys(headers).sort();
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const canonicalRequest = [
    'GET',
    url.pathname,
    query,
    ...names.map((name) => `${name}:${headers[name] ?? ''}`),
    '',
    names.join(';'),
    '',
  ].join('\n');
  const hash = createHash('sha256').update(canonicalRequest).digest('hex');
  const signature = createHmac('sha256', credentials.accessKeySecret)
    .update(`${ALGORITHM}\n${hash}`)
    .digest('hex');
  const authorization = `${ALGORITHM} Credential=${credentials.accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`;
  return { ...headers, authorization };
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
