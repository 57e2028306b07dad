/** Function Compute's entry of watch-robot-tasks. */
import { everyMs } from '../../shared/every';
import { systemClock } from '../../shared/runtime/clock';
import { prepareConnections } from '../../shared/runtime/network';
import { prepareRoots, trustInEffect } from '../../shared/runtime/roots';
import { createOpenApiClient } from '../../shared/sources/openapi/openapi-client';
import { createBalance } from '../../shared/sources/bss/balance';
import { createRobotTasks } from '../../shared/sources/robot-tasks/robot-tasks';
import { STOPPED_STATUSES } from '../../shared/robot-task';
import { lackingStatuses } from '../../shared/task-source';
import type { Environment } from '../../shared/runtime/environment';
import {
  deploymentOf,
  findCredentials,
  parseFunctionContext,
  type Credentials,
  type FunctionContext,
} from '../../shared/runtime/function-context';
import { createMemoryStore } from '../../shared/documents/memory';
import type { Stores } from '../../shared/operators/stores';
import { createLogger } from '../../shared/runtime/log';
import { configurationSecrets, readConfiguration, type Configuration } from './config';
import { channelOpener, routeOf } from './configured-channels';
import { parseEvent } from './event';
import { createHeartbeat } from './heartbeat';
import { createKeeper } from './poll/keeper';
import { phaseDeadline, type TimeFrame } from './poll/phases';
import { poll, PollError, type Watch } from './poll/poll';
import { identityOf } from './identity';
import type { Policy, Route } from './rules/policy';
import type { Summary } from './poll/summary';
import { testChannels, type TestResults } from './test-channels';

const MINUTE_MS = 60_000;

/** Made by the first call and kept while the instance lives: the environment does not change. */
let instance: Promise<Instance> | undefined;

/**
 * Answers one timer event or one call by hand: polls and resolves to the summary, or tests the channels and resolves to
 * the verdicts. Rejects when the configuration is wrong, when the event means nothing, and after a poll that failed.
 */
export async function handler(event: Buffer, context: unknown): Promise<Summary | TestResults> {
  const functionContext = parseFunctionContext(context);
  const { requestId, timeoutMs } = functionContext;
  const time = { startedAt: systemClock.now(), timeoutMs };
  let ready: Instance;
  try {
    instance ??= createInstance(process.env, functionContext);
    ready = await instance;
  } catch (error) {
    instance = undefined;
    createLogger('error', () => []).error({ requestId, reason: (error as Error).message }, 'cannot start');
    throw error;
  }
  const request = parseEvent(event);
  const watch = ready.startCall(functionContext);
  return request === 'poll'
    ? pollAndReport(watch, time, requestId, ready.upstreamCalls)
    : testAndReport(watch, time, requestId);
}

async function pollAndReport(
  watch: Watch,
  time: TimeFrame,
  requestId: string,
  upstreamCalls: () => number,
): Promise<Summary> {
  const { summary, state, problems } = await poll(watch, time);
  const durationMs = watch.clock.now() - time.startedAt;
  const line = { requestId, ...summary, state, durationMs, upstreamCalls: upstreamCalls() };
  if (problems.length > 0) {
    watch.log.error({ ...line, problems: problems.map(({ en }) => en) }, 'polled in part');
    throw new PollError(problems);
  }
  const isSmooth = state !== 'conflict' && Object.keys(summary.failed).length === 0;
  watch.log[isSmooth ? 'info' : 'warn'](line, 'polled');
  return summary;
}

async function testAndReport(watch: Watch, time: TimeFrame, requestId: string): Promise<TestResults> {
  const deadline = phaseDeadline('deliver', time, time.startedAt);
  const verdicts = await testChannels(await watch.openChannels(), watch.heartbeat, deadline, watch);
  watch.log.info({ requestId, ...verdicts, roots: trustInEffect() }, 'tested the channels');
  return verdicts;
}

interface Instance {
  /** Takes the keys of one call. */
  startCall(context: FunctionContext): Watch;
  /** Requests to upstream since the call started. */
  readonly upstreamCalls: () => number;
}

async function createInstance(env: Environment, context: FunctionContext): Promise<Instance> {
  const configuration = readConfiguration(env);
  prepareConnections();
  let credentials: Credentials | null = null;
  let upstreamCalls = 0;
  const fixedSecrets = configurationSecrets(configuration);
  const secrets = () => [...fixedSecrets, ...Object.values<string>({ ...credentials })];
  const log = createLogger(configuration.logLevel, secrets);
  prepareRoots(env, log);
  const { policy, channels, heartbeatUrl, source } = configuration;
  const routes = channels.map(routeOf);
  const lacking = lackingStatuses(source, STOPPED_STATUSES);
  if (lacking.length > 0)
    log.info({ source, statuses: lacking }, 'not watched: the source has no such status');
  const deployment = deploymentOf(context);
  const stores = await storesOf(configuration, () => credentials);
  const watch: Watch = {
    askBalance:
      policy.balanceBelow === null
        ? null
        : createBalance({
            client: createOpenApiClient({
              endpoint: configuration.bssEndpoint,
              credentials: () => credentials,
            }),
            host: configuration.bssEndpoint.host,
            clock: systemClock,
          }),
    robotTasks: createRobotTasks(source, {
      host: configuration.endpoint.host,
      secrets,
      client: createOpenApiClient({ endpoint: configuration.endpoint, credentials: () => credentials }),
      onCall: (report) => {
        upstreamCalls += 1;
        log.debug(report, 'called upstream');
      },
    }),
    keeper: createKeeper({
      store: stores?.state ?? createMemoryStore({ saved: null }),
      self: identityOf(deployment, source, configuration.endpoint.host, routes),
      async nextPoll(time) {
        const interval = everyMs(configuration.schedule);
        if (interval !== null) return time + Math.max(interval, 1);
        return (await import('./next-poll')).nextPollBy(configuration.schedule)(time);
      },
      mayHaveMissed: async (before, now) =>
        (await import('./next-poll')).hasMissed(configuration.schedule, before, now),
      clock: systemClock,
      log,
    }),
    readRecord: stores === null ? null : (deadline) => stores.record.read(deadline),
    openChannels: channelOpener(configuration, systemClock, {
      watch: deployment,
      onUnsayable(error) {
        log.error({ err: error }, 'something could not be put into words');
      },
    }),
    policy: { ...policy, deployment, channels: routes, nextPoll: await nextPollOf(configuration, routes) },
    heartbeat: heartbeatUrl === null ? null : createHeartbeat(heartbeatUrl, systemClock),
    clock: systemClock,
    log,
  };
  return {
    startCall(context) {
      credentials = findCredentials(context, env);
      upstreamCalls = 0;
      return watch;
    },
    upstreamCalls: () => upstreamCalls,
  };
}

/** The code of the stores is loaded where something is to be shared. */
async function storesOf(
  { store, tablestoreEndpoint }: Configuration,
  credentials: () => Credentials | null,
): Promise<Stores | null> {
  if (store.kind === 'memory') return null;
  const { openStores } = await import('../../shared/operators/stores');
  return openStores(store, { endpoint: tablestoreEndpoint, credentials, clock: systemClock });
}

/** Only a channel that is sent everything at every poll needs to know when the next one comes: for it, cron is understood. */
async function nextPollOf(
  { schedule }: Configuration,
  routes: readonly Route[],
): Promise<Policy['nextPoll']> {
  if (!routes.some(({ wantsStanding }) => wantsStanding)) return (time) => time + MINUTE_MS;
  const { nextPollBy } = await import('./next-poll');
  return nextPollBy(schedule);
}
