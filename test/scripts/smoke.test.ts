import { smoke } from '../../scripts/smoke';
import { RobotTaskError } from '../../shared/robot-task-error';
import { fakeRobotTasks, robotTask } from '../stand-ins/fake-robot-tasks';
import { ACCOUNT_ID, Refusal, startAlibabaCloud, type AlibabaCloud } from '../stand-ins/alibaba-cloud';
import { functionComputeActions } from '../stand-ins/function-compute';
import { startHttpEndpoint, type HttpEndpoint, type HttpEndpointOptions } from '../stand-ins/http-endpoint';
import { createLeapingClock } from '../stand-ins/leaping-clock';
import { stsActions } from '../stand-ins/sts';
import { createWorkspace, withoutWaiting, type Workspace } from './workspace';
import { text } from '../stand-ins/text';

const TOKEN = 'the-first-token-of-two';
const GOOD: HttpEndpointOptions = {
  env: { API_TOKENS: TOKEN },
  robotTasks: fakeRobotTasks({ page: { tasks: [], total: 17, pageSize: 1 } }),
};

let functions: Map<string, (event: string) => unknown>;
let log: string;
let cloud: AlibabaCloud;
let workspace: Workspace;
let endpoint: HttpEndpoint | undefined;
let savedEnvironment: NodeJS.ProcessEnv;

beforeEach(async () => {
  savedEnvironment = { ...process.env };
  functions = new Map([
    ['watch-robot-tasks', () => ({ channels: { ops: { ok: true }, boss: { ok: true } } })],
  ]);
  log = '';
  const functionCompute = functionComputeActions({ functions, log: () => log });
  cloud = await startAlibabaCloud({ ...stsActions, ...functionCompute });
  workspace = await createWorkspace();
  await workspace.writeEnv({ API_TOKENS: `${TOKEN},another-token-of-two` });
});

afterEach(async () => {
  process.env = savedEnvironment;
  await Promise.all([cloud.close(), workspace.remove(), endpoint?.close()]);
  endpoint = undefined;
});

async function run(options: HttpEndpointOptions | null, env: Record<string, string> = {}) {
  Object.assign(process.env, cloud.environment, env);
  endpoint = options === null ? undefined : await startHttpEndpoint(options);
  const lines: string[] = [];
  const code = await smoke({
    args: [endpoint?.url ?? 'http://127.0.0.1:1'],
    folder: workspace.folder,
    env: process.env,
    terminal: {
      print: (line) => withoutWaiting(line) === '' || lines.push(line),
      ask: () => Promise.resolve(''),
    },
    clock: createLeapingClock(),
  });
  return { code, lines, failures: lines.filter((line) => line.startsWith('✗')) };
}

describe('The root certificates that are in effect', () => {
  const young = new Date(Date.now() - 1000).toISOString().slice(0, 10);
  const folder = { roots: 'folder', problem: null, rootsDate: young, node: 'v20.19.2', firstContextMs: 2.3 };
  const broken = { ...folder, roots: 'node-again', problem: 'There are 3 of 145.', rootsDate: null };
  const rows: [name: string, roots: unknown, notes: unknown[]][] = [
    ['read one by one: nothing to say', folder, []],
    ['none yet: nothing to say', null, []],
    [
      'all of them parsed in spite of NODE_OPTIONS',
      { ...folder, firstContextMs: 31.7 },
      [expect.stringContaining('NODE_OPTIONS has no effect in this runtime (v20.19.2): a start takes 32 ms')],
    ],
    [
      'older than 12 months',
      { ...folder, rootsDate: '2024-02-29' },
      [expect.stringMatching(/are of 2024-02-29, more than 12 months old: deploy again/)],
    ],
    [
      'from a folder that is not whole',
      broken,
      [expect.stringContaining('is not whole (There are 3 of 145.): run npm run deploy again.')],
    ],
    ['in words that nobody expects', { roots: 'moon' }, []],
  ];
  test.each(rows)('%s', async (_name, roots, notes) => {
    log = `FC Invoke Start\n{"level":"info","msg":"called upstream"}\n${JSON.stringify({ msg: 'tested the channels', roots })}\nFC Invoke End`;
    const { code, lines } = await run(GOOD);
    expect(lines.filter((line) => line.startsWith('Note: '))).toEqual(notes);
    expect({ code, last: lines.at(-1) }).toEqual({ code: 0, last: 'Everything works.' });
  });
});

test('A deployment in order passes every check', async () => {
  const { code, lines } = await run(GOOD);
  expect(lines).toEqual([
    `Account ${ACCOUNT_ID}, as acs:ram::${ACCOUNT_ID}:user/deployer.`,
    'Its keys are from this shell; the settings from .env.',
    'In cn-hangzhou: query-robot-tasks and watch-robot-tasks.',
    'Their roles: robot-task-query and robot-task-watch. State: memory.',
    '✓ GET /healthz answers: the function runs.',
    '✓ GET /tasks without token is refused (401).',
    '✓ GET /tasks answers: 17 tasks in the account.',
    '✓ Channel ops has taken a test message: look whether it is there.',
    '✓ Channel boss has taken a test message: look whether it is there.',
    'Everything works.',
  ]);
  expect(code).toBe(0);
});

const WITH_TASK = fakeRobotTasks({ page: { tasks: [robotTask()], total: 1, pageSize: 1 } });

test('Where there is a task, one is asked for: that can take another permission than the list', async () => {
  const { lines } = await run({ ...GOOD, robotTasks: WITH_TASK });
  expect(lines).toContain('✓ GET /tasks/{id} answers: one task can be asked for.');
  await endpoint?.close();
  const refusal = new RobotTaskError('unauthorized', text('Upstream refused.'));
  const { failures } = await run({
    ...GOOD,
    robotTasks: { ...WITH_TASK, getRobotTask: () => Promise.reject(refusal) },
  });
  expect(failures).toEqual([expect.stringMatching(/^✗ GET \/tasks\/{id}: 502\..* run npm run bootstrap\.$/)]);
});

test.each([
  { source: '', variable: 'DYVMSAPI_ENDPOINT' },
  { source: 'aiccs', variable: 'AICCS_ENDPOINT' },
])('What does not answer is looked for at $variable', async ({ source, variable }) => {
  await workspace.writeEnv({ API_TOKENS: TOKEN, TASK_SOURCE: source });
  const error = new RobotTaskError('malformed', text('That is no answer.'));
  const { failures } = await run({ ...GOOD, robotTasks: fakeRobotTasks({ error }) });
  expect(failures).toEqual([expect.stringContaining(`Look at ${variable}: what answers there`)]);
});

test('The watch is sent the very event that tests the channels', async () => {
  const events: string[] = [];
  functions.set('watch-robot-tasks', (event) => {
    events.push(event);
    return { channels: { ops: { ok: true } } };
  });
  await run(GOOD);
  expect(events).toEqual(['{"test":"channels"}']);
});

test('Behind a trigger of authType function every call is signed, and an unsigned one must be refused', async () => {
  await workspace.writeEnv({ HTTP_AUTH: 'gateway', HTTP_TRIGGER_AUTH: 'function' });
  const seen: string[] = [];
  const { lines, code } = await run({
    ...GOOD,
    env: { HTTP_AUTH: 'gateway' },
    gateway: (authorization, url) => {
      seen.push(`${url} ${authorization?.split(' ')[0] ?? 'unsigned'}`);
      return authorization === undefined ? 403 : null;
    },
  });
  expect(seen).toEqual([
    // Only on this machine: is it the demonstration?
    '/ unsigned',
    '/healthz ACS3-HMAC-SHA256',
    '/tasks?page=1&pageSize=1 unsigned',
    '/tasks?page=1&pageSize=1 ACS3-HMAC-SHA256',
  ]);
  expect(lines).toContain('✓ GET /tasks without signature is refused (403).');
  expect(code).toBe(0);
});

const broken: { name: string; options: HttpEndpointOptions | null; says: string; todo: string }[] = [
  {
    name: 'nothing listens',
    options: null,
    says: 'cannot be reached',
    todo: 'give the URL that npm run deploy printed',
  },
  {
    name: 'everybody is let in',
    options: { ...GOOD, env: { HTTP_AUTH: 'gateway' } },
    says: 'is answered with 200 instead of being refused',
    todo: 'check HTTP_AUTH and HTTP_TRIGGER_AUTH',
  },
  {
    name: 'another token is deployed',
    options: { ...GOOD, env: { API_TOKENS: 'other-token-0123456789' } },
    says: 'holds no token that is known here',
    todo: 'run npm run deploy',
  },
  {
    name: 'a wrong variable is deployed',
    options: { ...GOOD, env: { API_TOKENS: TOKEN, LOG_LEVEL: 'loud' } },
    says: 'LOG_LEVEL must be one of',
    todo: 'Correct .env and run npm run deploy',
  },
  {
    name: 'the role may not ask',
    options: {
      ...GOOD,
      robotTasks: fakeRobotTasks({ error: new RobotTaskError('unauthorized', text('Upstream refused.')) }),
    },
    says: '502',
    todo: 'run npm run bootstrap',
  },
  {
    name: 'the account is in arrears',
    options: {
      ...GOOD,
      robotTasks: fakeRobotTasks({ error: new RobotTaskError('account', text('Upstream refused.')) }),
    },
    says: '502',
    todo: 'is it in arrears',
  },
  {
    name: 'the gateway refuses the keys',
    options: { ...GOOD, gateway: () => 403 },
    says: '403 from the gateway',
    todo: 'fc:InvokeFunction',
  },
  {
    name: 'the URL is of something else',
    options: { ...GOOD, gateway: () => 404 },
    says: '404, but not from the function',
    todo: 'give the URL that npm run deploy printed',
  },
];
test.each(broken)('It says what to do when $name', async ({ options, says, todo }) => {
  const { code, failures, lines } = await run(options);
  expect(failures).toHaveLength(1);
  expect(failures[0]).toContain(says);
  expect(failures[0]).toContain(todo);
  expect(lines.at(-1)).toMatch(/^1 of \d checks failed\.$/);
  expect(lines.join()).not.toContain(TOKEN);
  expect(code).toBe(1);
});

const sick: [name: string, invoke: ((event: string) => unknown) | null, says: string][] = [
  [
    'a channel refuses the message',
    () => ({
      channels: {
        ops: { ok: false, permanent: true, reason: 'DingTalk refuses the signature: check the secret.' },
      },
    }),
    'Channel ops has not taken a test message: DingTalk refuses the signature: check the secret.',
  ],
  [
    'the configuration is wrong',
    () => {
      throw new Error('The configuration is wrong: ALERT_CHANNELS must be JSON.');
    },
    'The watch fails: The configuration is wrong: ALERT_CHANNELS must be JSON. Correct .env',
  ],
  ['it was never deployed', null, 'There is no such function in this region: run npm run deploy.'],
  [
    'the keys may not call it',
    () => {
      throw new Refusal(403, 'AccessDenied', 'no');
    },
    'These keys need the permission fc:InvokeFunction',
  ],
  ['it answers nonsense', () => ({ polled: 2 }), 'not in the form that was expected'],
];
test.each(sick)('It says what to do about the watch when %s', async (_name, invoke, says) => {
  if (invoke === null) functions.clear();
  else functions.set('watch-robot-tasks', invoke);
  const { code, failures } = await run(GOOD);
  expect(failures).toEqual([expect.stringContaining(says)]);
  expect(code).toBe(1);
});

test('A watch that is just polling is asked again', async () => {
  let calls = 0;
  functions.set('watch-robot-tasks', () => {
    calls += 1;
    if (calls < 3) throw new Refusal(429, 'ResourceThrottled', 'The reserved concurrency is used up.');
    return { channels: { ops: { ok: true } } };
  });
  expect((await run(GOOD)).code).toBe(0);
  expect(calls).toBe(3);
});

test('Without keys the HTTP function is checked all the same, and the rest counts as failed', async () => {
  const { code, lines } = await run(GOOD, { ALIBABA_CLOUD_ACCESS_KEY_ID: '', HOME: workspace.folder });
  expect(lines[2]).toBe('✓ GET /tasks answers: 17 tasks in the account.');
  expect(lines[3]).toContain('✗ The watch was not asked. No Alibaba Cloud keys were found.');
  expect(code).toBe(1);
});

test('Without a token there is nothing to call the HTTP function with', async () => {
  await workspace.writeEnv({ API_TOKENS: '' });
  const { failures } = await run(GOOD);
  expect(failures).toEqual([expect.stringContaining('there is no token in API_TOKENS')]);
});

describe('As a command', () => {
  test('It needs a URL', async () => {
    const { code, output } = await workspace.run('smoke', [], cloud.environment);
    expect(output).toContain('set QUERY_URL in .env');
    expect(output).toContain('npm run smoke [-- <url>]');
    expect(code).toBe(2);
  });

  test('It takes QUERY_URL for one', async () => {
    endpoint = await startHttpEndpoint(GOOD);
    await workspace.writeEnv({ API_TOKENS: TOKEN, QUERY_URL: endpoint.url });
    expect(await workspace.run('smoke', [], cloud.environment)).toMatchObject({ code: 0 });
  });
});
