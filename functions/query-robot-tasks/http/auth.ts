import { createHash, timingSafeEqual } from 'node:crypto';
import { checkTicket, isTicket } from '../../../shared/ticket';
import { ProblemError } from './problem';

/** Who asks. */
export interface Caller {
  /** A reader may see everything, an operator may start tasks as well. */
  readonly role: 'reader' | 'operator';
  /** 8 hex digits of the SHA-256 of an operator's token, for the log; null for everybody else. */
  readonly fingerprint: string | null;
}

/** Who the value of the Authorization header is from. Throws a ProblemError unless it lets its sender in. */
export type Authenticate = (authorization: string | undefined) => Caller;

export interface Credentials {
  /** Whoever comes here has been let in by the trigger's authType: only operators show a token. */
  readonly isBehindGateway: boolean;
  readonly tokens: readonly string[];
  readonly operatorTokens: readonly string[];
  readonly linkSecrets: readonly string[];
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const BEARER = /^bearer +([\x21-\x7e]+)$/i;
const REALM = 'Bearer realm="robot-task-watch"';
export const READER: Caller = { role: 'reader', fingerprint: null };

/**
 * Lets in who sends one of the tokens, or a ticket out of an alert's link, by `Authorization: Bearer`. Digests are compared,
 * each with each and in constant time: how long it takes tells nothing of a token's length, of its letters, or of which
 * one it was.
 */
export function createAuthentication({
  isBehindGateway,
  tokens,
  operatorTokens,
  linkSecrets,
  now,
}: Credentials): Authenticate {
  const readers = tokens.map(digest);
  const operators = operatorTokens.map(digest);
  return (authorization) => {
    const token = BEARER.exec(authorization ?? '')?.[1] ?? '';
    const given = digest(token);
    if (isAmong(given, operators))
      return { role: 'operator', fingerprint: given.toString('hex').slice(0, 8) };
    if (isBehindGateway) return READER;
    if (readers.length + operators.length === 0) {
      throw new ProblemError(
        'not-configured',
        'No token is configured, so every call is refused. Set API_TOKENS, or HTTP_AUTH=gateway when the trigger authenticates.',
      );
    }
    if (authorization === undefined) {
      throw unauthorized('This path needs the header Authorization: Bearer <token>.', REALM);
    }
    if (isAmong(given, readers)) return READER;
    const ticket = isTicket(token) ? checkTicket(linkSecrets, token, now()) : 'invalid';
    if (ticket === 'valid') return READER;
    throw unauthorized(
      ticket === 'expired'
        ? 'The link has expired: the next alert has a new one, and a token lets in as well.'
        : 'The Authorization header holds no token that is known here.',
      `${REALM}, error="invalid_token"`,
    );
  };
}

function isAmong(given: Buffer, known: readonly Buffer[]): boolean {
  return known.reduce((found, candidate) => timingSafeEqual(candidate, given) || found, false);
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function unauthorized(detail: string, challenge: string): ProblemError {
  return new ProblemError('unauthorized', detail, { headers: { 'www-authenticate': challenge } });
}
