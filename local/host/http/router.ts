import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../shared/runtime/clock';
import type { NonceMemory } from '../../simulator/nonces';
import { callActivity, isThrottled, type Observe } from '../activity';
import { newRequestId, type HostCredentials } from '../environment';
import { functionErrorAnswer, gatewayAnswer, GatewayError, throttledError } from './gateway-error';
import type { HttpAnswer } from './http-answer';
import { serveHttpTrigger } from './http-trigger';
import type { Runner } from '../instances/runner';
import { invokedFunction, serveInvocation } from '../invocation/api';
import { refuseStrangers } from './strangers';

/** Something else that is served on the host's port: it gets a request whole and answers it whole. */
export type Mount = (request: {
  readonly method: string;
  /** From the first slash on, with its query, if any. */
  readonly path: string;
  readonly body: string;
}) => MountAnswer | Promise<MountAnswer>;

export interface MountAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Router = (request: IncomingMessage, response: ServerResponse) => void;

export interface RouterOptions {
  readonly runners: ReadonlyMap<string, Runner>;
  readonly mounts: Readonly<Record<string, Mount>>;
  readonly page: (() => string) | undefined;
  readonly credentials: HostCredentials;
  readonly usedNonces: NonceMemory;
  readonly clock: Clock;
  readonly observe: Observe;
}

interface Target {
  readonly url: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
}

const MOST_BODY_BYTES = 32 * 1024 * 1024;
const PATIENCE_MS = 10_000;
const TURN_MS = 100;

/** Answers every request on the host's port: the triggers, the calls by hand, the mounts, the page at `/`. */
export function createRouter(options: RouterOptions): Router {
  return (request, response) => {
    const requestId = newRequestId(options.clock.now());
    answer(request, requestId, options).then(
      (found) => {
        send(response, found);
      },
      (error: unknown) => {
        if (request.destroyed && !request.complete) return;
        const known =
          error instanceof GatewayError
            ? error
            : new GatewayError(500, 'InternalServerError', `The local host failed: ${String(error)}`);
        send(response, gatewayAnswer(known, requestId));
      },
    );
  };
}

async function answer(
  request: IncomingMessage,
  requestId: string,
  options: RouterOptions,
): Promise<HttpAnswer> {
  refuseStrangers(request);
  const target = parseTarget(request.url ?? '/');
  const [, first = '', ...rest] = target.path.split('/');
  const mount = Object.hasOwn(options.mounts, `/${first}`) ? options.mounts[`/${first}`] : undefined;
  if (mount !== undefined) {
    const body = (await readBody(request)).toString('utf8');
    const answered = await mount({ method: request.method ?? '', path: target.url, body });
    return { ...answered, body: Buffer.from(answered.body) };
  }
  if (target.path === '/') {
    return plainText(options.page?.() ?? `${served(options).join('\n')}\n`);
  }
  const invoked = invokedFunction(target.path);
  if (invoked !== null) {
    const body = await readBody(request);
    const signed = { method: request.method ?? '', url: target.url, headers: request.headers, body };
    return serveInvocation(invoked, signed, requestId, options);
  }
  if (first === '_invoke') return invokeByHand(request, rest.join('/'), requestId, options);

  const runner = options.runners.get(first);
  if (runner === undefined) throw notFound(target.path, options);
  const trigger = runner.spec.triggers.find((candidate) => candidate.type === 'http');
  if (trigger === undefined) {
    const message = `${first} has no HTTP trigger. Call it by hand: POST /_invoke/${first}`;
    throw new GatewayError(404, 'TriggerNotFound', message);
  }
  return serveHttpTrigger(
    {
      call: {
        method: request.method ?? '',
        path: `/${rest.join('/')}`,
        query: target.query,
        rawHeaders: request.rawHeaders,
        body: await readBody(request),
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
      },
      url: target.url,
      headers: request.headers,
      requestId,
    },
    { ...options, runner, trigger },
  );
}

/**
 * As InvokeFunction answers: 200 whatever the function did, the header X-Fc-Error-Type when it failed. Only that a
 * throttled call waits a while before it is refused: a person can hardly hit the gap between two polls.
 */
async function invokeByHand(
  request: IncomingMessage,
  functionName: string,
  requestId: string,
  options: RouterOptions,
): Promise<HttpAnswer> {
  const runner = options.runners.get(functionName);
  if (runner === undefined) throw notFound(`/_invoke/${functionName}`, options);
  if (request.method !== 'POST') {
    throw new GatewayError(405, 'MethodNotAllowed', 'A call by hand is a POST; its body is the event.', {
      Allow: 'POST',
    });
  }
  const event = await readBody(request);
  const patientUntil = options.clock.now() + PATIENCE_MS;
  let call = await runner.invoke(event, requestId);
  while (isThrottled(call) && options.clock.now() < patientUntil) {
    await options.clock.sleep(TURN_MS);
    call = await runner.invoke(event, requestId);
  }
  options.observe(callActivity(call, { trigger: 'hand', label: 'by hand' }));
  const { outcome } = call;
  if (outcome.ok) {
    const headers = { 'Content-Type': contentType(outcome.payload), 'X-Fc-Request-Id': requestId };
    return { status: 200, headers, body: outcome.payload };
  }
  if (outcome.kind === 'throttled') throw throttledError(functionName);
  return functionErrorAnswer(200, outcome.kind, outcome.error, requestId);
}

function notFound(path: string, options: RouterOptions): GatewayError {
  return new GatewayError(
    404,
    'NotFound',
    `Nothing is served at ${path}. There is: ${served(options).join(', ')}`,
  );
}

function served({ runners, mounts }: RouterOptions): string[] {
  const names = [...runners.values()].map(({ spec }) => spec);
  const http = names.filter((spec) => spec.triggers.some((trigger) => trigger.type === 'http'));
  return [
    ...http.map((spec) => `/${spec.name}/`),
    ...names.map((spec) => `POST /_invoke/${spec.name}`),
    ...Object.keys(mounts),
  ];
}

/** A request line may hold a whole URL instead of a path, and `*` for OPTIONS. */
function parseTarget(line: string): Target {
  const url = line.startsWith('/') ? line : line.replace(/^\w+:\/\/[^/?]*/, '');
  const absolute = url.startsWith('/') ? url : `/${url}`;
  const question = absolute.indexOf('?');
  if (question < 0) return { url: absolute, path: absolute, query: '' };
  return { url: absolute, path: absolute.slice(0, question), query: absolute.slice(question + 1) };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // A client that sends too much is to read the answer, so its connection must outlive the loop.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) {
      throw new GatewayError(400, 'InvalidArgument', 'The body has more than the 32 MB that are allowed.', {
        Connection: 'close',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}

function plainText(text: string): HttpAnswer {
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: Buffer.from(text) };
}

function contentType(payload: Buffer): string {
  try {
    JSON.parse(payload.toString('utf8'));
    return 'application/json';
  } catch {
    return 'application/octet-stream';
  }
}
