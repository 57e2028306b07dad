import { createHash, timingSafeEqual } from 'node:crypto';
import { ProblemError } from './problem';

/** Throws a ProblemError unless the value of the Authorization header lets its sender in. */
export type Authenticate = (authorization: string | undefined) => void;

const BEARER = /^bearer +([\x21-\x7e]+)$/i;
const REALM = 'Bearer realm="robot-task-watch"';

/**
 * Lets in who sends one of `tokens` by `Authorization: Bearer`. Digests are compared, each with each and in constant time: how
 * long it takes tells nothing of a token's length, of its letters, or of which one it was.
 */
export function createTokenAuthentication(tokens: readonly string[]): Authenticate {
  const digests = tokens.map(digest);
  return (authorization) => {
    if (digests.length === 0) {
      throw new ProblemError(
        'not-configured',
        'No token is configured, so every call is refused. Set API_TOKENS, or HTTP_AUTH=gateway when the trigger authenticates.',
      );
    }
    if (authorization === undefined) {
      throw unauthorized('This path needs the header Authorization: Bearer <token>.', REALM);
    }
    const given = digest(BEARER.exec(authorization)?.[1] ?? '');
    const known = digests.reduce((found, candidate) => timingSafeEqual(candidate, given) || found, false);
    if (!known) {
      throw unauthorized(
        'The Authorization header holds no token that is known here.',
        `${REALM}, error="invalid_token"`,
      );
    }
  };
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function unauthorized(detail: string, challenge: string): ProblemError {
  return new ProblemError('unauthorized', detail, { headers: { 'www-authenticate': challenge } });
}
