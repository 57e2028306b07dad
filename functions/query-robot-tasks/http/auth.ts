import { createHash, timingSafeEqual } from 'node:crypto';
import { checkTicket, isTicket } from '../../../shared/ticket';
import type { Text } from '../../../shared/text';
import type { OperatorToken } from '../tokens';
import { ProblemError } from './problem';

/** Who asks: whoever reads may see everything, and an operator may start tasks, take and mute them as well. */
export type Caller = Reader | Operator;

export interface Reader {
  readonly may: 'read';
  readonly name: null;
}

export interface Operator {
  readonly may: 'operate';
  /** As OPERATOR_TOKENS has it; null where the token has none. */
  readonly name: string | null;
  /** 8 hex digits of the token's SHA-256, for the log. */
  readonly fingerprint: string;
  /** Who did it, for records and people: the name, or `operator 1a2b` by the fingerprint's first digits. */
  readonly by: string;
}

/** Who the value of the Authorization header is from. Throws a ProblemError unless it lets its sender in. */
export type Authenticate = (authorization: string | undefined) => Caller;

export interface Credentials {
  /** Whoever comes here has been let in by the trigger's authType: only operators show a token. */
  readonly isBehindGateway: boolean;
  readonly tokens: readonly string[];
  readonly operators: readonly OperatorToken[];
  readonly linkSecrets: readonly string[];
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const BEARER = /^bearer +([\x21-\x7e]+)$/i;
const REALM = 'Bearer realm="robot-task-watch"';
export const READER: Reader = { may: 'read', name: null };

/**
 * Lets in who sends one of the tokens, or a ticket out of an alert's link, by `Authorization: Bearer`. Digests are compared,
 * each with each and in constant time: how long it takes tells nothing of a token's length, of its letters, or of which
 * one it was.
 */
export function createAuthentication({
  isBehindGateway,
  tokens,
  operators,
  linkSecrets,
  now,
}: Credentials): Authenticate {
  const readers = tokens.map(digest);
  const known = operators.map((operator) => ({ operator, digest: digest(operator.token) }));
  return (authorization) => {
    const token = BEARER.exec(authorization ?? '')?.[1] ?? '';
    const given = digest(token);
    const [found] = known.filter((candidate) => timingSafeEqual(candidate.digest, given));
    if (found !== undefined) return operatorOf(found.operator);
    if (isBehindGateway) return READER;
    if (readers.length + known.length === 0) {
      throw new ProblemError('not-configured', {
        en: 'No token is configured, so every call is refused. Set API_TOKENS, or HTTP_AUTH=gateway when the trigger authenticates.',
        'zh-CN':
          '没有配置令牌，所有调用都会被拒绝：请设置 API_TOKENS；如果由触发器校验调用方，请设置 HTTP_AUTH=gateway。',
      });
    }
    if (authorization === undefined) {
      throw unauthorized(
        {
          en: 'This path needs the header Authorization: Bearer <token>.',
          'zh-CN': '这个路径需要请求头 Authorization: Bearer <token>。',
        },
        REALM,
      );
    }
    if (isAmong(given, readers)) return READER;
    const ticket = isTicket(token) ? checkTicket(linkSecrets, token, now()) : 'invalid';
    if (ticket === 'valid') return READER;
    throw unauthorized(
      ticket === 'expired'
        ? {
            en: 'The link has expired: the next alert has a new one, and a token lets in as well.',
            'zh-CN': '链接已过期：下一条提醒里有新的链接，也可以用令牌登录。',
          }
        : {
            en: 'The Authorization header holds no token that is known here.',
            'zh-CN': 'Authorization 请求头里的令牌无效。',
          },
      `${REALM}, error="invalid_token"`,
    );
  };
}

/** Who has this token. */
export function operatorOf({ name, token }: OperatorToken): Operator {
  const digits = digest(token).toString('hex');
  return {
    may: 'operate',
    name,
    fingerprint: digits.slice(0, 8),
    by: name ?? `operator ${digits.slice(0, 4)}`,
  };
}

function isAmong(given: Buffer, known: readonly Buffer[]): boolean {
  return known.reduce((found, candidate) => timingSafeEqual(candidate, given) || found, false);
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function unauthorized(text: Text, challenge: string): ProblemError {
  return new ProblemError('unauthorized', text, { headers: { 'www-authenticate': challenge } });
}
