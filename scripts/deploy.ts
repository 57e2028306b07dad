/**
 * `npm run deploy`: checks the settings, builds, and hands over to Serverless Devs. Nothing is uploaded when anything is
 * wrong, and nothing of the settings is shown.
 */
import path from 'node:path';
import type { Environment } from '../shared/runtime/environment';
import { buildFunctions } from './build';
import { readOptions, runCommand } from './command-line';
import { chooseEnvFile, command, ENV_FILE_OPTIONS, envFileUsage, terminalFor, wordsFor } from './env-file';
import { openAccount } from './deploy/account';
import { namesOf, type Deployment } from './deploy/deployment';
import { deployDomain, findCertificateEnd, removeDomain } from './deploy/domain';
import { deployFunctions, removeFunctions, sayWhatChanges } from './deploy/functions';
import { runServerlessDevs, type RunServerlessDevs } from './deploy/serverless-devs';
import { domainName, readDomain } from './settings-check/domain';
import { deployerCredentials, NO_CREDENTIALS, type FunctionSet } from './function-set';
import { printFindings, readSettings, whereSettingsAre } from './settings-check/read';
import { noteOnBuiltRoots } from './roots';
import { createTerminal, type Terminal } from './terminal';
import { saying } from './waiting';
import { printWhereabouts } from './whereabouts';

const COMMAND = {
  usage: `npm run deploy [-- options]

Checks the settings, builds, and deploys both functions. Nothing is uploaded when anything is wrong.

  --domain           lead QUERY_DOMAIN to the page as well
  --check            check the settings and stop there
  --remove           remove the deployed functions, their triggers and QUERY_DOMAIN; asks first
  --yes              do not ask
${envFileUsage(19)}
  --help             show this`,
  options: {
    domain: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    remove: { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
    ...ENV_FILE_OPTIONS,
  },
} as const;

export interface DeployOptions {
  readonly args: readonly string[];
  /** Where s.yaml, s.domain.yaml and .env are. */
  readonly folder: string;
  readonly env: Environment;
  readonly terminal: Terminal;
  readonly build: () => Promise<unknown>;
  readonly runServerlessDevs: RunServerlessDevs;
}

/** Resolves to the exit code: 0 when all went well. Rejects with an Error for people. */
export async function deploy(options: DeployOptions): Promise<number> {
  const { args, folder, env, build } = options;
  const given = readOptions(args, COMMAND, options.terminal.print);
  if (given === null) return 0;
  const { values: flags } = given;
  const envFile = await chooseEnvFile(folder, flags);
  const terminal = terminalFor(options.terminal, envFile);
  const settings = await readSettings(folder, env, { envFile, needsDomain: flags.domain });
  const { functionSet } = settings;
  const credentials = deployerCredentials(functionSet);
  const open = async (keys: NonNullable<typeof credentials>): Promise<Deployment> => {
    const region = functionSet.functions[0]?.region ?? '';
    const account = await saying(terminal, 'STS', () => openAccount(keys, region, env));
    printWhereabouts(settings, account.identity, env, terminal);
    return { ...options, terminal, functionSet, envFile, account };
  };
  if (flags.remove) {
    if (credentials === null) throw new Error(wordsFor(NO_CREDENTIALS, envFile));
    return remove(await open(credentials), flags.yes);
  }

  const areInOrder = printFindings(settings, terminal);
  const { domain } = readDomain(functionSet.variables);
  if (credentials === null && functionSet.dotenv !== null) terminal.print(`✗ ${NO_CREDENTIALS}`);
  if (!areInOrder || credentials === null) {
    terminal.print(`Nothing was uploaded. ${whereSettingsAre(functionSet)}`);
    return 1;
  }
  terminal.print('✓ The settings are in order.');
  if (flags.check) return 0;
  const opened = await open(credentials);
  const found = domain === null ? null : await findCertificateEnd(opened, domain.name, Date.now());
  const endsAt = (flags.domain ? settings.certificateEndsAt : null) ?? found;
  const deployment = { ...opened, functionSet: withCertificateEnd(functionSet, endsAt) };
  const before = await sayWhatChanges(deployment);
  await saying(terminal, 'the build', build);
  const note = await noteOnBuiltRoots(path.join(folder, 'dist'), Date.now());
  if (note !== null) terminal.print(`Note: ${note}`);
  const { exitCode, url } = await deployFunctions(deployment, before);
  if (exitCode !== 0) return exitCode;
  const domainExitCode = flags.domain && domain !== null ? await deployDomain(deployment, domain) : 0;
  if (domainExitCode === 0) sayWhatIsNext(deployment, url);
  return domainExitCode;
}

const ENDS = 'QUERY_CERTIFICATE_ENDS';

/** The watch is told when the certificate ends, unless the settings say something of their own. Epoch milliseconds. */
function withCertificateEnd(functionSet: FunctionSet, endsAt: number | null): FunctionSet {
  const { variables, functions } = functionSet;
  if (endsAt === null || (variables[ENDS] ?? '') !== '') return functionSet;
  const ends = { [ENDS]: new Date(endsAt).toISOString() };
  return {
    ...functionSet,
    variables: { ...variables, ...ends },
    functions: functions.map((one) =>
      ENDS in one.environment ? { ...one, environment: { ...one.environment, ...ends } } : one,
    ),
  };
}

function sayWhatIsNext({ functionSet, envFile, terminal }: Deployment, url: string | null): void {
  const isSet = (name: string) => (functionSet.variables[name]?.trim() ?? '') !== '';
  if (isSet('QUERY_URL')) {
    terminal.print(`Next: ${command('smoke', envFile)}`);
    return;
  }
  if (url !== null) terminal.print(`Next: ${command('smoke', envFile, url)}`);
  if (isSet('QUERY_DOMAIN')) return;
  terminal.print('No alert links to the page yet: "A domain for the page" in docs/deploy.md says how.');
}

async function remove(deployment: Deployment, isSure: boolean): Promise<number> {
  const { functionSet, terminal, envFile } = deployment;
  const domain = domainName(functionSet.variables);
  const what = `${namesOf(functionSet.functions)} and their triggers${domain === null ? '' : `, and ${domain}`}`;
  const question = `Remove ${what}? What they remember stays. [y/N] `;
  if (!isSure && !/^y(es)?$/i.test((await terminal.ask(question)).trim())) {
    const again = command('deploy', envFile, '--remove', '--yes');
    terminal.print(`Nothing was removed. Where nobody can answer: ${again}`);
    return 1;
  }
  // Without its function the domain would answer with errors.
  const exitCode = domain === null ? 0 : await removeDomain(deployment, domain);
  return exitCode === 0 ? removeFunctions(deployment) : exitCode;
}

if (require.main === module) {
  runCommand(() =>
    deploy({
      args: process.argv.slice(2),
      folder: process.cwd(),
      env: process.env,
      terminal: createTerminal(),
      build: () => buildFunctions(),
      runServerlessDevs,
    }),
  );
}
