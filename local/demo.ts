/** The function set on this machine alone: a simulated upstream, an inbox for the alerts, and a short story. */
import { randomBytes } from 'node:crypto';
import { systemClock } from '../shared/clock';
import type { Environment } from '../shared/environment';
import { createHost } from './host/host';
import { createInbox, type ChannelEntry } from './inbox/inbox';
import { castTasks, createPollWatch, playScenario, type Cast } from './scenario';
import { createSimulator } from './simulator/simulator';
import type { Running, StartOptions } from './start';
import { welcome, type Command } from './welcome';

const TOKEN = 'local-token';

/**
 * The environment from which s.yaml is resolved. It sets every variable that s.yaml reads, because what is not set here
 * would come from the person's real `.env`: a demonstration must neither call nor alert anything real. Only the language
 * and the log level are the shell's.
 */
export function demoEnvironment(
  shell: Environment,
  { upstream, channels, url }: { upstream: string; channels: readonly ChannelEntry[]; url: string },
): Environment {
  return {
    ...shell,
    DYVMSAPI_ENDPOINT: upstream,
    LOG_LEVEL: shell['LOG_LEVEL'] ?? '',
    HTTP_AUTH: 'token',
    API_TOKENS: TOKEN,
    CORS_ORIGINS: '',
    WATCH_STATUSES: '',
    ALERT_CHANNELS: JSON.stringify(channels),
    ALERT_REPEAT_INTERVAL: '8s',
    ALERT_PENDING: '',
    ALERT_LANGUAGE: shell['ALERT_LANGUAGE'] ?? '',
    STATE_STORE: 'memory',
    TABLESTORE_ENDPOINT: '',
    HEARTBEAT_URL: '',
    QUERY_URL: `${url}/query-robot-tasks`,
    FC_REGION_ID: 'cn-hangzhou',
    HTTP_TRIGGER_AUTH: 'anonymous',
    WATCH_SCHEDULE: '@every 3s',
  };
}

/** Starts simulator, inbox and host, and lets the story begin. Throws a sentence when that cannot be. */
export async function startDemo({ specFile, port, shell, terminal }: StartOptions): Promise<Running> {
  // The keys of a role: temporary, with a token.
  const role = {
    accessKeyId: `STS.${randomBytes(8).toString('hex')}`,
    accessKeySecret: randomBytes(16).toString('hex'),
    securityToken: randomBytes(16).toString('hex'),
  };
  const simulator = createSimulator({ credentials: [role] });
  const cast = castTasks(simulator.tasks, systemClock.now());
  const inbox = createInbox({
    onMessage: (message) => {
      terminal.showMessage(message);
    },
  });
  const polls = createPollWatch();
  const servers = [simulator, inbox];
  const closeServers = async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
  try {
    const upstream = (await simulator.listen()).origin;
    await inbox.listen();
    let page = '';
    const host = await createHost({
      specFile,
      port,
      environment: (url) => demoEnvironment(shell, { upstream, channels: inbox.channels(), url }),
      credentials: () => ({ role: () => role }),
      mounts: {
        '/_simulator': (request) => simulator.handleControl(request),
        '/_inbox': (request) => inbox.handleControl(request),
      },
      page: () => page,
      observe(activity) {
        terminal.show(activity);
        if (activity.type === 'call') polls.onCall(activity);
      },
    });
    page = welcome({
      title:
        'Robot Task Watch runs on this machine alone: upstream is simulated, an inbox plays the chat robots.',
      notes: [],
      url: host.url,
      functions: host.functions,
      commands: demoCommands(host.url, cast),
    });
    terminal.print(page);
    void playScenario({
      tasks: simulator.tasks,
      hero: cast.hero,
      nextPoll: polls.nextPoll,
      tell(line) {
        terminal.tell(line);
      },
    });
    return {
      url: host.url,
      async close() {
        await host.close();
        await closeServers();
      },
    };
  } catch (error) {
    await closeServers();
    throw error;
  }
}

function demoCommands(url: string, { hero, bystander }: Cast): Command[] {
  const tasks = `curl -H 'Authorization: Bearer ${TOKEN}' '${url}/query-robot-tasks/tasks`;
  return [
    { purpose: 'the newest tasks', line: `${tasks}?pageSize=3'` },
    { purpose: 'the stopped ones, in short', line: `${tasks}?status=stopped&fields=id,status'` },
    { purpose: 'one task', line: `${tasks}/${hero.id}'` },
    {
      purpose: 'stop another one (EXCUTING lets it run again)',
      line: `curl -d '{"status":"ARREARS_STOP"}' ${url}/_simulator/tasks/${bystander.id}`,
    },
    {
      purpose: 'a test message to every channel',
      line: `curl -d '{"test":"channels"}' ${url}/_invoke/watch-robot-tasks`,
    },
    { purpose: 'what the groups have seen', line: `curl ${url}/_inbox` },
  ];
}
