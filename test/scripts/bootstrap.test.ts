import { createServer, type AddressInfo } from 'node:net';
import { bootstrap } from '../../scripts/bootstrap';
import { markOf } from '../../scripts/bootstrap/ownership';
import { ACCOUNT_ID, KEY, Refusal, startAlibabaCloud, type AlibabaCloud } from '../stand-ins/alibaba-cloud';
import { createLeapingClock } from '../stand-ins/leaping-clock';
import { createRamState, ramActions, type RamState } from '../stand-ins/ram';
import { stsActions } from '../stand-ins/sts';
import { tablestoreControlActions, type StoredInstance } from '../stand-ins/tablestore-control';
import { createTablestoreStandIn, type TablestoreStandIn } from '../stand-ins/tablestore/stand-in';
import { documentedPolicies } from '../documents/policies';
import { createWorkspace, withoutWaiting, SETTINGS, type Workspace } from './workspace';

const INSTANCE = 'watch-state';
const ROLE = 'robot-task-watch';
const QUERY_ROLE = 'robot-task-query';
const NAMES = [QUERY_ROLE, ROLE];
const MARK = markOf({ query: '', watch: 'watch-robot-tasks', region: 'cn-hangzhou' });
const CHANGES = /^(Create|Update|Delete|Attach|Detach)/;

let ram: RamState;
let instances: Map<string, StoredInstance>;
let tablestore: TablestoreStandIn;
let cloud: AlibabaCloud;
let workspace: Workspace;
/** Those of the region. */
let functions: { functionName: string; role?: string; environmentVariables?: Record<string, string> }[];
let savedEnvironment: NodeJS.ProcessEnv;

beforeEach(async () => {
  savedEnvironment = { ...process.env };
  ram = createRamState();
  instances = new Map();
  functions = [];
  tablestore = await createTablestoreStandIn({ instance: INSTANCE, keys: [KEY] });
  cloud = await startAlibabaCloud({
    ...stsActions,
    ...ramActions(ram),
    ...tablestoreControlActions({ instances }, () => tablestore.tables.size),
    '2023-03-30 ListFunctions': () => ({ body: { functions } }),
  });
  workspace = await createWorkspace();
  await workspace.writeEnv(SETTINGS);
});

afterEach(async () => {
  process.env = savedEnvironment;
  await Promise.all([cloud.close(), tablestore.close(), workspace.remove()]);
});

function environment(): Record<string, string> {
  return { ...cloud.environment, TABLESTORE_DATA_ENDPOINT: tablestore.url.origin };
}

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly questions: readonly string[];
  /** The calls that change something. */
  readonly changes: readonly string[];
}

/** Runs it in this process; a person who is asked says `answer`. */
async function run(
  args: readonly string[],
  answer = 'y',
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  Object.assign(process.env, environment(), env);
  const lines: string[] = [];
  const questions: string[] = [];
  const before = [cloud.calls.length, tablestore.calls.length];
  const code = await bootstrap({
    args,
    folder: workspace.folder,
    env: process.env,
    clock: createLeapingClock(),
    terminal: {
      print: (line) => withoutWaiting(line) === '' || lines.push(line),
      ask: (question) => {
        questions.push(question);
        return Promise.resolve(answer);
      },
    },
  });
  const calls = [
    ...cloud.calls.slice(before[0]),
    ...tablestore.calls.slice(before[1]).map(({ operation }) => operation),
  ];
  const changes = calls.filter((call) => CHANGES.test(call));
  return { code, output: lines.join('\n'), questions, changes };
}

function contents(): unknown {
  return {
    roles: [...ram.roles.keys()],
    policies: [...ram.policies.keys()],
    instances: [...instances.keys()],
    tables: [...tablestore.tables.keys()],
  };
}

const COMPLETE = { roles: NAMES, policies: NAMES, instances: [INSTANCE], tables: ['watch'] };
const EMPTY = { roles: [], policies: [], instances: [], tables: [] };

test('The first run makes everything after one question, and the second changes nothing and says so', async () => {
  const first = await run([]);
  expect(first).toMatchObject({ code: 0, questions: ['Do this? [y/N] '] });
  expect(contents()).toEqual(COMPLETE);
  for (const name of NAMES) expect([...(ram.roles.get(name)?.attached ?? [])]).toEqual([`Custom ${name}`]);

  const second = await run([]);
  expect(second).toMatchObject({ code: 0, questions: [], changes: [] });
  expect(second.output).toContain('Everything is in place: nothing to change.');
});

test('The watch’s role trusts Function Compute alone, and its policy permits the two calls and the rows of the one table', async () => {
  await run(['--yes']);
  expect(JSON.parse(ram.roles.get(ROLE)?.trust ?? '')).toEqual({
    Version: '1',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: ['fc.aliyuncs.com'] } }],
  });
  expect(JSON.parse(ram.policies.get(ROLE)?.versions[0] ?? '')).toEqual({
    Version: '1',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['dyvms:QueryRobotTaskList', 'dyvms:QueryRobotTaskDetail'],
        Resource: ['*'],
      },
      {
        Effect: 'Allow',
        Action: ['ots:GetRow', 'ots:PutRow'],
        Resource: [`acs:ots:cn-hangzhou:${ACCOUNT_ID}:instance/${INSTANCE}/table/watch`],
      },
    ],
  });
});

test('The HTTP function’s role reads the rows and writes none, and may start tasks once OPERATOR_TOKENS is set', async () => {
  await run(['--yes']);
  const policy = () => ram.policies.get(QUERY_ROLE)?.versions.at(-1) ?? '';
  expect(policy()).toContain('ots:GetRow');
  expect(policy()).not.toMatch(/ots:PutRow|StartRobotTask/);
  await workspace.writeEnv({ ...SETTINGS, OPERATOR_TOKENS: 'an-operator-of-twenty-letters' });
  const { changes, output } = await run(['--yes']);
  // The watch may read who took what.
  expect(changes).toEqual(['CreatePolicyVersion', 'CreatePolicyVersion', 'CreateTable']);
  expect(output).toContain('change the RAM policy robot-task-query');
  expect(policy()).toContain('dyvms:StartRobotTask');
});

test('With TASK_SOURCE=aiccs the roles may ask Cloud Contact Center and not the Voice Service', async () => {
  await workspace.writeEnv({ ...SETTINGS, TASK_SOURCE: 'aiccs' });
  expect((await run(['--yes'])).code).toBe(0);
  for (const role of [QUERY_ROLE, ROLE]) {
    const policy = ram.policies.get(role)?.versions.at(-1) ?? '';
    expect(policy).toContain('aiccs:ListTask');
    expect(policy).not.toContain('dyvms:');
  }
});

test('Without a table in STATE_STORE nothing of Tablestore is touched', async () => {
  await workspace.writeEnv({ ...SETTINGS, STATE_STORE: 'memory' });
  expect((await run(['--yes'])).code).toBe(0);
  expect(contents()).toEqual({ ...COMPLETE, instances: [], tables: [] });
  expect(cloud.calls).not.toContain('GetInstance');
  expect(ram.policies.get(ROLE)?.versions[0]).not.toContain('ots:');
});

test('The plan shows each policy before the question', async () => {
  const { output } = await run([], 'n');
  expect(output).toContain('create the RAM role robot-task-watch');
  expect(output).toContain('"fc.aliyuncs.com"');
  expect(output).toContain('"dyvms:QueryRobotTaskList"');
  expect(output).toContain('create the table watch in the Tablestore instance watch-state in cn-hangzhou');
});

test.each([
  { name: 'no', answer: 'n' },
  { name: 'nothing', answer: '' },
  { name: 'something else', answer: 'yellow' },
])('Whoever answers with $name gets no change', async ({ answer }) => {
  const outcome = await run([], answer);
  expect(outcome).toMatchObject({ code: 1, changes: [] });
  expect(outcome.output).toContain(
    'Nothing was changed. Where nobody can answer: npm run bootstrap -- --yes',
  );
  expect(contents()).toEqual(EMPTY);
});

test('--dry-run prints the plan, asks nothing and changes nothing', async () => {
  const outcome = await run(['--dry-run']);
  expect(outcome).toMatchObject({ code: 0, questions: [], changes: [] });
  expect(outcome.output).toContain('create the RAM role');
  expect(contents()).toEqual(EMPTY);
});

test('What is wrong in .env is told before any key is needed or anything is called', async () => {
  await workspace.writeEnv({ ...SETTINGS, STATE_STORE: 'tablestore://nowhere', ALERT_PENDNG: '5m' });
  const { code, output } = await run(['--dry-run'], 'y', { ALIBABA_CLOUD_ACCESS_KEY_ID: '' });
  expect(code).toBe(1);
  expect(output.split('\n')).toEqual([
    '✗ ALERT_PENDNG in .env is read by nobody: did you mean ALERT_PENDING?',
    '✗ STATE_STORE must have the form tablestore://<instance>.<region>/<table>.',
    'Nothing was changed. The settings are in .env; .env.example explains each.',
  ]);
  expect(cloud.calls).toEqual([]);
});

test('--yes asks nothing', async () => {
  expect(await run(['--yes'])).toMatchObject({ code: 0, questions: [] });
});

const STEPS = ['CreateRole', 'CreatePolicy', 'AttachPolicyToRole', 'CreateInstance'];
test.each(STEPS)(
  'A run that stopped at %s names the missing permission, and the next one completes it',
  async (action) => {
    cloud.forbidden.add(action);
    const stopped = await run(['--yes']);
    expect(stopped.code).toBe(1);
    const service = action === 'CreateInstance' ? 'ots' : 'ram';
    expect(stopped.output).toContain(`These keys need the permission ${service}:${action}`);

    cloud.forbidden.clear();
    const next = await run(['--yes']);
    expect(next.code).toBe(0);
    expect(contents()).toEqual(COMPLETE);
    expect(next.changes[0]).toBe(action);
    expect((await run(['--yes'])).changes).toEqual([]);
  },
);

test('A table that could not be made names the missing permission, and the next run makes it', async () => {
  const refusal = { kind: 'error', status: 403, code: 'OTSNoPermissionAccess', message: 'no' } as const;
  tablestore.disturb(refusal, { operation: 'CreateTable' });
  const stopped = await run(['--yes']);
  expect(stopped.code).toBe(1);
  expect(stopped.output).toContain('These keys need the permission ots:CreateTable.');
  expect((await run(['--yes'])).changes).toEqual(['CreateTable']);
  expect(contents()).toEqual(COMPLETE);
});

test('Every permission that is missing for the look is named at once, and nothing is changed', async () => {
  cloud.forbidden.add('GetRole').add('GetPolicy').add('GetInstance');
  const outcome = await run(['--yes']);
  expect(outcome).toMatchObject({ code: 1, changes: [] });
  for (const action of ['ram:GetRole', 'ram:GetPolicy', 'ots:GetInstance']) {
    expect(outcome.output).toContain(`need the permission ${action}`);
  }
});

test('A new instance is awaited, and so is a new table', async () => {
  tablestore.unreadyCalls = 2;
  const unknown = {
    kind: 'error',
    status: 403,
    code: 'OTSAuthFailed',
    message: 'The instance is not found.',
  } as const;
  tablestore.disturb(unknown, { operation: 'CreateTable', times: 2 });
  expect((await run(['--yes'])).code).toBe(0);
  expect(contents()).toEqual(COMPLETE);
  // It said "creating" twice, and then what was waited for.
  expect(instances.get(INSTANCE)?.creating).toBe(-1);
});

describe('What is there and differs', () => {
  beforeEach(async () => {
    await run(['--yes']);
  });

  test('A role that trusts others as well is shown and changed only after consent', async () => {
    const trust = ram.roles.get(ROLE);
    if (trust === undefined) throw new Error('no role');
    trust.trust = trust.trust.replace('"fc.aliyuncs.com"', '"fc.aliyuncs.com","ecs.aliyuncs.com"');
    const refused = await run([], 'n');
    expect(refused.output).toMatch(/- .*ecs\.aliyuncs\.com/);
    expect(refused.changes).toEqual([]);

    expect((await run([])).changes).toEqual(['UpdateRole']);
    expect(trust.trust).not.toContain('ecs.aliyuncs.com');
  });

  test('A policy that permits too much is shown and changed only after consent, also for the sixth time', async () => {
    const policy = ram.policies.get(ROLE);
    for (let round = 0; round < 6; round += 1) {
      policy?.versions.splice(
        -1,
        1,
        '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
      );
      const refused = await run([], 'n');
      expect(refused.output).toContain('- {"Action":["*"],"Effect":"Allow","Resource":["*"]}');
      expect(refused.changes).toEqual([]);
      expect((await run([])).changes).toEqual(['CreatePolicyVersion']);
    }
    expect((await run([])).changes).toEqual([]);
  });
});

describe('--destroy', () => {
  test('It names the loss, asks, and leaves nothing', async () => {
    await run(['--yes']);
    const refused = await run(['--destroy'], 'n');
    expect(refused).toMatchObject({ code: 1, changes: [] });
    expect(refused.output).toContain('lost for good');
    expect(contents()).toEqual(COMPLETE);

    expect((await run(['--destroy'])).code).toBe(0);
    expect(contents()).toEqual(EMPTY);
    expect((await run(['--destroy'])).output).toContain('There is nothing to take away.');
  });

  test('It leaves a role, a policy and an instance that somebody else made, and takes its own table', async () => {
    instances.set(INSTANCE, { description: 'orders', creating: 0 });
    await run(['--yes']);
    for (const made of NAMES.flatMap((name) => [ram.roles.get(name), ram.policies.get(name)])) {
      if (made !== undefined) made.description = 'edited by hand';
    }
    const outcome = await run(['--destroy', '--yes']);
    expect(outcome).toMatchObject({ code: 0, changes: ['DeleteTable'] });
    expect(contents()).toEqual({ ...COMPLETE, tables: [] });
  });

  test('It leaves a table that was there before', async () => {
    instances.set(INSTANCE, { description: 'theirs', creating: 0 });
    await run(['--yes']);
    tablestore.tables.get('watch')?.rows.clear();
    expect((await run(['--destroy', '--yes'])).output).toContain('The table watch stays');
    expect(contents()).toEqual({ ...EMPTY, instances: [INSTANCE], tables: ['watch'] });
  });

  test('An instance with another table stays, with the reason', async () => {
    await run(['--yes']);
    const table = tablestore.tables.get('watch');
    if (table === undefined) throw new Error('no table');
    tablestore.tables.set('orders', { ...table, name: 'orders' });
    const outcome = await run(['--destroy', '--yes']);
    expect(outcome.code).toBe(0);
    expect(outcome.output).toContain('The instance watch-state stays: it has other tables (orders).');
    expect(contents()).toEqual({ ...EMPTY, instances: [INSTANCE], tables: ['orders'] });
  });

  test('A half-made account is taken away as well', async () => {
    cloud.forbidden.add('AttachPolicyToRole');
    await run(['--yes']);
    cloud.forbidden.clear();
    expect((await run(['--destroy', '--yes'])).code).toBe(0);
    expect(contents()).toEqual(EMPTY);
  });
});

const SERVICES = [
  ['Instance', 'ots'],
  ['ListFunctions', 'fc'],
] as const;

test('The policy that the documents give permits every call, on the two roles and on nothing else', async () => {
  const before = tablestore.calls.length;
  await run(['--yes']);
  const [policy] = ram.policies.values();
  policy?.versions.push('{}');
  for (const role of ram.roles.values()) role.trust = '{}';
  await run(['--yes']);
  await run(['--destroy', '--yes']);
  const [permissions = []] = documentedPolicies();
  const permitted = new Set(permissions.flatMap(({ actions }) => actions));
  const rows = tablestore.calls.slice(before).map(({ operation }) => `ots:${operation}`);
  const others = cloud.calls
    .filter((action) => action !== 'GetCallerIdentity')
    .map((action) => `${SERVICES.find(([word]) => action.includes(word))?.[1] ?? 'ram'}:${action}`);
  expect([...new Set([...rows, ...others])].filter((action) => !permitted.has(action))).toEqual([]);
  expect(others).toContain('ram:CreatePolicyVersion');
  const onRoles = permissions.find(({ actions }) => actions.includes('ram:CreateRole'))?.resources;
  expect(onRoles).toEqual(
    NAMES.flatMap((name) => [
      `acs:ram:*:<account>:role/${name}<suffix>`,
      `acs:ram:*:<account>:policy/${name}<suffix>`,
    ]),
  );
});

test('What the cloud repeats of a secret is masked', async () => {
  cloud.refusals.set('GetRole', new Refusal(400, 'Odd', `you sent ${KEY.accessKeySecret} to us`));
  const { code, output } = await run(['--yes']);
  expect(code).toBe(1);
  expect(output).toContain('you sent *** to us');
  expect(output).not.toContain(KEY.accessKeySecret);
});

test('Everything it makes bears its mark', async () => {
  await run(['--yes']);
  const descriptions = [ram.roles.get(ROLE), ram.policies.get(ROLE), instances.get(INSTANCE)];
  expect(descriptions.map((made) => made?.description)).toEqual([MARK, MARK, MARK]);
});

const wrong: {
  name: string;
  env: Record<string, string>;
  args?: string[];
  sentence: string;
}[] = [
  {
    name: 'no keys',
    env: { ALIBABA_CLOUD_ACCESS_KEY_ID: '' },
    sentence: 'No Alibaba Cloud keys were found.',
  },
  {
    name: 'an unknown key',
    env: { ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI-other' },
    sentence: 'this access key does not exist: check ALIBABA_CLOUD_ACCESS_KEY_ID',
  },
  {
    name: 'a wrong secret',
    env: { ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'wrong-secret' },
    sentence: 'the secret does not belong to the access key: check ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  },
  {
    name: 'nobody there',
    env: { STS_ENDPOINT: 'http://127.0.0.1:1' },
    sentence: 'no usable answer from 127.0.0.1:1',
  },
  { name: 'an unknown option', env: {}, args: ['--force'], sentence: "Unknown option '--force'" },
];
test.each(wrong)('What is wrong is a sentence without a secret: $name', async ({ env, args, sentence }) => {
  const failure = await run(args ?? [], 'y', { ...env, HOME: workspace.folder }).catch(
    (error: unknown) => (error as Error).message,
  );
  expect(failure).toContain(sentence);
  expect(failure).not.toContain(KEY.accessKeySecret);
  expect(contents()).toEqual(EMPTY);
});

describe('As a command', () => {
  test('With nobody to answer it changes nothing and fails', async () => {
    const { code, output } = await workspace.run('bootstrap', [], environment());
    expect(output).toContain('Nothing was changed.');
    expect(code).toBe(1);
    expect(contents()).toEqual(EMPTY);
  });

  test('Who types y gets everything', async () => {
    const { code, output } = await workspace.run('bootstrap', [], environment(), 'y\n');
    expect(output).toContain('Next: npm run deploy');
    expect(code).toBe(0);
    expect(contents()).toEqual(COMPLETE);
  });

  test('A Tablestore that accepts and says nothing is named, and does not keep it', async () => {
    instances.set(INSTANCE, { description: MARK, creating: 0 });
    const silent = createServer().listen(0, '127.0.0.1');
    const host = await new Promise<string>((resolve) => {
      silent.once('listening', () => {
        resolve(`127.0.0.1:${(silent.address() as AddressInfo).port}`);
      });
    });
    const env = { ...environment(), TABLESTORE_DATA_ENDPOINT: `http://${host}` };
    const { code, output } = await workspace.run('bootstrap', ['--yes'], env);
    silent.close();
    expect(code).toBe(1);
    expect(output).toContain(`✗ ots:ListTable at ${host}: Tablestore does not answer in time.`);
    expect(contents()).toEqual({ ...EMPTY, instances: [INSTANCE] });
  });

  test('A failure is a sentence without a stack, and the exit code says so', async () => {
    const { code, output } = await workspace.run('bootstrap', [], {
      ...environment(),
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'wrong-secret',
    });
    expect(output.trim().split('\n')).toEqual([
      expect.stringMatching(/^sts:GetCallerIdentity was refused: /),
    ]);
    expect(code).toBe(1);
  });
});
