import { LOCAL_ACCOUNT_ID } from '../../../shared/deployment/demonstration';
import type { Clock } from '../../../shared/runtime/clock';
import { verifyAcs3 } from '../../simulator/acs3';
import type { NonceMemory } from '../../simulator/nonces';
import { callActivity, type Observe } from '../activity';
import type { HostCredentials } from '../environment';
import { functionErrorAnswer, gatewayAnswer, GatewayError, throttledError } from './gateway-error';
import { BadAnswer, toHttpAnswer, type HttpAnswer } from './http-answer';
import { toHttpEvent, type HttpCall } from './http-event';
import type { FinishedCall, Runner } from '../instances/runner';
import type { HttpTrigger } from '../spec/spec-schema';

export interface HttpTriggerOptions {
  readonly runner: Runner;
  readonly trigger: HttpTrigger;
  readonly clock: Clock;
  readonly observe: Observe;
  /** With authType `function` the holder of these keys may call, as the account's owner may on Function Compute. */
  readonly credentials: HostCredentials;
  readonly usedNonces: NonceMemory;
}

/** A request to a trigger: `call` is what the function sees of it, `url` what the client signed. */
export interface TriggerRequest {
  readonly call: HttpCall;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly requestId: string;
}

const MOST_HEADER_BYTES = 8 * 1024;
const MOST_PATH_BYTES = 4 * 1024;

/** Serves one request as the gateway of an HTTP trigger does. Throws a GatewayError where the function is never asked. */
export async function serveHttpTrigger(
  request: TriggerRequest,
  options: HttpTriggerOptions,
): Promise<HttpAnswer> {
  const { runner, clock, observe } = options;
  const { call, requestId } = request;
  checkMethod(call, options.trigger);
  checkSize(call);
  checkCaller(request, options);
  const event = toHttpEvent(call, {
    functionName: runner.spec.name,
    region: runner.spec.region,
    accountId: LOCAL_ACCOUNT_ID,
    requestId,
    now: clock.now(),
  });
  const finished = await runner.invoke(Buffer.from(JSON.stringify(event)), requestId);
  const { answer, problem } = toAnswer(finished);
  const label = `${call.method} ${call.path}${call.query === '' ? '' : `?${call.query}`}`;
  observe(callActivity(finished, { trigger: 'http', label, status: String(answer.status), problem }));
  return answer;
}

/**
 * Function Compute's gateway answers 403 to a method that the trigger does not name. Here it is the 405 that the HTTP
 * API promises, so that both look alike to a client.
 */
function checkMethod(call: HttpCall, trigger: HttpTrigger): void {
  if (trigger.methods.some((method) => method === call.method)) return;
  const allowed = trigger.methods.join(', ');
  const message = `The HTTP trigger takes ${allowed} (s.yaml, triggerConfig.methods).`;
  throw new GatewayError(405, 'MethodNotAllowed', message, { Allow: allowed });
}

function checkSize({ path, query, rawHeaders }: HttpCall): void {
  const headerBytes = rawHeaders.reduce((sum, part) => sum + Buffer.byteLength(part, 'latin1'), 0);
  if (headerBytes > MOST_HEADER_BYTES) {
    throw new GatewayError(
      400,
      'InvalidArgument',
      `The request headers have ${headerBytes} bytes; 8 KB are allowed.`,
    );
  }
  const pathBytes = Buffer.byteLength(path) + Buffer.byteLength(query);
  if (pathBytes > MOST_PATH_BYTES) {
    throw new GatewayError(
      400,
      'InvalidArgument',
      `Path and query have ${pathBytes} bytes; 4 KB are allowed.`,
    );
  }
}

/** A call that the gateway rejects never runs the function. */
function checkCaller(
  { call, url, headers }: TriggerRequest,
  { trigger, credentials, usedNonces, clock }: HttpTriggerOptions,
): void {
  if (trigger.authType === 'anonymous') return;
  if (trigger.authType === 'jwt') {
    throw new GatewayError(
      501,
      'NotImplemented',
      'The local host cannot check a JWT: use authType function or anonymous.',
    );
  }
  const keys = [credentials.role?.(), credentials.environment];
  const verdict = verifyAcs3(
    // The signature of a call to a trigger does not cover the body.
    { method: call.method, url, headers, body: Buffer.alloc(0) },
    { findSecret: (id) => keys.find((key) => key?.accessKeyId === id), now: clock.now(), usedNonces },
  );
  if (!verdict.ok)
    throw new GatewayError(403, 'AccessDenied', `The signature is refused: ${verdict.message}`);
}

function toAnswer({ outcome, functionName, requestId }: FinishedCall): {
  answer: HttpAnswer;
  problem: string | null;
} {
  if (!outcome.ok && outcome.kind === 'throttled') {
    const error = throttledError(functionName);
    return { answer: gatewayAnswer(error, requestId), problem: error.message };
  }
  if (!outcome.ok) {
    return {
      answer: functionErrorAnswer(502, outcome.kind, outcome.error, requestId),
      problem: outcome.error.errorMessage,
    };
  }
  try {
    const answer = toHttpAnswer(outcome.payload);
    return {
      answer: { ...answer, headers: { ...answer.headers, 'X-Fc-Request-Id': requestId } },
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof BadAnswer)) throw error;
    const body = { errorMessage: error.message, errorType: 'BadResponse', stackTrace: [] };
    return { answer: functionErrorAnswer(502, 'unhandled', body, requestId), problem: error.message };
  }
}
