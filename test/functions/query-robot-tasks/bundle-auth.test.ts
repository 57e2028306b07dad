/** Attempts to get by without a token, all through the trigger's event. */
import { createSimulator } from '../../../local/simulator/simulator';
import { expectWholeAnswer, header, problemOf } from './answers';
import { startBundle, CONTEXT, type Bundle } from './bundle';
import { httpEvent } from './events';

const TOKEN = 'Dashboard-Token-2026/1+=';
const simulator = createSimulator();
let bundle: Bundle;

beforeAll(async () => {
  const endpoint = await simulator.listen();
  bundle = startBundle({ DYVMSAPI_ENDPOINT: endpoint.href, API_TOKENS: `first-token-0123456789,${TOKEN}` });
});

afterAll(async () => {
  await bundle.close();
  await simulator.close();
});

describe('a token', () => {
  const good: [name: string, headers: Record<string, string>][] = [
    ['lets in', { Authorization: `Bearer ${TOKEN}` }],
    ['lets in, whichever of them it is', { Authorization: 'Bearer first-token-0123456789' }],
    ["lets in, whatever the case of the header's name", { AUTHORIZATION: `Bearer ${TOKEN}` }],
    ['lets in, whatever the case of the scheme', { authorization: `bEaReR ${TOKEN}` }],
  ];
  it.each(good)('%s', async (_name, headers) => {
    expect((await bundle.invoke(httpEvent({ headers }))).statusCode).toBe(200);
  });

  const bad: [name: string, headers: Record<string, string>][] = [
    ['that is another', { Authorization: 'Bearer second' }],
    ['in another case', { Authorization: `Bearer ${TOKEN.toLowerCase()}` }],
    ['that is a part', { Authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['that is longer', { Authorization: `Bearer ${TOKEN}x` }],
    ['that is all of them', { Authorization: `Bearer first-token-0123456789,${TOKEN}` }],
    ['that is empty', { Authorization: 'Bearer ' }],
    ['in two headers', { Authorization: `Bearer ${TOKEN}`, authorization: 'Bearer x' }],
    ['twice in two headers', { Authorization: `Bearer ${TOKEN}`, authorization: `Bearer ${TOKEN}` }],
    ['behind a tab', { Authorization: `Bearer\t${TOKEN}` }],
    ['of another scheme', { Authorization: `Basic ${Buffer.from(`:${TOKEN}`).toString('base64')}` }],
    ['without a scheme', { Authorization: TOKEN }],
    ['in another header', { 'X-Api-Token': TOKEN, Cookie: `token=${TOKEN}` }],
    ['behind a NUL', { Authorization: `Bearer \0${TOKEN}` }],
  ];
  it.each(bad)('%s is refused', async (_name, headers) => {
    simulator.clearCalls();
    const answer = await bundle.invoke(httpEvent({ headers }));
    expectWholeAnswer(answer, CONTEXT.requestId);
    expect(problemOf(answer)).toMatchObject({
      status: 401,
      type: 'urn:robot-task-watch:problem:unauthorized',
    });
    expect(header(answer, 'www-authenticate')).toMatch(/^Bearer realm="robot-task-watch"/);
    expect(simulator.calls).toEqual([]);
  });
});

describe('without a token', () => {
  const paths = [
    '/tasks',
    '/tasks/1',
    '/%74asks',
    '/tasks/%31',
    '/Tasks',
    '/tasks/',
    '//tasks',
    '/./tasks',
    '/healthz/../tasks',
    '/healthz/%2e%2e/tasks',
    '/healthz%2F..%2Ftasks',
    '/healthz/..%2Ftasks',
    '/openapi.json/../tasks',
    '/healthz;/../tasks',
    '/healthz\\..\\tasks',
    '/tasks%00',
    '/tasks#/healthz',
    '/tasks?/healthz',
    '/tasks/1%2F..%2F..%2Fhealthz',
    'tasks',
    'http://x/tasks',
    '/tasks\n',
  ];
  const methods = ['GET', 'HEAD', 'POST', 'get', 'Get', 'TRACE', 'PROPFIND', ''];
  it.each(paths)('%s gives no task, by any method', async (rawPath) => {
    simulator.clearCalls();
    for (const method of methods) {
      const event = { rawPath, headers: {}, requestContext: { http: { method, path: '/healthz' } } };
      const answer = await bundle.invoke(JSON.stringify(event));
      expect([401, 404]).toContain(answer.statusCode);
    }
    expect(simulator.calls).toEqual([]);
  });

  it('a path that only the decoded one names gives no task either', async () => {
    const answer = await bundle.invoke(
      JSON.stringify({ requestContext: { http: { method: 'GET', path: '/tasks' } } }),
    );
    expect(answer.statusCode).toBe(401);
  });

  it('a token as a parameter gives no task', async () => {
    const query = { access_token: TOKEN, token: TOKEN, Authorization: `Bearer ${TOKEN}` };
    expect((await bundle.invoke(httpEvent({ query, headers: {} }))).statusCode).toBe(401);
  });

  it('says that a token is needed, and not that one was wrong', async () => {
    const answer = await bundle.invoke(httpEvent({ headers: {} }));
    expect(header(answer, 'www-authenticate')).toBe('Bearer realm="robot-task-watch"');
  });
});
