/** What the built bundle makes of its environment and of its context. */
import { spawnSync } from 'node:child_process';
import { createSimulator } from '../../../local/simulator/simulator';
import { expectWholeAnswer, problemOf } from './answers';
import { BUNDLE, CONTEXT, startBundle, type Bundle } from './bundle';
import { httpEvent, TOKEN } from './events';

const bundles: Bundle[] = [];

function start(env: Record<string, string>): Bundle {
  const bundle = startBundle(env);
  bundles.push(bundle);
  return bundle;
}

afterEach(async () => {
  await Promise.all(bundles.splice(0).map((bundle) => bundle.close()));
});

it('answers every path with every problem at once when its configuration is wrong, and shows no value', async () => {
  const bundle = start({
    DYVMSAPI_ENDPOINT: 'http://s3cret.example',
    LOG_LEVEL: 's3cret',
    HTTP_AUTH: 's3cret',
    API_TOKENS: 's3cret token',
    CORS_ORIGINS: 's3cret',
  });
  for (const rawPath of ['/tasks', '/tasks/1', '/healthz', '/openapi.json', '/nowhere']) {
    const answer = await bundle.invoke(httpEvent({ rawPath }));
    expectWholeAnswer(answer, CONTEXT.requestId);
    const problem = problemOf(answer);
    expect(problem).toMatchObject({ status: 503, type: 'urn:robot-task-watch:problem:not-configured' });
    expect(problem.errors?.map(({ name }) => name)).toEqual([
      'DYVMSAPI_ENDPOINT',
      'LOG_LEVEL',
      'HTTP_AUTH',
      'API_TOKENS',
      'CORS_ORIGINS',
    ]);
    expect(answer.body).not.toContain('s3cret');
  }
  expect(await bundle.output()).not.toContain('s3cret');
});

it('refuses every call when no token is configured', async () => {
  const bundle = start({ API_TOKENS: '' });
  const answer = await bundle.invoke(httpEvent());
  expect(problemOf(answer)).toMatchObject({
    status: 503,
    type: 'urn:robot-task-watch:problem:not-configured',
  });
});

describe('the keys to sign with', () => {
  const simulator = createSimulator({ credentials: [] });
  const key = (name: string) => ({
    accessKeyId: `LTAI-${name}`,
    accessKeySecret: `secret-${name}`,
    securityToken: `token-${name}`,
  });
  let endpoint: URL;

  beforeAll(async () => {
    endpoint = await simulator.listen();
  });
  afterAll(() => simulator.close());
  beforeEach(() => {
    simulator.clearCalls();
  });

  const ask = async (bundle: Bundle, credentials: object) =>
    (await bundle.invoke(httpEvent(), { ...CONTEXT, credentials })).statusCode;

  it("are the context's, anew at every call", async () => {
    const bundle = start({
      DYVMSAPI_ENDPOINT: endpoint.href,
      API_TOKENS: TOKEN,
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI-stale',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret-stale',
    });
    simulator.setCredentials([key('monday')]);
    expect(await ask(bundle, key('monday'))).toBe(200);
    simulator.setCredentials([key('tuesday')]);
    expect(await ask(bundle, key('tuesday'))).toBe(200);
    expect(await ask(bundle, key('monday'))).toBe(502);
    expect(simulator.calls.map(({ accessKeyId }) => accessKeyId)).toEqual([
      'LTAI-monday',
      'LTAI-tuesday',
      'LTAI-monday',
    ]);
  });

  it("are the environment's when the context has none", async () => {
    const { accessKeyId, accessKeySecret, securityToken } = key('env');
    const bundle = start({
      DYVMSAPI_ENDPOINT: endpoint.href,
      API_TOKENS: TOKEN,
      ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
      ALIBABA_CLOUD_SECURITY_TOKEN: securityToken,
    });
    simulator.setCredentials([key('env')]);
    expect(await ask(bundle, {})).toBe(200);
  });

  it('missing altogether are a 503 that says what to do', async () => {
    const bundle = start({ DYVMSAPI_ENDPOINT: endpoint.href, API_TOKENS: TOKEN });
    const answer = await bundle.invoke(httpEvent(), { ...CONTEXT, credentials: {} });
    expect(problemOf(answer)).toMatchObject({
      status: 503,
      type: 'urn:robot-task-watch:problem:not-configured',
    });
    expect(simulator.calls).toEqual([]);
  });
});

it('is loaded without doing anything: no output, and nothing that keeps the process alive', () => {
  const env = { API_TOKENS: 'two words', LOG_LEVEL: 'nonsense' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [BUNDLE], { env, encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});
