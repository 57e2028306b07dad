/** Events that no trigger would send, to both built bundles: an answer or a refusal, and the instance goes on. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createSimulator } from '../../local/simulator/simulator';
import type { Instance } from '../stand-ins/instance';
import { expectWholeAnswer, problemOf } from '../functions/query-robot-tasks/answers';
import { BUNDLE, startBundle, type Bundle } from '../functions/query-robot-tasks/bundle';
import {
  CONTEXT,
  createSurroundings,
  type Surroundings,
} from '../functions/watch-robot-tasks/watch-instance';

const DEEP = 100_000;
const nested = (inside = '') => `${'['.repeat(DEEP)}${inside}${']'.repeat(DEEP)}`;
const nestedObjects = `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`;
const TOKEN = 'a-token-of-the-dashboard';

interface Row {
  readonly name: string;
  readonly event: string;
  readonly status: number;
}

describe('query-robot-tasks', () => {
  const simulator = createSimulator();
  let bundle: Bundle;

  beforeAll(async () => {
    const endpoint = await simulator.listen();
    bundle = startBundle({ DYVMSAPI_ENDPOINT: endpoint.href, API_TOKENS: TOKEN });
  });
  afterAll(async () => {
    await bundle.close();
    await simulator.close();
  });

  const tasks = (fields: object) =>
    JSON.stringify({ rawPath: '/tasks', headers: { authorization: `Bearer ${TOKEN}` }, ...fields });

  it.each<Row>([
    { name: 'is nested deeply', event: nested(), status: 400 },
    {
      name: 'has a header nested deeply',
      event: `{"rawPath":"/healthz","headers":{"a":${nested()}}}`,
      status: 200,
    },
    {
      name: 'has a header that is nested objects',
      event: `{"rawPath":"/healthz","headers":{"a":[${nestedObjects}]}}`,
      status: 200,
    },
    {
      name: 'has a parameter nested deeply',
      event: tasks({}).replace('{', `{"queryParameters":{"status":${nested('"INIT"')}},`),
      status: 400,
    },
    {
      name: 'has a request nested deeply',
      event: `{"rawPath":"/nowhere","requestContext":{"http":${nested()}}}`,
      status: 404,
    },
    {
      name: 'has a token within an object',
      event: `{"rawPath":"/tasks","headers":{"authorization":{"a":"Bearer ${TOKEN}"}}}`,
      status: 401,
    },
    {
      name: 'inherits its path and its token',
      event: `{"__proto__":{"rawPath":"/tasks"},"rawPath":"/tasks","headers":{"__proto__":{"authorization":"Bearer ${TOKEN}"}}}`,
      status: 401,
    },
    {
      name: 'has a token of 10 MB',
      event: tasks({ headers: { authorization: `Bearer ${'x'.repeat(1e7)}` } }),
      status: 401,
    },
    {
      name: 'has a scheme and millions of blanks',
      event: tasks({ headers: { authorization: `Bearer${' '.repeat(5e6)}\0` } }),
      status: 401,
    },
    { name: 'has a body of 30 MB', event: tasks({ body: 'a'.repeat(3e7) }), status: 200 },
    {
      name: 'has a body that is no base64',
      event: tasks({ body: '\0%', isBase64Encoded: true }),
      status: 200,
    },
    { name: 'has a path of millions of segments', event: tasks({ rawPath: '/%'.repeat(8e6) }), status: 404 },
    { name: 'has an id of 10 MB', event: tasks({ rawPath: `/tasks/${'9'.repeat(1e7)}` }), status: 400 },
    {
      name: 'has a page of 10 million digits',
      event: tasks({ queryParameters: { page: '1'.repeat(1e7) } }),
      status: 400,
    },
    {
      name: 'has a million statuses',
      event: tasks({ queryParameters: { status: 'X,'.repeat(1e6) } }),
      status: 400,
    },
    {
      name: 'has a thousand parameters',
      event: tasks({
        queryParameters: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`\r\nX: ${i}`, ''])),
      }),
      status: 400,
    },
  ])('answers an event that $name, and the next one as well', async ({ event, status }) => {
    const answer = await bundle.invoke(event);
    expectWholeAnswer(answer, /^[\x21-\x7e]+$/);
    expect(answer.statusCode).toBe(status);
    if (status !== 200) problemOf(answer);
    expect(answer.body).not.toContain(TOKEN);
    expect((await bundle.invoke(tasks({}))).statusCode).toBe(200);
  });

  it('shows no token in its log', async () => {
    expect(await bundle.output()).not.toContain(TOKEN);
  });

  it('says in its log why it answers 500, and nothing of a secret', async () => {
    const script = `
      const { handler } = require(process.argv[1]);
      const context = { get credentials() { throw new Error('no keys: ${TOKEN}'); } };
      handler('{"rawPath":"/tasks"}', context).then((answer) => process.stderr.write(JSON.stringify(answer)));`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['-e', script, BUNDLE], {
      env: { API_TOKENS: TOKEN },
    });
    const answer = JSON.parse(stderr) as { readonly body: string };
    const problem = JSON.parse(answer.body) as { readonly status: number; readonly requestId: string };
    expect(problem.status).toBe(500);
    expect(answer.body).not.toContain('no keys');
    expect(JSON.parse(stdout)).toMatchObject({
      level: 'error',
      requestId: problem.requestId,
      err: { message: 'no keys: ***' },
    });
  });
});

describe('watch-robot-tasks', () => {
  let around: Surroundings;
  let instance: Instance;

  beforeAll(async () => {
    around = await createSurroundings();
    instance = around.start();
  });
  afterAll(() => around.close());

  it.each([
    { name: 'a nesting', event: nested() },
    { name: 'a nesting of objects', event: nestedObjects },
    { name: 'a test nested deeply', event: `{"test":${nested('"channels"')}}` },
    { name: 'an inherited test', event: '{"__proto__":{"test":"channels"}}' },
    { name: 'half a character', event: '"\\ud800' },
    { name: '30 MB', event: 'a'.repeat(3e7) },
    { name: 'no UTF-8', event: Buffer.from([0xff, 0xfe, 0]) },
  ])('refuses $name for an event, tells nobody, and polls at the next one', async ({ event }) => {
    await expect(instance.invoke(event, CONTEXT)).rejects.toThrow(/The event is not understood/);
    expect(around.inbox.messages).toEqual([]);
    await expect(instance.invoke('', CONTEXT)).resolves.toMatchObject({ polled: 2 });
  });

  it.each([
    { name: 'a payload nested deeply', payload: nested() },
    { name: 'a payload of 10 MB', payload: 'a'.repeat(1e7) },
    { name: 'a payload with NUL', payload: '\0{"test":"channels"}' },
  ])('polls by a timer event with $name', async ({ payload }) => {
    const event = JSON.stringify({ triggerTime: '2026-03-02T02:15:00Z', triggerName: 'timer', payload });
    await expect(instance.invoke(event, CONTEXT)).resolves.toMatchObject({ polled: 2 });
    expect(around.inbox.messages).toEqual([]);
  });
});
