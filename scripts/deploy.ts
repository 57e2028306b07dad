/**
 * `npm run deploy`: checks the settings, builds, and hands over to Serverless Devs. Nothing is uploaded when anything is
 * wrong.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Environment } from '../shared/environment';
import type { Credentials } from '../shared/function-context';
import { createCallApi } from './alibaba-cloud';
import { buildFunctions } from './build';
import { checkSettings } from './deploy/check';
import { deployerCredentials, NO_CREDENTIALS, readFunctionSet, type ServerlessDevsKey } from './function-set';
import { callerIdentity } from './identity';
import { stsService } from './services';
import { createTerminal, runScript, type Terminal } from './terminal';

const USAGE = `npm run deploy [-- <option>]

  --check    check the settings and stop there
  --remove   remove the deployed functions and their triggers; Serverless Devs asks before it does`;

export interface DeployOptions {
  readonly args: readonly string[];
  /** Where s.yaml and .env are. */
  readonly folder: string;
  readonly env: Environment;
  readonly terminal: Terminal;
  readonly build: () => Promise<unknown>;
  /** Runs Serverless Devs and resolves to its exit code. */
  readonly runServerlessDevs: (args: readonly string[], env: Environment) => Promise<number>;
}

/** Resolves to the exit code: 0 when all went well. Rejects with an Error for people. */
export async function deploy(options: DeployOptions): Promise<number> {
  const { args, folder, env, terminal, build, runServerlessDevs } = options;
  const { values: flags } = parseArgs({
    args: [...args],
    options: {
      check: { type: 'boolean', default: false },
      remove: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (flags.help) {
    terminal.print(USAGE);
    return 0;
  }
  const functionSet = await readFunctionSet(folder);
  const credentials = deployerCredentials(env, functionSet);
  if (flags.remove) {
    if (credentials === null) throw new Error(NO_CREDENTIALS);
    return runServerlessDevs(['remove', ...ACCESS], { ...env, ...(await keyVariable(credentials, env)) });
  }

  const { problems, notes } = checkSettings(functionSet, await readDotenv(folder));
  for (const note of notes) terminal.print(`Note: ${note}`);
  const all = credentials === null ? [...problems, NO_CREDENTIALS] : problems;
  for (const problem of all) terminal.print(`✗ ${problem}`);
  if (all.length > 0 || credentials === null) {
    terminal.print('Nothing was uploaded. The settings are in .env; .env.example explains each.');
    return 1;
  }
  terminal.print('✓ The settings are in order.');
  if (flags.check) return 0;
  const key = await keyVariable(credentials, env);
  await build();
  // Its pre-deploy action would build the same again, once for each function.
  return runServerlessDevs(['deploy', '--assume-yes', '--skip-actions', ...ACCESS], { ...env, ...key });
}

/** Serverless Devs takes every variable whose name ends like this for a key of that name. */
const KEY_VARIABLE = 'robot_task_watch_serverless_devs_key';
const ACCESS = ['--access', KEY_VARIABLE];

/**
 * The keys in the form that Serverless Devs understands: it knows neither Alibaba Cloud's usual variables nor the account
 * of a bare key pair.
 */
async function keyVariable(credentials: Credentials, env: Environment): Promise<Environment> {
  const { accountId } = await callerIdentity(createCallApi(credentials), stsService(env));
  const key: ServerlessDevsKey = {
    AccountID: accountId,
    AccessKeyID: credentials.accessKeyId,
    AccessKeySecret: credentials.accessKeySecret,
    SecurityToken: credentials.securityToken,
  };
  return { [KEY_VARIABLE]: JSON.stringify(key) };
}

async function readDotenv(folder: string): Promise<string> {
  try {
    return await readFile(path.join(folder, '.env'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** The project's own copy: `npx s` would fetch whatever is called "s" if it were missing. */
function spawnServerlessDevs(args: readonly string[], env: Environment): Promise<number> {
  const program = require.resolve('@serverless-devs/s/bin/s');
  const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit', env });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code ?? 1);
    });
  });
}

if (require.main === module) {
  runScript(() =>
    deploy({
      args: process.argv.slice(2),
      folder: process.cwd(),
      env: process.env,
      terminal: createTerminal(),
      build: () => buildFunctions(),
      runServerlessDevs: spawnServerlessDevs,
    }),
  );
}
