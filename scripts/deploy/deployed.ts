/** What Function Compute says of what is deployed. */
import * as v from 'valibot';
import { AlibabaCloudError, parseAnswer, type CallApi } from '../alibaba-cloud';
import type { Service } from '../services';

const triggersSchema = v.object({
  triggers: v.array(
    v.object({
      triggerType: v.string(),
      httpTrigger: v.optional(v.object({ urlInternet: v.optional(v.string(), '') })),
    }),
  ),
});

const domainSchema = v.object({
  routeConfig: v.optional(
    v.object({
      routes: v.nullish(
        v.array(v.object({ path: v.optional(v.string(), ''), functionName: v.optional(v.string(), '') })),
        [],
      ),
    }),
  ),
});

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

/** The routes of a custom domain; null when there is no such domain. Rejects with an AlibabaCloudError when nobody can say. */
export async function routesOf(callApi: CallApi, service: Service, domain: string): Promise<Route[] | null> {
  const pathname = `/${service.version}/custom-domains/${encodeURIComponent(domain)}`;
  const call = callApi(service, { action: 'GetCustomDomain', roa: { method: 'GET', pathname } });
  const answer = await unless('DomainNameNotFound', call);
  return answer === null ? null : (parseAnswer(domainSchema, answer).routeConfig?.routes ?? []);
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
async function unless<T>(code: string, call: Promise<T>): Promise<T | null> {
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
