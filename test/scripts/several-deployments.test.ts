/**
 * Several deployments in one account, each made, changed and removed by the scripts and the real Serverless Devs, while the
 * others run: after each step, what the others have is as it was, and no call has named any of it. Here two of them in one
 * order; `RUNS=all npm run jest -- test/scripts/several-deployments.test.ts` tries the others, for some minutes.
 */
import { bootstrap } from '../../scripts/bootstrap';
import { deploy } from '../../scripts/deploy';
import { runServerlessDevs } from '../../scripts/deploy/serverless-devs';
import { systemClock } from '../../shared/runtime/clock';
import { ACCOUNT_ID } from '../stand-ins/alibaba-cloud';
import { useAccounts, type Account } from './account';
import { SETTINGS } from './workspace';

jest.setTimeout(900_000);

interface Deployment {
  readonly suffix: string;
  readonly region: string;
  readonly source: string;
}

/** By the name of its file of settings. */
const DEPLOYMENTS = {
  '.env': { suffix: '', region: 'cn-hangzhou', source: 'dyvms' },
  '.env.test': { suffix: '-test', region: 'cn-hangzhou', source: 'dyvms' },
  '.env.shanghai': { suffix: '-shanghai', region: 'cn-shanghai', source: 'dyvms' },
  '.env.aiccs': { suffix: '-aiccs', region: 'cn-hangzhou', source: 'aiccs' },
} as const satisfies Record<string, Deployment>;
type File = keyof typeof DEPLOYMENTS;
const FILES = Object.keys(DEPLOYMENTS) as File[];

type Act = 'bootstrap' | 'deploy' | 'change' | 'remove' | 'destroy';
const MAKE: readonly Act[] = ['bootstrap', 'deploy'];
const UNMAKE: readonly Act[] = ['remove', 'destroy'];

interface Step {
  readonly file: File;
  readonly act: Act;
}

function steps(acts: readonly Act[], ...files: readonly File[]): Step[] {
  return files.flatMap((file) => acts.map((act) => ({ file, act })));
}

const CHANGE: readonly Act[] = ['change'];
const ORDERS: { name: string; order: Step[] }[] = [
  {
    name: 'a test beside production, removed before it',
    order: [...steps(MAKE, '.env', '.env.test'), ...steps(UNMAKE, '.env.test', '.env')],
  },
];
if (process.env['RUNS'] === 'all') {
  for (const other of FILES.slice(1)) {
    const pair = ['.env', other] as const;
    const [one, two] = [pair, [other, '.env'] as const];
    ORDERS.push(
      {
        name: `${pair.join(' then ')}, the first removed first`,
        order: [...steps(MAKE, ...one), ...steps(CHANGE, ...two), ...steps(UNMAKE, ...one)],
      },
      {
        name: `${two.join(' then ')}, the first removed last`,
        order: [...steps(MAKE, ...two), ...steps(CHANGE, ...one), ...steps(UNMAKE, ...one)],
      },
    );
  }
  ORDERS.push({
    name: 'all of them at once',
    order: [...steps(MAKE, ...FILES), ...steps(CHANGE, ...FILES.toReversed()), ...steps(UNMAKE, ...FILES)],
  });
}

const openAccount = useAccounts();
let account: Account;

beforeEach(async () => {
  account = await openAccount({ regions: ['cn-hangzhou', 'cn-shanghai'] });
  for (const file of FILES) await writeSettings(file, {});
});

function writeSettings(file: File, more: Readonly<Record<string, string>>): Promise<void> {
  const { suffix, region, source } = DEPLOYMENTS[file];
  const own = {
    DEPLOYMENT_SUFFIX: suffix,
    FC_REGION_ID: region,
    TASK_SOURCE: source,
    STATE_STORE: `tablestore://watch-state.cn-hangzhou/watch${suffix.replace('-', '_')}`,
    OPERATOR_TOKENS: `zhang:operator${suffix}-token-0123456789`,
  };
  return account.workspace.writeEnv({ ...SETTINGS, ...own, ...more }, file);
}

/** Does it, and resolves to what was said; throws where it fails. */
async function carryOut({ file, act }: Step): Promise<string> {
  if (act === 'change') await writeSettings(file, { LOG_LEVEL: 'warn', ALERT_STALLED: '30m' });
  const { folder } = account.workspace;
  const lines: string[] = [];
  const options = {
    folder,
    env: { ...account.environment(DEPLOYMENTS[file].region), PATH: process.env['PATH'], HOME: folder },
    terminal: { print: (line: string) => lines.push(line), ask: () => Promise.resolve('') },
    clock: systemClock,
    build: () => Promise.resolve(),
    runServerlessDevs,
  };
  const args = [
    ...(file === '.env' ? [] : ['--env-file', file]),
    ...(act === 'bootstrap' || act === 'destroy' || act === 'remove' ? ['--yes'] : []),
  ];
  const code = await (act === 'bootstrap'
    ? bootstrap({ ...options, args })
    : act === 'destroy'
      ? bootstrap({ ...options, args: ['--destroy', ...args] })
      : deploy({ ...options, args: act === 'remove' ? ['--remove', ...args] : args }));
  if (code !== 0) throw new Error(`${act} with ${file} fails:\n${lines.join('\n')}`);
  return lines.join('\n');
}

const NAMES = /(?:robot-task-(?:query|watch)|(?:query|watch)-robot-tasks)(-test|-shanghai|-aiccs)?(?![\w-])/g;

/** Where the project names itself: in a mark, and in a tag. */
const PROJECT = /Made[ +]by[ +]robot-task-watch|"value":"robot-task-watch"/g;

/** All that the deployment has in the account. */
function thingsOf(file: File): unknown {
  const { suffix, region } = DEPLOYMENTS[file];
  const { ram, tablestore, regions } = account;
  const fc = regions.get(region)?.fc;
  const own = <T>(all: Iterable<readonly [string, T]>) =>
    [...all].filter(([name]) => [...name.matchAll(NAMES)].some(([, found = '']) => found === suffix));
  const table = `watch${suffix.replace('-', '_')}`;
  const things = {
    functions: own(fc?.functions ?? []).map(([name, { triggers, ...rest }]) => [name, rest, [...triggers]]),
    roles: own(ram.roles).map(([name, { attached, ...rest }]) => [name, rest, [...attached]]),
    policies: own(ram.policies),
    tables: [table, `${table}_operators`].map((name) => [...(tablestore.tables.get(name)?.rows ?? [])]),
  };
  return JSON.parse(JSON.stringify(things));
}

/** The names of other deployments that the calls since then hold. */
function foreignNames(file: File, since: ReadonlyMap<string, number>): string[] {
  const { suffix, region } = DEPLOYMENTS[file];
  return [...account.regions].flatMap(([where, { cloud }]) => {
    const requests = cloud.requests.slice(since.get(where) ?? 0);
    if (where !== region) return requests;
    return requests.flatMap((request) =>
      [...decodeURIComponent(request).replace(PROJECT, '').matchAll(NAMES)]
        .filter(([, found = '']) => found !== suffix)
        .map(([name]) => name),
    );
  });
}

test.each(ORDERS)('Side by side in one account: $name', async ({ order }) => {
  for (const step of order) {
    const others = FILES.filter((file) => file !== step.file);
    const before = others.map(thingsOf);
    const since = new Map([...account.regions].map(([region, { cloud }]) => [region, cloud.requests.length]));
    const said = await carryOut(step);
    const { suffix, region } = DEPLOYMENTS[step.file];
    expect(said).toContain(`In ${region}: query-robot-tasks${suffix} and watch-robot-tasks${suffix}.`);
    expect(said).toContain(`Account ${ACCOUNT_ID}, as `);
    expect({ step, things: others.map(thingsOf) }).toEqual({ step, things: before });
    expect({ step, names: foreignNames(step.file, since) }).toEqual({ step, names: [] });
  }
  const { ram, tablestore, regions } = account;
  expect([ram.roles.size, ram.policies.size, tablestore.tables.size]).toEqual([0, 0, 0]);
  expect([...regions.values()].map(({ fc }) => fc.functions.size)).toEqual([0, 0]);
});
