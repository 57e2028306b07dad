/** The function set on this machine against the real API and the real channels. */
import path from 'node:path';
import { defaultEnvFile } from '../scripts/env-file';
import { declaredFunction } from '../scripts/function-set';
import { printFindings, readSettings, whereSettingsAre } from '../scripts/settings-check/read';
import type { Environment } from '../shared/runtime/environment';
import type { Credentials } from '../shared/runtime/function-context';
import { createHost, type Host } from './host/host';
import { HostError } from './host/host-error';
import type { Running, StartOptions } from './start';
import { welcome, type Command } from './welcome';

const KEY_ID = 'ALIBABA_CLOUD_ACCESS_KEY_ID';
const KEY_SECRET = 'ALIBABA_CLOUD_ACCESS_KEY_SECRET';
const TOKEN = 'ALIBABA_CLOUD_SECURITY_TOKEN';
const FIRST_POLL = JSON.stringify({
  triggerTime: new Date().toISOString(),
  triggerName: 'start',
  payload: '',
});

/**
 * Starts the host with the person's own settings and keys, from the shell or from `.env`. The keys reach the functions
 * as variables: a role exists on Function Compute only. Throws a sentence when there are none.
 */
export async function startLive(options: StartOptions): Promise<Running> {
  const { specFile, port, shell, terminal, envFile = defaultEnvFile(path.dirname(specFile)) } = options;
  const settings = await readSettings(path.dirname(specFile), shell, { envFile });
  if (
    !printFindings(settings, {
      print: (line) => {
        terminal.print(line);
      },
    })
  ) {
    throw new HostError(`Nothing was started. ${whereSettingsAre(settings.functionSet)}`);
  }
  const query = declaredFunction(settings.functionSet, 'query-robot-tasks');
  const watch = declaredFunction(settings.functionSet, 'watch-robot-tasks');
  if (query.environment['HTTP_AUTH']?.trim() === 'gateway') {
    throw new HostError(
      'HTTP_AUTH=gateway leaves the check of callers to the gateway, and there is none on this machine: everybody who can ' +
        'reach it could read the tasks. Set HTTP_AUTH=token, HTTP_TRIGGER_AUTH=anonymous and API_TOKENS, in the shell for this start alone.',
    );
  }
  await options.build?.();
  let page = '';
  const host = await createHost({
    specFile,
    envFile: envFile.path,
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
    notes: [],
    url: host.url,
    functions: host.functions,
    commands: commands(host, query.name, watch.name),
  });
  terminal.print(page);
  // What is wrong with the endpoint or a channel shows now, and not in a minute.
  void host.invoke(watch.name, FIRST_POLL);
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

function commands({ url }: Host, query: string, watch: string): Command[] {
  const tasks = `curl -H "Authorization: Bearer $API_TOKEN" '${url}/${query}/tasks`;
  return [
    {
      purpose: 'the stopped tasks; API_TOKEN stands for one of your API_TOKENS',
      line: `${tasks}?status=stopped'`,
    },
    { purpose: 'poll now', line: `curl -X POST ${url}/_invoke/${watch}` },
    {
      purpose: 'a test message to every channel',
      line: `curl -d '{"test":"channels"}' ${url}/_invoke/${watch}`,
    },
  ];
}
