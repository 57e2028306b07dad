import { defaultEnvFile } from '../../../scripts/env-file';
import { checkSettings, type Findings } from '../../../scripts/settings-check/check';
import type { DeclaredFunction, FunctionSet } from '../../../scripts/function-set';
import type { Environment } from '../../../shared/runtime/environment';

const CHANNELS = JSON.stringify([
  { type: 'dingtalk', url: 'https://oapi.dingtalk.com/robot/send?access_token=t0ken', secret: 'SECabc' },
]);

const TOKEN = 'a-token-of-twenty-characters';

interface Changes {
  readonly query?: Partial<DeclaredFunction>;
  readonly watch?: Partial<DeclaredFunction>;
  readonly queryEnv?: Readonly<Record<string, string>>;
  readonly watchEnv?: Readonly<Record<string, string>>;
}

/** Settings with nothing wrong, and these changes. */
function settings({ query, watch, queryEnv, watchEnv }: Changes = {}): FunctionSet {
  const common = {
    region: 'cn-hangzhou',
    role: 'robot-task-watch',
    vcpu: 0.35,
    memoryMb: 512,
    props: {},
    authTypes: [],
    schedules: [],
  };
  const environment = { LOG_LEVEL: '', DYVMSAPI_ENDPOINT: '' };
  return {
    key: null,
    access: 'default',
    variables: {},
    dotenv: null,
    dotenvText: '',
    envFile: defaultEnvFile('/project'),
    asked: new Set(['LOG_LEVEL', 'DYVMSAPI_ENDPOINT', 'API_TOKENS', 'ALERT_CHANNELS', 'STATE_STORE']),
    functions: [
      {
        ...common,
        resource: 'query-robot-tasks',
        name: 'query-robot-tasks',
        authTypes: ['anonymous'],
        environment: { ...environment, HTTP_AUTH: '', API_TOKENS: TOKEN, ...queryEnv },
        ...query,
      },
      {
        ...common,
        resource: 'watch-robot-tasks',
        name: 'watch-robot-tasks',
        schedules: ['@every 1m'],
        environment: {
          ...environment,
          ALERT_CHANNELS: CHANNELS,
          STATE_STORE: 'tablestore://watch-state.cn-hangzhou/watch',
          ...watchEnv,
        },
        ...watch,
      },
    ],
  };
}

function check(changes?: Changes): Findings {
  const functionSet = settings(changes);
  const environment: Environment = Object.fromEntries(
    functionSet.functions.flatMap((declared) => Object.entries(declared.environment)),
  );
  return checkSettings({
    functionSet: { ...functionSet, dotenv: environment },
    shell: {},
    known: Object.keys(environment),
    othersCanRead: false,
    files: new Map(),
    needsDomain: false,
    now: 0,
  });
}

function problems(changes?: Changes): readonly string[] {
  return check(changes).problems;
}

test.each([
  {
    watched: '',
    expected: [expect.stringMatching(/no task is ever in ARREARS_STOP: only SYSTEM_STOP is watched/)],
  },
  { watched: 'SYSTEM_STOP', expected: [] },
])(
  'A note says what the default leaves out of a source without ARREARS_STOP: $watched',
  ({ watched, expected }) => {
    const env = { TASK_SOURCE: 'aiccs', WATCH_STATUSES: watched };
    expect(check({ queryEnv: { TASK_SOURCE: 'aiccs' }, watchEnv: env })).toEqual({
      problems: [],
      notes: expected,
    });
  },
);

test('A watched status that the source lacks is refused, with what to write', () => {
  const { problems } = check({
    queryEnv: { TASK_SOURCE: 'aiccs' },
    watchEnv: { TASK_SOURCE: 'aiccs', WATCH_STATUSES: 'ARREARS_STOP,SYSTEM_STOP' },
  });
  expect(problems).toEqual([
    'WATCH_STATUSES names ARREARS_STOP, which no task has with TASK_SOURCE=aiccs: write SYSTEM_STOP.',
  ]);
});

test.each([
  { name: 'nobody may take anything', queryEnv: {}, watchEnv: {}, says: 'without OPERATOR_TOKENS.' },
  {
    name: 'there is no shared record',
    queryEnv: { OPERATOR_TOKENS: `zhang:${TOKEN}-2` },
    watchEnv: { STATE_STORE: 'memory' },
    says: 'without STATE_STORE (a Tablestore table).',
  },
  {
    name: 'not where both are set',
    queryEnv: { OPERATOR_TOKENS: `zhang:${TOKEN}-2` },
    watchEnv: {},
    says: null,
  },
])('A second line is said to be only a delay where $name', ({ queryEnv, watchEnv, says }) => {
  const boss = { id: 'boss', type: 'webhook', url: 'https://example.com/x', after: '10m' };
  const channels = JSON.stringify([...(JSON.parse(CHANNELS) as object[]), boss]);
  const { notes } = check({ queryEnv, watchEnv: { ALERT_CHANNELS: channels, ...watchEnv } });
  const said = notes.filter((note) => note.startsWith('after of boss'));
  expect(said).toEqual(says === null ? [] : [expect.stringContaining(says) as unknown]);
});

test.each([
  { routed: ['SYSTEM_STOP'], stalled: '', expected: ['ARREARS_STOP'] },
  { routed: ['SYSTEM_STOP'], stalled: '30m', expected: ['ARREARS_STOP, STALLED'] },
  { routed: ['SYSTEM_STOP', 'ARREARS_STOP'], stalled: '', expected: [] },
])(
  'A note names what is watched and told nobody: $expected, where $routed is routed',
  ({ routed, stalled, expected }) => {
    const channel = { type: 'webhook', url: 'https://example.com/x', statuses: routed };
    const env = { ALERT_CHANNELS: JSON.stringify([channel]), ALERT_STALLED: stalled };
    const said = expected.map(
      (conditions) => `No channel in ALERT_CHANNELS hears of ${conditions}: nobody is told of such a task.`,
    );
    expect(check({ watchEnv: env })).toEqual({ problems: [], notes: said });
  },
);

test('Settings with nothing wrong give neither problems nor notes', () => {
  expect(check()).toEqual({ problems: [], notes: [] });
});

const wrong: [name: string, changes: Changes, problem: string][] = [
  ['no token', { queryEnv: { API_TOKENS: ' ' } }, 'API_TOKENS must hold at least one'],
  [
    'an open trigger behind HTTP_AUTH=gateway',
    { queryEnv: { HTTP_AUTH: 'gateway' } },
    'HTTP_AUTH=gateway needs HTTP_TRIGGER_AUTH=function',
  ],
  [
    'tokens behind a signature',
    { query: { authTypes: ['function'] } },
    'HTTP_TRIGGER_AUTH=function needs HTTP_AUTH=gateway',
  ],
  ['an unknown authType', { query: { authTypes: ['jwt'] } }, 'HTTP_TRIGGER_AUTH must be anonymous'],
  [
    'a token that no header can carry',
    { queryEnv: { API_TOKENS: 'schlüssel' } },
    'API_TOKENS must be tokens of visible ASCII characters',
  ],
  [
    'an operator’s token that is long enough with the name alone',
    { queryEnv: { OPERATOR_TOKENS: `zhang:${'1'.repeat(19)}` } },
    'OPERATOR_TOKENS must be tokens of at least 20 characters each without the name before it',
  ],
  ['no channel', { watchEnv: { ALERT_CHANNELS: '' } }, 'ALERT_CHANNELS must name'],
  ['no schedule', { watch: { schedules: ['hourly'] } }, 'WATCH_SCHEDULE must be "@every 1m"'],
  ['no role', { watch: { role: null } }, 's.yaml gives watch-robot-tasks no role'],
  [
    'a role that Serverless Devs would not find',
    { query: { role: 'RobotTaskWatch' } },
    'its name must be all lower-case',
  ],
  [
    'more variables than fit',
    { watchEnv: { ALERT_CHANNELS: CHANNELS.replace('SECabc', 'S'.repeat(4000)) } },
    'ALERT_CHANNELS is too long: the variables of watch-robot-tasks take',
  ],
];
test.each(wrong)('It finds %s', (_name, changes, problem) => {
  expect(problems(changes)).toEqual([expect.stringContaining(problem)]);
});

test('HTTP_AUTH=gateway behind a signature needs no token', () => {
  expect(
    problems({ query: { authTypes: ['function'] }, queryEnv: { HTTP_AUTH: 'gateway', API_TOKENS: '' } }),
  ).toEqual([]);
});

test('What both functions complain of is told once', () => {
  const bad = { LOG_LEVEL: 'loud' };
  expect(problems({ queryEnv: bad, watchEnv: bad })).toEqual([
    expect.stringContaining('LOG_LEVEL must be one of'),
  ]);
});

test('All problems of both functions come at once', () => {
  const found = problems({
    queryEnv: { API_TOKENS: '', CORS_ORIGINS: 'nowhere' },
    watchEnv: { STATE_STORE: 'redis://', ALERT_LANGUAGE: 'fr' },
    watch: { schedules: [''] },
  });
  const variables = found.map((problem) => problem.split(' ')[0]);
  expect(variables.sort()).toEqual(
    ['ALERT_LANGUAGE', 'API_TOKENS', 'CORS_ORIGINS', 'STATE_STORE', 'WATCH_SCHEDULE'].sort(),
  );
});

test('No problem repeats a value, which may be a secret', () => {
  const secret = 'SEC-marked-secret';
  const found = problems({
    queryEnv: { API_TOKENS: `${secret} ü`, HTTP_AUTH: secret },
    watchEnv: {
      ALERT_CHANNELS: `[{"type":"${secret}","secret":"${secret}"}]`,
      HEARTBEAT_URL: `ftp://${secret}`,
    },
  });
  expect(found.length).toBeGreaterThanOrEqual(4);
  expect(found.join()).not.toContain(secret);
});

test.each(['', 'memory', 'file:/tmp/state'])(
  'A store that does not outlive the instance is pointed out: "%s"',
  (store) => {
    const { notes, problems: found } = check({ watchEnv: { STATE_STORE: store } });
    expect(found).toEqual([]);
    expect(notes.join()).toContain('STATE_STORE');
  },
);
