import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ParseSpec from '@serverless-devs/parse-spec';
import * as v from 'valibot';
import { readConfiguration as readQueryConfiguration } from '../functions/query-robot-tasks/config';
import { readConfiguration as readWatchConfiguration } from '../functions/watch-robot-tasks/config';
import { ROOTS_FOLDER } from '../scripts/bundle/roots/folder';
import { costTable } from '../scripts/cost';
import { DOMAIN_VARIABLES } from '../scripts/settings-check/domain';
import { declaredFunction, readFunctionSet } from '../scripts/function-set';
import { readSettings } from '../scripts/settings-check/read';
import type { Environment } from '../shared/runtime/environment';
import { OTHERS } from '../shared/runtime/roots';
import { findCredentials, parseFunctionContext } from '../shared/runtime/function-context';
import { fc3Props, specification } from './fixtures/fc3';
import { createWorkspace, type Workspace } from './scripts/workspace';
import { createTablestoreStandIn } from './stand-ins/tablestore/stand-in';

const ROOT = path.join(__dirname, '..');
/** What Node itself reads: scripts/bundle/roots. */
const ROOTS = {
  NODE_OPTIONS: '--use-openssl-ca',
  SSL_CERT_DIR: `/code/${ROOTS_FOLDER}`,
  SSL_CERT_FILE: `/code/${ROOTS_FOLDER}/${OTHERS}`,
};

/** Generous, but such as somebody might have: five channels, everything set. */
const EXAMPLE = {
  DYVMSAPI_ENDPOINT: 'https://dyvmsapi.ap-southeast-1.aliyuncs.com',
  LOG_LEVEL: 'debug',
  API_TOKENS: [1, 2, 3, 4].map((digit) => String(digit).repeat(48)).join(','),
  CORS_ORIGINS: 'https://dashboard.example.com,https://dashboard.staging.example.com',
  WATCH_STATUSES: 'ARREARS_STOP,SYSTEM_STOP,MANUAL_STOP',
  ALERT_CHANNELS: JSON.stringify([
    {
      id: 'operations',
      type: 'dingtalk',
      url: `https://oapi.dingtalk.com/robot/send?access_token=${'a'.repeat(64)}`,
      secret: `SEC${'b'.repeat(64)}`,
      mention: ['13800000000', '13900000000', '13700000000'],
    },
    {
      id: 'management',
      type: 'feishu',
      url: `https://open.feishu.cn/open-apis/bot/v2/hook/${'c'.repeat(36)}`,
      secret: 'd'.repeat(32),
      mention: [`ou_${'e'.repeat(32)}`, `ou_${'f'.repeat(32)}`],
    },
    {
      id: 'finance',
      type: 'wecom',
      url: `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${'f'.repeat(36)}`,
      statuses: ['ARREARS_STOP'],
      mention: ['13600000000'],
    },
    {
      id: 'abroad',
      type: 'slack',
      url: `https://hooks.slack.com/services/T${'0'.repeat(10)}/B${'1'.repeat(10)}/${'g'.repeat(24)}`,
    },
    {
      id: 'incidents',
      type: 'webhook',
      url: 'https://incidents.example.com/hooks/robot-task-watch/production',
      secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    },
  ]),
  OPERATOR_TOKENS: '5'.repeat(48),
  LINK_SECRET: '6'.repeat(64),
  LINK_TTL: '12h',
  WATCH_CREATED_WITHIN: '90d',
  ALERT_STALLED: '30m',
  ALERT_BALANCE_BELOW: '100',
  BSS_ENDPOINT: 'https://business.aliyuncs.com',
  ALERT_REPEAT_INTERVAL: '4h,8h,24h',
  ALERT_PENDING: 'SYSTEM_STOP=5m,MANUAL_STOP=30m',
  ALERT_LANGUAGE: 'en',
  STATE_STORE: 'tablestore://voice-watch.cn-hangzhou/robot_task_watch',
  TABLESTORE_ENDPOINT: 'https://voice-watch.cn-hangzhou.vpc.tablestore.aliyuncs.com',
  HEARTBEAT_URL: 'https://hc-ping.com/01234567-89ab-cdef-0123-456789abcdef',
  QUERY_URL: 'https://robots.example.com',
};

let workspace: Workspace;
let savedEnvironment: NodeJS.ProcessEnv;

beforeEach(async () => {
  savedEnvironment = { ...process.env };
  workspace = await createWorkspace();
});

afterEach(async () => {
  process.env = savedEnvironment;
  await workspace.remove();
});

const SILENT = { debug: () => undefined, warnOnce: () => undefined, tips: () => undefined };

/** s.yaml as Serverless Devs resolves it, each function by name. */
async function resolve(): Promise<Record<string, v.InferOutput<typeof fc3Props>>> {
  const file = path.join(workspace.folder, 's.yaml');
  const spec = await new ParseSpec(file, { argv: [], logger: SILENT }).start();
  return Object.fromEntries(
    spec.steps.map(({ projectName, props }) => [projectName, v.parse(fc3Props, props)]),
  );
}

interface Output {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function runNode(args: readonly string[], cwd: string, env: Record<string, string>): Promise<Output> {
  const child = spawn(process.execPath, args, { cwd, env });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  child.stdin.end();
  return new Promise((done) => {
    child.once('close', (code) => {
      done({ code, ...output });
    });
  });
}

describe('The properties', () => {
  test('`s preview` resolves s.yaml without network to what the resolver gives, all of it known to fc3', async () => {
    await workspace.writeEnv(EXAMPLE);
    const program = require.resolve('@serverless-devs/s/bin/s');
    const { code, stdout } = await runNode([program, 'preview', '-o', 'json'], workspace.folder, {
      HOME: workspace.folder,
    });
    expect(code).toBe(0);
    const preview = v.parse(specification, JSON.parse(stdout.slice(stdout.indexOf('\n{') + 1)));
    const props = Object.entries(preview.resources).map(([name, resource]) => [name, resource.props]);
    expect(Object.fromEntries(props)).toEqual(await resolve());
  });

  const mistakes: { name: string; change: Record<string, unknown>; problem: RegExp }[] = [
    { name: 'a misspelt name', change: { enviromentVariables: {} }, problem: /enviromentVariables/ },
    { name: 'a name from FC 2.0', change: { instanceType: 'e1' }, problem: /instanceType/ },
    { name: 'a cpu between the steps', change: { cpu: 0.33 }, problem: /step of 0.05/ },
    { name: 'a memory between the steps', change: { memorySize: 500 }, problem: /step of 64/ },
    { name: 'too little memory for the cpu', change: { cpu: 1, memorySize: 512 }, problem: /1:1 and 1:4/ },
    { name: 'an upper-case role', change: { role: 'RobotTaskWatch' }, problem: /format/ },
    { name: 'a number as a variable', change: { environmentVariables: { X: 1 } }, problem: /string/ },
  ];
  test.each(mistakes)('The list of fc3’s properties tells $name', async ({ change, problem }) => {
    const [props] = Object.values(await resolve());
    const result = v.safeParse(fc3Props, { ...props, ...change });
    expect(result.issues?.map(({ message }) => message).join()).toMatch(problem);
  });

  test('The watch never runs twice at once, is not retried, and ends before the next poll', async () => {
    const { 'watch-robot-tasks': watch } = await resolve();
    expect(watch?.concurrencyConfig).toEqual({ reservedConcurrency: 1 });
    expect(watch?.asyncInvokeConfig).toEqual({ maxAsyncRetryAttempts: 0, maxAsyncEventAgeInSeconds: 60 });
    expect(watch?.timeout).toBeLessThan(60);
    expect(watch?.triggers.map(({ triggerType }) => triggerType)).toEqual(['timer']);
  });

  test('By default everybody reaches the HTTP function, which then asks for a token', async () => {
    const { 'query-robot-tasks': query } = await resolve();
    expect(query?.triggers).toMatchObject([
      { triggerType: 'http', triggerConfig: { authType: 'anonymous' } },
    ]);
    expect(query?.environmentVariables['HTTP_AUTH']).toBe('');
  });

  test('An empty .env means the same as none', async () => {
    const without = await resolve();
    await workspace.writeEnv({ FC_REGION_ID: '', HTTP_TRIGGER_AUTH: '', WATCH_SCHEDULE: '', LOG_LEVEL: '' });
    expect(await resolve()).toEqual(without);
  });
});

describe('The variables', () => {
  /** The variables that a function's configuration asks for. */
  function namesRead(read: (env: Environment) => unknown): string[] {
    const names = new Set<string>();
    const env = new Proxy<Environment>({}, { get: (_target, name) => (names.add(String(name)), undefined) });
    try {
      read(env);
    } catch {
      // An empty environment may be a wrong one.
    }
    return [...names].sort();
  }

  const query = namesRead(readQueryConfiguration);
  const watch = namesRead(readWatchConfiguration);
  /** Function Compute gives them by itself; here they are for the scripts. */
  const keys = namesRead((env) => findCredentials(parseFunctionContext({}), env));
  /** Read by s.yaml alone. */
  const deployment = [
    'FC_REGION_ID',
    'DEPLOYMENT_SUFFIX',
    'HTTP_TRIGGER_AUTH',
    'WATCH_SCHEDULE',
    ...DOMAIN_VARIABLES,
  ];
  const all = union(query, watch, keys, deployment);

  function union(...lists: readonly (readonly string[])[]): string[] {
    return [...new Set(lists.flat())].sort();
  }

  test('Each function gets exactly the variables that its code reads', async () => {
    const functions = await resolve();
    expect(namesGiven(functions['query-robot-tasks'])).toEqual(query);
    expect(namesGiven(functions['watch-robot-tasks'])).toEqual(watch);
  });

  function namesGiven(props: v.InferOutput<typeof fc3Props> | undefined): string[] {
    const names = Object.keys(props?.environmentVariables ?? {}).sort();
    return names.filter((name) => !(name in ROOTS));
  }

  test('Each function is told to look for root certificates where the build puts them, and nowhere else', async () => {
    for (const { environmentVariables } of Object.values(await resolve())) {
      expect(environmentVariables).toMatchObject(ROOTS);
    }
  });

  test('s.yaml and s.domain.yaml read no others', async () => {
    const files = ['s.yaml', 's.domain.yaml'].map((name) => readFile(path.join(ROOT, name), 'utf8'));
    const text = (await Promise.all(files)).join('');
    const names = [...text.matchAll(/env\('(\w+)'/g)].map(([, name = '']) => name);
    expect([...new Set(names)].sort()).toEqual(all.filter((name) => !keys.includes(name)));
  });

  test('.env.example has a line for each, without a value, explained above', async () => {
    const lines = (await readFile(path.join(ROOT, '.env.example'), 'utf8')).split('\n');
    const assignments = lines.flatMap((line, index) => {
      const [, name, value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, value, above: lines[index - 1] ?? '' }];
    });
    expect(assignments.map(({ name }) => name).sort()).toEqual(all);
    expect(assignments.filter(({ value }) => !['', "''"].includes(value))).toEqual([]);
    expect(assignments.filter(({ above }) => !above.startsWith('# '))).toEqual([]);
  });

  test('docs/configuration.md documents each in a table', async () => {
    const document = await readFile(path.join(ROOT, 'docs/configuration.md'), 'utf8');
    const rows = [...document.matchAll(/^\| `([A-Z][A-Z0-9_]+)` \|/gm)].map(([, name = '']) => name);
    expect([...new Set(rows)].sort()).toEqual(all);
  });

  test('A generous example passes the check before the deployment and stays below 4 KB for each function', async () => {
    await workspace.writeEnv(EXAMPLE);
    const { problems, notes } = await readSettings(workspace.folder, {});
    expect({ problems, notes }).toEqual({ problems: [], notes: [] });
    for (const { environmentVariables } of Object.values(await resolve())) {
      const bytes = Object.entries(environmentVariables).map(([name, value]) =>
        Buffer.byteLength(name + value),
      );
      expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(4096);
    }
  });
});

describe('The bundles', () => {
  const RUN = `
    const { handler } = require('./index.js');
    const event = Buffer.from(JSON.stringify(EVENT));
    const context = { requestId: 'R-1', credentials: CREDENTIALS, function: { name: 'f', timeout: 50 } };
    handler(event, context).then(
      (result) => console.log(JSON.stringify(result)),
      (error) => console.log(error.message),
    );
  `;

  /** Runs a function's folder, which is what its zip holds, in an empty folder with nothing but Node. */
  async function runAlone(
    name: string,
    event: unknown,
    env: Record<string, string> = {},
    credentials = {},
  ): Promise<string> {
    const { [name]: props } = await resolve();
    const folder = await mkdtemp(path.join(tmpdir(), 'function-'));
    try {
      await cp(path.join(ROOT, props?.code ?? ''), folder, { recursive: true });
      expect(await readdir(folder)).toContain('index.js');
      expect(props?.handler).toBe('index.handler');
      const script = RUN.replace('EVENT', JSON.stringify(event)).replace(
        'CREDENTIALS',
        JSON.stringify(credentials),
      );
      const { stdout, stderr } = await runNode(['-e', script], folder, env);
      expect(stderr).toBe('');
      return stdout.trim().split('\n').at(-1) ?? '';
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  test('query-robot-tasks runs with nothing else installed and an empty environment', async () => {
    const event = {
      version: 'v1',
      rawPath: '/healthz',
      headers: {},
      queryParameters: {},
      body: '',
      isBase64Encoded: false,
      requestContext: { requestId: 'R-1', http: { method: 'GET', path: '/healthz' } },
    };
    expect(JSON.parse(await runAlone('query-robot-tasks', event))).toMatchObject({ statusCode: 200 });
  });

  test('watch-robot-tasks runs with nothing else installed and an empty environment', async () => {
    expect(await runAlone('watch-robot-tasks', {})).toContain(
      'ALERT_CHANNELS must name at least one channel',
    );
  });

  test('The Tablestore SDK, which is loaded when it is needed, is inside watch-robot-tasks and works there', async () => {
    const keys = {
      accessKeyId: 'LTAI',
      accessKeySecret: 'the-roles-secret',
      securityToken: 'the-roles-token',
    };
    const tablestore = await createTablestoreStandIn({ instance: 'voice-watch', keys: [keys] });
    const nowhere = 'http://127.0.0.1:1';
    const env = {
      DYVMSAPI_ENDPOINT: nowhere,
      TABLESTORE_ENDPOINT: tablestore.url.origin,
      STATE_STORE: 'tablestore://voice-watch.cn-hangzhou/watch',
      ALERT_CHANNELS: `[{"type":"slack","url":"${nowhere}/services/T0/B0/abc"}]`,
    };
    try {
      const outcome = await runAlone('watch-robot-tasks', {}, env, keys);
      expect(outcome).toMatch(
        /^The poll is incomplete\. The voice service is out of reach: (?:[^.]|\.\d)*\.$/,
      );
      const operations = tablestore.calls.map(({ operation }) => operation);
      expect(new Set(operations)).toEqual(new Set(['GetRow', 'CreateTable', 'PutRow']));
    } finally {
      await tablestore.close();
    }
  });
});

test('docs/deploy.md has the cost table that the price formula gives for the sizes in s.yaml', async () => {
  const functionSet = await readFunctionSet(workspace.folder, {});
  const table = costTable(
    declaredFunction(functionSet, 'watch-robot-tasks'),
    declaredFunction(functionSet, 'query-robot-tasks'),
  ).split('\n');
  const document = (await readFile(path.join(ROOT, 'docs/deploy.md'), 'utf8')).split('\n');
  const start = document.indexOf(table[0] ?? '');
  expect(document.slice(start, start + table.length)).toEqual(table);
});
