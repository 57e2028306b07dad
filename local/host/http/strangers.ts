import type { IncomingMessage } from 'node:http';
import { GatewayError } from './gateway-error';

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;
const READS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Throws a GatewayError (403) for what a web page of somebody else can send: a request under another host's name (a name
 * that was made to point to this machine), or one that changes something. One rule for every path.
 */
export function refuseStrangers({ method = '', headers }: IncomingMessage): void {
  const { host = '', origin } = headers;
  if (!LOOPBACK.test(host)) {
    throw new GatewayError(403, 'AccessDenied', 'This host answers to 127.0.0.1 and localhost only.');
  }
  if (origin !== undefined && origin !== `http://${host}` && !READS.includes(method)) {
    throw new GatewayError(403, 'AccessDenied', 'A web page of another origin may not change anything here.');
  }
}
