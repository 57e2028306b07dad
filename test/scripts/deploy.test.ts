import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deploy } from '../../scripts/deploy';
import type { RunServerlessDevs } from '../../scripts/deploy/serverless-devs';
import {
  KEY,
  Refusal,
  startAlibabaCloud,
  type AlibabaCloud,
  type StandInAction,
} from '../stand-ins/alibaba-cloud';
import { stsActions } from '../stand-ins/sts';
import { createWorkspace, withoutWaiting, type Workspace } from './workspace';

const CHANNELS =
  '[{"type":"dingtalk","url":"https://oapi.dingtalk.com/robot/send?access_token=t0ken","secret":"SEC\\u00241","mention":["all"]}]';
const SETTINGS = {
  API_TOKENS: 'first-token-0123456789,second-token-0123456789',
  ALERT_CHANNELS: CHANNELS,
  STATE_STORE: 'tablestore://watch-state.cn-hangzhou/watch',
};

let cloud: AlibabaCloud;
/** The functions that Function Compute has. */
let deployed: Set<string>;
/** Where the domain leads; null when there is none. */
let routes: { path: string; functionName?: string }[] | null;
const URL_OF_QUERY = 'https://query-robot-tasks-abc.cn-hangzhou.fcapp.run';
const deployedActions: Record<string, StandInAction> = {
  '2023-03-30 GetFunction': ({ path: asked }) => {
    const name = asked.split('/').at(-1) ?? '';
    if (!deployed.has(name)) throw new Refusal(404, 'FunctionNotFound', `function '${name}' does not exist`);
    return { body: { functionName: name } };
  },
  '2023-03-30 GetCustomDomain': () => {
    if (routes === null) throw new Refusal(404, 'DomainNameNotFound', 'there is no such domain');
    return { body: { routeConfig: { routes } } };
  },
  '2023-03-30 ListTriggers': () => ({
    body: {
      triggers: [{ triggerName: 'http', triggerType: 'http', httpTrigger: { urlInternet: URL_OF_QUERY } }],
    },
  }),
};

let workspace: Workspace;
let savedEnvironment: NodeJS.ProcessEnv;

beforeEach(async () => {
  savedEnvironment = { ...process.env };
  deployed = new Set(['query-robot-tasks', 'watch-robot-tasks']);
  routes = null;
  cloud = await startAlibabaCloud({ ...stsActions, ...deployedActions });
  workspace = await createWorkspace();
});

afterEach(async () => {
  process.env = savedEnvironment;
  await Promise.all([cloud.close(), workspace.remove()]);
});

interface Outcome {
  readonly code: number;
  readonly output: string;
  /** In the order in which they happened. */
  readonly events: readonly string[];
}

/** Runs it in this process, where `serverlessDevs` takes the place of the real one. */
async function run(
  args: readonly string[],
  serverlessDevs: RunServerlessDevs = () => Promise.resolve({ exitCode: 0, output: '' }),
  answer = '',
): Promise<Outcome> {
  Object.assign(process.env, cloud.environment);
  const lines: string[] = [];
  const events: string[] = [];
  const code = await deploy({
    args,
    folder: workspace.folder,
    env: process.env,
    terminal: {
      print: (line) => withoutWaiting(line) === '' || lines.push(line),
      ask: () => Promise.resolve(answer),
    },
    build: () => Promise.resolve(events.push('build')),
    runServerlessDevs(given, env, project) {
      events.push('Serverless Devs');
      return serverlessDevs(given, env, project);
    },
  });
  return { code, output: lines.join('\n'), events };
}

test.each([
  {
    name: 'Root certificates of last year are named, and the cure',
    age: 366,
    note: /^Note: .+ more than 12 months old: build with a newer Node\.js\.$/m,
  },
  { name: 'Younger ones are not', age: 300, note: null },
])('$name', async ({ age, note }) => {
  await workspace.writeEnv(SETTINGS);
  const folder = path.join(workspace.folder, 'dist/watch-robot-tasks/roots');
  await mkdir(folder, { recursive: true });
  const date = new Date(Date.now() - age * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  await writeFile(path.join(folder, 'manifest.json'), JSON.stringify({ date }));
  const { code, output } = await run([]);
  expect(code).toBe(0);
  expect(output).toEqual(
    note === null ? expect.not.stringContaining('root certificates') : expect.stringMatching(note),
  );
});

test('Five mistakes in .env are five sentences, and nothing is built or uploaded', async () => {
  await workspace.writeEnv({
    ...SETTINGS,
    API_TOKENS: '',
    LOG_LEVEL: 'loud',
    STATE_STORE: 'redis://cache',
    ALERT_REPEAT_INTERVAL: 'sometimes',
    WATCH_SCHEDULE: 'hourly',
  });
  const { code, output } = await workspace.run('deploy', [], cloud.environment);
  const sentences = output.split('\n').filter((line) => line.startsWith('✗'));
  expect(sentences.map((sentence) => sentence.split(' ')[1]).sort()).toEqual([
    'ALERT_REPEAT_INTERVAL',
    'API_TOKENS',
    'LOG_LEVEL',
    'STATE_STORE',
    'WATCH_SCHEDULE',
  ]);
  expect(output).toContain('Nothing was uploaded.');
  expect(code).toBe(1);
  expect(cloud.calls).toEqual([]);
});

test('Without a .env at all it says what is missing', async () => {
  const { code, output, events } = await run([]);
  expect(code).toBe(1);
  expect(output.split('\n')).toEqual([
    '✗ There is no .env: run `cp .env.example .env` and fill it in.',
    'Nothing was uploaded. The settings are in .env; .env.example explains each.',
  ]);
  expect(events).toEqual([]);
});

const WHERE = [
  'Account 1234567890123456, as acs:ram::1234567890123456:user/deployer.',
  'Its keys are from this shell; the settings from .env.',
  'In cn-hangzhou: query-robot-tasks and watch-robot-tasks.',
];
const BARE = 'Their roles: robot-task-query and robot-task-watch. State: memory.';

test('Good settings are built, then deployed, and the URL is told', async () => {
  await workspace.writeEnv(SETTINGS);
  deployed.clear();
  const { code, events, output } = await run([]);
  expect({ code, events }).toEqual({ code: 0, events: ['build', 'Serverless Devs'] });
  expect(output.split('\n').slice(1)).toEqual([
    ...WHERE,
    'Their roles: robot-task-query and robot-task-watch. State: tablestore://watch-state.cn-hangzhou/watch.',
    'What changes:',
    '  query-robot-tasks: is new.',
    '  watch-robot-tasks: is new.',
    'Deploying query-robot-tasks and watch-robot-tasks in cn-hangzhou with Serverless Devs. This takes a minute or two.',
    '✓ query-robot-tasks is deployed in cn-hangzhou.',
    '✓ watch-robot-tasks is deployed in cn-hangzhou.',
    `It answers at ${URL_OF_QUERY}`,
    `Next: npm run smoke -- ${URL_OF_QUERY}`,
    'No alert links to the page yet: "A domain for the page" in docs/deploy.md says how.',
  ]);
});

test('A failure shows what Serverless Devs said last, without any secret, and its exit code', async () => {
  await workspace.writeEnv({ ...SETTINGS, HEARTBEAT_URL: 'https://hc-ping.com/marked-0123456789' });
  const output = `environmentVariables:\n  API_TOKENS: ${SETTINGS.API_TOKENS}\n  HEARTBEAT_URL: https://hc-ping.com/marked-0123456789
  ALERT_CHANNELS: ${CHANNELS}\n\u001b[31mError: AccessDenied fc:CreateFunction with ${KEY.accessKeySecret}\u001b[0m\n`;
  const failed = await run([], () => Promise.resolve({ exitCode: 101, output }));
  expect(failed.code).toBe(101);
  expect(failed.output).toContain('  Error: AccessDenied fc:CreateFunction with ***');
  for (const secret of ['first-token', 'second-token', 't0ken', 'marked', KEY.accessKeySecret])
    expect(failed.output).not.toContain(secret);
});

test.each([
  {
    name: 'a log store that is not there yet',
    output: 'Error: LogStoreNotExist: logstore default-logs does not exist',
    next: 'A new log store is not ready at once: wait a minute. Then: npm run deploy',
  },
  {
    name: 'a role that is missing',
    output: 'Error: InvalidArgument: the role robot-task-query does not exist',
    next: 'A role is missing: npm run bootstrap makes it. Then: npm run deploy',
  },
  { name: 'anything else', output: 'Error: odd', next: 'When the cause is removed: npm run deploy' },
])('Where a deploy fails of $name, it says what to run next', async ({ output, next }) => {
  await workspace.writeEnv(SETTINGS);
  deployed.clear();
  const failed = await run([], () => Promise.resolve({ exitCode: 101, output }));
  expect(failed.output.split('\n').slice(-2)).toEqual([
    '✗ Serverless Devs did not deploy anything. What it said last stands above, without your secrets.',
    next,
  ]);
});

test('What it was waiting for when it was ended is told, and Ctrl-C as what it is', async () => {
  await workspace.writeEnv(SETTINGS);
  const ended = 'Serverless Devs said nothing for 2 minutes: its registry of components does not answer.';
  const silent = await run([], () => Promise.resolve({ exitCode: 1, output: '', ended }));
  expect(silent).toMatchObject({ code: 1 });
  expect(silent.output).toContain(`✗ ${ended}`);
  const stopped = { exitCode: 130, output: '', ended: 'It was ended by SIGINT.' };
  const interrupted = await run([], () => Promise.resolve(stopped));
  expect(interrupted).toMatchObject({ code: 130 });
  expect(interrupted.output.split('\n').slice(-2)).toEqual([
    '✗ It was ended by SIGINT.',
    'Interrupted: what was done so far is kept. npm run deploy does the rest.',
  ]);
});

test('A failure of the domain shows neither the old key of its certificate nor the new one', async () => {
  const line = 'bWFya2VkIHByaXZhdGUga2V5IG9mIHRoZSBkb21haW4gcm9ib3RzLmV4YW1wbGU';
  await workspace.writeEnv({
    ...SETTINGS,
    QUERY_DOMAIN: 'robots.example.com',
    QUERY_DOMAIN_PROTOCOL: 'HTTP',
  });
  const output = `Error: no\n-  privateKey: |\n-    -----BEGIN RSA PRIVATE KEY-----\n-    ${line}\n-    dGFpbA==\n-    -----END RSA PRIVATE KEY-----
{"privateKey":"-----BEGIN PRIVATE KEY-----\\n${line}\\ndGFpbA==\\n-----END PRIVATE KEY-----"}\n+    ${line}\n-    c2hvcnQgbGFzdCBsaW5l==
  Logs: /tmp/robot-task-watch-deploy-AbCdEf/.s/logs\n`;
  const failed = await run(['--domain'], (args) =>
    Promise.resolve(args.includes('s.domain.yaml') ? { exitCode: 1, output } : { exitCode: 0, output: '' }),
  );
  expect(failed.code).toBe(1);
  expect(failed.output).toContain('Error: no');
  expect(failed.output).not.toMatch(/bWFya2Vk|dGFpbA|c2hvcn|Logs/);
});

test('Where QUERY_URL is set, what is next goes there', async () => {
  await workspace.writeEnv({ ...SETTINGS, QUERY_URL: 'https://robots.example.com' });
  const { output } = await run([]);
  expect(output.split('\n').at(-1)).toBe('Next: npm run smoke');
});

describe('--domain', () => {
  const OURS = { path: '/*', functionName: 'query-robot-tasks' };
  beforeEach(() =>
    workspace.writeEnv({ ...SETTINGS, QUERY_DOMAIN: 'robots.example.com', QUERY_DOMAIN_PROTOCOL: 'HTTP' }),
  );

  test('tells where the page is once its route is there', async () => {
    const { code, output } = await run(['--domain'], (args) => {
      if (args.includes('s.domain.yaml')) routes = [OURS];
      return Promise.resolve({ exitCode: 0, output: '' });
    });
    expect({ code, last: output.split('\n').slice(-2) }).toEqual({
      code: 0,
      last: ['✓ The page is at http://robots.example.com', `Next: npm run smoke -- ${URL_OF_QUERY}`],
    });
  });

  test('fails where its route is not there afterwards, although Serverless Devs says that all went well', async () => {
    const { code, output } = await run(['--domain']);
    expect(code).toBe(1);
    expect(output).toContain('✗ robots.example.com is not deployed.');
  });

  test.each([
    { name: 'another path of its own', other: { path: '/v2/*', functionName: 'query-robot-tasks' } },
    { name: 'what is no function', other: { path: '/docs/*' } },
  ])('leaves a domain alone that leads to $name', async ({ other }) => {
    routes = [OURS, other];
    const { code, output, events } = await run(['--domain']);
    expect({ code, runs: events.filter((event) => event === 'Serverless Devs').length }).toEqual({
      code: 1,
      runs: 1,
    });
    expect(output).toContain(`already leads to ${other.functionName ?? 'something else'} (${other.path}).`);
  });
});

test('--domain without QUERY_DOMAIN stops before anything is built', async () => {
  await workspace.writeEnv(SETTINGS);
  const { code, events, output } = await run(['--domain']);
  expect({ code, events }).toEqual({ code: 1, events: [] });
  expect(output).toContain('✗ QUERY_DOMAIN is needed for --domain');
  expect(output).not.toContain('in order');
});

test('--check stops after the check', async () => {
  await workspace.writeEnv(SETTINGS);
  expect(await run(['--check'])).toMatchObject({
    code: 0,
    events: [],
    output: '✓ The settings are in order.',
  });
});

describe('--remove', () => {
  const removing: RunServerlessDevs = (args) => {
    if (args[0] === 'remove' && args.includes('--assume-yes')) deployed.clear();
    return Promise.resolve({ exitCode: 0, output: '' });
  };

  test('asks once for both functions, needs no good settings, and builds nothing', async () => {
    const outcome = await run(['--remove'], removing, 'y');
    expect(outcome).toMatchObject({ code: 0, events: ['Serverless Devs'] });
    expect(outcome.output.split('\n')).toEqual([
      ...WHERE,
      BARE,
      '✓ query-robot-tasks is removed.',
      '✓ watch-robot-tasks is removed.',
    ]);
  });

  test('says so when there is nothing to remove', async () => {
    deployed.clear();
    const outcome = await run(['--remove', '--yes'], removing);
    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.output.split('\n')).toEqual([
      ...WHERE,
      BARE,
      'query-robot-tasks was not deployed.',
      'watch-robot-tasks was not deployed.',
    ]);
  });

  test('removes nothing where nobody answers, fails, and says how to go on', async () => {
    const outcome = await run(['--remove'], removing);
    expect(outcome).toMatchObject({ code: 1, events: [] });
    expect(outcome.output).toContain('npm run deploy -- --remove --yes');
    expect(deployed.size).toBe(2);
  });

  test('takes --yes', async () => {
    expect(await run(['--remove', '--yes'], removing)).toMatchObject({ code: 0 });
  });

  test('fails when a function is still there, although Serverless Devs says that all went well', async () => {
    const outcome = await run(['--remove', '--yes'], () => {
      deployed.delete('query-robot-tasks');
      return Promise.resolve({ exitCode: 0, output: 'remove error: AccessDenied\n' });
    });
    expect(outcome.code).toBe(1);
    expect(outcome.output).toContain('AccessDenied');
    expect(outcome.output).toContain('✗ Not removed: watch-robot-tasks.');
  });
});

test('Keys that nobody knows stop it before anything is built', async () => {
  await workspace.writeEnv(SETTINGS);
  process.env['ALIBABA_CLOUD_ACCESS_KEY_SECRET'] = 'wrong';
  cloud = { ...cloud, environment: { ...cloud.environment, ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'wrong' } };
  await expect(run([])).rejects.toThrow('the secret does not belong to the access key');
});
