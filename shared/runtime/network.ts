/** What our outgoing connections have in common, and why one failed. */
import net from 'node:net';
import type { Text } from '../text';

/**
 * Node 20 gives up each address of a host after 250 ms, the last one included: a receiver abroad, whose handshake takes
 * longer, is then never reached. https://nodejs.org/docs/latest-v20.x/api/net.html
 */
const ATTEMPT_MS = 2500;

/** Gives every connection of this process the time that a far host needs. Those of the SDKs included. */
export function prepareConnections(): void {
  net.setDefaultAutoSelectFamilyAttemptTimeout(ATTEMPT_MS);
}

/**
 * What a code of Node's says about a connection that failed, as a clause; null for a code that says nothing to a person.
 * `code` as codeOf (http-exchange.ts) gives it.
 */
export function networkCause(code: string): Text | null {
  if (/^(ENOTFOUND|EAI_)/.test(code)) {
    return { en: 'the host name is not found', 'zh-CN': '找不到该域名' };
  }
  if (code === 'ECONNREFUSED') return { en: 'the connection is refused', 'zh-CN': '连接被拒绝' };
  if (/^(ENETUNREACH|EHOSTUNREACH)$/.test(code)) {
    return { en: 'there is no way to the host', 'zh-CN': '网络不可达' };
  }
  if (/^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/.test(code)) {
    return { en: 'the connection takes too long', 'zh-CN': '连接超时' };
  }
  if (/^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET)$/.test(code)) {
    return { en: 'the connection was lost', 'zh-CN': '连接中断' };
  }
  if (isCertificateCode(code)) {
    return { en: 'the TLS certificate is not accepted', 'zh-CN': 'TLS 证书不可信' };
  }
  return null;
}

/** Whether a code of Node's is about the other side's certificate, or about TLS itself. */
export function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS|^ERR_SSL|^EPROTO$/.test(code);
}
