/** How the stand-ins of Serverless Devs' components call Alibaba Cloud: by the vendor's own client, at FC_ENDPOINT. */
import OpenApiClient, { Config, OpenApiRequest, Params } from '@alicloud/openapi-client';

export interface Credential {
  readonly AccountID: string;
  readonly AccessKeyID: string;
  readonly AccessKeySecret: string;
}

/** What Serverless Devs hands to a component. */
export interface Inputs<Props> {
  readonly props: Props;
  readonly args: readonly string[];
  readonly getCredential: () => Promise<Credential>;
}

export interface Call {
  readonly query?: Record<string, string>;
  readonly body?: unknown;
}

/** Resolves to the answer's body; rejects with an error that has upstream's code. */
export type Api = <T = unknown>(action: string, method: string, path: string, call?: Call) => Promise<T>;

export function createApi({ AccessKeyID, AccessKeySecret }: Credential, version: string): Api {
  const { host } = new URL(process.env['FC_ENDPOINT'] ?? '');
  const client = new OpenApiClient(
    new Config({
      accessKeyId: AccessKeyID,
      accessKeySecret: AccessKeySecret,
      endpoint: host,
      protocol: 'HTTP',
    }),
  );
  return async <T>(action: string, method: string, pathname: string, { query = {}, body }: Call = {}) => {
    const params = new Params({
      ...{ action, version, protocol: 'HTTP', pathname, method, authType: 'AK', style: 'ROA' },
      ...{ reqBodyType: 'json', bodyType: 'json' },
    });
    const request = new OpenApiRequest({ query, body });
    // It takes a plain object as well as one of its class.
    return (await client.callApi(params, request, {} as never))['body'] as T;
  };
}

/** Null when upstream refuses with a code that ends like this. */
export async function unless<T>(code: string, call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (String((error as { code?: unknown }).code).endsWith(code)) return null;
    throw error;
  }
}
