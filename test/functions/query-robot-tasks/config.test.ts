import { readConfiguration } from '../../../functions/query-robot-tasks/config';
import { ConfigurationError } from '../../../shared/runtime/environment';

function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfiguration(env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ variable, message }) => `${variable} ${message}`);
  }
  throw new Error('nothing was wrong');
}

const DEFAULTS = {
  source: 'dyvms',
  endpoint: new URL('https://dyvmsapi.aliyuncs.com'),
  logLevel: 'info',
  auth: 'token',
  tokens: [],
  operators: [],
  linkSecrets: [],
  store: { kind: 'memory' },
  tablestoreEndpoint: null,
  corsOrigins: [],
};

it('has defaults for everything, and an empty variable counts as unset', () => {
  expect(readConfiguration({})).toEqual(DEFAULTS);
  const empty = { DYVMSAPI_ENDPOINT: '', LOG_LEVEL: '', HTTP_AUTH: ' ', API_TOKENS: '', CORS_ORIGINS: '' };
  expect(readConfiguration(empty)).toEqual(DEFAULTS);
});

it('takes every variable', () => {
  expect(
    readConfiguration({
      DYVMSAPI_ENDPOINT: 'http://127.0.0.1:8080/',
      LOG_LEVEL: 'debug',
      HTTP_AUTH: 'gateway',
      API_TOKENS: `${'1'.repeat(20)}, ${'2'.repeat(20)},,${'3'.repeat(20)} `,
      OPERATOR_TOKENS: `${'4'.repeat(20)}, zhang:${'7'.repeat(20)},王_小-2:${'8'.repeat(9)}:${'8'.repeat(10)}`,
      LINK_SECRET: `${'5'.repeat(32)},${'6'.repeat(32)}`,
      STATE_STORE: 'file:/tmp/state.json',
      TABLESTORE_ENDPOINT: 'http://127.0.0.1:8081',
      CORS_ORIGINS: 'https://a.example,http://localhost:3000',
    }),
  ).toEqual({
    source: 'dyvms',
    endpoint: new URL('http://127.0.0.1:8080'),
    logLevel: 'debug',
    auth: 'gateway',
    tokens: ['1'.repeat(20), '2'.repeat(20), '3'.repeat(20)],
    operators: [
      { name: null, token: '4'.repeat(20) },
      { name: 'zhang', token: '7'.repeat(20) },
      { name: '王_小-2', token: `${'8'.repeat(9)}:${'8'.repeat(10)}` },
    ],
    linkSecrets: ['5'.repeat(32), '6'.repeat(32)],
    store: { kind: 'file', path: '/tmp/state.json' },
    tablestoreEndpoint: new URL('http://127.0.0.1:8081'),
    corsOrigins: ['https://a.example', 'http://localhost:3000'],
  });
});

const host = 'DYVMSAPI_ENDPOINT must be a host with nothing after it, such as https://dyvmsapi.aliyuncs.com';
const origins =
  'CORS_ORIGINS must be origins as a browser sends them, separated by commas: https://dashboard.example.com, in lower case, with no path';
const tokens = 'API_TOKENS must be tokens of visible ASCII characters, separated by commas';
const short = 'API_TOKENS must be tokens of at least 20 characters each, such as openssl rand -hex 24 makes';
const unnamedShort = short.replace('API', 'OPERATOR').replace('each,', 'each without the name before it,');
const bad: [variable: string, value: string, problem: string | RegExp][] = [
  ['DYVMSAPI_ENDPOINT', 'dyvmsapi.aliyuncs.com', 'DYVMSAPI_ENDPOINT must be a URL that starts with https://'],
  [
    'DYVMSAPI_ENDPOINT',
    'http://dyvmsapi.aliyuncs.com',
    'DYVMSAPI_ENDPOINT must start with https:// (http:// is accepted for 127.0.0.1 and localhost only)',
  ],
  ['DYVMSAPI_ENDPOINT', 'https://dyvmsapi.aliyuncs.com/api', host],
  ['DYVMSAPI_ENDPOINT', 'https://dyvmsapi.aliyuncs.com/?a=b', host],
  ['DYVMSAPI_ENDPOINT', 'https://user:word@dyvmsapi.aliyuncs.com', host],
  ['LOG_LEVEL', 'loud', 'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent'],
  ['HTTP_AUTH', 'none', 'HTTP_AUTH must be one of token, gateway'],
  ['API_TOKENS', 'good,two words', tokens],
  ['API_TOKENS', '密码', tokens],
  ['API_TOKENS', `${'1'.repeat(20)},${'2'.repeat(19)}`, short],
  ['API_TOKENS', '"', short],
  ['OPERATOR_TOKENS', 'x', unnamedShort],
  ['OPERATOR_TOKENS', `zhang:${'1'.repeat(19)}`, unnamedShort],
  ['OPERATOR_TOKENS', 'zhang:', unnamedShort],
  ['OPERATOR_TOKENS', `zhang:${'1'.repeat(10)} ${'1'.repeat(10)}`, tokens.replace('API', 'OPERATOR')],
  ['OPERATOR_TOKENS', `张 三:${'1'.repeat(20)}`, tokens.replace('API', 'OPERATOR')],
  [
    'OPERATOR_TOKENS',
    `zhang:${'1'.repeat(20)},${'1'.repeat(20)}`,
    'OPERATOR_TOKENS must not have one token twice: nobody could say whose it is',
  ],
  [
    'OPERATOR_TOKENS',
    `zhang:${'1'.repeat(20)},zhang:${'2'.repeat(20)},zhang:${'3'.repeat(20)}`,
    'OPERATOR_TOKENS may have a name before 2 tokens at most, while one replaces the other: remove the oldest',
  ],
  ['LINK_SECRET', '1'.repeat(31), /^LINK_SECRET must have at least 32 characters/],
  ['CORS_ORIGINS', 'https://*.example.com', origins],
  ['CORS_ORIGINS', '*', origins],
  ['CORS_ORIGINS', 'null', origins],
  ['CORS_ORIGINS', 'a.example', origins],
  ['CORS_ORIGINS', 'https://a.example/', origins],
  ['CORS_ORIGINS', 'https://a.example:443', origins],
  ['CORS_ORIGINS', 'https://A.example', origins],
  ['CORS_ORIGINS', 'file:///a', origins],
];
it.each(bad)('%s may not be %s', (variable, value, problem) => {
  expect(problemsOf({ [variable]: value })).toEqual([
    typeof problem === 'string' ? problem : (expect.stringMatching(problem) as string),
  ]);
});

it.each([
  ['a name', 'zhang', 'zhang'],
  ['a name of 20 letters', 'z'.repeat(20), 'z'.repeat(20)],
  ['a name of 20 Chinese characters', '张'.repeat(20), '张'.repeat(20)],
  ['too long for a name', 'z'.repeat(21), null],
  ['nothing', '', null],
  ['no name', 'a.b', null],
])('takes %s before the first colon for what it is', (_what, before, name) => {
  const token = '1'.repeat(24);
  const [operator] = readConfiguration({ OPERATOR_TOKENS: `${before}:${token}` }).operators;
  expect(operator).toEqual({ name, token: name === null ? `${before}:${token}` : token });
});

it('takes two tokens of one name, and one token that is written twice', () => {
  const written = ['zhang:1', 'zhang:2', 'zhang:2'].map((start) => start.padEnd(30, 'x'));
  expect(readConfiguration({ OPERATOR_TOKENS: written.slice(0, 2).join() }).operators).toHaveLength(2);
  expect(readConfiguration({ OPERATOR_TOKENS: written.slice(1).join() }).operators).toHaveLength(2);
});

it('names every wrong variable at once and repeats no value', () => {
  const env = {
    DYVMSAPI_ENDPOINT: 'ftp://s3cret',
    LOG_LEVEL: 's3cret',
    HTTP_AUTH: 's3cret',
    API_TOKENS: 's3 cret',
    CORS_ORIGINS: 's3cret',
  };
  const problems = problemsOf(env);
  expect(problems.map((problem) => problem.split(' ')[0])).toEqual(Object.keys(env));
  expect(problems.join()).not.toMatch(/s3 ?cret/);
});
