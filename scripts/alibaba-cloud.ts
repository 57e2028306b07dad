/**
 * One call to any Alibaba Cloud API through the core SDK's generic `callApi`. The generated SDKs are thin subclasses of
 * the same client: all that is lost by doing without them is the services' versions and endpoints (services.ts).
 */
import * as v from 'valibot';
import { systemClock, type Clock } from '../shared/runtime/clock';
import { endWithin } from '../shared/runtime/deadline';
import { maskSecrets } from '../shared/runtime/log';
import { timedOut } from '../shared/sources/openapi/errors';
import { createOpenApiClient } from '../shared/sources/openapi/openapi-client';
import type { Credentials } from '../shared/runtime/function-context';
import type { Service } from './services';

export interface ApiCall {
  readonly action: string;
  readonly query?: Readonly<Record<string, string>>;
  /** ROA APIs have a path, a method and a JSON body; RPC APIs (no `roa`) have everything in the query. */
  readonly roa?: { readonly method: 'GET' | 'POST'; readonly pathname: string; readonly body?: unknown };
  /** Milliseconds; 20,000 if absent. */
  readonly timeoutMs?: number;
}

/** Header names are lower-case. */
export interface ApiAnswer {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
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
      bodyType: 'string',
    };
    const request = { query: { ...query }, body: roa?.body };
    const runtime = { connectTimeout: timeoutMs, readTimeout: timeoutMs };
    try {
      const answer = endWithin(
        clock,
        timeoutMs,
        () => client.callApi(params, request, runtime),
        () => timedOut(service.endpoint.host),
      );
      return v.parse(answerSchema, await answer);
    } catch (error) {
      throw toAlibabaCloudError(error, `${service.ramCode}:${action}`, service.endpoint.host, [
        credentials.accessKeySecret,
        credentials.securityToken ?? '',
      ]);
    }
  };
}

/** The answer's body, which must be a JSON object of this shape. */
export function parseAnswer<T extends v.GenericSchema>(schema: T, answer: ApiAnswer): v.InferOutput<T> {
  return v.parse(v.pipe(v.string(), v.parseJson(), schema), answer.body);
}

const answerSchema = v.object({ headers: v.record(v.string(), v.unknown()), body: v.string() });

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

/** The service's own words can repeat what it was sent. */
function toAlibabaCloudError(
  error: unknown,
  ramAction: string,
  host: string,
  secrets: readonly string[],
): AlibabaCloudError {
  const parsed = v.safeParse(errorSchema, error);
  const { code: saidCode = '', message = '', data: said } = parsed.success ? parsed.output : {};
  const code = maskSecrets(saidCode, secrets);
  const data =
    said === undefined
      ? undefined
      : {
          ...said,
          Message: maskSecrets(said.Message, secrets),
          RequestId: maskSecrets(said.RequestId, secrets),
        };
  if (data === undefined) {
    const reason = code === '' ? message : code;
    return new AlibabaCloudError(
      'network',
      `${ramAction}: no usable answer from ${host} (${reason}).`,
      null,
      error,
    );
  }
  const request = data.RequestId === '' ? '' : ` (request ${data.RequestId})`;
  if (NO_PERMISSION.test(code)) {
    const needed = data.AccessDeniedDetail.AuthAction === '' ? ramAction : data.AccessDeniedDetail.AuthAction;
    return new AlibabaCloudError(code, `These keys need the permission ${needed}${request}.`, needed, error);
  }
  const explanation = EXPLANATIONS[code] ?? `${code} ${data.Message}`.trim();
  return new AlibabaCloudError(code, `${ramAction} was refused: ${explanation}${request}.`, null, error);
}
