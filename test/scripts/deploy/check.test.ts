import { checkSettings } from '../../../scripts/deploy/check';
import type { DeclaredFunction, FunctionSet } from '../../../scripts/function-set';

const CHANNELS = JSON.stringify([
  { type: 'dingtalk', url: 'https://oapi.dingtalk.com/robot/send?access_token=t0ken', secret: 'SECabc' },
]);

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
    authType: null,
    schedule: null,
  };
  const environment = { LOG_LEVEL: '', DYVMSAPI_ENDPOINT: '' };
  return {
    access: 'default',
    key: null,
    functions: [
      {
        ...common,
        name: 'query-robot-tasks',
        authType: 'anonymous',
        environment: { ...environment, HTTP_AUTH: '', API_TOKENS: 'a-token', ...queryEnv },
        ...query,
      },
      {
        ...common,
        name: 'watch-robot-tasks',
        schedule: '@every 1m',
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

function problems(changes?: Changes): readonly string[] {
  return checkSettings(settings(changes), '').problems;
}

test('Settings with nothing wrong give neither problems nor notes', () => {
  expect(checkSettings(settings(), "API_TOKENS='a-token'\n")).toEqual({ problems: [], notes: [] });
});

const wrong: { name: string; changes: Changes; problem: string }[] = [
  {
    name: 'no token',
    changes: { queryEnv: { API_TOKENS: ' ' } },
    problem: 'API_TOKENS must hold at least one',
  },
  {
    name: 'an open trigger behind HTTP_AUTH=gateway',
    changes: { queryEnv: { HTTP_AUTH: 'gateway' } },
    problem: 'HTTP_AUTH=gateway needs HTTP_TRIGGER_AUTH=function',
  },
  {
    name: 'tokens behind a signature',
    changes: { query: { authType: 'function' } },
    problem: 'HTTP_TRIGGER_AUTH=function needs HTTP_AUTH=gateway',
  },
  {
    name: 'an unknown authType',
    changes: { query: { authType: 'jwt' } },
    problem: 'HTTP_TRIGGER_AUTH must be anonymous',
  },
  {
    name: 'a token that no header can carry',
    changes: { queryEnv: { API_TOKENS: 'schlüssel' } },
    problem: 'API_TOKENS must be tokens of visible ASCII characters',
  },
  { name: 'no channel', changes: { watchEnv: { ALERT_CHANNELS: '' } }, problem: 'ALERT_CHANNELS must name' },
  {
    name: 'no schedule',
    changes: { watch: { schedule: 'hourly' } },
    problem: 'WATCH_SCHEDULE must be "@every 1m"',
  },
  { name: 'no role', changes: { watch: { role: null } }, problem: 's.yaml gives watch-robot-tasks no role' },
  {
    name: 'a role that Serverless Devs would not find',
    changes: { query: { role: 'RobotTaskWatch' } },
    problem: 'its name must be all lower-case',
  },
  {
    name: 'more variables than fit',
    changes: { watchEnv: { ALERT_CHANNELS: CHANNELS.replace('SECabc', 'S'.repeat(4000)) } },
    problem: 'ALERT_CHANNELS is too long: the variables of watch-robot-tasks take',
  },
];
test.each(wrong)('It finds $name', ({ changes, problem }) => {
  expect(problems(changes)).toEqual([expect.stringContaining(problem)]);
});

test('HTTP_AUTH=gateway behind a signature needs no token', () => {
  expect(
    problems({ query: { authType: 'function' }, queryEnv: { HTTP_AUTH: 'gateway', API_TOKENS: '' } }),
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
    watch: { schedule: '' },
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
    const { notes, problems: found } = checkSettings(settings({ watchEnv: { STATE_STORE: store } }), '');
    expect(found).toEqual([]);
    expect(notes.join()).toContain('STATE_STORE');
  },
);

const dollars = [
  { name: 'between single quotes', line: "API_TOKENS='a$b'", found: true },
  { name: 'bare', line: 'API_TOKENS=${TOKEN}', found: true },
  { name: 'after export', line: 'export API_TOKENS=a$b', found: true },
  { name: 'after a backslash', line: "API_TOKENS='a\\$b'", found: true },
  { name: 'on the second line of a value', line: "API_TOKENS='a,\n b$c'", found: true },
  { name: 'in a comment after the value', line: 'API_TOKENS=a # costs $5', found: false },
  { name: 'in a comment', line: '# API_TOKENS=costs $5', found: false },
  { name: 'as JSON writes it otherwise', line: "API_TOKENS='a\\u0024b'", found: false },
];
test.each(dollars)('A $ in .env would not arrive: $name', ({ line, found }) => {
  const { problems: all } = checkSettings(settings(), `LOG_LEVEL=\n${line}\n`);
  expect(all.some((problem) => problem.startsWith('API_TOKENS in .env has a $'))).toBe(found);
});
