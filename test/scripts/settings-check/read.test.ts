import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createHostCertificate } from '../../../bench/certificate';
import { printFindings, readSettings } from '../../../scripts/settings-check/read';
import { createWorkspace, SETTINGS, type Workspace } from '../workspace';

let workspace: Workspace;

beforeEach(async () => {
  workspace = await createWorkspace();
});
afterEach(() => workspace.remove());

/** What is printed about `.env` with these lines, and the person's own environment. */
async function check(dotenv: Record<string, string>, shell: Record<string, string> = {}): Promise<string[]> {
  await workspace.writeEnv({ ...SETTINGS, ...dotenv });
  const printed: string[] = [];
  const print = (line: string) => printed.push(line);
  const settings = await readSettings(workspace.folder, { HOME: workspace.folder, ...shell });
  const areInOrder = printFindings(settings, { print });
  expect(areInOrder).toBe(printed.every((line) => !line.startsWith('✗')));
  return printed;
}

/** Each of another kind. */
const MISTAKES: Record<string, { value: string; says: string }> = {
  ALERT_PENDNG: { value: 'SYSTEM_STOP=5m', says: 'is read by nobody: did you mean ALERT_PENDING?' },
  ALERT_CHANNELS: { value: '[{"type":"dingtalk",}]', says: 'must be' },
  API_TOKENS: { value: 'a', says: 'at least 20 characters' },
  CORS_ORIGINS: { value: 'dashboard.example.com/page', says: 'must be origins' },
  DYVMSAPI_ENDPOINT: { value: 'http://dyvmsapi.aliyuncs.com', says: 'must start with https://' },
  FC_REGION_ID: { value: 'hangzhou', says: 'did you mean cn-hangzhou?' },
  HEARTBEAT_URL: { value: 'hc-ping.com/01234567', says: 'must be a URL' },
  HTTP_TRIGGER_AUTH: { value: 'everybody', says: 'must be anonymous' },
  LINK_SECRET: { value: 'short', says: '32' },
  LOG_LEVEL: { value: 'loud', says: 'must be one of' },
  ALERT_LANGUAGE: { value: '${LANG}', says: 'has a $' },
  ALERT_REPEAT_INTERVAL: { value: '<%= 4 %>h', says: 'has <%' },
  STATE_STORE: { value: 'tablestore://robots.cn-hangzhou/watch', says: 'Tablestore forbids "ots"' },
  WATCH_SCHEDULE: { value: '@every 1s', says: 'once a minute' },
  WATCH_STATUSES: { value: 'STOPPED', says: 'must be statuses' },
};

test('Fifteen mistakes are fifteen lines', async () => {
  const dotenv = Object.fromEntries(Object.entries(MISTAKES).map(([name, { value }]) => [name, value]));
  const printed = await check(dotenv);
  expect(printed.map((line) => line.split(' ')[1]).sort()).toEqual(Object.keys(MISTAKES).sort());
});

test.each(Object.entries(MISTAKES))('%s alone is found', async (name, { value, says }) => {
  const printed = await check({ [name]: value });
  expect(printed).toEqual([expect.stringMatching(new RegExp(`^✗ ${name} `))]);
  expect(printed[0]).toContain(says);
});

const others: {
  name: string;
  dotenv?: Record<string, string>;
  shell?: Record<string, string>;
  says: string;
}[] = [
  {
    name: 'a link secret without a place to link to',
    dotenv: { LINK_SECRET: 's'.repeat(48) },
    says: 'LINK_SECRET needs QUERY_URL',
  },
  {
    name: 'signed links to where every browser downloads the page',
    dotenv: { LINK_SECRET: 's'.repeat(48), QUERY_URL: 'https://query-abc.cn-hangzhou.fcapp.run' },
    says: 'QUERY_URL is on fcapp.run, where every browser downloads',
  },
  {
    name: 'a suffix without its hyphen',
    dotenv: { DEPLOYMENT_SUFFIX: 'test' },
    says: 'DEPLOYMENT_SUFFIX must be a - and then',
  },
  {
    name: 'an open trigger behind HTTP_AUTH=gateway',
    dotenv: { HTTP_AUTH: 'gateway' },
    says: 'everybody could read the tasks',
  },
  {
    name: 'a region of Tablestore that does not exist',
    dotenv: { STATE_STORE: 'tablestore://voice-watch.cn-hangzou/watch' },
    says: 'STATE_STORE names no region of Tablestore: did you mean cn-hangzhou?',
  },
  {
    name: 'seconds in a cron expression',
    dotenv: { WATCH_SCHEDULE: '0,30 * * * * *' },
    says: 'once a minute',
  },
  { name: 'a time that never comes', dotenv: { WATCH_SCHEDULE: '0 0 0 31 2 *' }, says: 'never comes' },
  { name: 'a name that is like no other', dotenv: { COLOUR_OF_THE_SKY: 'blue' }, says: '.env.example lists' },
  {
    name: 'a variable of the shell in a value',
    dotenv: { QUERY_URL: 'https://$HOST' },
    says: 'QUERY_URL has a $',
  },
  {
    name: 'what the shell holds and Serverless Devs replaces',
    shell: { HEARTBEAT_URL: 'https://hc-ping.com/${LOG_LEVEL}' },
    says: 'HEARTBEAT_URL has a $',
  },
  {
    name: 'what stands for a value in an example',
    dotenv: {
      ALERT_CHANNELS:
        '[{"type":"dingtalk","url":"https://oapi.dingtalk.com/robot/send?access_token=…","secret":"SEC…"}]',
    },
    says: 'ALERT_CHANNELS has a … of the example: put the real value in its place',
  },
  {
    name: 'more than Function Compute gives room for',
    dotenv: {
      CORS_ORIGINS: Array.from({ length: 200 }, (_, n) => `https://dashboard-${n}.example.com`).join(),
    },
    says: 'CORS_ORIGINS is too long',
  },
];
test.each(others)('It finds $name', async ({ dotenv = {}, shell = {}, says }) => {
  const printed = await check(dotenv, shell);
  expect(printed.filter((line) => line.startsWith('✗'))).toEqual([expect.stringContaining(says)]);
});

test('A token that reads and starts is said to be an operator’s', async () => {
  const token = 'one-token-for-everything-0123456789';
  expect(
    await check({ API_TOKENS: `other-token-0123456789,${token}`, OPERATOR_TOKENS: `王:${token}` }),
  ).toEqual(['Note: A token stands in API_TOKENS and in OPERATOR_TOKENS: whoever has it may start tasks.']);
});

test.each([
  { name: 'every four hours', value: '0 0 */4 * * *' },
  { name: 'each minute, Beijing time', value: 'CRON_TZ=Asia/Shanghai 0 * * * * *' },
  { name: 'once', value: '@every 24h' },
])('A schedule is accepted: $name', async ({ value }) => {
  expect(await check({ WATCH_SCHEDULE: value })).toEqual([]);
});

test('A second HTTP trigger is looked at, too', async () => {
  const spec = await readFile(path.join(__dirname, '../../../s.yaml'), 'utf8');
  const timer = spec.slice(spec.indexOf('        - triggerName: timer'));
  await workspace.editSpec(
    timer,
    `${timer}        - triggerName: by-hand\n          triggerType: http\n          triggerConfig: { authType: anonymous, methods: [POST] }\n`,
  );
  expect(await check({})).toEqual([
    expect.stringContaining('s.yaml gives watch-robot-tasks an HTTP trigger'),
  ]);
});

const texts: [name: string, lines: string, says: string][] = [
  ['a # in a word', 'LINK_TTL=24h#tail', 'LINK_TTL has a #'],
  ['a # after a quote that is not closed', "LINK_TTL='24h#tail", 'LINK_TTL has a #'],
  ['a # after quotes inside quotes', 'LINK_TTL="{"24h#tail"}"', 'LINK_TTL has a #'],
  ['a # after a colon', 'LINK_TTL: 24h#tail', 'LINK_TTL has a #'],
  ['a quote that is not closed', "LINK_TTL='24h", 'LINK_TTL begins or ends with a quote'],
  ['a quote too many', `LINK_TTL=24h"`, 'LINK_TTL begins or ends with a quote'],
  ['a setting that stands twice', 'LINK_TTL=24h\nLINK_TTL=48h', 'LINK_TTL stands in .env more'],
  ['a token that is a comma', 'OPERATOR_TOKENS=,', 'OPERATOR_TOKENS must hold at least one'],
  ['a token that is a colon', 'OPERATOR_TOKENS=:', 'OPERATOR_TOKENS must be tokens of at least'],
  ['a setting without its =', '# tokens\n\nOPERATOR_TOKENS abc', 'Line 3 of .env is neither'],
  [
    'what stands behind a value of several lines',
    "LINK_TTL='24h'\nALERT_PENDING='SYSTEM_STOP=5m,\nARREARS_STOP=5m'\nstray",
    'Line 4 of .env is neither',
  ],
];
test.each(texts)('It finds in the text of .env %s', async (_name, lines, says) => {
  const file = path.join(workspace.folder, '.env');
  await writeFile(file, `${lines}\n`, { mode: 0o600 });
  const printed: string[] = [];
  const shell = { ...SETTINGS, QUERY_URL: 'https://query.example.com' };
  const { problems } = await readSettings(workspace.folder, shell);
  printFindings({ problems, notes: [] }, { print: (line) => printed.push(line) });
  expect(printed).toEqual([expect.stringContaining(`✗ ${says}`)]);
});

test.each([
  "LINK_TTL='24h' # a day, won't change",
  'LINK_TTL="24h"# a day',
  'LINK_TTL=24h #a day',
  '#LINK_TTL=1h\nLINK_TTL=24h',
  "LINK_TTL=\n  '24h'",
  "CORS_ORIGINS='https://x.example.com'\u3000# 注释",
  'LINK_TTL=24h\nALERT_CHANNELS=\'[\n  {"type":"slack",\n   "url":"https://hooks.slack.com/services/T0/B0/a#b"}]\'',
])('It finds nothing wrong with the text of .env: %j', async (lines) => {
  await writeFile(path.join(workspace.folder, '.env'), `${lines}\n`, { mode: 0o600 });
  const { API_TOKENS, STATE_STORE, ALERT_CHANNELS } = SETTINGS;
  const channels = lines.includes('ALERT_CHANNELS') ? {} : { ALERT_CHANNELS };
  const shell = { API_TOKENS, STATE_STORE, ...channels };
  expect((await readSettings(workspace.folder, shell)).problems).toEqual([]);
});

test('What the domain’s settings name is read: its certificate is a note, and with --domain a problem', async () => {
  const host = 'robots.example.com';
  const { cert, key } = createHostCertificate(host, Date.now(), 90);
  const certificate = '{"certName":"robots","certificate":"./robots.pem","privateKey":"./robots.key"}';
  await workspace.writeEnv({
    ...SETTINGS,
    ...{ QUERY_DOMAIN: host, QUERY_DOMAIN_CERTIFICATE: certificate, QUERY_URL: `https://${host}` },
  });
  const read = (needsDomain: boolean) =>
    readSettings(workspace.folder, { HOME: workspace.folder }, { needsDomain });
  const missing = 'QUERY_DOMAIN_CERTIFICATE: the file under certificate and privateKey cannot be read';
  expect(await read(true)).toMatchObject({ problems: [expect.stringContaining(missing)], notes: [] });
  expect(await read(false)).toMatchObject({ problems: [], notes: [expect.stringContaining(missing)] });
  await writeFile(path.join(workspace.folder, 'robots.pem'), cert);
  await writeFile(path.join(workspace.folder, 'robots.key'), key);
  expect(await read(true)).toMatchObject({ problems: [], notes: [] });
});

test('A key that is spread over several lines of .env is not shown', async () => {
  const line = 'MIIEvgIBADANBgkqhkiG9w0BAQEF=';
  const { ALERT_CHANNELS, ...settings } = SETTINGS;
  const text = Object.entries(settings).map(([name, value]) => `${name}='${value}'`);
  const file = path.join(workspace.folder, '.env');
  await writeFile(file, [...text, line, line].join('\n'), { mode: 0o600 });
  const { problems } = await readSettings(workspace.folder, { ALERT_CHANNELS });
  expect(problems).toEqual([expect.stringContaining('A name in .env, which is not shown')]);
});

test('A value that a # would cut is found, and a comment after a value is none', async () => {
  const file = path.join(workspace.folder, '.env');
  await writeFile(
    file,
    "API_TOKENS=a-token-of-twenty-letters#tail\nLOG_LEVEL=info # as usual\nQUERY_URL='https://x.example.com/#a'\n",
    {
      mode: 0o600,
    },
  );
  const printed: string[] = [];
  const print = (line: string) => printed.push(line);
  const { STATE_STORE, ALERT_CHANNELS } = SETTINGS;
  const { problems } = await readSettings(workspace.folder, { STATE_STORE, ALERT_CHANNELS });
  printFindings({ problems, notes: [] }, { print });
  expect(printed).toEqual([expect.stringMatching(/^✗ API_TOKENS has a #, which begins a comment/)]);
});

test('A setting of the shell that differs from the one in .env is said, without either value', async () => {
  const printed = await check({ WATCH_STATUSES: 'SYSTEM_STOP' }, { WATCH_STATUSES: 'ARREARS_STOP' });
  expect(printed).toEqual([
    'Note: WATCH_STATUSES is set in this shell to something else than in .env, and the shell wins.',
  ]);
});

test('A setting that the shell empties is said', async () => {
  expect(await check({ WATCH_STATUSES: 'SYSTEM_STOP' }, { WATCH_STATUSES: '' })).toEqual([
    'Note: WATCH_STATUSES is empty in this shell, and so the one in .env does not count.',
  ]);
});

test('A setting that only the shell has is said, and keys that only the shell has are not', async () => {
  const shell = { WATCH_STATUSES: 'SYSTEM_STOP', ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI', LOG_LEVEL: '' };
  expect(await check({}, shell)).toEqual(['Note: WATCH_STATUSES is set in this shell alone, not in .env.']);
});

test('Without a .env it says how to make one, and nothing else', async () => {
  const printed: string[] = [];
  const print = (line: string) => printed.push(line);
  printFindings(await readSettings(workspace.folder, { HOME: workspace.folder }), { print });
  expect(printed).toEqual(['✗ There is no .env: run `cp .env.example .env` and fill it in.']);
});

test('Without a .env the shell may hold every setting', async () => {
  const printed: string[] = [];
  const print = (line: string) => printed.push(line);
  printFindings(await readSettings(workspace.folder, { HOME: workspace.folder, ...SETTINGS }), { print });
  expect(printed).toEqual([]);
});

test('A .env that others can read is said', async () => {
  await workspace.writeEnv(SETTINGS);
  await chmod(path.join(workspace.folder, '.env'), 0o644);
  const printed: string[] = [];
  const print = (line: string) => printed.push(line);
  expect(printFindings(await readSettings(workspace.folder, {}), { print })).toBe(true);
  expect(printed).toEqual([expect.stringContaining('chmod 600 .env')]);
});

test('No line repeats a value, which may be a secret', async () => {
  const secret = 'SEC-marked-secret';
  const dotenv = Object.fromEntries(Object.keys(MISTAKES).map((name) => [name, `$${secret}<%`]));
  const printed = await check(dotenv);
  expect(printed.length).toBeGreaterThan(10);
  expect(printed.join()).not.toContain(secret);
});
