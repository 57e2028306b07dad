/** The function set on this machine alone: a simulated upstream, an inbox for the alerts, and a short story. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../shared/runtime/clock';
import type { Environment } from '../shared/runtime/environment';
import type { Source } from '../shared/robot-task';
import { SOURCE_TRAITS } from '../shared/task-source';
import { createColleague } from './colleague';
import { createHost } from './host/host';
import { DEMONSTRATION, LOCAL_TOKEN } from '../shared/deployment/demonstration';
import { createInbox, type ChannelEntry } from './inbox/inbox';
import { castTasks, createPollWatch, playScenario, stopOf, type Cast } from './scenario';
import { createLinks } from './links';
import { createSimulator } from './simulator/simulator';
import type { Running, StartOptions } from './start';
import { welcome, type Command } from './welcome';

/** May start a stopped task again. */
const OPERATOR_TOKEN = 'local-operator-token';
/** Their name: what they take is said to be theirs. */
const OPERATOR = 'demo';
const COLLEAGUE = { name: '小王', token: 'local-operator-colleague' };

/**
 * The environment from which s.yaml is resolved. It sets every variable that s.yaml reads, because what is not set here
 * would come from the person's real `.env`: a demonstration must neither call nor alert anything real. Only the language
 * and the log level are the shell's.
 */
export function demoEnvironment(
  shell: Environment,
  {
    source = 'dyvms',
    upstream,
    channels,
    url,
    stateFile,
  }: { source?: Source; upstream: string; channels: readonly ChannelEntry[]; url: string; stateFile: string },
): Environment {
  return {
    ...shell,
    TASK_SOURCE: source,
    DYVMSAPI_ENDPOINT: '',
    AICCS_ENDPOINT: '',
    [SOURCE_TRAITS[source].endpointVariable]: upstream,
    LOG_LEVEL: shell['LOG_LEVEL'] ?? '',
    HTTP_AUTH: 'token',
    API_TOKENS: LOCAL_TOKEN,
    OPERATOR_TOKENS: `${OPERATOR}:${OPERATOR_TOKEN},${COLLEAGUE.name}:${COLLEAGUE.token}`,
    LINK_SECRET: randomBytes(32).toString('hex'),
    LINK_TTL: '',
    QUERY_CERTIFICATE_ENDS: '',
    CORS_ORIGINS: '',
    WATCH_STATUSES: '',
    WATCH_CREATED_WITHIN: '',
    ALERT_CHANNELS: JSON.stringify(channels),
    // An open page asks every 30 s: the stop lasts longer than that.
    ALERT_REPEAT_INTERVAL: '36s',
    ALERT_PENDING: '',
    ALERT_STALLED: '',
    ALERT_BALANCE_BELOW: '',
    BSS_ENDPOINT: '',
    ALERT_LANGUAGE: shell['ALERT_LANGUAGE'] ?? '',
    STATE_STORE: `file:${stateFile}`,
    TABLESTORE_ENDPOINT: '',
    HEARTBEAT_URL: '',
    QUERY_URL: `${url}/query-robot-tasks`,
    FC_REGION_ID: 'cn-hangzhou',
    DEPLOYMENT_SUFFIX: '',
    HTTP_TRIGGER_AUTH: 'anonymous',
    WATCH_SCHEDULE: '@every 3s',
  };
}

/** Starts simulator, inbox and host, and lets the story begin. Throws a sentence when that cannot be. */
export async function startDemo({
  specFile,
  build,
  port,
  source = 'dyvms',
  channels = ['dingtalk', 'feishu'],
  alertmanager,
  width = Infinity,
  shell,
  terminal,
}: StartOptions): Promise<Running> {
  await build?.();
  // The keys of a role: temporary, with a token.
  const role = {
    accessKeyId: `STS.${randomBytes(8).toString('hex')}`,
    accessKeySecret: randomBytes(16).toString('hex'),
    securityToken: randomBytes(16).toString('hex'),
  };
  const simulator = createSimulator({ source, credentials: [role] });
  const cast = castTasks(simulator.tasks, systemClock.now());
  const inbox = createInbox({
    channels: channels.map((type) => ({
      // The group that the story is told to.
      id: type === channels[0] ? 'ops' : type,
      type,
      ...(type === 'dingtalk' ? { mention: ['13800000000'] } : {}),
    })),
    onMessage: (message) => {
      // What a box leaves of a line.
      terminal.showMessage({ ...message, text: links.shorten(message.text, width - 12) });
    },
  });
  let address = '';
  const links = createLinks(() => address);
  const polls = createPollWatch();
  const servers = [simulator, inbox];
  const folder = await mkdtemp(path.join(tmpdir(), 'robot-task-watch-'));
  const stateFile = path.join(folder, 'state.json');
  const closeServers = async () => {
    await Promise.all(servers.map((server) => server.close()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const upstream = (await simulator.listen()).origin;
    await inbox.listen();
    let page = '';
    const host = await createHost({
      specFile,
      port,
      environment(url) {
        address = url;
        const told = [...inbox.channels(), ...realAlertmanager(alertmanager)];
        return demoEnvironment(shell, { source, upstream, channels: told, url, stateFile });
      },
      credentials: () => ({ role: () => role }),
      mounts: {
        '/_simulator': (request) => simulator.handleControl(request),
        '/_inbox': (request) => inbox.handleControl(request),
        '/_links': links.handle,
      },
      page: () => page,
      observe(activity) {
        terminal.show(activity);
        if (activity.type === 'call') polls.onCall(activity);
      },
    });
    const welcomeTo = (columns: number) =>
      welcome({
        width: columns,
        title: `${DEMONSTRATION}: upstream is simulated, an inbox plays the chat robots.`,
        notes: [
          'The page, signed in (a stopped task can be started again there):',
          `${host.url}/query-robot-tasks/#ticket=${OPERATOR_TOKEN}`,
          ...(alertmanager === undefined
            ? []
            : [
                'The real Alertmanager shows what stands, 30 s after it is told:',
                `${alertmanager}/#/alerts`,
              ]),
        ],
        url: host.url,
        functions: host.functions,
        commands: demoCommands(host.url, cast, stopOf(source)),
      });
    page = welcomeTo(Infinity);
    terminal.print(welcomeTo(width));
    void playScenario({
      source,
      tasks: simulator.tasks,
      ...{ hero: cast.hero, second: cast.second },
      colleague: createColleague(`${host.url}/query-robot-tasks`, COLLEAGUE.token),
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

function realAlertmanager(url: string | undefined): ChannelEntry[] {
  return url === undefined ? [] : [{ id: 'alertmanager', type: 'alertmanager', url }];
}

function demoCommands(url: string, { hero, bystander }: Cast, stop: string): Command[] {
  // Without a ? or an &, which some shells take for something else.
  const tasks = `${url}/query-robot-tasks/tasks`;
  const token = `-H 'Authorization: Bearer ${LOCAL_TOKEN}'`;
  const ask = (asked: string) => `curl -G ${token} ${asked} ${tasks}`;
  return [
    { purpose: 'the newest tasks', line: ask('-d pageSize=3') },
    { purpose: 'the stopped ones, in short', line: ask('-d status=stopped -d fields=id,status') },
    { purpose: 'one task', line: `curl ${token} ${tasks}/${hero.id}` },
    {
      purpose: 'stop another one (EXCUTING lets it run again)',
      line: `curl -d '{"status":"${stop}"}' ${url}/_simulator/tasks/${bystander.id}`,
    },
    {
      purpose: 'a test message to every channel',
      line: `curl -d '{"test":"channels"}' ${url}/_invoke/watch-robot-tasks`,
    },
    {
      purpose: 'all the checks that a deployment gets',
      line: `npm run smoke -- ${url}/query-robot-tasks`,
    },
    { purpose: 'what the groups have seen', line: `curl ${url}/_inbox` },
    {
      purpose: 'break a channel ("fault":null mends it)',
      line: `curl -X PUT -d '{"channel":"ops","fault":{"fault":"stall"}}' ${url}/_inbox/faults`,
    },
    {
      purpose: 'break upstream ([] mends it)',
      line: `curl -X PUT -d '[{"then":{"fault":"code","code":"Throttling.User"}}]' ${url}/_simulator/faults`,
    },
  ];
}
