import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Credentials } from '../../shared/runtime/function-context';
import { LOCAL_ACCOUNT_ID } from '../../shared/deployment/demonstration';
import type { ContextData } from './instances/protocol';
import type { FunctionSpec } from './spec/spec';

/** The keys that functions get. role: as Function Compute gives them; environment: only as variables, for all functions. */
export interface HostCredentials {
  /** Asked at every call, because a role's keys are renewed. */
  readonly role?: () => Credentials;
  readonly environment?: Credentials;
}

/**
 * The whole environment of an instance: what s.yaml gives the function and what Function Compute adds, nothing of
 * this machine's. https://help.aliyun.com/zh/functioncompute/fc/user-guide/environment-variables
 */
export function instanceEnvironment(
  spec: FunctionSpec,
  credentials: HostCredentials,
): Record<string, string> {
  const keys = (spec.hasRole ? credentials.role?.() : undefined) ?? credentials.environment;
  return {
    ...atCodeFolder(spec),
    ...(keys === undefined
      ? {}
      : {
          ALIBABA_CLOUD_ACCESS_KEY_ID: keys.accessKeyId,
          ALIBABA_CLOUD_ACCESS_KEY_SECRET: keys.accessKeySecret,
          ...(keys.securityToken === undefined ? {} : { ALIBABA_CLOUD_SECURITY_TOKEN: keys.securityToken }),
        }),
    FC_ACCOUNT_ID: LOCAL_ACCOUNT_ID,
    FC_FUNC_CODE_PATH: spec.codeFolder,
    FC_FUNCTION_HANDLER: spec.handler,
    FC_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    FC_FUNCTION_NAME: spec.name,
    FC_INSTANCE_ID: `c-${hex(4)}-${hex(4)}-${hex(6)}`,
    FC_REGION: spec.region,
    PATH: ['/usr/local/bin', '/usr/bin', '/bin'].join(path.delimiter),
    TZ: 'UTC',
  };
}

/** Function Compute unpacks the code into /code: what s.yaml says lies there is in the function's folder here. */
export function atCodeFolder({ environment, codeFolder }: FunctionSpec): Record<string, string> {
  const values = Object.entries(environment).map(([name, value]): [string, string] => [
    name,
    value.startsWith('/code/') ? path.join(codeFolder, value.slice('/code/'.length)) : value,
  ]);
  return Object.fromEntries(values);
}

/** The context argument of one invocation. */
export function contextData(
  spec: FunctionSpec,
  credentials: HostCredentials,
  requestId: string,
): ContextData {
  return {
    requestId,
    region: spec.region,
    accountId: LOCAL_ACCOUNT_ID,
    credentials: (spec.hasRole ? credentials.role?.() : undefined) ?? {},
    function: {
      name: spec.name,
      handler: spec.handler,
      memory: spec.memoryMb,
      timeout: spec.timeoutSeconds,
    },
    service: { logProject: '', logStore: '', qualifier: 'LATEST', versionId: '' },
    tracing: { openTracingSpanContext: '', openTracingSpanBaggages: {}, jaegerEndpoint: '' },
  };
}

/** In the form of Function Compute's own, such as `1-64f6cd87-0f2b…`. */
export function newRequestId(now: number): string {
  return `1-${Math.floor(now / 1000).toString(16)}-${hex(12)}`;
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
