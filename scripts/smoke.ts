/**
 * `npm run smoke -- <url>`: tries what was deployed, and says what works and what to do about the rest. It sends a test
 * message to every channel.
 */
import { parseArgs } from 'node:util';
import { systemClock, type Clock } from '../shared/clock';
import { httpsUrl, list, type Environment } from '../shared/environment';
import type { Credentials } from '../shared/function-context';
import { createCallApi } from './alibaba-cloud';
import {
  declaredFunction,
  deployerCredentials,
  NO_CREDENTIALS,
  readFunctionSet,
  type DeclaredFunction,
} from './function-set';
import { callerIdentity } from './identity';
import { functionComputeService, stsService } from './services';
import { checkEndpoint, type Access } from './smoke/endpoint';
import { fails, type Finding } from './smoke/finding';
import { checkWatch } from './smoke/watch';
import { createTerminal, runScript, type Terminal } from './terminal';

const USAGE = `npm run smoke -- <url>

  <url>   where query-robot-tasks answers, as npm run deploy printed it; QUERY_URL if it is not given`;

export interface SmokeOptions {
  readonly args: readonly string[];
  /** Where s.yaml and .env are. */
  readonly folder: string;
  /** What .env adds to is read from here after s.yaml was resolved. */
  readonly env: Environment;
  readonly terminal: Terminal;
  readonly clock: Clock;
}

/** Resolves to the exit code: 0 when everything works. Rejects with an Error for people. */
export async function smoke({ args, folder, env, terminal, clock }: SmokeOptions): Promise<number> {
  const { values: flags, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { help: { type: 'boolean', default: false } },
  });
  if (flags.help) {
    terminal.print(USAGE);
    return 0;
  }
  const functionSet = await readFunctionSet(folder);
  const query = declaredFunction(functionSet, 'query-robot-tasks');
  const watch = declaredFunction(functionSet, 'watch-robot-tasks');
  const credentials = deployerCredentials(env, functionSet);
  const url = parseUrl(positionals[0] ?? watch.environment['QUERY_URL'] ?? '');

  const findings: Finding[] = [];
  function report(found: readonly Finding[]): void {
    findings.push(...found);
    for (const { ok, text } of found) terminal.print(`${ok ? '✓' : '✗'} ${text}`);
  }
  const access = accessTo(query, credentials);
  report(access === null ? [fails(NO_ACCESS)] : await checkEndpoint(url, access));
  report(
    credentials === null
      ? [fails(`The watch was not asked. ${NO_CREDENTIALS}`)]
      : await checkChannels(watch, credentials, env, clock),
  );
  const failed = findings.filter(({ ok }) => !ok).length;
  terminal.print(failed === 0 ? 'Everything works.' : `${failed} of ${findings.length} checks failed.`);
  return failed === 0 ? 0 : 1;
}

const NO_ACCESS =
  'The HTTP function was not called: there is no token in API_TOKENS, or HTTP_TRIGGER_AUTH=function and there are no keys to sign with.';

/** Null when there is nothing to be let in with. */
function accessTo(
  { authType, environment }: DeclaredFunction,
  credentials: Credentials | null,
): Access | null {
  if (authType === 'function') return credentials === null ? null : { kind: 'signature', credentials };
  const [token] = list(environment['API_TOKENS'] ?? '');
  return token === undefined ? null : { kind: 'token', token };
}

async function checkChannels(
  watch: DeclaredFunction,
  credentials: Credentials,
  env: Environment,
  clock: Clock,
): Promise<Finding[]> {
  const callApi = createCallApi(credentials);
  try {
    const { accountId } = await callerIdentity(callApi, stsService(env));
    const service = functionComputeService(env, watch.region, accountId);
    return await checkWatch(callApi, service, watch.name, clock);
  } catch (error) {
    return [fails(`The watch was not asked. ${(error as Error).message}`)];
  }
}

function parseUrl(text: string): URL {
  if (text === '') throw new Error(`Where does query-robot-tasks answer?\n\n${USAGE}`);
  try {
    return httpsUrl(text);
  } catch (error) {
    throw new Error(`The URL ${(error as Error).message}.`, { cause: error });
  }
}

if (require.main === module) {
  runScript(() =>
    smoke({
      args: process.argv.slice(2),
      folder: process.cwd(),
      env: process.env,
      terminal: createTerminal(),
      clock: systemClock,
    }),
  );
}
