/**
 * From a `.env` to a URL and back to nothing, with the real Serverless Devs: its components are stand-ins that make the calls
 * of the real ones, and the cloud is a stand-in that permits what the policy in docs/deploy.md permits, and nothing else.
 */
import { X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createHostCertificate } from '../../bench/certificate';
import { deploy } from '../../scripts/deploy';
import { runServerlessDevs } from '../../scripts/deploy/serverless-devs';
import { documentedPolicies } from '../documents/policies';
import { ACCOUNT_ID, KEY, Refusal, type AlibabaCloud } from '../stand-ins/alibaba-cloud';
import type { FunctionComputeControlState } from '../stand-ins/function-compute-control';
import type { LogServiceState } from '../stand-ins/log-service';
import type { ObjectStorage } from '../stand-ins/object-storage';
import { createPermit } from '../stand-ins/permissions';
import type { RamState } from '../stand-ins/ram';
import { useAccounts, type Account } from './account';
import { SETTINGS, withoutWaiting, type ScriptResult, type Workspace } from './workspace';

const REGION = 'cn-hangzhou';
const DOMAIN = 'robots.example.com';
const [, DEPLOYER = []] = documentedPolicies();
// A real one: the check looks at it.
const CERTIFICATE = createHostCertificate(DOMAIN, Date.now(), 90);
const KEY_LINES = CERTIFICATE.key.split('\n').filter((line) => !/^-|^$/.test(line));
const MARKED = [
  'marked-reader-token-0123456789',
  'marked-operator-token-0123456789',
  'marked-link-secret-0123456789-0123456789',
  'marked-access-token',
  'SECmarked',
  'marked-heartbeat-0123456789',
  KEY.accessKeySecret,
  ...KEY_LINES,
];
const ENV = {
  ...SETTINGS,
  API_TOKENS: MARKED[0] ?? '',
  OPERATOR_TOKENS: MARKED[1] ?? '',
  LINK_SECRET: MARKED[2] ?? '',
  ALERT_CHANNELS: `[{"type":"dingtalk","url":"https://oapi.dingtalk.com/robot/send?access_token=${MARKED[3] ?? ''}","secret":"${MARKED[4] ?? ''}"}]`,
  HEARTBEAT_URL: `https://hc-ping.com/${MARKED[5] ?? ''}`,
  QUERY_URL: `https://${DOMAIN}`,
  QUERY_DOMAIN: DOMAIN,
  QUERY_DOMAIN_CERTIFICATE: '{"certName":"robots","certificate":"./robots.pem","privateKey":"./robots.key"}',
};

const openAccount = useAccounts();
let account: Account;
let fc: FunctionComputeControlState;
let ram: RamState;
let logs: LogServiceState;
let storage: ObjectStorage;
let cloud: AlibabaCloud;
let workspace: Workspace;
let isResolved: boolean;
let used: Set<string>;
let policy: typeof DEPLOYER;
/** All that was printed. */
let printed: string;

beforeEach(async () => {
  used = new Set();
  policy = DEPLOYER;
  isResolved = true;
  printed = '';
  account = await openAccount({
    regions: [REGION],
    permit: (...call) => {
      createPermit(
        policy,
        { region: REGION, account: ACCOUNT_ID, domain: DOMAIN, suffix: '' },
        used,
      )(...call);
    },
    isResolved: () => isResolved,
  });
  ({ ram, storage, workspace } = account);
  const region = account.regions.get(REGION);
  if (region === undefined) throw new Error('There is no region.');
  ({ fc, logs, cloud } = region);
  await workspace.writeEnv(ENV);
  await writeFile(path.join(workspace.folder, 'robots.pem'), CERTIFICATE.cert);
  await writeFile(path.join(workspace.folder, 'robots.key'), CERTIFICATE.key);
  await mkdir(temporary());
});

const temporary = () => path.join(workspace.folder, 'tmp');

/** What bootstrap makes and a deploy needs. */
function makeRoles(): void {
  for (const name of ['robot-task-query', 'robot-task-watch']) {
    ram.roles.set(name, { description: '', trust: '{}', attached: new Set() });
  }
}

function environment(): Record<string, string> {
  return {
    ...account.environment(REGION),
    TMPDIR: temporary(),
    // It would send the upload to an address of Alibaba Cloud's own network.
    FC_REGION: REGION,
  };
}

/** As a person would call it, who has no terminal to answer at. */
async function run(name: string, ...args: string[]): Promise<ScriptResult> {
  const result = await workspace.run(name, args, environment());
  printed += result.output;
  return result;
}

/** A deploy in this process, of the bundles that are there: to build them takes as long as all the rest. */
async function deployBuilt(...args: string[]): Promise<ScriptResult> {
  let output = '';
  const print = (line: string) => (output += withoutWaiting(`${line}\n`));
  const code = await deploy({
    args,
    folder: workspace.folder,
    env: { PATH: process.env['PATH'], HOME: workspace.folder, ...environment() },
    terminal: { print, ask: () => Promise.resolve('') },
    build: () => Promise.resolve(),
    runServerlessDevs,
  }).catch((error: unknown) => {
    print(String(error));
    return 1;
  });
  printed += output;
  return { code, output };
}

function snapshotOf({ functions, domains }: FunctionComputeControlState): unknown {
  const all = [...functions].map(([name, { triggers, ...rest }]) => ({
    name,
    ...rest,
    triggers: [...triggers],
  }));
  return JSON.parse(JSON.stringify({ all, domains: [...domains], logs: [...logs] }));
}

/** The files below `folder` that hold a marked secret, but for those in which the person wrote it. */
async function leaksIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const leaks: string[] = [];
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    const text = await readFile(file, 'utf8');
    if (MARKED.some((secret) => text.includes(secret))) leaks.push(path.relative(folder, file));
  }
  return leaks.filter((file) => file !== '.env' && file !== 'robots.key');
}

test('A first deploy ends with the page at its domain, a second changes nothing, and removing leaves nothing', async () => {
  expect(await run('bootstrap', '--yes')).toMatchObject({ code: 0 });
  const first = await run('deploy', '--domain');
  expect(first).toMatchObject({ code: 0 });
  expect(first.output.split('\n').filter((line) => line.startsWith('✓'))).toEqual([
    '✓ The settings are in order.',
    '✓ query-robot-tasks is deployed in cn-hangzhou.',
    '✓ watch-robot-tasks is deployed in cn-hangzhou.',
    `✓ The page is at https://${DOMAIN}`,
  ]);
  expect(first.output).toContain('https://query-robot-tasks-abcdefghij.cn-hangzhou.fcapp.run');

  const query = fc.functions.get('query-robot-tasks');
  const watch = fc.functions.get('watch-robot-tasks');
  expect(query?.config).toMatchObject({
    runtime: 'nodejs20',
    role: `acs:ram::${ACCOUNT_ID}:role/robot-task-query`,
    environmentVariables: { API_TOKENS: ENV.API_TOKENS, STATE_STORE: ENV.STATE_STORE },
  });
  expect(watch?.config).toMatchObject({
    role: `acs:ram::${ACCOUNT_ID}:role/robot-task-watch`,
    environmentVariables: {
      ALERT_CHANNELS: ENV.ALERT_CHANNELS,
      HEARTBEAT_URL: ENV.HEARTBEAT_URL,
      QUERY_CERTIFICATE_ENDS: new Date(new X509Certificate(CERTIFICATE.cert).validTo).toISOString(),
    },
  });
  expect([...(query?.triggers.keys() ?? [])]).toEqual(['http']);
  expect([...(watch?.triggers.keys() ?? [])]).toEqual(['timer']);
  expect(watch).toMatchObject({ reservedConcurrency: 1, asyncInvokeConfig: { maxAsyncRetryAttempts: 0 } });
  expect(fc.domains.get(DOMAIN)).toMatchObject({
    protocol: 'HTTPS',
    certConfig: { certName: 'robots', privateKey: CERTIFICATE.key.trim() },
    routeConfig: { routes: [{ path: '/*', functionName: 'query-robot-tasks' }] },
  });

  const [before, puts] = [snapshotOf(fc), storage.puts];
  // Somebody was in the console.
  if (query !== undefined) query.minInstances = 2;
  const timer = { triggerConfig: JSON.stringify({ cronExpression: '@every 1m', enable: false }) };
  watch?.triggers.set('timer', { ...watch.triggers.get('timer'), ...timer });
  const again = await deployBuilt('--domain');
  expect(again).toMatchObject({ code: 0 });
  const [changes = ''] = again.output.split('Deploying');
  expect(changes.slice(changes.indexOf('What changes:'))).toBe(`What changes:
  query-robot-tasks: a minimum of 2 instances is set there, and will be taken away.
  watch-robot-tasks: its trigger timer is disabled there, and will run again.
`);
  expect(snapshotOf(fc)).toEqual(before);
  expect(storage.puts).toBe(puts);

  expect(await run('deploy', '--remove')).toMatchObject({ code: 1 });
  expect(snapshotOf(fc)).toEqual(before);
  const removed = await run('deploy', '--remove', '--yes');
  const said = removed.output.split('\n').filter((line) => line !== '');
  expect(said.slice(0, 3)).toEqual([
    `Account ${ACCOUNT_ID}, as acs:ram::${ACCOUNT_ID}:user/deployer.`,
    'Its keys are from this shell; the settings from .env.',
    `In ${REGION}: query-robot-tasks and watch-robot-tasks, at ${DOMAIN}.`,
  ]);
  expect(said.slice(4)).toEqual([
    `✓ ${DOMAIN} is removed.`,
    '✓ query-robot-tasks is removed.',
    '✓ watch-robot-tasks is removed.',
  ]);
  expect([fc.functions.size, fc.domains.size]).toEqual([0, 0]);
  expect(await run('bootstrap', '--destroy', '--yes')).toMatchObject({ code: 0 });
  expect([ram.roles.size, ram.policies.size]).toEqual([0, 0]);
  // Other functions of the account keep their logs there, too.
  expect([...logs.values()]).toEqual([false, true]);

  expect(MARKED.filter((secret) => printed.includes(secret))).toEqual([]);
  expect(await leaksIn(workspace.folder)).toEqual([]);
  // Of Serverless Devs' own nothing is left, but for the components that it fetches.
  const left = [...(await readdir(temporary())), ...(await readdir(path.join(workspace.folder, '.s')))];
  expect(left.filter((name) => !name.startsWith('tsx-'))).toEqual(['components']);

  // What is left is for `npm run smoke` and `npx s logs`.
  const documented = DEPLOYER.flatMap(({ actions }) => actions);
  expect(documented.filter((action) => !used.has(action))).toEqual([
    'fc:InvokeFunction',
    'log:GetLogStoreLogs',
  ]);
});

test('Without a permission that it needs, a deploy fails and says which, and after a late step what is there', async () => {
  makeRoles();
  policy = DEPLOYER.filter(({ actions }) => !actions.includes('ram:PassRole'));
  const refused = await deployBuilt();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain("not authorized to perform 'ram:PassRole'");
  expect(refused.output).toContain('✗ Serverless Devs did not deploy anything.');
  expect(fc.functions.size).toBe(0);

  // A late step: both functions are there by then, and the timer.
  policy = DEPLOYER;
  const words = 'the reservedConcurrency of all functions exceeds 90 % of the limit';
  cloud.refusals.set('PutConcurrencyConfig', new Refusal(400, 'InvalidArgument', words));
  const late = await deployBuilt();
  expect(late.code).not.toBe(0);
  const [, said = ''] = late.output.split('What is there now:\n');
  expect(said.split('\n').slice(0, 2)).toEqual([
    '  ✓ query-robot-tasks: it is there, as s.yaml says.',
    '  ✗ watch-robot-tasks: reservedConcurrency is not set there and becomes 1.',
  ]);
  expect(said).toMatch(/at most 90 % .* Then: npm run deploy\n$/);
  expect(MARKED.filter((secret) => printed.includes(secret))).toEqual([]);
});

test('A domain without its CNAME record is said, and one that cannot be removed keeps its function', async () => {
  makeRoles();
  isResolved = false;
  const unresolved = await deployBuilt('--domain');
  expect(unresolved.code).toBe(1);
  expect(unresolved.output).toContain(`a CNAME record to ${ACCOUNT_ID}.${REGION}.fc.aliyuncs.com`);
  expect(unresolved.output).toContain('has not been resolved');
  expect(fc.functions.size).toBe(2);

  const mine = [{ path: '/*', functionName: 'query-robot-tasks' }];
  fc.domains.set(DOMAIN, { domainName: DOMAIN, protocol: 'HTTP', routeConfig: { routes: mine } });
  cloud.refusals.set('DeleteCustomDomain', new Refusal(403, 'AccessDenied', 'not authorized'));
  // Nor does a certificate that is written wrongly stop a removal: upstream does.
  await workspace.writeEnv({ ...ENV, QUERY_DOMAIN_CERTIFICATE: 'robots.pem' });
  const kept = await run('deploy', '--remove', '--yes');
  expect(kept.output).toContain('AccessDenied');
  expect(kept.code).toBe(1);
  expect(kept.output).toContain(`✗ Not removed: ${DOMAIN}. The functions are left, too.`);
  expect(fc.functions.size).toBe(2);
  expect(MARKED.filter((secret) => printed.includes(secret))).toEqual([]);
});

test('A domain that leads to another function is not taken from it, neither by a deploy nor by a remove', async () => {
  makeRoles();
  const routes = [{ path: '/*', functionName: 'shop' }];
  const shop = { domainName: DOMAIN, protocol: 'HTTP', routeConfig: { routes } };
  fc.domains.set(DOMAIN, shop);
  const deployed = await deployBuilt('--domain');
  expect(deployed.code).toBe(1);
  expect(deployed.output).toContain(`✗ ${DOMAIN} already leads to shop (/*).`);
  // It is found although its other settings are wrong by now.
  await workspace.writeEnv({ ...ENV, QUERY_DOMAIN_CERTIFICATE: '' });
  const removed = await run('deploy', '--remove', '--yes');
  expect(removed).toMatchObject({ code: 0 });
  expect(removed.output).toContain(`${DOMAIN} leads to shop (/*), so it is left as it is.`);
  expect(fc.domains.get(DOMAIN)).toEqual(shop);
  expect(fc.functions.size).toBe(0);
});
