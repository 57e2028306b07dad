import type { ServerlessDevsKey } from '../../shared/deployment/spec';
import type { Environment } from '../../shared/runtime/environment';
import type { Credentials } from '../../shared/runtime/function-context';
import { createCallApi, type CallApi } from '../alibaba-cloud';
import { callerIdentity, type Identity } from '../identity';
import { functionComputeService, stsService, type Service } from '../services';

/** Where to deploy to, and with what. */
export interface Account {
  readonly id: string;
  /** Whose keys they are. */
  readonly identity: Identity;
  readonly callApi: CallApi;
  /** Function Compute in the region of the functions. */
  readonly service: Service;
  /** What Serverless Devs reads the keys from, and the options that make it do so. */
  readonly key: Environment;
  readonly access: readonly string[];
  readonly secrets: readonly string[];
}

/** Serverless Devs takes every variable whose name ends like this for a key of that name. */
const KEY_VARIABLE = 'robot_task_watch_serverless_devs_key';

/** Rejects with an Error for people when nobody knows the keys. */
export async function openAccount(
  credentials: Credentials,
  region: string,
  env: Environment,
): Promise<Account> {
  const callApi = createCallApi(credentials);
  const identity = await callerIdentity(callApi, stsService(env));
  const { accountId } = identity;
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  const key: ServerlessDevsKey = {
    AccountID: accountId,
    AccessKeyID: accessKeyId,
    AccessKeySecret: accessKeySecret,
    SecurityToken: securityToken,
  };
  return {
    id: accountId,
    identity,
    callApi,
    service: functionComputeService(env, region, accountId),
    key: { [KEY_VARIABLE]: JSON.stringify(key) },
    access: ['--access', KEY_VARIABLE],
    secrets: [accessKeySecret, securityToken ?? ''],
  };
}
