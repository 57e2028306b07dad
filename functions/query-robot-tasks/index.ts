/** Function Compute's entry of query-robot-tasks. */
import { randomUUID } from 'node:crypto';
// Of node:fs, because to load node:fs/promises takes as long as a tenth of a start.
import { promises as files } from 'node:fs';
import path from 'node:path';
import { createOpenApiClient } from '../../shared/sources/openapi/openapi-client';
import { createRobotTasks } from '../../shared/sources/robot-tasks/robot-tasks';
import { ConfigurationError, list, type Environment } from '../../shared/runtime/environment';
import {
  findCredentials,
  parseFunctionContext,
  type Credentials,
} from '../../shared/runtime/function-context';
import { systemClock } from '../../shared/runtime/clock';
import { createLogger } from '../../shared/runtime/log';
import { prepareConnections } from '../../shared/runtime/network';
import { prepareRoots } from '../../shared/runtime/roots';
import type { Stores } from '../../shared/operators/stores';
import { createApp, type App } from './app';
import { readConfiguration, type Configuration } from './config';
import { withStandardHeaders } from './http/http';
import { parseHttpEvent, toHttpAnswer, type HttpAnswer } from './http/http-event';
import { createKeeper } from './http/keeper';
import { toProblem } from './http/errors';
import { problemResponse } from './http/problem';
import type { Call, Services } from './http/route';
import { tokenSecrets } from './tokens';

/** Made by the first call and kept while the instance lives: the environment does not change. */
let instance: Instance | undefined;

/** Answers one event of the HTTP trigger. Never rejects, and always gives a whole HTTP answer. */
export async function handler(event: unknown, context: unknown): Promise<HttpAnswer> {
  try {
    instance ??= createInstance(process.env);
    const httpEvent = parseHttpEvent(event);
    const call = instance.startCall(context, httpEvent?.requestId ?? '');
    return toHttpAnswer(await instance.app(httpEvent?.request ?? null, call));
  } catch (error) {
    const requestId = randomUUID();
    createLogger('error', () => secretsOf(process.env, null)).error({ requestId, err: error }, 'a bug');
    const response = problemResponse(toProblem(error), requestId, 'en');
    return toHttpAnswer(withStandardHeaders(response, requestId));
  }
}

interface Instance {
  readonly app: App;
  /** Takes the keys, the time and the name of one call. `gatewayRequestId` counts when the context has none. */
  startCall(context: unknown, gatewayRequestId: string): Call;
}

function createInstance(env: Environment): Instance {
  const configuration = configurationOf(env);
  prepareConnections();
  let credentials: Credentials | null = null;
  let upstreamCalls = 0;
  const secrets = () => secretsOf(env, credentials);
  const isConfigured = !(configuration instanceof ConfigurationError);
  const log = createLogger(isConfigured ? configuration.logLevel : 'info', secrets);
  prepareRoots(env, log);
  const robotTasks = isConfigured
    ? createRobotTasks(configuration.source, {
        host: configuration.endpoint.host,
        secrets,
        client: createOpenApiClient({ endpoint: configuration.endpoint, credentials: () => credentials }),
        onCall: (report) => {
          upstreamCalls += 1;
          log.debug(report, 'called upstream');
        },
      })
    : null;
  return {
    app: createApp({
      configuration,
      services: {
        readBeside: createFileReader(),
        ...(isConfigured
          ? storesOf(configuration, () => credentials)
          : { readState: null, openRecord: null }),
        sleep: (ms) => systemClock.sleep(ms),
        keeper: createKeeper(Date.now),
        log,
        now: Date.now,
      },
    }),
    startCall(context, gatewayRequestId) {
      const functionContext = parseFunctionContext(context);
      credentials = findCredentials(functionContext, env);
      const callsBefore = upstreamCalls;
      return {
        requestId:
          [functionContext.requestId, gatewayRequestId].find((id) => REQUEST_ID.test(id)) ?? randomUUID(),
        deadline: Date.now() + timeForUpstream(functionContext.timeoutMs),
        robotTasks: credentials === null ? null : robotTasks,
        upstreamCalls: () => upstreamCalls - callsBefore,
      };
    },
  };
}

/** Reads a file that the build puts beside the bundle, once. */
function createFileReader(): Services['readBeside'] {
  const contents = new Map<string, Promise<Buffer>>();
  return (file) => {
    const content = contents.get(file) ?? files.readFile(path.join(__dirname, file));
    contents.set(file, content);
    return content;
  };
}

/** The code of the stores is loaded when it is first asked for: a cold start does without it. */
function storesOf(
  { store, tablestoreEndpoint, source, operators }: Configuration,
  credentials: () => Credentials | null,
): Pick<Services, 'readState' | 'openRecord'> {
  if (store.kind === 'memory') return { readState: null, openRecord: null };
  let opened: Promise<Stores> | undefined;
  const open = () =>
    (opened ??= import('../../shared/operators/stores').then(({ openStores }) =>
      openStores(store, { endpoint: tablestoreEndpoint, credentials, clock: systemClock }),
    ));
  return {
    readState: async (deadline) => {
      const state = await (await open()).state.read(deadline);
      // What the watch knew of another source's tasks says nothing of these. Where none is named, there was but one.
      return (state?.source ?? 'dyvms') === source ? state : null;
    },
    openRecord: operators.length === 0 ? null : async () => (await open()).record,
  };
}

/** What no log line may show. */
function secretsOf(env: Environment, credentials: Credentials | null): string[] {
  return [
    ...['API_TOKENS', 'OPERATOR_TOKENS'].flatMap((name) => tokenSecrets(env[name] ?? '')),
    ...list(env['LINK_SECRET'] ?? ''),
    ...Object.values<string>({ ...(credentials ?? findCredentials(parseFunctionContext({}), env)) }),
  ];
}

/** What may stand in a header. */
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/;

const MOST_TIME_MS = 25_000;
const RESERVE_MS = 1500;

/** Leaves time for an answer of our own, a 504, before Function Compute ends the call. */
function timeForUpstream(timeoutMs: number): number {
  return Math.min(MOST_TIME_MS, Math.max(timeoutMs - RESERVE_MS, timeoutMs / 2));
}

function configurationOf(env: Environment): Configuration | ConfigurationError {
  try {
    return readConfiguration(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}
