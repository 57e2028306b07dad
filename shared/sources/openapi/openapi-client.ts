import OpenApi, { Config } from '@alicloud/openapi-client';
import { RobotTaskError } from '../../robot-task-error';
import type { Credentials } from '../../runtime/function-context';
import type { Text } from '../../text';

/**
 * Whatever makes Alibaba Cloud's generic call: the core client below, or the generated Dyvmsapi client, which inherits
 * its `callApi` from it. The fields are the vendor's, and only those that are used here.
 */
export interface OpenApiClient {
  callApi(params: CallParams, request: CallRequest, runtime: CallRuntime): Promise<unknown>;
}

export interface CallParams {
  action?: string;
  version?: string;
  protocol?: string;
  pathname?: string;
  method?: string;
  authType?: string;
  style?: string;
  reqBodyType?: string;
  bodyType?: string;
}

export interface CallRequest {
  query?: Record<string, string>;
}

export interface CallRuntime {
  /** Milliseconds, as the next one. */
  readTimeout?: number;
  connectTimeout?: number;
}

export interface OpenApiClientOptions {
  /** Scheme, host and port are used: the API has no path. */
  readonly endpoint: URL;
  /**
   * Asked at every call, because a role's keys change while the instance lives. Null is an 'unauthorized' error of the
   * call.
   */
  readonly credentials: () => Credentials | null;
}

/**
 * The official core client. It is made anew for every call: that costs nothing (its connections are kept by a
 * process-wide agent), and it is the plainest way to sign with the keys of the moment.
 */
export function createOpenApiClient({ endpoint, credentials }: OpenApiClientOptions): OpenApiClient {
  return {
    callApi(params, request, runtime) {
      const keys = credentials();
      if (keys === null) {
        return Promise.reject(new RobotTaskError('unauthorized', NO_KEYS));
      }
      const client: OpenApiClient = new OpenApi(
        new Config({
          endpoint: endpoint.host,
          protocol: endpoint.protocol.replace(':', ''),
          credential: credentialOf(keys),
        }),
      );
      return client.callApi(params, request, runtime);
    },
  };
}

const NO_KEYS: Text = {
  en: 'There are no credentials to sign calls with: give the function a role, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.',
  'zh-CN':
    '没有用来签名的密钥，请给函数配置角色，或设置 ALIBABA_CLOUD_ACCESS_KEY_ID 和 ALIBABA_CLOUD_ACCESS_KEY_SECRET。',
};

/**
 * Keys in the shape that the core client asks a credential for. With one given, it does not look for keys by itself, and
 * what it would look with is left out of the bundles (scripts/build.ts).
 */
function credentialOf(keys: Credentials) {
  const model = { ...keys, type: keys.securityToken === undefined ? 'access_key' : 'sts' };
  return { getCredential: () => Promise.resolve(model) };
}
