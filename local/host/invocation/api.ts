/**
 * Function Compute 3.0's own API, as far as it calls functions: InvokeFunction.
 * https://help.aliyun.com/zh/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-invokefunction
 */
import type { Clock } from '../../../shared/runtime/clock';
import type { Acs3Request } from '../../simulator/acs3';
import type { NonceMemory } from '../../simulator/nonces';
import { callActivity, type Observe } from '../activity';
import type { HostCredentials } from '../environment';
import { functionErrorAnswer, GatewayError, throttledError } from '../http/gateway-error';
import type { HttpAnswer } from '../http/http-answer';
import { LOCAL_KEY } from '../../../shared/deployment/demonstration';
import type { FinishedCall, Runner } from '../instances/runner';
import { refusalOf } from './signature';

const PATH = /^\/2023-03-30\/functions\/([^/]+)\/invocations$/;
/** Of what the function printed, the end. */
const MOST_LOG_BYTES = 4 * 1024;

export interface InvocationApiOptions {
  readonly runners: ReadonlyMap<string, Runner>;
  /** They may call, as the holder of LOCAL_KEY may. */
  readonly credentials: HostCredentials;
  readonly usedNonces: NonceMemory;
  readonly clock: Clock;
  readonly observe: Observe;
}

/** The function that a call to this path means; null for another path. */
export function invokedFunction(path: string): string | null {
  const [, name] = PATH.exec(path) ?? [];
  return name === undefined ? null : decodeURIComponent(name);
}

/** Answers as Function Compute does. Throws a GatewayError where the function is never asked. */
export async function serveInvocation(
  name: string,
  request: Acs3Request,
  requestId: string,
  options: InvocationApiOptions,
): Promise<HttpAnswer> {
  const { runners, credentials, usedNonces, clock } = options;
  if (request.method !== 'POST') {
    throw new GatewayError(405, 'MethodNotAllowed', 'A function is invoked by POST.', { Allow: 'POST' });
  }
  const keys = [LOCAL_KEY, credentials.role?.(), credentials.environment].filter((key) => key !== undefined);
  const refusal = refusalOf(request, { keys, now: clock.now(), usedNonces });
  if (refusal !== null) {
    throw new GatewayError(403, 'AccessDenied', `The signature is refused: ${refusal}`);
  }
  const runner = runners.get(name);
  if (runner === undefined) {
    throw new GatewayError(404, 'FunctionNotFound', `function '${name}' does not exist`);
  }
  const type = optionOf(request, 'x-fc-invocation-type', ['Sync', 'Async']);
  const log = optionOf(request, 'x-fc-log-type', ['None', 'Tail']);
  const call = runner.invoke(Buffer.from(request.body), requestId);
  if (type === 'Async') {
    void call.then((finished) => {
      seen(finished, options);
    });
    return { status: 202, headers: { 'X-Fc-Request-Id': requestId }, body: Buffer.alloc(0) };
  }
  const finished = await call;
  seen(finished, options);
  const answer = answerOf(finished);
  const tail = Buffer.from(finished.lines.join('\n')).subarray(-MOST_LOG_BYTES).toString('base64');
  return log === 'Tail' ? { ...answer, headers: { ...answer.headers, 'X-Fc-Log-Result': tail } } : answer;
}

function answerOf({ outcome, functionName, requestId }: FinishedCall): HttpAnswer {
  if (outcome.ok) {
    const headers = { 'Content-Type': 'application/octet-stream', 'X-Fc-Request-Id': requestId };
    return { status: 200, headers, body: outcome.payload };
  }
  if (outcome.kind === 'throttled') throw throttledError(functionName);
  return functionErrorAnswer(200, outcome.kind, outcome.error, requestId);
}

function seen(call: FinishedCall, { observe }: InvocationApiOptions): void {
  observe(callActivity(call, { trigger: 'hand', label: 'InvokeFunction' }));
}

/** The header's value, by default the first of `choices`. */
function optionOf({ headers }: Acs3Request, name: string, choices: readonly string[]): string {
  const given = [headers[name] ?? ''].flat()[0] ?? '';
  const found =
    given === '' ? choices[0] : choices.find((choice) => choice.toLowerCase() === given.toLowerCase());
  if (found === undefined) {
    throw new GatewayError(400, 'InvalidArgument', `The header ${name} takes ${choices.join(' or ')}.`);
  }
  return found;
}
