/** The HTTP app: who may ask what, what is answered, and one log line a call. It knows nothing of Function Compute. */
import { ConfigurationError } from '../../shared/runtime/environment';
import type { Configuration } from './config';
import { createAuthentication, READER } from './http/auth';
import { pack } from './http/encoding';
import { corsHeaders } from './http/cors';
import { languageOf } from './http/language';
import { withStandardHeaders, type HttpRequest, type HttpResponse } from './http/http';
import { ProblemError, PROBLEMS, problemResponse } from './http/problem';
import { toProblem } from './http/errors';
import type { Call, Services } from './http/route';
import { escapedLink } from './routes/escaped-link';
import { findPath, methodsOf, PATHS, routeFor, ROUTES, type FoundPath } from './routes/table';

export interface AppOptions {
  /** Or what is wrong with it: then every call is answered with that. */
  readonly configuration: Configuration | ConfigurationError;
  readonly services: Services;
}

/** Answers one request; null stands for an event that is none. Never rejects: what goes wrong is a problem document. */
export type App = (request: HttpRequest | null, call: Call) => Promise<HttpResponse>;

export function createApp({ configuration, services }: AppOptions): App {
  const { log, now } = services;
  const isConfigured = !(configuration instanceof ConfigurationError);
  const answer = isConfigured ? createAnswer(configuration, services) : createRefusal(configuration);
  const corsOrigins = isConfigured ? configuration.corsOrigins : [];

  return async (request, call) => {
    const startedAt = now();
    const { requestId } = call;
    const found = request === null ? null : findPath(request.path);
    let problem: ProblemError | null = null;
    let response: HttpResponse;
    try {
      response = await answer(request, found, call);
    } catch (error) {
      problem = toProblem(error);
      if (problem.problem === 'internal') log.error({ requestId, err: error }, 'a bug');
      response = problemResponse(problem, requestId, languageOf(request?.headers.get('accept-language')));
    }
    log.info(
      {
        requestId,
        method: request === null ? null : nameOf(request.method),
        route: found?.path ?? null,
        status: response.status,
        durationMs: now() - startedAt,
        upstreamCalls: call.upstreamCalls(),
        ...(problem === null ? {} : whatWentWrong(problem)),
        // Whoever guesses tokens is to be seen.
        ...(response.status === 401 ? { sourceIp: request?.sourceIp ?? null } : {}),
      },
      'answered',
    );
    const headers = request === null ? {} : corsHeaders(request, corsOrigins, methodsIn(found));
    const packed = await pack(response, request?.headers.get('accept-encoding'));
    const whole = withStandardHeaders(packed, requestId, headers);
    return request?.method === 'HEAD' ? { ...whole, body: '' } : whole;
  };
}

/** Rejects with a ProblemError where there is no good answer. */
type Answer = (request: HttpRequest | null, found: FoundPath | null, call: Call) => Promise<HttpResponse>;

function createAnswer(configuration: Configuration, services: Services): Answer {
  const { auth, tokens, operators, linkSecrets } = configuration;
  const isBehindGateway = auth === 'gateway';
  const authenticate = createAuthentication({
    isBehindGateway,
    tokens,
    operators,
    linkSecrets,
    now: services.now,
  });
  return async (request, found, call) => {
    if (request === null) {
      throw new ProblemError('not-http', {
        en: 'This function answers events of an HTTP trigger only.',
        'zh-CN': '这个函数只应答 HTTP 触发器的事件。',
      });
    }
    if (found === null) {
      const link = escapedLink(request);
      if (link !== null) return link;
      throw new ProblemError('not-found', {
        en: `The paths are ${PATHS.join(', ')}.`,
        'zh-CN': `路径有 ${PATHS.join('、')}。`,
      });
    }
    const { routes, params } = found;
    const methods = methodsOf(routes);
    const allow = methods.join(', ');
    if (request.method === 'OPTIONS') return { status: 204, headers: { allow }, body: '' };
    const isOpen = routes.every(({ who }) => who === 'anyone');
    const caller = isOpen ? READER : authenticate(request.headers.get('authorization'));
    const route = routeFor(routes, request.method);
    if (route === undefined) {
      const text = { en: `Use one of ${allow}.`, 'zh-CN': `可用的方法有 ${methods.join('、')}。` };
      throw new ProblemError('method-not-allowed', text, { headers: { allow } });
    }
    if (route.who !== 'anyone' && isNoCache(request)) services.keeper.clear();
    const question = { request, params, call, services };
    if (route.who !== 'operator') return route.answer({ ...question, caller });
    if (caller.may === 'operate') return route.answer({ ...question, caller });
    throw new ProblemError('forbidden', {
      en: 'Only a token of OPERATOR_TOKENS may start, take or mute a task.',
      'zh-CN': '只有 OPERATOR_TOKENS 里的令牌才能启动、接手或静音任务。',
    });
  };
}

/** Who has just changed something wants to see it. */
function isNoCache({ headers }: HttpRequest): boolean {
  return /(?:^|[\s,])no-cache(?:$|[\s,])/i.test(headers.get('cache-control') ?? '');
}

/** With a wrong configuration nothing is answered: who knows whom it would let in. */
function createRefusal({ problems }: ConfigurationError): Answer {
  const names = [...new Set(problems.map(({ variable }) => variable))];
  const refusal = new ProblemError(
    'not-configured',
    {
      en: `These environment variables are wrong: ${names.join(', ')}.`,
      'zh-CN': `这些环境变量有误：${names.join('、')}。`,
    },
    {
      // What is wrong is said in English, as in the scripts.
      errors: problems.map(({ variable, message }) => ({
        name: variable,
        detail: { en: message, 'zh-CN': message },
      })),
    },
  );
  return () => Promise.reject(refusal);
}

const METHODS = methodsOf(ROUTES).filter((name, index, all) => all.indexOf(name) === index);

function methodsIn(found: FoundPath | null): readonly string[] {
  return found === null ? METHODS : methodsOf(found.routes);
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
