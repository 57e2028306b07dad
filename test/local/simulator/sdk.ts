/** The vendor's own client, pointed at a loopback server: what the simulator has to satisfy. */
import Client, { Config, OpenApiRequest, Params } from '@alicloud/openapi-client';
import { RuntimeOptions } from '@alicloud/tea-util';
import type { AccessKey } from '../../../local/simulator/acs3';
import { DEFAULT_KEY } from '../../../local/simulator/simulator';

export interface SdkAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  /** Parsed with bodyType json, text with bodyType string, a stream with bodyType binary. */
  readonly body: unknown;
}

export interface SdkCall {
  readonly action?: string;
  readonly version?: string;
  readonly query?: Record<string, string>;
  readonly key?: AccessKey;
  readonly bodyType?: 'json' | 'string' | 'binary';
  /** Anything that Params knows, for calls in another style. */
  readonly params?: Record<string, unknown>;
  readonly body?: unknown;
}

/** Makes one call; rejects as the SDK does. */
export async function callSdk(url: URL, call: SdkCall = {}): Promise<SdkAnswer> {
  const { accessKeyId, accessKeySecret, securityToken } = call.key ?? DEFAULT_KEY;
  const client = new Client(
    new Config({
      endpoint: url.host,
      protocol: 'http',
      accessKeyId,
      accessKeySecret,
      ...(securityToken === undefined ? {} : { securityToken }),
    }),
  );
  const params = new Params({
    action: call.action ?? 'QueryRobotTaskList',
    version: call.version ?? '2017-05-25',
    protocol: 'HTTPS',
    pathname: '/',
    method: 'POST',
    authType: 'AK',
    style: 'RPC',
    reqBodyType: 'formData',
    bodyType: call.bodyType ?? 'json',
    ...call.params,
  });
  const request = new OpenApiRequest({
    query: call.query ?? {},
    ...(call.body === undefined ? {} : { body: call.body }),
  });
  // Longer than any test: when a call ends, the simulator ended it.
  const runtime = new RuntimeOptions({ connectTimeout: 60_000, readTimeout: 60_000 });
  return (await client.callApi(params, request, runtime)) as unknown as SdkAnswer;
}

/** The envelope of a successful answer. */
export interface Envelope {
  readonly Code?: string;
  readonly Message?: string;
  readonly RequestId?: string;
  readonly PageNo?: string;
  readonly PageSize?: string;
  readonly TotalCount?: string;
  readonly Data?: unknown;
}

export async function callForEnvelope(url: URL, call: SdkCall = {}): Promise<Envelope> {
  return (await callSdk(url, call)).body as Envelope;
}

/** The ids in a list's Data, as text with every digit. */
export function idsIn(envelope: Envelope): string[] {
  const data = typeof envelope.Data === 'string' ? envelope.Data : JSON.stringify(envelope.Data);
  return [...data.matchAll(/"id":(\d+)/g)].map((match) => match[1] ?? '');
}

/** What the SDK threw, with the fields that it sets. */
export async function errorOf(promise: Promise<unknown>): Promise<{
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly statusCode?: number;
  readonly data?: Record<string, unknown>;
}> {
  try {
    await promise;
  } catch (error) {
    return error as Awaited<ReturnType<typeof errorOf>>;
  }
  throw new Error('The call was expected to fail.');
}
