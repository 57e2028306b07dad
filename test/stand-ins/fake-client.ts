import type {
  CallParams,
  CallRequest,
  CallRuntime,
  OpenApiClient,
} from '../../shared/sources/openapi/openapi-client';

export interface FakeCall {
  readonly params: CallParams;
  readonly query: Readonly<Record<string, string>>;
  readonly runtime: CallRuntime;
}

export interface FakeClient extends OpenApiClient {
  readonly calls: readonly FakeCall[];
}

/** A `callApi` without a wire: `answer` gives what it resolves to, or throws what it rejects with. */
export function createFakeClient(answer: (call: FakeCall, index: number) => unknown): FakeClient {
  const calls: FakeCall[] = [];
  return {
    calls,
    async callApi(params, request: CallRequest, runtime) {
      const call = { params, query: request.query ?? {}, runtime };
      return await answer(call, calls.push(call) - 1);
    },
  };
}

/** An answer as the core client gives it: the body as text. */
export function answerOf(data: unknown, more: Record<string, unknown> = {}): unknown {
  const body = { Code: 'OK', Message: 'OK', RequestId: 'R-1', Data: JSON.stringify(data), ...more };
  return { statusCode: 200, headers: {}, body: JSON.stringify(body) };
}

/** A rejection as the core client makes it of an error answer. */
export function refusalOf(statusCode: number, code: string, requestId = 'R-1'): Error {
  return Object.assign(new Error(`${code}: code: ${statusCode}, words of theirs request id: ${requestId}`), {
    code,
    statusCode,
    data: { Code: code, Message: 'words of theirs', RequestId: requestId, statusCode },
  });
}
