/**
 * `npm run bootstrap`: makes what Serverless Devs cannot. The RAM role that both functions run as, its policy and, when
 * STATE_STORE names one, the Tablestore table with its instance. It looks first, prints what it would do, and asks.
 */
import { parseArgs } from 'node:util';
import { parseStateStore, type TablestoreLocation } from '../functions/watch-robot-tasks/stores/location';
import { systemClock, type Clock } from '../shared/clock';
import type { Environment } from '../shared/environment';
import { createCallApi } from './alibaba-cloud';
import { createCloud } from './bootstrap/cloud';
import { planCreation, planDestruction, type Plan } from './bootstrap/plan';
import { desiredResources } from './bootstrap/resources';
import { declaredFunction, deployerCredentials, NO_CREDENTIALS, readFunctionSet } from './function-set';
import type { FunctionSet } from './function-set';
import { callerIdentity } from './identity';
import { stsService } from './services';
import { createTerminal, runScript, type Terminal } from './terminal';

const USAGE = `npm run bootstrap [-- <option>]

  --dry-run   print the plan and change nothing
  --yes       do not ask
  --destroy   take away what bootstrap made, and nothing else`;

export interface BootstrapOptions {
  readonly args: readonly string[];
  /** Where s.yaml and .env are. */
  readonly folder: string;
  /** What .env adds to is read from here after s.yaml was resolved. */
  readonly env: Environment;
  readonly terminal: Terminal;
  readonly clock: Clock;
}

/** Resolves to the exit code: 0 when all is as wished, 1 when it is not. Rejects with an Error for people. */
export async function bootstrap({ args, folder, env, terminal, clock }: BootstrapOptions): Promise<number> {
  const { values: flags } = parseArgs({
    args: [...args],
    options: {
      yes: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      destroy: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (flags.help) {
    terminal.print(USAGE);
    return 0;
  }
  const functionSet = await readFunctionSet(folder);
  const role = roleName(functionSet);
  const table = stateTable(functionSet);
  const credentials = deployerCredentials(env, functionSet);
  if (credentials === null) throw new Error(NO_CREDENTIALS);

  const callApi = createCallApi(credentials);
  const identity = await callerIdentity(callApi, stsService(env));
  terminal.print(`Account ${identity.accountId}, as ${identity.arn}.`);
  const desired = desiredResources(role, table, identity.accountId);
  const cloud = createCloud({ callApi, credentials, env, clock });
  let plan: Plan;
  try {
    plan = (flags.destroy ? planDestruction : planCreation)(desired, await cloud.find(desired));
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error;
    terminal.print('The account cannot be looked at:');
    for (const problem of error.errors as Error[]) terminal.print(`  ✗ ${problem.message}`);
    return 1;
  }

  printPlan(plan, terminal);
  if (flags.destroy && table === null) {
    terminal.print(
      'STATE_STORE names no table. If bootstrap made one for an earlier value, set that again first.',
    );
  }
  if (plan.blocked.length > 0 && !flags.destroy) return 1;
  const exitCode = plan.blocked.length > 0 ? 1 : 0;
  if (plan.steps.length === 0) {
    terminal.print(
      flags.destroy ? 'There is nothing to take away.' : 'Everything is in place: nothing to change.',
    );
    return exitCode;
  }
  if (flags['dry-run']) {
    terminal.print('Nothing was changed (--dry-run).');
    return exitCode;
  }
  if (!flags.yes && !/^y(es)?$/i.test((await terminal.ask('Do this? [y/N] ')).trim())) {
    terminal.print('Nothing was changed.');
    return 1;
  }
  for (const { kind, text } of plan.steps) {
    try {
      await cloud.carryOut(kind, desired);
    } catch (error) {
      terminal.print(`  ✗ ${text}: ${(error as Error).message}`);
      terminal.print('What was done so far is kept. Run this again when the cause is removed.');
      return 1;
    }
    terminal.print(`  ✓ ${text}`);
  }
  terminal.print(flags.destroy ? 'Done.' : 'Done. Next: npm run deploy');
  return exitCode;
}

function printPlan({ steps, notes, blocked }: Plan, terminal: Terminal): void {
  if (steps.length > 0) terminal.print('To do:');
  for (const { text, details } of steps) {
    terminal.print(`  • ${text}`);
    for (const detail of details) terminal.print(`      ${detail}`);
  }
  for (const note of notes) terminal.print(`Note: ${note}`);
  for (const problem of blocked) terminal.print(`✗ ${problem}`);
}

/** The one role of all functions. */
function roleName({ functions }: FunctionSet): string {
  const roles = new Set(functions.map(({ role }) => role?.replace(/^acs:ram::\d+:role\//, '') ?? ''));
  const [role = ''] = roles;
  if (roles.size !== 1 || role === '') {
    throw new Error('In s.yaml every function must have the same role, by name: it is what bootstrap makes.');
  }
  return role;
}

/** Null when STATE_STORE names another kind of store. */
function stateTable(functionSet: FunctionSet): TablestoreLocation | null {
  const value = declaredFunction(functionSet, 'watch-robot-tasks').environment['STATE_STORE']?.trim() ?? '';
  if (value === '') return null;
  try {
    const location = parseStateStore(value);
    return location.kind === 'tablestore' ? location : null;
  } catch (error) {
    throw new Error(`STATE_STORE ${(error as Error).message}.`, { cause: error });
  }
}

if (require.main === module) {
  runScript(() =>
    bootstrap({
      args: process.argv.slice(2),
      folder: process.cwd(),
      env: process.env,
      terminal: createTerminal(),
      clock: systemClock,
    }),
  );
}
