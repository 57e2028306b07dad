/** The HTTP app: who may ask what, what is answered, and one log line a call. It knows nothing of Function Compute. */
import { ConfigurationError } from '../../shared/environment';
import type { Logger } from '../../shared/log';
import type { RobotTasks } from '../../shared/robot-task';
import { createTokenAuthentication, type Authenticate } from './auth';
import type { Configuration } from './config';
import { corsHeaders } from './cors';
import { jsonResponse, withStandardHeaders, type HttpRequest, type HttpResponse } from './http';
import { listTasks } from './list-tasks';
import { parseTaskId, parseTaskQuery } from './parameters';
import { ProblemError, PROBLEMS, problemResponse, toProblem } from './problem';
import { findRoute, METHODS, type Route } from './routes';

export interface AppOptions {
  /** Or what is wrong with it: then every call is answered with that. */
  readonly configuration: Configuration | ConfigurationError;
  readonly openApiDocument: string;
  readonly log: Logger;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What belongs to one call. */
export interface Call {
  /** Stands in the answer and in the log; visible ASCII. */
  readonly requestId: string;
  /** Epoch milliseconds by which upstream must have answered. */
  readonly deadline: number;
  /** Null when there are no credentials to ask with. */
  readonly robotTasks: RobotTasks | null;
  /** Calls made to upstream so far for this call. */
  readonly upstreamCalls: () => number;
}

/** Answers one request; null stands for an event that is none. Never rejects: what goes wrong is a problem document. */
export type App = (request: HttpRequest | null, call: Call) => Promise<HttpResponse>;

const ALLOW = METHODS.join(', ');

export function createApp({ configuration, openApiDocument, log, now }: AppOptions): App {
  const isConfigured = !(configuration instanceof ConfigurationError);
  const answer = isConfigured ? createAnswer(configuration, openApiDocument) : createRefusal(configuration);
  const corsOrigins = isConfigured ? configuration.corsOrigins : [];

  return async (request, call) => {
    const startedAt = now();
    const { requestId } = call;
    const route = request === null ? null : findRoute(request.path);
    let problem: ProblemError | null = null;
    let response: HttpResponse;
    try {
      response = await answer(request, route, call);
    } catch (error) {
      problem = toProblem(error);
      if (problem.problem === 'internal') log.error({ requestId, err: error }, 'a bug');
      response = problemResponse(problem, requestId);
    }
    log.info(
      {
        requestId,
        method: request === null ? null : nameOf(request.method),
        route: route?.name ?? null,
        status: response.status,
        durationMs: now() - startedAt,
        upstreamCalls: call.upstreamCalls(),
        ...(problem === null ? {} : whatWentWrong(problem)),
      },
      'answered',
    );
    const headers = request === null ? {} : corsHeaders(request, corsOrigins);
    const whole = withStandardHeaders(response, requestId, headers);
    return request?.method === 'HEAD' ? { ...whole, body: '' } : whole;
  };
}

/** Rejects with a ProblemError where there is no good answer. */
type Answer = (request: HttpRequest | null, route: Route | null, call: Call) => Promise<HttpResponse>;

function createAnswer({ auth, tokens }: Configuration, openApiDocument: string): Answer {
  const authenticate = auth === 'token' ? createTokenAuthentication(tokens) : letIn;
  return async (request, route, call) => {
    if (request === null) {
      throw new ProblemError('not-http', 'This function answers events of an HTTP trigger only.');
    }
    if (route === null) {
      throw new ProblemError('not-found', 'The paths are /tasks, /tasks/{id}, /healthz and /openapi.json.');
    }
    if (request.method === 'OPTIONS') return { status: 204, headers: { allow: ALLOW }, body: '' };
    if (needsToken(route)) authenticate(request.headers.get('authorization'));
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new ProblemError('method-not-allowed', `Use one of ${ALLOW}.`, { headers: { allow: ALLOW } });
    }
    const { requestId, deadline } = call;
    switch (route.name) {
      case '/tasks': {
        const query = parseTaskQuery(request.query);
        const page = await listTasks(robotTasksOf(call), query, { deadline });
        return jsonResponse(JSON.stringify({ ...page, requestId }));
      }
      case '/tasks/{id}': {
        const id = parseTaskId(route.id, request.query);
        const task = await robotTasksOf(call).getRobotTask(id, { deadline });
        if (task === null) throw new ProblemError('task-not-found', 'Upstream knows no task with this id.');
        return jsonResponse(JSON.stringify({ ...task, requestId }));
      }
      case '/healthz':
        return jsonResponse(JSON.stringify({ status: 'ok' }));
      case '/openapi.json':
        return jsonResponse(openApiDocument);
    }
  };
}

/** With a wrong configuration nothing is answered: who knows whom it would let in. */
function createRefusal({ problems }: ConfigurationError): Answer {
  const names = [...new Set(problems.map(({ variable }) => variable))];
  const refusal = new ProblemError(
    'not-configured',
    `These environment variables are wrong: ${names.join(', ')}.`,
    { errors: problems.map(({ variable, message }) => ({ name: variable, detail: message })) },
  );
  return () => Promise.reject(refusal);
}

/** Behind a trigger with an authType of its own: whom that refuses never comes here. */
const letIn: Authenticate = () => undefined;

function needsToken(route: Route): boolean {
  return route.name === '/tasks' || route.name === '/tasks/{id}';
}

function robotTasksOf({ robotTasks }: Call): RobotTasks {
  if (robotTasks !== null) return robotTasks;
  throw new ProblemError(
    'not-configured',
    'There are no credentials to ask upstream with. Give the function a role, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.',
  );
}

/** For the log: any text at all can come as a method. */
function nameOf(method: string): string {
  return METHODS.find((known) => known === method) ?? 'other';
}

/** For the log: names and our own sentences, nothing that the caller sent. */
function whatWentWrong({ problem, message, options }: ProblemError) {
  return {
    problem,
    ...(PROBLEMS[problem].status < 500 ? {} : { detail: message }),
    ...(options.upstream === undefined ? {} : { upstream: options.upstream }),
  };
}
