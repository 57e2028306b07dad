/**
 * `npm run smoke -- <url>`: tries what was deployed, and says what works and what to do about the rest. It sends a test
 * message to every channel.
 */
import { systemClock, type Clock } from '../shared/runtime/clock';
import { httpsUrl, isLoopback, list, type Environment } from '../shared/runtime/environment';
import type { Credentials } from '../shared/runtime/function-context';
import { SOURCE_TRAITS, sourceOf } from '../shared/task-source';
import { createCallApi } from './alibaba-cloud';
import { DEMONSTRATION, LOCAL_ACCOUNT_ID, LOCAL_KEY, LOCAL_TOKEN } from '../shared/deployment/demonstration';
import { readOptions, runCommand, UsageError } from './command-line';
import { chooseEnvFile, ENV_FILE_OPTIONS, envFileUsage, terminalFor, type EnvFile } from './env-file';
import { declaredFunction, deployerCredentials, NO_CREDENTIALS, type DeclaredFunction } from './function-set';
import { callerIdentity } from './identity';
import { functionComputeService, stsService } from './services';
import { printFindings, readSettings, whereSettingsAre, type CheckedSettings } from './settings-check/read';
import { checkEndpoint, type Access } from './smoke/endpoint';
import { fails, type Finding } from './smoke/finding';
import { checkWatch } from './smoke/watch';
import { createTerminal, type Terminal } from './terminal';
import { saying } from './waiting';
import { printWhereabouts } from './whereabouts';

const COMMAND = {
  usage: `npm run smoke [-- <url>]

Tries what was deployed, and says what works and what to do about the rest. It sends a test message to every channel.

  <url>              where query-robot-tasks answers, as npm run deploy printed it; if it is not given, QUERY_URL
${envFileUsage(19)}
  --help             show this`,
  options: ENV_FILE_OPTIONS,
  positionals: 1,
} as const;

export interface SmokeOptions {
  readonly args: readonly string[];
  /** Where s.yaml and .env are. */
  readonly folder: string;
  /** The person's own environment, which wins over .env. */
  readonly env: Environment;
  readonly terminal: Terminal;
  readonly clock: Clock;
}

/** Resolves to the exit code: 0 when everything works. Rejects with an Error for people. */
export async function smoke(given: SmokeOptions): Promise<number> {
  const { args, folder, env, clock } = given;
  const options = readOptions(args, COMMAND, given.terminal.print);
  if (options === null) return 0;
  const [argument] = options.positionals;
  const envFile = await chooseEnvFile(folder, options.values);
  const terminal = terminalFor(given.terminal, envFile);
  const settings = await readSettings(folder, env, { envFile });
  const { functionSet } = settings;
  const query = declaredFunction(functionSet, 'query-robot-tasks');
  const watch = declaredFunction(functionSet, 'watch-robot-tasks');
  const url = parseUrl(argument, watch.environment['QUERY_URL'], envFile);
  // The demonstration has settings and keys of its own.
  const isDemonstration = isLoopback(url.hostname) && (await runsDemonstration(url));
  if (!isLoopback(url.hostname) && !printFindings(settings, terminal)) {
    terminal.print(`Nothing was called. ${whereSettingsAre(functionSet)}`);
    return 1;
  }
  if (url.hostname.endsWith('.fcapp.run')) terminal.print(`Note: ${DOWNLOADS}`);
  const credentials = isDemonstration ? LOCAL_KEY : deployerCredentials(functionSet);
  const accountId = isDemonstration ? LOCAL_ACCOUNT_ID : await sayWhere(settings, credentials, env, terminal);
  const access = isDemonstration ? LOCAL_ACCESS : accessTo(query, credentials);

  const findings: Finding[] = [];
  function report(found: readonly Finding[]): void {
    findings.push(...found.filter(({ isNote }) => isNote !== true));
    for (const { ok, text, isNote } of found) {
      terminal.print(`${isNote === true ? 'Note:' : ok ? '✓' : '✗'} ${text}`);
    }
  }
  report(
    access === null
      ? [fails(NO_ACCESS)]
      : await saying(terminal, url.host, () =>
          checkEndpoint(url, access, SOURCE_TRAITS[sourceOf(query.environment)].endpointVariable),
        ),
  );
  report(
    credentials === null
      ? [fails(`The watch was not asked. ${NO_CREDENTIALS}`)]
      : accountId instanceof Error
        ? [fails(`The watch was not asked. ${accountId.message}`)]
        : await saying(terminal, `${watch.name} and its channels`, () => {
            const where = isDemonstration ? { ...env, FC_ENDPOINT: url.origin } : env;
            const service = functionComputeService(where, watch.region, accountId);
            return checkWatch(createCallApi(credentials), service, watch.name, clock);
          }),
  );
  const failed = findings.filter(({ ok }) => !ok).length;
  terminal.print(failed === 0 ? 'Everything works.' : `${failed} of ${findings.length} checks failed.`);
  return failed === 0 ? 0 : 1;
}

const LOCAL_ACCESS: Access = { kind: 'token', token: LOCAL_TOKEN };

/** https://help.aliyun.com/zh/functioncompute/fc-3-0/user-guide/configure-custom-domain-names */
const DOWNLOADS =
  'browsers download what *.fcapp.run answers instead of showing it: the page shows on a domain of your own only. See "A ' +
  'domain for the page" in docs/deploy.md.';

async function runsDemonstration({ origin }: URL): Promise<boolean> {
  try {
    const answer = await fetch(`${origin}/`, { signal: AbortSignal.timeout(5000) });
    return (await answer.text()).includes(DEMONSTRATION);
  } catch {
    return false;
  }
}

const NO_ACCESS =
  'The HTTP function was not called: there is no token in API_TOKENS, or HTTP_TRIGGER_AUTH=function and there are no keys to sign with.';

/** Null when there is nothing to be let in with. */
function accessTo(
  { authTypes, environment }: DeclaredFunction,
  credentials: Credentials | null,
): Access | null {
  if (authTypes.includes('function')) return credentials === null ? null : { kind: 'signature', credentials };
  const [token] = list(environment['API_TOKENS'] ?? '');
  return token === undefined ? null : { kind: 'token', token };
}

/** Resolves to the account's id, after saying where it is; to the Error when nobody knows the keys, or there are none. */
async function sayWhere(
  settings: CheckedSettings,
  credentials: Credentials | null,
  env: Environment,
  terminal: Terminal,
): Promise<string | Error> {
  if (credentials === null) return new Error(NO_CREDENTIALS);
  try {
    const callApi = createCallApi(credentials);
    const identity = await saying(terminal, 'STS', () => callerIdentity(callApi, stsService(env)));
    printWhereabouts(settings, identity, env, terminal);
    return identity.accountId;
  } catch (error) {
    return error as Error;
  }
}

/** The argument, else QUERY_URL. Throws a UsageError that names where a URL that is no good came from. */
function parseUrl(argument: string | undefined, queryUrl: string | undefined, { name }: EnvFile): URL {
  const text = argument ?? queryUrl?.trim() ?? '';
  if (text === '') {
    throw new UsageError(
      `Where does query-robot-tasks answer? Give its URL, or set QUERY_URL in ${name}.`,
      COMMAND,
    );
  }
  try {
    return httpsUrl(text);
  } catch (error) {
    const what = argument === undefined ? `QUERY_URL in ${name}` : 'The URL';
    throw new UsageError(`${what} ${(error as Error).message}.`, COMMAND);
  }
}

if (require.main === module) {
  runCommand(() =>
    smoke({
      args: process.argv.slice(2),
      folder: process.cwd(),
      env: process.env,
      terminal: createTerminal(),
      clock: systemClock,
    }),
  );
}
