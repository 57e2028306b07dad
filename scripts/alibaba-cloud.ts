/**
 * One call to any Alibaba Cloud API through the core SDK's generic `callApi`. The generated SDKs are thin subclasses of
 * the same client: all that is lost by doing without them is the services' versions and endpoints (services.ts).
 */
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import * as v from 'valibot';
import { systemClock, type Clock } from '../shared/runtime/clock';
import { endWithin } from '../shared/runtime/deadline';
import { maskSecrets } from '../shared/runtime/log';
import { withText } from '../shared/sources/openapi/body';
import { createOpenApiClient } from '../shared/sources/openapi/openapi-client';
import type { Credentials } from '../shared/runtime/function-context';
import { printable } from './printable';
import type { Service } from './services';

export interface ApiCall {
  readonly action: string;
  readonly query?: Readonly<Record<string, string>>;
  /** ROA APIs have a path, a method and a JSON body; RPC APIs (no `roa`) have everything in the query. */
  readonly roa?: {
    readonly method: 'GET' | 'POST';
    readonly pathname: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  /** Milliseconds; 20,000 if absent. */
  readonly timeoutMs?: number;
}

/** Header names are lower-case. */
export interface ApiAnswer {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** Who answered what, for words about it. */
  readonly from: { readonly host: string; readonly action: string };
}

export type CallApi = (service: Service, call: ApiCall) => Promise<ApiAnswer>;

/** A refused or failed call. The message is a sentence for people, without any key. */
export class AlibabaCloudError extends Error {
  override readonly name = 'AlibabaCloudError';
  /** Upstream's error code; `network` when no answer came. */
  readonly code: string;
  /** The RAM action that the caller lacks, such as `ram:CreateRole`; null when it is not a matter of permission. */
  readonly missingPermission: string | null;

  constructor(code: string, message: string, missingPermission: string | null, cause: unknown) {
    super(message, { cause });
    this.code = code;
    this.missingPermission = missingPermission;
  }
}

const CALL_TIMEOUT_MS = 20_000;

/** Signs calls with these keys. Each call rejects with an AlibabaCloudError, after its timeout at the latest. */
export function createCallApi(credentials: Credentials, clock: Clock = systemClock): CallApi {
  noteStatuses();
  const secrets = [credentials.accessKeySecret, credentials.securityToken ?? ''];
  return async (service, { action, query = {}, roa, timeoutMs = CALL_TIMEOUT_MS }) => {
    const client = createOpenApiClient({ endpoint: service.endpoint, credentials: () => credentials });
    const params = {
      action,
      version: service.version,
      protocol: 'HTTPS',
      pathname: roa?.pathname ?? '/',
      method: roa?.method ?? 'POST',
      authType: 'AK',
      style: roa === undefined ? 'RPC' : 'ROA',
      reqBodyType: roa === undefined ? 'formData' : 'json',
      // Unread: what the core client reads by itself has no limit.
      bodyType: 'binary',
    };
    const request = { query: { ...query }, headers: { ...roa?.headers }, body: roa?.body };
    const runtime = { connectTimeout: timeoutMs, readTimeout: timeoutMs };
    const place = { service, action: `${service.ramCode}:${action}` };
    lastStatus.delete(statusKey(service.endpoint.host, action));
    const late = () => noAnswer(place, `does not answer within ${Math.round(timeoutMs / 1000)} s`);
    try {
      const answer = await endWithin(
        clock,
        timeoutMs,
        async (signal) => withText(await client.callApi(params, request, runtime), signal),
        late,
      );
      return accept(v.parse(answerSchema, answer), place, secrets);
    } catch (error) {
      if (error instanceof AlibabaCloudError) throw error;
      if (error instanceof Error && error.name === 'RequestTimeoutError') throw late();
      throw toAlibabaCloudError(error, place, secrets);
    }
  };
}

interface Place {
  readonly service: Service;
  /** The RAM action. */
  readonly action: string;
}

/** The status of the last answer that was no 2xx, by statusKey: of an answer that is no JSON the core client tells nothing. */
const lastStatus = new Map<string, number>();
let notesStatuses = false;

function statusKey(host: string, action: string): string {
  return `${host} ${action}`;
}

function noteStatuses(): void {
  if (notesStatuses) return;
  notesStatuses = true;
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    const action = request.getHeader('x-acs-action');
    const host = request.getHeader('host');
    const status = response.statusCode ?? 0;
    if (typeof action === 'string' && typeof host === 'string' && status >= 300)
      lastStatus.set(statusKey(host, action), status);
  });
}

/** The answer's body, which must be a JSON object of this shape. */
export function parseAnswer<T extends v.GenericSchema>(schema: T, answer: ApiAnswer): v.InferOutput<T> {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), answer.body);
  if (parsed.success) return parsed.output;
  const { host, action } = answer.from;
  throw new AlibabaCloudError(
    'malformed',
    `${action}: ${host} answers with something else than was expected.`,
    null,
    null,
  );
}

const answerSchema = v.object({
  statusCode: v.number(),
  headers: v.record(v.string(), v.unknown()),
  body: v.string(),
});

/** What an answer has that is a refusal all the same. A success has no Code, or one of these. */
const refusalSchema = v.object({
  Code: v.pipe(
    v.union([v.string(), v.number()]),
    v.transform(String),
    v.check((code) => !['', '200', 'OK', 'ok', 'Success', 'success'].includes(code)),
  ),
});

/** An answer counts as a success only when it is a JSON object that says nothing else; 204 has none. */
function accept(
  { statusCode, headers, body }: v.InferOutput<typeof answerSchema>,
  place: Place,
  secrets: readonly string[],
): ApiAnswer {
  const from = { host: place.service.endpoint.host, action: place.action };
  if (statusCode >= 300) {
    const to = typeof headers['location'] === 'string' ? originOf(headers['location']) : null;
    const redirect = to === null ? '' : `, a redirect to ${to}`;
    throw noAnswer(place, `answers with ${statusCode}${redirect}`);
  }
  if (statusCode === 204) return { headers, body, from };
  const said = v.safeParse(v.pipe(v.string(), v.parseJson(), v.check(isObject)), body);
  if (!said.success) {
    throw noAnswer(
      place,
      `answers with ${statusCode} and ${body.trim() === '' ? 'nothing else' : 'something that is no JSON object'}`,
    );
  }
  // A function's own result is no matter of the service.
  const refused = v.safeParse(refusalSchema, said.output);
  if (place.action !== 'fc:InvokeFunction' && refused.success) {
    const refusal = { code: refused.output.Code, message: '', data: said.output };
    throw toAlibabaCloudError(refusal, place, secrets);
  }
  return { headers, body, from };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function originOf(location: string): string | null {
  return URL.canParse(location) ? new URL(location).host : null;
}

function noAnswer({ service, action }: Place, what: string, cause: unknown = null): AlibabaCloudError {
  const words = `${action}: ${service.title} (${service.endpoint.host}) ${what}.`;
  return new AlibabaCloudError('network', printable(words), null, cause);
}

/** How the core client reports a refusal; a failure without an answer has no `data`. */
const errorSchema = v.object({
  code: v.fallback(v.string(), ''),
  message: v.string(),
  data: v.optional(
    v.object({
      Message: v.fallback(v.string(), ''),
      RequestId: v.fallback(v.string(), ''),
      AccessDeniedDetail: v.fallback(v.object({ AuthAction: v.string() }), { AuthAction: '' }),
    }),
  ),
});

/** https://help.aliyun.com/document_detail/28754.html and the error centre of each product. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  'InvalidAccessKeyId.NotFound': 'this access key does not exist: check ALIBABA_CLOUD_ACCESS_KEY_ID',
  'InvalidAccessKeyId.Inactive': 'this access key is disabled: enable it in the RAM console or use another',
  SignatureDoesNotMatch:
    'the secret does not belong to the access key: check ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  'InvalidSecurityToken.Expired': 'the temporary keys have expired: get new ones',
  'InvalidSecurityToken.Malformed': 'the security token is damaged: check ALIBABA_CLOUD_SECURITY_TOKEN',
  'InvalidTimeStamp.Expired': "this machine's clock is wrong by more than 15 minutes: set it",
};

/** RAM says NoPermission, the gateway Forbidden.RAM, Function Compute AccessDenied. */
const NO_PERMISSION = /^(NoPermission|NotAuthorized|AccessDenied|Forbidden)(\.|$)/;

/** The service's own words can repeat what it was sent, and hold what a terminal obeys. */
function toAlibabaCloudError(error: unknown, place: Place, secrets: readonly string[]): AlibabaCloudError {
  const parsed = v.safeParse(errorSchema, error);
  const { code: saidCode = '', message = '', data } = parsed.success ? parsed.output : {};
  const clean = (text: string) => printable(maskSecrets(text, secrets)).slice(0, MAX_WORDS);
  const code = clean(saidCode);
  if (data === undefined) {
    const status = lastStatus.get(statusKey(place.service.endpoint.host, place.action.split(':')[1] ?? ''));
    if (status !== undefined)
      return noAnswer(place, `answers with ${status} and something that is no JSON object`, error);
    const { service, action } = place;
    const reason = code === '' ? clean(message) : code;
    const words = `${action}: no usable answer from ${service.endpoint.host} (${service.title}): ${reason}.`;
    return new AlibabaCloudError('network', words, null, error);
  }
  const requestId = clean(data.RequestId);
  const request = requestId === '' ? '' : ` (request ${requestId})`;
  if (NO_PERMISSION.test(code)) {
    const needed = clean(data.AccessDeniedDetail.AuthAction) || place.action;
    return new AlibabaCloudError(code, `These keys need the permission ${needed}${request}.`, needed, error);
  }
  const explanation = EXPLANATIONS[code] ?? `${code} ${clean(data.Message)}`.trim();
  return new AlibabaCloudError(code, `${place.action} was refused: ${explanation}${request}.`, null, error);
}

/** Longer words are not meant for people. */
const MAX_WORDS = 500;
