import { createTokenAuthentication } from '../../../functions/query-robot-tasks/auth';
import { ProblemError } from '../../../functions/query-robot-tasks/problem';

const known = createTokenAuthentication(['first-token', 'Second/token+=']);

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
  const nobody = createTokenAuthentication([]);
  for (const authorization of [undefined, '', 'Bearer ', 'Bearer x']) {
    expect(refusal(authorization, nobody)?.problem).toBe('not-configured');
  }
});
