import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { deploy } from '../../scripts/deploy';
import type { Environment } from '../../shared/environment';
import { ACCOUNT_ID, KEY, startAlibabaCloud, type AlibabaCloud } from '../stand-ins/alibaba-cloud';
import { stsActions } from '../stand-ins/sts';
import { createWorkspace, type Workspace } from './workspace';

const CHANNELS =
  '[{"type":"dingtalk","url":"https://oapi.dingtalk.com/robot/send?access_token=t0ken","secret":"SEC\\u00241","mention":["all"]}]';
const SETTINGS = {
  API_TOKENS: 'first-token,second-token',
  ALERT_CHANNELS: CHANNELS,
  STATE_STORE: 'tablestore://watch-state.cn-hangzhou/watch',
};

let cloud: AlibabaCloud;
let workspace: Workspace;
let savedEnvironment: NodeJS.ProcessEnv;

beforeEach(async () => {
  savedEnvironment = { ...process.env };
  cloud = await startAlibabaCloud(stsActions);
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
  serverlessDevs: (args: readonly string[], env: Environment) => Promise<number> = () => Promise.resolve(0),
): Promise<Outcome> {
  Object.assign(process.env, cloud.environment);
  const lines: string[] = [];
  const events: string[] = [];
  const code = await deploy({
    args,
    folder: workspace.folder,
    env: process.env,
    terminal: { print: (line) => lines.push(line), ask: () => Promise.resolve('') },
    build: () => Promise.resolve(events.push('build')),
    runServerlessDevs(given, env) {
      events.push('Serverless Devs');
      return serverlessDevs(given, env);
    },
  });
  return { code, output: lines.join('\n'), events };
}

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
  expect(output).toContain('API_TOKENS must hold at least one token');
  expect(output).toContain('ALERT_CHANNELS must name at least one channel');
  expect(events).toEqual([]);
});

test('Good settings are built, then deployed, and the exit code is that of Serverless Devs', async () => {
  await workspace.writeEnv(SETTINGS);
  expect(await run([], () => Promise.resolve(3))).toMatchObject({
    code: 3,
    events: ['build', 'Serverless Devs'],
  });
});

test('--check stops after the check', async () => {
  await workspace.writeEnv(SETTINGS);
  expect(await run(['--check'])).toMatchObject({
    code: 0,
    events: [],
    output: '✓ The settings are in order.',
  });
});

test('--remove needs no good settings, builds nothing, and leaves the question to Serverless Devs', async () => {
  let given: readonly string[] = [];
  const outcome = await run(['--remove'], (args) => {
    given = args;
    return Promise.resolve(0);
  });
  expect(outcome).toMatchObject({ code: 0, events: ['Serverless Devs'] });
  expect(given[0]).toBe('remove');
  expect(given).not.toContain('--assume-yes');
});

test('Keys that nobody knows stop it before anything is built', async () => {
  await workspace.writeEnv(SETTINGS);
  process.env['ALIBABA_CLOUD_ACCESS_KEY_SECRET'] = 'wrong';
  cloud = { ...cloud, environment: { ...cloud.environment, ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'wrong' } };
  await expect(run([])).rejects.toThrow('the secret does not belong to the access key');
});

test('Serverless Devs itself hands the very settings and keys to the component, and runs no action', async () => {
  const component = path.join(__dirname, '../fixtures/component');
  await workspace.editSpec('component: fc3', `component: ${component}`);
  await workspace.editSpec('npm run build', 'exit 1');
  await workspace.writeEnv(SETTINGS);
  const outcome = await run([], (args, env) => {
    const program = require.resolve('@serverless-devs/s/bin/s');
    const child = spawn(process.execPath, [program, ...args], {
      cwd: workspace.folder,
      env: { ...env, HOME: workspace.folder },
      stdio: 'ignore',
    });
    return new Promise((resolve) => {
      child.once('close', (code) => {
        resolve(code ?? 1);
      });
    });
  });
  expect(outcome.code).toBe(0);
  const log = await readFile(path.join(workspace.folder, 'deployed.jsonl'), 'utf8');
  const deployed = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>);
  expect(deployed.map(({ props }) => props?.['functionName'])).toEqual([
    'query-robot-tasks',
    'watch-robot-tasks',
  ]);
  for (const { credential, args } of deployed) {
    expect(credential).toMatchObject({
      AccountID: ACCOUNT_ID,
      AccessKeyID: KEY.accessKeyId,
      AccessKeySecret: KEY.accessKeySecret,
    });
    expect(args).toContain('--assume-yes');
  }
  expect(deployed[0]?.['props']?.['environmentVariables']).toMatchObject({
    API_TOKENS: 'first-token,second-token',
  });
  expect(deployed[1]?.['props']?.['environmentVariables']).toMatchObject({ ALERT_CHANNELS: CHANNELS });
});
