/** What Function Compute says of what is deployed. */
import * as v from 'valibot';
import { AlibabaCloudError, parseAnswer, type ApiAnswer, type CallApi } from '../alibaba-cloud';
import type { Service } from '../services';
import type { DeployedFunction, DeployedTrigger } from './changes';

const anyObject = v.record(v.string(), v.unknown());
const functionSchema = v.looseObject({
  environmentVariables: v.fallback(v.record(v.string(), v.string()), {}),
});
const triggersSchema = v.object({
  triggers: v.array(
    v.object({
      triggerName: v.optional(v.string(), ''),
      triggerType: v.string(),
      triggerConfig: v.optional(v.string(), ''),
      httpTrigger: v.optional(v.object({ urlInternet: v.optional(v.string(), '') })),
    }),
  ),
});
const concurrencySchema = v.object({ reservedConcurrency: v.nullish(v.number(), null) });
const scalingSchema = v.object({ minInstances: v.nullish(v.number(), null) });

const domainSchema = v.object({
  certConfig: v.nullish(v.object({ certificate: v.optional(v.string(), '') })),
  routeConfig: v.optional(
    v.object({
      routes: v.nullish(
        v.array(v.object({ path: v.optional(v.string(), ''), functionName: v.optional(v.string(), '') })),
        [],
      ),
    }),
  ),
});

/**
 * What is there under that name; null when there is no such function. Of its parts, what cannot be looked at is left open.
 * Rejects with an AlibabaCloudError when nobody can say whether there is such a function.
 */
export async function findDeployed(
  callApi: CallApi,
  service: Service,
  name: string,
): Promise<DeployedFunction | null> {
  const at = pathOf(service, name);
  const get = (action: string, pathname: string) =>
    callApi(service, { action, query: {}, roa: { method: 'GET', pathname } });
  const found = await unless('FunctionNotFound', get('GetFunction', at));
  if (found === null) return null;
  const { environmentVariables, ...properties } = parseAnswer(functionSchema, found);
  /** Undefined where it cannot be looked at; null where there is none. */
  const part = async <T extends v.GenericSchema>(action: string, path: string, schema: T) => {
    try {
      return parseAnswer(schema, await get(action, `${at}/${path}`));
    } catch (error) {
      const code = error instanceof AlibabaCloudError ? error.code : '';
      return /NotExist|NotFound/.test(code) && !code.startsWith('InvalidAction') ? null : undefined;
    }
  };
  const [triggers, asynchronous, concurrency, scaling] = await Promise.all([
    part('ListTriggers', 'triggers', triggersSchema),
    part('GetAsyncInvokeConfig', 'async-invoke-config', anyObject),
    part('GetConcurrencyConfig', 'concurrency', concurrencySchema),
    part('GetScalingConfig', 'scaling-config', scalingSchema),
  ]);
  return {
    properties,
    environment: environmentVariables,
    triggers: triggers?.triggers.map(toTrigger),
    asyncInvokeConfig: asynchronous === null ? {} : asynchronous,
    reservedConcurrency: concurrency === null ? null : concurrency?.reservedConcurrency,
    minInstances: scaling?.minInstances ?? 0,
  };
}

type Trigger = v.InferOutput<typeof triggersSchema>['triggers'][number];

function toTrigger({ triggerName, triggerType, triggerConfig }: Trigger): DeployedTrigger {
  const config = v.safeParse(v.pipe(v.string(), v.parseJson(), anyObject), triggerConfig);
  return { name: triggerName, type: triggerType, config: config.success ? config.output : {} };
}

/** Whether there is such a function. Rejects with an AlibabaCloudError when nobody can say. */
export async function isDeployed(callApi: CallApi, service: Service, name: string): Promise<boolean> {
  const roa = { method: 'GET', pathname: pathOf(service, name) } as const;
  const answer = await unless('FunctionNotFound', callApi(service, { action: 'GetFunction', roa }));
  return answer !== null;
}

export interface Route {
  readonly path: string;
  /** Empty where it leads to something else. */
  readonly functionName: string;
}

export interface DeployedDomain {
  readonly routes: readonly Route[];
  /** Its certificate in PEM form; empty when it has none. */
  readonly certificate: string;
}

/** A custom domain; null when there is no such domain. Rejects with an AlibabaCloudError when nobody can say. */
export async function findDomain(
  callApi: CallApi,
  service: Service,
  domain: string,
): Promise<DeployedDomain | null> {
  const pathname = `/${service.version}/custom-domains/${encodeURIComponent(domain)}`;
  const call = callApi(service, { action: 'GetCustomDomain', roa: { method: 'GET', pathname } });
  const answer = await unless('DomainNameNotFound', call);
  if (answer === null) return null;
  const { routeConfig, certConfig } = parseAnswer(domainSchema, answer);
  return { routes: routeConfig?.routes ?? [], certificate: certConfig?.certificate ?? '' };
}

/** Where its HTTP trigger answers; null when it says none. Rejects with an AlibabaCloudError. */
export async function urlOf(callApi: CallApi, service: Service, name: string): Promise<string | null> {
  const pathname = `${pathOf(service, name)}/triggers`;
  const answer = await callApi(service, { action: 'ListTriggers', roa: { method: 'GET', pathname } });
  const { triggers } = parseAnswer(triggersSchema, answer);
  const url = triggers.find(({ triggerType }) => triggerType === 'http')?.httpTrigger?.urlInternet ?? '';
  return url === '' ? null : url;
}

/** Null when the call is refused with this code. */
async function unless(code: string, call: Promise<ApiAnswer>): Promise<ApiAnswer | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof AlibabaCloudError && error.code === code) return null;
    throw error;
  }
}

function pathOf({ version }: Service, name: string): string {
  return `/${version}/functions/${encodeURIComponent(name)}`;
}
