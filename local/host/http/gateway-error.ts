import type { HttpAnswer } from './http-answer';
import type { FunctionError } from '../instances/protocol';

/**
 * An answer that the gateway gives in the function's place, in the form of Function Compute's own errors. Statuses and
 * codes: https://help.aliyun.com/document_detail/85445.html
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function gatewayAnswer(error: GatewayError, requestId: string): HttpAnswer {
  const body = { RequestId: requestId, Code: error.code, Message: error.message };
  return jsonAnswer(error.status, body, { ...error.headers, 'X-Fc-Request-Id': requestId });
}

export function functionErrorAnswer(
  status: number,
  kind: 'handled' | 'unhandled',
  error: FunctionError,
  requestId: string,
): HttpAnswer {
  return jsonAnswer(status, error, {
    'X-Fc-Error-Type': kind === 'handled' ? 'HandledInvocationError' : 'UnhandledInvocationError',
    'X-Fc-Request-Id': requestId,
  });
}

export function throttledError(functionName: string): GatewayError {
  const message = `${functionName} is running as often as its reserved concurrency allows. Try again later.`;
  return new GatewayError(429, 'ResourceThrottled', message);
}

function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>>): HttpAnswer {
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: Buffer.from(`${JSON.stringify(body, null, 2)}\n`),
  };
}
