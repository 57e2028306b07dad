import type { Environment } from '../shared/runtime/environment';

/** One API of one Alibaba Cloud service. Versions and endpoints are those of the official SDKs. */
export interface Service {
  /** The prefix of the service's actions in a RAM policy. */
  readonly ramCode: 'sts' | 'ram' | 'ots' | 'fc';
  /** What people call it. */
  readonly title: string;
  readonly version: string;
  readonly endpoint: URL;
}

/** Each endpoint can be overridden by a variable, which is for tests alone and therefore in no list of settings. */
export function stsService(env: Environment): Service {
  return service('sts', '2015-04-01', env['STS_ENDPOINT'], 'https://sts.aliyuncs.com');
}

export function ramService(env: Environment): Service {
  return service('ram', '2015-05-01', env['RAM_ENDPOINT'], 'https://ram.aliyuncs.com');
}

/** The API that manages instances. Tables are managed through the instance's own endpoint. */
export function tablestoreService(env: Environment, region: string): Service {
  return service(
    'ots',
    '2020-12-09',
    env['TABLESTORE_CONTROL_ENDPOINT'],
    `https://tablestore.${region}.aliyuncs.com`,
  );
}

/** Invocations go to the account's own host: https://github.com/devsapp/fc3 does the same. */
export function functionComputeService(env: Environment, region: string, accountId: string): Service {
  return service('fc', '2023-03-30', env['FC_ENDPOINT'], `https://${accountId}.${region}.fc.aliyuncs.com`);
}

/**
 * The instance's public endpoint. TABLESTORE_ENDPOINT is what the function uses and may be one that only a VPC reaches,
 * so it is not asked here.
 */
export function tablestoreInstanceEndpoint(env: Environment, instance: string, region: string): URL {
  return new URL(env['TABLESTORE_DATA_ENDPOINT'] ?? `https://${instance}.${region}.ots.aliyuncs.com`);
}

const TITLES = { sts: 'STS', ram: 'RAM', ots: 'Tablestore', fc: 'Function Compute' } as const;

function service(
  ramCode: Service['ramCode'],
  version: string,
  override: string | undefined,
  endpoint: string,
): Service {
  return { ramCode, title: TITLES[ramCode], version, endpoint: new URL(override ?? endpoint) };
}
