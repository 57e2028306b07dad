import { configurationSecrets, readConfiguration } from '../../../functions/watch-robot-tasks/config';
import { ConfigurationError, type Environment } from '../../../shared/runtime/environment';

const CHANNELS = JSON.stringify([
  {
    type: 'dingtalk',
    url: 'https://oapi.dingtalk.com/robot/send?access_token=marked-token',
    secret: 'SECmarkedsecret',
  },
]);
const HOUR = 60 * 60 * 1000;

function problemsOf(env: Environment) {
  try {
    readConfiguration({ ALERT_CHANNELS: CHANNELS, ...env });
  } catch (error) {
    if (error instanceof ConfigurationError)
      return error.problems.map(({ variable, message }) => `${variable} ${message}`);
    throw error;
  }
  return [];
}

test('with nothing but a channel, everything has the documented default', () => {
  expect(readConfiguration({ ALERT_CHANNELS: CHANNELS })).toEqual({
    source: 'dyvms',
    endpoint: new URL('https://dyvmsapi.aliyuncs.com'),
    logLevel: 'info',
    policy: {
      statuses: ['ARREARS_STOP', 'SYSTEM_STOP'],
      stalledAfter: null,
      pending: new Map(),
      repeatIntervals: [4 * HOUR],
      createdWithin: null,
      balanceBelow: null,
    },
    channels: [expect.objectContaining({ id: 'dingtalk', type: 'dingtalk', statuses: null }) as unknown],
    language: 'zh-CN',
    store: { kind: 'memory' },
    tablestoreEndpoint: null,
    heartbeatUrl: null,
    queryUrl: null,
    schedule: '@every 1m',
    bssEndpoint: new URL('https://business.aliyuncs.com'),
    linkSecrets: [],
    linkTtl: 24 * HOUR,
  });
});

test('an empty variable counts as unset', () => {
  const empty = Object.fromEntries(
    [
      'WATCH_STATUSES',
      'ALERT_REPEAT_INTERVAL',
      'ALERT_PENDING',
      'ALERT_LANGUAGE',
      'STATE_STORE',
      'TABLESTORE_ENDPOINT',
      'HEARTBEAT_URL',
      'QUERY_URL',
      'LOG_LEVEL',
      'DYVMSAPI_ENDPOINT',
    ].map((name) => [name, '']),
  );
  expect(readConfiguration({ ALERT_CHANNELS: CHANNELS, ...empty })).toEqual(
    readConfiguration({ ALERT_CHANNELS: CHANNELS }),
  );
});

test.each<{ name: string; env: Environment; problem: string | null }>([
  { name: 'nothing else is set', env: {}, problem: null },
  { name: 'only its statuses are named', env: { WATCH_STATUSES: 'SYSTEM_STOP,MANUAL_STOP' }, problem: null },
  {
    name: 'one that it lacks is watched',
    env: { WATCH_STATUSES: 'ARREARS_STOP' },
    problem: 'WATCH_STATUSES names ARREARS_STOP, which no task has with TASK_SOURCE=aiccs: write SYSTEM_STOP',
  },
  {
    name: 'one that it lacks is routed',
    env: { ALERT_CHANNELS: CHANNELS.replace('[{', '[{"statuses":["ARREARS_STOP","SYSTEM_STOP"],') },
    problem:
      'ALERT_CHANNELS channel 1 (dingtalk): statuses names ARREARS_STOP, which no task has with TASK_SOURCE=aiccs: leave it out',
  },
  {
    name: 'one that it lacks is to be waited for',
    env: { ALERT_PENDING: 'ARREARS_STOP=5m' },
    problem: 'ALERT_PENDING names ARREARS_STOP, which no task has with TASK_SOURCE=aiccs: leave it out',
  },
])('a source without ARREARS_STOP says what to write when $name', ({ env, problem }) => {
  const settings = { TASK_SOURCE: 'aiccs', ...env };
  expect(problemsOf(settings)).toEqual(problem === null ? [] : [problem]);
  if (problem === null) {
    const { source, endpoint, policy } = readConfiguration({ ALERT_CHANNELS: CHANNELS, ...settings });
    expect({ source, endpoint: endpoint.host }).toEqual({ source: 'aiccs', endpoint: 'aiccs.aliyuncs.com' });
    expect(policy.statuses).not.toContain('ARREARS_STOP');
    expect(policy.statuses).toContain('SYSTEM_STOP');
  }
});

test('every variable is read', () => {
  const configuration = readConfiguration({
    ALERT_CHANNELS: CHANNELS,
    DYVMSAPI_ENDPOINT: 'http://127.0.0.1:9001',
    LOG_LEVEL: 'debug',
    WATCH_STATUSES: 'SYSTEM_STOP, MANUAL_STOP,SYSTEM_STOP',
    ALERT_REPEAT_INTERVAL: '1h30m',
    ALERT_PENDING: 'SYSTEM_STOP=5m, MANUAL_STOP=0',
    ALERT_LANGUAGE: 'en',
    STATE_STORE: 'file:/tmp/state.json',
    TABLESTORE_ENDPOINT: 'https://robots.cn-hangzhou.vpc.tablestore.aliyuncs.com',
    HEARTBEAT_URL: 'https://hc-ping.com/uuid',
    QUERY_URL: 'https://example.fcapp.run/query-robot-tasks',
  });
  expect(configuration).toMatchObject({
    source: 'dyvms',
    endpoint: new URL('http://127.0.0.1:9001'),
    logLevel: 'debug',
    policy: { statuses: ['SYSTEM_STOP', 'MANUAL_STOP'], repeatIntervals: [1.5 * HOUR] },
    language: 'en',
    store: { kind: 'file', path: '/tmp/state.json' },
    tablestoreEndpoint: new URL('https://robots.cn-hangzhou.vpc.tablestore.aliyuncs.com'),
    heartbeatUrl: new URL('https://hc-ping.com/uuid'),
    queryUrl: new URL('https://example.fcapp.run/query-robot-tasks'),
  });
  expect([...configuration.policy.pending]).toEqual([
    ['SYSTEM_STOP', 300_000],
    ['MANUAL_STOP', 0],
  ]);
});

test.each<{ name: string; env: Environment; problem: RegExp }>([
  {
    name: 'an endpoint with a path',
    env: { DYVMSAPI_ENDPOINT: 'https://a.example/b' },
    problem: /^DYVMSAPI_ENDPOINT must be a host/,
  },
  { name: 'an unknown log level', env: { LOG_LEVEL: 'loud' }, problem: /^LOG_LEVEL must be one of trace,/ },
  {
    name: 'an unknown status',
    env: { WATCH_STATUSES: 'ARREARS_STOP,STOPPED' },
    problem: /^WATCH_STATUSES must be statuses/,
  },
  {
    name: 'no status at all',
    env: { WATCH_STATUSES: ',' },
    problem: /^WATCH_STATUSES must name at least one/,
  },
  {
    name: 'no channel',
    env: { ALERT_CHANNELS: '' },
    problem: /^ALERT_CHANNELS must name at least one channel/,
  },
  {
    name: 'an empty list of channels',
    env: { ALERT_CHANNELS: '[]' },
    problem: /^ALERT_CHANNELS must name at least one channel/,
  },
  {
    name: 'channels that are no JSON',
    env: { ALERT_CHANNELS: '[{' },
    problem: /^ALERT_CHANNELS must be a JSON array/,
  },
  {
    name: 'a condition of which only second lines hear',
    env: {
      ALERT_STALLED: '30m',
      ALERT_CHANNELS:
        '[{"type":"slack","url":"https://hooks.slack.com/services/x","statuses":["ARREARS_STOP"]},' +
        '{"type":"webhook","url":"https://example.com/x","after":"10m"}]',
    },
    problem: /^ALERT_CHANNELS has only channels with after for SYSTEM_STOP, STALLED: give one channel/,
  },
  {
    name: 'a channel for a status that is not watched',
    env: {
      ALERT_CHANNELS: '[{"type":"slack","url":"https://hooks.slack.com/services/x","statuses":["FINISH"]}]',
    },
    problem: /^ALERT_CHANNELS channel 1 \(slack\): statuses names one that is not in WATCH_STATUSES$/,
  },
  {
    name: 'a channel for what stalls, which is not looked for',
    env: {
      ALERT_CHANNELS: '[{"type":"slack","url":"https://hooks.slack.com/services/x","statuses":["STALLED"]}]',
    },
    problem:
      /^ALERT_CHANNELS channel 1 \(slack\): statuses names STALLED, which nobody looks for without ALERT_STALLED/,
  },
  {
    name: 'a pending time for what stalls, which is not looked for',
    env: { ALERT_PENDING: 'STALLED=5m' },
    problem:
      /^ALERT_PENDING names STALLED, which nobody looks for without ALERT_STALLED: set it, such as 30m$/,
  },
  {
    name: 'an interval without a unit',
    env: { ALERT_REPEAT_INTERVAL: '30' },
    problem: /^ALERT_REPEAT_INTERVAL must be a duration/,
  },
  {
    name: 'a pending time without a status',
    env: { ALERT_PENDING: '5m' },
    problem: /^ALERT_PENDING must be a list of <status>=<duration>/,
  },
  {
    name: 'a pending time that is none',
    env: { ALERT_PENDING: 'SYSTEM_STOP=soon' },
    problem: /^ALERT_PENDING must be a duration/,
  },
  {
    name: 'two pending times for a status',
    env: { ALERT_PENDING: 'SYSTEM_STOP=5m,SYSTEM_STOP=6m' },
    problem: /^ALERT_PENDING must name each status once/,
  },
  {
    name: 'a pending time for a status that is not watched',
    env: { ALERT_PENDING: 'FINISH=5m' },
    problem: /^ALERT_PENDING names a status that is not in WATCH_STATUSES/,
  },
  {
    name: 'an unknown language',
    env: { ALERT_LANGUAGE: 'zh' },
    problem: /^ALERT_LANGUAGE must be one of zh-CN, en/,
  },
  { name: 'an unknown store', env: { STATE_STORE: 'redis://x' }, problem: /^STATE_STORE must be memory/ },
  {
    name: 'a plain http endpoint of a store',
    env: { TABLESTORE_ENDPOINT: 'http://a.example' },
    problem: /^TABLESTORE_ENDPOINT must start with https/,
  },
  {
    name: 'a heartbeat that is no URL',
    env: { HEARTBEAT_URL: 'hc-ping.com/uuid' },
    problem: /^HEARTBEAT_URL must be a URL/,
  },
  {
    name: 'a query URL with a password',
    env: { QUERY_URL: 'https://me:hidden@example.com' },
    problem: /^QUERY_URL must not hold a user name or a password/,
  },
  { name: 'a query URL that is no URL', env: { QUERY_URL: 'query' }, problem: /^QUERY_URL must be a URL/ },
])('$name is one problem', ({ env, problem }) => {
  expect(problemsOf(env)).toEqual([expect.stringMatching(problem)]);
});

test('every problem is named at once, and no value is repeated', () => {
  const problems = problemsOf({
    ALERT_CHANNELS: '[{"type":"dingtalk","url":"marked-url","secret":"SECmarked secret"}]',
    LOG_LEVEL: 'marked',
    WATCH_STATUSES: 'marked',
    ALERT_REPEAT_INTERVAL: 'marked',
    HEARTBEAT_URL: 'http://marked.example/uuid',
  });
  expect(problems).toHaveLength(6);
  expect(problems.join()).not.toContain('marked');
});

test('a wrong WATCH_STATUSES makes no other variable wrong', () => {
  const env = { WATCH_STATUSES: 'MANUAL_STOPP', ALERT_PENDING: 'MANUAL_STOP=5m' };
  expect(problemsOf(env)).toEqual([expect.stringMatching(/^WATCH_STATUSES must be statuses/)]);
});

test('the secrets of the channels and of the heartbeat are known as such, and ordinary words are not', () => {
  const secrets = configurationSecrets(
    readConfiguration({
      ALERT_CHANNELS: CHANNELS,
      HEARTBEAT_URL: 'https://status.example/api/push/marked-uuid?status=up',
    }),
  );
  expect(secrets).toEqual(expect.arrayContaining(['marked-token', 'SECmarkedsecret', 'marked-uuid']));
  expect(secrets).not.toEqual(expect.arrayContaining(['api']));
  expect(secrets).not.toEqual(expect.arrayContaining(['up']));
});
