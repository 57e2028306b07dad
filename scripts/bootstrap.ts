/**
 * `npm run bootstrap`: makes what Serverless Devs cannot. The RAM role that each function runs as, with its policy, and,
 * when STATE_STORE names one, the Tablestore table with its instance. It looks first, prints what it would do, and asks.
 */
import { parseStateStore, type TablestoreLocation } from '../shared/documents/location';
import { systemClock, type Clock } from '../shared/runtime/clock';
import type { Environment } from '../shared/runtime/environment';
import { sourceOf } from '../shared/task-source';
import { createCallApi } from './alibaba-cloud';
import { readOptions, runCommand } from './command-line';
import { chooseEnvFile, command, ENV_FILE_OPTIONS, envFileUsage, terminalFor, wordsFor } from './env-file';
import { createCloud, type Cloud } from './bootstrap/cloud';
import { dependsOnFunctions, planCreation, planDestruction } from './bootstrap/plan';
import { desiredResources, type Found, type Wishes } from './bootstrap/resources';
import type { Plan } from './bootstrap/steps';
import { declaredFunction, deployerCredentials, NO_CREDENTIALS } from './function-set';
import type { DeclaredFunction, FunctionSet } from './function-set';
import { callerIdentity } from './identity';
import { stsService } from './services';
import { printFindings, readSettings, whereSettingsAre } from './settings-check/read';
import { createTerminal, type Terminal } from './terminal';
import { saying } from './waiting';
import { printWhereabouts } from './whereabouts';

const COMMAND = {
  usage: `npm run bootstrap [-- options]

Makes what Serverless Devs cannot: the RAM role of each function with its policy and, when STATE_STORE names one, the
Tablestore table with its instance. It looks first, prints what it would do, and asks.

  --dry-run          print the plan and change nothing
  --yes              do not ask
  --destroy          take away what bootstrap made for these settings, and nothing else
  --take-over        also change roles that another deployment made or uses
${envFileUsage(19)}
  --help             show this`,
  options: {
    yes: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    destroy: { type: 'boolean', default: false },
    'take-over': { type: 'boolean', default: false },
    ...ENV_FILE_OPTIONS,
  },
} as const;

export interface BootstrapOptions {
  readonly args: readonly string[];
  /** Where s.yaml and the files of settings are. */
  readonly folder: string;
  /** The person's own environment, which wins over .env. */
  readonly env: Environment;
  readonly terminal: Terminal;
  readonly clock: Clock;
}

/** Resolves to the exit code: 0 when all is as wished, 1 when it is not. Rejects with an Error for people. */
export async function bootstrap(given: BootstrapOptions): Promise<number> {
  const { args, folder, env, clock } = given;
  const options = readOptions(args, COMMAND, given.terminal.print);
  if (options === null) return 0;
  const { values: flags } = options;
  // What was made for settings that have since become wrong must go away all the same.
  const envFile = await chooseEnvFile(folder, flags);
  const terminal = terminalFor(given.terminal, envFile);
  const settings = await readSettings(folder, env, { envFile });
  const { functionSet } = settings;
  if (!flags.destroy && !printFindings(settings, terminal)) {
    terminal.print(`Nothing was changed. ${whereSettingsAre(functionSet)}`);
    return 1;
  }
  const wishes = readWishes(functionSet);
  const { table } = wishes;
  const credentials = deployerCredentials(functionSet);
  if (credentials === null) throw new Error(wordsFor(NO_CREDENTIALS, envFile));

  const callApi = createCallApi(credentials);
  const identity = await saying(terminal, 'STS', () => callerIdentity(callApi, stsService(env)));
  printWhereabouts(settings, identity, env, terminal);
  const { accountId } = identity;
  const desired = desiredResources(wishes, accountId);
  const cloud = createCloud({ desired, accountId, callApi, credentials, env, clock });
  const make = (found: Found) =>
    flags.destroy ? planDestruction(desired, found) : planCreation(desired, found, flags['take-over']);
  let plan: Plan;
  try {
    plan = await saying(terminal, 'RAM, Tablestore and Function Compute', () => lookAndPlan(cloud, make));
  } catch (error) {
    terminal.print('The account cannot be looked at:');
    const problems = (error instanceof AggregateError ? error.errors : [error]) as Error[];
    for (const { message } of problems) terminal.print(`  ✗ ${message}`);
    terminal.print('Nothing was changed.');
    return 1;
  }

  printPlan(plan, flags.destroy, terminal);
  if (flags.destroy && table === null) {
    terminal.print(
      'STATE_STORE names no table. If bootstrap made one for an earlier value, set that again first.',
    );
  }
  if (plan.blocked.length > 0 && !flags.destroy) {
    terminal.print('Nothing was changed.');
    return 1;
  }
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
    const again = command('bootstrap', envFile, ...(flags.destroy ? ['--destroy'] : []), '--yes');
    terminal.print(`Nothing was changed. Where nobody can answer: ${again}`);
    return 1;
  }
  if (!(await carryOut(plan, cloud, terminal))) return 1;
  terminal.print(flags.destroy ? 'Done.' : `Done. Next: ${command('deploy', envFile)}`);
  return exitCode;
}

/**
 * The functions of the region are looked at only where what is there would change: that needs one more permission. Without
 * it the marks decide alone.
 */
async function lookAndPlan(cloud: Cloud, make: (found: Found) => Plan): Promise<Plan> {
  const found = await cloud.find();
  const plan = make(found);
  if (!dependsOnFunctions(plan, found)) return plan;
  try {
    return make({ ...found, functions: await cloud.findFunctions() });
  } catch (error) {
    const note = `Whether other functions use what is there cannot be looked at. ${(error as Error).message}`;
    return { ...plan, notes: [...plan.notes, note] };
  }
}

/** Whether each step was done. The first one that fails is the last. */
async function carryOut({ steps }: Plan, cloud: Cloud, terminal: Terminal): Promise<boolean> {
  for (const [done, step] of steps.entries()) {
    const { text } = step;
    try {
      await saying(terminal, text, () => cloud.carryOut(step));
    } catch (error) {
      terminal.print(`  ✗ ${text}: ${(error as Error).message}`);
      terminal.print(
        `${done} of ${steps.length} steps are done, and kept. Run the same command again when the cause is removed: it does the rest.`,
      );
      return false;
    }
    terminal.print(`  ✓ ${text}`);
  }
  return true;
}

/** `canBegin`: what is not blocked will be done all the same. */
function printPlan({ steps, notes, blocked }: Plan, canBegin: boolean, terminal: Terminal): void {
  const isShown = steps.length > 0 && (canBegin || blocked.length === 0);
  if (isShown) terminal.print('To do:');
  for (const { text, details } of isShown ? steps : []) {
    terminal.print(`  • ${text}`);
    for (const detail of details) terminal.print(`      ${detail}`);
  }
  for (const note of notes) terminal.print(`Note: ${note}`);
  for (const problem of blocked) terminal.print(`✗ ${problem}`);
}

function readWishes(functionSet: FunctionSet): Wishes {
  const query = declaredFunction(functionSet, 'query-robot-tasks');
  const watch = declaredFunction(functionSet, 'watch-robot-tasks');
  const [queryRole, watchRole] = [roleName(query), roleName(watch)];
  if (queryRole === watchRole) {
    throw new Error(
      `In s.yaml both functions have the role ${queryRole}: the HTTP function, which everybody can reach, needs one of ` +
        'its own that cannot write the state, such as robot-task-query.',
    );
  }
  const isSet = ({ environment }: DeclaredFunction, name: string) => (environment[name]?.trim() ?? '') !== '';
  return {
    deployment: { query: query.name, watch: watch.name, region: watch.region },
    queryRole,
    watchRole,
    table: stateTable(watch),
    source: sourceOf(watch.environment),
    startsTasks: isSet(query, 'OPERATOR_TOKENS'),
    asksBalance: isSet(watch, 'ALERT_BALANCE_BELOW'),
  };
}

function roleName({ name, role }: DeclaredFunction): string {
  const found = role?.replace(/^acs:ram::\d+:role\//, '') ?? '';
  if (found === '')
    throw new Error(`In s.yaml ${name} must have a role, by name: it is what bootstrap makes.`);
  return found;
}

/** Null when STATE_STORE names another kind of store. */
function stateTable({ environment }: DeclaredFunction): TablestoreLocation | null {
  const value = environment['STATE_STORE']?.trim() ?? '';
  if (value === '') return null;
  try {
    const location = parseStateStore(value);
    return location.kind === 'tablestore' ? location : null;
  } catch (error) {
    throw new Error(`STATE_STORE ${(error as Error).message}.`, { cause: error });
  }
}

if (require.main === module) {
  runCommand(() =>
    bootstrap({
      args: process.argv.slice(2),
      folder: process.cwd(),
      env: process.env,
      terminal: createTerminal(),
      clock: systemClock,
    }),
  );
}
