/** Function Compute's entry of query-robot-tasks. */
import { randomUUID } from 'node:crypto';
import { createOpenApiClient } from '../../shared/dyvmsapi/openapi-client';
import { createRobotTasks } from '../../shared/dyvmsapi/robot-tasks';
import { ConfigurationError, list, type Environment } from '../../shared/environment';
import { findCredentials, parseFunctionContext, type Credentials } from '../../shared/function-context';
import { createLogger } from '../../shared/log';
import { createApp, type App, type Call } from './app';
import { readConfiguration, type Configuration } from './config';
import { withStandardHeaders } from './http';
import { parseHttpEvent, toHttpAnswer, type HttpAnswer } from './http-event';
import { problemResponse, toProblem } from './problem';

/** esbuild puts the text here at build time. */
declare const OPENAPI_DOCUMENT: string;

/** Made by the first call and kept while the instance lives: the environment does not change. */
let instance: Instance | undefined;

/** Answers one event of the HTTP trigger. Never rejects, and always gives a whole HTTP answer. */
export async function handler(event: unknown, context: unknown): Promise<HttpAnswer> {
  try {
    instance ??= createInstance(process.env, OPENAPI_DOCUMENT);
    const httpEvent = parseHttpEvent(event);
    const call = instance.startCall(context, httpEvent?.requestId ?? '');
    return toHttpAnswer(await instance.app(httpEvent?.request ?? null, call));
  } catch (error) {
    const requestId = randomUUID();
    createLogger('error', () => secretsOf(process.env, null)).error({ requestId, err: error }, 'a bug');
    const response = problemResponse(toProblem(error), requestId);
    return toHttpAnswer(withStandardHeaders(response, requestId));
  }
}

interface Instance {
  readonly app: App;
  /** Takes the keys, the time and the name of one call. `gatewayRequestId` counts when the context has none. */
  startCall(context: unknown, gatewayRequestId: string): Call;
}

function createInstance(env: Environment, openApiDocument: string): Instance {
  const configuration = configurationOf(env);
  let credentials: Credentials | null = null;
  let upstreamCalls = 0;
  const secrets = () => secretsOf(env, credentials);
  const isConfigured = !(configuration instanceof ConfigurationError);
  const log = createLogger(isConfigured ? configuration.logLevel : 'info', secrets);
  const robotTasks = isConfigured
    ? createRobotTasks({
        client: createOpenApiClient({ endpoint: configuration.endpoint, credentials: () => credentials }),
        onCall: (report) => {
          upstreamCalls += 1;
          log.debug(report, 'called upstream');
        },
      })
    : null;
  return {
    app: createApp({ configuration, openApiDocument, log, now: Date.now }),
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

/** What no log line may show. */
function secretsOf(env: Environment, credentials: Credentials | null): string[] {
  return [
    ...list(env['API_TOKENS'] ?? ''),
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
