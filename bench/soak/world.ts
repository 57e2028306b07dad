/** The whole set on this machine: s.yaml's functions on two hosts, and everything that they talk to. */
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { STOPPED_STATUSES, type Source } from '../../shared/robot-task';
import { canBe } from '../../shared/task-source';
import type { Rules } from '../oracle/sights';
import { demoEnvironment } from '../../local/demo';
import type { Activity } from '../../local/host/activity';
import { createHost, type Host } from '../../local/host/host';
import { createInbox, type Inbox } from '../../local/inbox/inbox';
import { createLoopbackServer } from '../../local/simulator/loopback-server';
import { createSimulator, type Simulator } from '../../local/simulator/simulator';
import { createStateFolder, type StateFolder } from './disk';
import { createKeys, type Keys } from './keys';
import { createReceiver, type Listener, type Receiver } from './receiver';

const ROOT = path.join(__dirname, '../..');
/** Instead of s.yaml's: what waits for a stalled upstream is to cost seconds. */
export const TIMEOUT_SECONDS = 8;
const SECOND_MS = 1000;
/** How long it takes at most until a watch has seen how a task stands. */
export const SLACK_MS = 40 * SECOND_MS;
const DAY_MS = 24 * 60 * 60 * 1000;
/** The chat robot's id; of what it is told the text is kept, and how many messages it was, not the data. */
export const CHAT = 'ops';

export const LISTENERS: readonly Listener[] = [
  { id: 'all', statuses: null },
  { id: 'system', statuses: ['SYSTEM_STOP'] },
  { id: 'asleep', statuses: null, days: dayAfterTomorrow() },
  { id: 'second', statuses: null, after: { text: '15s', ms: 15 * SECOND_MS } },
];

/** The listeners are webhooks. */
export const WEBHOOKS = LISTENERS.map(({ id }) => id);
/** Enough: a word about it would be a false one. */
const BALANCE = { Code: '200', Success: true, Data: { AvailableAmount: '1,000.00', Currency: 'CNY' } };

/** 1 = Monday, in Beijing, which is 8 hours ahead. */
function dayAfterTomorrow(): string {
  const day = new Date(Date.now() + 8 * 60 * 60 * 1000 + 2 * DAY_MS).getUTCDay();
  return String(day === 0 ? 7 : day);
}

/** What the watch of this world is set to, as far as the oracle has to know. */
export function rulesOf(source: Source): Rules {
  return {
    statuses: STOPPED_STATUSES.filter((status) => canBe(source, status)),
    stalledAfter: 60 * SECOND_MS,
    pending: new Map(),
    repeatIntervals: [15, 20, 30].map((seconds) => seconds * SECOND_MS),
    createdWithin: 30 * DAY_MS,
    // The account has enough.
    balanceBelow: null,
  };
}

/** All that are told: the listeners and the chat. */
export const CHANNELS = [...WEBHOOKS, CHAT];

export interface World {
  readonly simulator: Simulator;
  readonly receiver: Receiver;
  readonly inbox: Inbox;
  /** How many messages the chat has taken. */
  readonly chatMessages: number;
  readonly state: StateFolder;
  readonly keys: Keys;
  /** Two sets with one state, as two instances would have it. */
  readonly hosts: readonly [Host, Host];
  readonly apiToken: string;
  readonly operatorTokens: readonly string[];
  /** The paths that the dead-man switch was called with. */
  readonly beats: readonly string[];
  /** Everything that must never be shown. */
  secrets(): string[];
  /** All that was shown anywhere since the last call: to be searched for secrets. */
  takeShown(): Promise<string[]>;
  close(): Promise<void>;
}

/** Starts everything. The bundles must be built. */
export async function createWorld(seed: number, source: Source): Promise<World> {
  const root = await mkdtemp(path.join(tmpdir(), 'robot-task-soak-'));
  const state = await createStateFolder(root);
  const specFile = await copySet(root, state.environment);
  const keys = createKeys();
  const simulator = createSimulator({ source, credentials: keys.known, seed });
  const shown: string[] = [];
  const receiver = createReceiver(LISTENERS, (body) => shown.push(body));
  let chatMessages = 0;
  const inbox = createInbox({
    clock: createSparseClock(),
    channels: [{ id: CHAT, type: 'dingtalk', mention: ['13800000000'] }],
    onMessage: ({ text }) => {
      chatMessages += 1;
      shown.push(text);
    },
  });
  const beats: string[] = [];
  const beatPath = `/${randomBytes(16).toString('hex')}`;
  const heartbeat = createLoopbackServer((request, response) => {
    beats.push((request.url ?? '').slice(beatPath.length));
    response.end('OK');
  });
  const billing = createLoopbackServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(BALANCE));
  });
  const apiToken = randomBytes(16).toString('hex');
  const operatorTokens = [0, 1].map(() => randomBytes(16).toString('hex'));
  const upstream = (await simulator.listen()).origin;
  await receiver.listen();
  await inbox.listen();
  const balanceUrl = (await billing.listen()).origin;
  const beatUrl = new URL(beatPath, await heartbeat.listen()).href;
  const channels = [...receiver.entries, ...inbox.channels()];

  const startHost = () =>
    createHost({
      specFile,
      port: 0,
      environment: (url) => ({
        ...demoEnvironment(
          { LOG_LEVEL: 'debug' },
          { source, upstream, channels, url, stateFile: state.file },
        ),
        API_TOKENS: apiToken,
        OPERATOR_TOKENS: operatorTokens.map((token, index) => `operator-${index + 1}:${token}`).join(','),
        ALERT_REPEAT_INTERVAL: '15s,20s,30s',
        ALERT_STALLED: '1m',
        WATCH_CREATED_WITHIN: '30d',
        ALERT_BALANCE_BELOW: '100',
        BSS_ENDPOINT: balanceUrl,
        STATE_STORE: `file:${state.file}`,
        HEARTBEAT_URL: beatUrl,
        // The soak itself says when to poll.
        WATCH_SCHEDULE: '@every 24h',
      }),
      credentials: () => ({ role: () => keys.inUse }),
      observe: (activity) => shown.push(textOf(activity)),
    });
  const [first, second] = await Promise.all([startHost(), startHost()]);

  return {
    simulator,
    receiver,
    inbox,
    get chatMessages() {
      return chatMessages;
    },
    state,
    keys,
    hosts: [first, second],
    apiToken,
    operatorTokens,
    beats,
    secrets: () => {
      const inUrls = channels.flatMap(({ url, secret }) => [
        new URL(url).pathname.split('/').findLast((part) => part.length >= 20),
        ...new URL(url).searchParams.values(),
        secret?.replace(/^whsec_/, ''),
      ]);
      const all = [...keys.secrets, apiToken, ...operatorTokens, beatPath.slice(1), ...inUrls].filter(
        (text) => text !== undefined,
      );
      // A URL writes some letters of base64 in another way.
      return [...new Set(all.flatMap((secret) => [secret, encodeURIComponent(secret)]))];
    },
    async takeShown() {
      return [...shown.splice(0), ...(await state.texts())];
    },
    async close() {
      await Promise.all([first.close(), second.close()]);
      await Promise.all([
        simulator.close(),
        receiver.close(),
        inbox.close(),
        heartbeat.close(),
        billing.close(),
      ]);
      await rm(root, { recursive: true });
    },
  };
}

/**
 * s.yaml with shorter timeouts and more in the environment, beside a copy of the bundles that no build in the meantime
 * changes.
 */
async function copySet(root: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const text = await readFile(path.join(ROOT, 's.yaml'), 'utf8');
  const specFile = path.join(root, 's.yaml');
  const spec = Object.entries(environment).reduce(
    (changed, [name, value]) => withVariable(changed, name, value),
    text.replace(/^( +timeout:) \d+$/gm, `$1 ${TIMEOUT_SECONDS}`),
  );
  await writeFile(specFile, spec);
  await cp(path.join(ROOT, 'dist'), path.join(root, 'dist'), { recursive: true });
  return specFile;
}

/** In every function's environment. To the options of Node.js that are there, others are added. */
function withVariable(spec: string, name: string, value: string): string {
  const there = new RegExp(String.raw`^( +${name}:) (.+)$`, 'gm');
  if (there.test(spec)) {
    return spec.replace(
      there,
      (_line, key: string, old: string) => `${key} ${JSON.stringify(`${old} ${value}`)}`,
    );
  }
  return spec.replace(
    /^( +)environmentVariables:$/gm,
    (line, indent: string) => `${line}\n${indent}  ${name}: ${JSON.stringify(value)}`,
  );
}

/**
 * On this clock DingTalk's 20 messages a minute are not too few: between two looks at it pass 1.6 seconds, and it looks
 * twice at each message. After a thousand messages it is as far off as a signature may be.
 */
function createSparseClock(): { now(): number } {
  let last = 0;
  return { now: () => (last = Math.max(Date.now(), last + 1600)) };
}

function textOf(activity: Activity): string {
  if (activity.type !== 'call') return JSON.stringify(activity);
  const { outcome, lines, problem } = activity;
  const payload = outcome.ok ? outcome.payload.toString() : JSON.stringify(outcome);
  return [...lines, problem ?? '', payload].join('\n');
}
