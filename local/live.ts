/** The function set on this machine against the real API and the real channels. */
import type { Environment } from '../shared/environment';
import type { Credentials } from '../shared/function-context';
import { createHost, type Host } from './host/host';
import { HostError } from './host/host-error';
import type { Running, StartOptions } from './start';
import { welcome, type Command } from './welcome';

const KEY_ID = 'ALIBABA_CLOUD_ACCESS_KEY_ID';
const KEY_SECRET = 'ALIBABA_CLOUD_ACCESS_KEY_SECRET';
const TOKEN = 'ALIBABA_CLOUD_SECURITY_TOKEN';

/**
 * Starts the host with the person's own settings and keys, from the shell or from `.env`. The keys reach the functions
 * as variables: a role exists on Function Compute only. Throws a sentence when there are none.
 */
export async function startLive({ specFile, port, shell, terminal }: StartOptions): Promise<Running> {
  let page = '';
  const host = await createHost({
    specFile,
    port,
    environment: () => shell,
    variables: [KEY_ID, KEY_SECRET, TOKEN],
    credentials: (variables) => ({ environment: keysOf(variables) }),
    page: () => page,
    observe(activity) {
      terminal.show(activity);
    },
  });
  page = welcome({
    title: 'Robot Task Watch runs on this machine, with the real API: alerts go to your real channels.',
    notes: notes(host),
    url: host.url,
    functions: host.functions,
    commands: commands(host),
  });
  terminal.print(page);
  return host;
}

function keysOf(variables: Environment): Credentials {
  const accessKeyId = variables[KEY_ID] ?? '';
  const accessKeySecret = variables[KEY_SECRET] ?? '';
  const securityToken = variables[TOKEN] ?? '';
  if (accessKeyId === '' || accessKeySecret === '') {
    throw new HostError(
      `--live needs keys of your account: set ${KEY_ID} and ${KEY_SECRET} (and ${TOKEN} for temporary ones) in the environment or in .env.`,
    );
  }
  return { accessKeyId, accessKeySecret, ...(securityToken === '' ? {} : { securityToken }) };
}

/** What will not work as it is; the functions themselves say more when they are called. */
function notes({ functions }: Host): string[] {
  const environment: Environment = Object.fromEntries(
    functions.flatMap((spec) => Object.entries(spec.environment)),
  );
  const isUnset = (name: string) => (environment[name] ?? '').trim() === '';
  return [
    ...(isUnset('API_TOKENS') && environment['HTTP_AUTH'] !== 'gateway'
      ? ['API_TOKENS is not set: the HTTP function refuses every call.']
      : []),
    ...(isUnset('ALERT_CHANNELS')
      ? ['ALERT_CHANNELS is not set: polls fail, because nobody would be told.']
      : []),
  ];
}

function commands({ url }: Host): Command[] {
  const tasks = `curl -H "Authorization: Bearer $API_TOKEN" '${url}/query-robot-tasks/tasks`;
  return [
    {
      purpose: 'the stopped tasks; API_TOKEN stands for one of your API_TOKENS',
      line: `${tasks}?status=stopped'`,
    },
    { purpose: 'poll now', line: `curl -X POST ${url}/_invoke/watch-robot-tasks` },
    {
      purpose: 'a test message to every channel',
      line: `curl -d '{"test":"channels"}' ${url}/_invoke/watch-robot-tasks`,
    },
  ];
}
