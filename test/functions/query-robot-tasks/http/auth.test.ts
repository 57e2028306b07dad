import { createAuthentication, type Credentials } from '../../../../functions/query-robot-tasks/http/auth';
import { signTicket } from '../../../../shared/ticket';
import { ProblemError } from '../../../../functions/query-robot-tasks/http/problem';

const NOW = 1_772_417_700_000;
const SECRET = 'a secret that signs links, of 40 letters';
const CREDENTIALS: Credentials = {
  isBehindGateway: false,
  tokens: ['first-token', 'Second/token+='],
  operators: [
    { name: null, token: 'operator-token' },
    { name: '张三', token: 'old-token-of-zhang' },
    { name: '张三', token: 'new-token-of-zhang' },
  ],
  linkSecrets: ['another secret, which is being replaced', SECRET],
  now: () => NOW,
};
const known = createAuthentication(CREDENTIALS);

function refusal(authorization: string | undefined, authenticate = known): ProblemError | null {
  try {
    authenticate(authorization);
    return null;
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
}

it.each([
  'Bearer first-token',
  'Bearer Second/token+=',
  'bearer first-token',
  'BEARER first-token',
  'Bearer   first-token',
])('lets in "%s"', (authorization) => {
  expect(refusal(authorization)).toBeNull();
});

it.each([
  '',
  'Bearer',
  'Bearer ',
  'Bearer First-Token',
  'Bearer first-toke',
  'Bearer first-token2',
  'Bearer first-token,Second/token+=',
  'Bearer first-token, Bearer first-token',
  'Bearer first-token first-token',
  'Bearer\tfirst-token',
  'Bearerfirst-token',
  'Basic first-token',
  'first-token',
  'Bearer "first-token"',
  'Bearer first-token\n',
  'Bearer undefined',
])('refuses "%s" as an invalid token', (authorization) => {
  const problem = refusal(authorization);
  expect(problem?.problem).toBe('unauthorized');
  expect(problem?.options.headers).toEqual({
    'www-authenticate': 'Bearer realm="robot-task-watch", error="invalid_token"',
  });
});

it('asks for a token where none came', () => {
  const problem = refusal(undefined);
  expect(problem?.problem).toBe('unauthorized');
  expect(problem?.options.headers).toEqual({ 'www-authenticate': 'Bearer realm="robot-task-watch"' });
});

it('refuses everybody when no token is configured', () => {
  const nobody = createAuthentication({ ...CREDENTIALS, tokens: [], operators: [] });
  for (const authorization of [undefined, '', 'Bearer ', 'Bearer x']) {
    expect(refusal(authorization, nobody)?.problem).toBe('not-configured');
  }
});

describe('a ticket', () => {
  const good = signTicket(SECRET, NOW + 1000);

  it('lets in to read, until it expires', () => {
    expect(known(`Bearer ${good}`)).toEqual({ may: 'read', name: null });
    const expired = refusal(`Bearer ${signTicket(SECRET, NOW)}`);
    expect(expired?.problem).toBe('unauthorized');
    expect(expired?.message).toContain('The link has expired');
  });

  it.each([
    ['of another secret', signTicket('x'.repeat(40), NOW + 1000)],
    ['in capital letters', good.toUpperCase()],
    ['with a dot more', `${good}.`],
    ['with its end cut off', good.slice(0, -1)],
  ])('%s lets nobody in', (_name, ticket) => {
    expect(refusal(`Bearer ${ticket}`)?.problem).toBe('unauthorized');
  });

  it('lets nobody in where no secret is set', () => {
    const without = createAuthentication({ ...CREDENTIALS, linkSecrets: [] });
    expect(refusal(`Bearer ${good}`, without)?.problem).toBe('unauthorized');
  });
});

describe('an operator', () => {
  it('is known by its token, and named in the log by 8 digits of its digest', () => {
    expect(known('Bearer operator-token')).toEqual({
      may: 'operate',
      name: null,
      fingerprint: '08501233',
      by: 'operator 0850',
    });
  });

  it('has a name, the same with either token while one replaces the other', () => {
    const [before, after] = ['old', 'new'].map((age) => known(`Bearer ${age}-token-of-zhang`));
    expect(before).toMatchObject({ may: 'operate', name: '张三', by: '张三' });
    expect(after).toMatchObject({ may: 'operate', name: '张三', by: '张三' });
    expect(refusal('Bearer 张三:new-token-of-zhang')?.problem).toBe('unauthorized');
  });

  it('needs its token behind a gateway, too, where everybody else may read', () => {
    const behind = createAuthentication({ ...CREDENTIALS, isBehindGateway: true });
    expect(behind('Bearer operator-token').may).toBe('operate');
    expect(behind(undefined).may).toBe('read');
  });
});
