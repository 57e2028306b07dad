/**
 * What Function Compute's API 2023-03-30 keeps of functions, triggers and custom domains. The paths are those of the official
 * SDK @alicloud/fc20230330; which RAM action on which resource each call needs is what the service's documentation lists:
 * https://help.aliyun.com/zh/functioncompute/fc/policies-and-sample-policies
 */
import * as v from 'valibot';
import { ACCOUNT_ID, Refusal, type StandInAction, type StandInCall } from './alibaba-cloud';
import type { Permit } from './permissions';

type Config = Readonly<Record<string, unknown>>;

export interface StoredFunction {
  config: Config;
  /** The uploaded object that it runs. */
  codeChecksum: string;
  readonly triggers: Map<string, Config>;
  asyncInvokeConfig: Config | null;
  reservedConcurrency: number | null;
  /** A minimum of instances, as the console sets it; 0 = none. */
  minInstances: number;
}

export interface FunctionComputeControlState {
  readonly functions: Map<string, StoredFunction>;
  readonly domains: Map<string, Config>;
}

export interface Surroundings {
  readonly region: string;
  readonly permit: Permit;
  /** The checksum of an object in the object store; null when there is none. */
  readonly checksumOf: (bucket: string, object: string) => string | null;
  readonly hasRole: (name: string) => boolean;
  readonly hasLogStore: (project: string, logstore: string) => boolean;
  /** Whether the domain has a CNAME record to this account's host. */
  readonly isResolved: (domain: string) => boolean;
}

const MAX_ENVIRONMENT_BYTES = 4096;
const functionSchema = v.looseObject({
  functionName: v.optional(v.string()),
  role: v.optional(v.string()),
  logConfig: v.optional(v.looseObject({ project: v.string(), logstore: v.string() })),
  environmentVariables: v.optional(v.record(v.string(), v.string()), {}),
  code: v.optional(v.strictObject({ ossBucketName: v.string(), ossObjectName: v.string() })),
});
const triggerSchema = v.looseObject({ triggerName: v.optional(v.string()), triggerConfig: v.string() });
const domainSchema = v.looseObject({
  domainName: v.optional(v.string()),
  protocol: v.picklist(['HTTP', 'HTTPS', 'HTTP,HTTPS']),
  certConfig: v.optional(
    v.strictObject({ certName: v.string(), certificate: v.string(), privateKey: v.string() }),
  ),
  routeConfig: v.object({
    routes: v.array(v.looseObject({ path: v.string(), functionName: v.string() })),
  }),
});

export function createFunctionComputeState(): FunctionComputeControlState {
  return { functions: new Map(), domains: new Map() };
}

export function functionComputeControlActions(
  { functions, domains }: FunctionComputeControlState,
  surroundings: Surroundings,
): Readonly<Record<string, StandInAction>> {
  const { region, permit, checksumOf, hasRole, hasLogStore, isResolved } = surroundings;
  const actions: Record<string, StandInAction> = {};

  /** `path` has a group for each name. `resource` is what the caller must be permitted `ramAction` on. */
  function on(
    action: string,
    path: RegExp,
    { ramAction = action, resource }: { ramAction?: string; resource: string },
    play: (names: string[], call: StandInCall) => unknown,
  ): void {
    actions[`2023-03-30 ${action}`] = (call) => {
      const [found, ...groups] = path.exec(call.path) ?? [];
      if (found === undefined) throw new Refusal(404, 'PathNotSupported', `${action} is not at ${call.path}`);
      const body = call.body === '' ? {} : (JSON.parse(call.body) as Record<string, string>);
      const named = [...groups.map(decodeURIComponent)];
      const own = named[0] ?? body['functionName'] ?? body['domainName'] ?? call.query['functionName'] ?? '';
      const inner = named[1] ?? body['triggerName'] ?? '';
      permit(
        `fc:${ramAction}`,
        `acs:fc:${region}:${ACCOUNT_ID}:${resource.replace('{name}', own).replace('{inner}', inner)}`,
      );
      return { body: play(named, call) ?? {} };
    };
  }

  function find(name: string): StoredFunction {
    const found = functions.get(name);
    if (found === undefined) throw new Refusal(404, 'FunctionNotFound', `function '${name}' does not exist`);
    return found;
  }
  function findTrigger(name: string, trigger: string): Config {
    const found = find(name).triggers.get(trigger);
    if (found === undefined) throw new Refusal(404, 'TriggerNotFound', `trigger '${trigger}' does not exist`);
    return found;
  }
  function findDomain(name: string): Config {
    const found = domains.get(name);
    if (found === undefined) throw new Refusal(404, 'DomainNameNotFound', `domain '${name}' does not exist`);
    return found;
  }

  /** What is stored of a function whose configuration this is. Without code that of before stays. */
  function checked(name: string, call: StandInCall, before: StoredFunction | null): StoredFunction {
    const { code, ...config } = v.parse(functionSchema, JSON.parse(call.body));
    const bytes = Buffer.byteLength(Object.entries(config.environmentVariables).flat().join(''));
    if (bytes > MAX_ENVIRONMENT_BYTES)
      throw new Refusal(400, 'InvalidArgument', 'environmentVariables are too long');
    if (config.role !== undefined) {
      permit('ram:PassRole', config.role.replace('acs:ram::', 'acs:ram:*:'), {
        'acs:Service': 'fc.aliyuncs.com',
      });
      const role = config.role.split('/').at(-1) ?? '';
      if (!hasRole(role)) throw new Refusal(400, 'InvalidArgument', `the role '${role}' does not exist`);
    }
    if (config.logConfig !== undefined && !hasLogStore(config.logConfig.project, config.logConfig.logstore))
      throw new Refusal(400, 'InvalidArgument', 'the log store does not exist');
    const codeChecksum =
      code === undefined
        ? (before?.codeChecksum ?? null)
        : checksumOf(code.ossBucketName, code.ossObjectName);
    if (codeChecksum === null) throw new Refusal(400, 'InvalidArgument', `function '${name}' has no code`);
    const rest = before ?? {
      triggers: new Map(),
      asyncInvokeConfig: null,
      reservedConcurrency: null,
      minInstances: 0,
    };
    return { ...rest, codeChecksum, config: { ...before?.config, ...config, functionName: name } };
  }

  const ONE = { resource: 'functions/{name}' };
  const FUNCTION = /^\/2023-03-30\/functions\/([^/]+)$/;
  on('GetFunction', FUNCTION, ONE, ([name = '']) => {
    const { config, codeChecksum } = find(name);
    return { ...config, codeChecksum };
  });
  on('ListFunctions', /^\/2023-03-30\/functions$/, { resource: 'functions/*' }, (_names, { query }) => {
    // A page holds fewer than are asked for.
    const all = [...functions.values()];
    const from = Number(query['nextToken'] ?? '0');
    const page = all.slice(from, from + 1).map(({ config }) => config);
    return { functions: page, ...(from + 1 < all.length ? { nextToken: String(from + 1) } : {}) };
  });
  on('CreateFunction', /^\/2023-03-30\/functions$/, ONE, (_names, call) => {
    const { functionName: name = '' } = v.parse(functionSchema, JSON.parse(call.body));
    if (functions.has(name))
      throw new Refusal(409, 'FunctionAlreadyExists', `function '${name}' already exists`);
    functions.set(name, checked(name, call, null));
  });
  on('UpdateFunction', FUNCTION, ONE, ([name = ''], call) => {
    functions.set(name, checked(name, call, find(name)));
  });
  on('DeleteFunction', FUNCTION, ONE, ([name = '']) => {
    if (find(name).triggers.size > 0)
      throw new Refusal(412, 'TriggersExist', `function '${name}' has triggers`);
    functions.delete(name);
  });

  const TRIGGERS = /^\/2023-03-30\/functions\/([^/]+)\/triggers$/;
  const TRIGGER = /^\/2023-03-30\/functions\/([^/]+)\/triggers\/([^/]+)$/;
  const ONE_TRIGGER = { resource: 'functions/{name}/triggers/{inner}' };
  on('ListTriggers', TRIGGERS, { resource: 'functions/{name}/triggers/*' }, ([name = '']) => ({
    triggers: [...find(name).triggers.values()].map((trigger) => ({
      ...trigger,
      ...(trigger['triggerType'] === 'http'
        ? { httpTrigger: { urlInternet: `https://${name}-abcdefghij.${region}.fcapp.run` } }
        : {}),
    })),
  }));
  on('GetTrigger', TRIGGER, ONE_TRIGGER, ([name = '', trigger = '']) => findTrigger(name, trigger));
  on('CreateTrigger', TRIGGERS, ONE_TRIGGER, ([name = ''], call) => {
    const trigger = v.parse(triggerSchema, JSON.parse(call.body));
    find(name).triggers.set(trigger.triggerName ?? '', trigger);
  });
  on('UpdateTrigger', TRIGGER, ONE_TRIGGER, ([name = '', trigger = ''], call) => {
    const before = findTrigger(name, trigger);
    find(name).triggers.set(trigger, { ...before, ...v.parse(triggerSchema, JSON.parse(call.body)) });
  });
  on('DeleteTrigger', TRIGGER, ONE_TRIGGER, ([name = '', trigger = '']) => {
    findTrigger(name, trigger);
    find(name).triggers.delete(trigger);
  });

  const ASYNC = /^\/2023-03-30\/functions\/([^/]+)\/async-invoke-config$/;
  const asyncOf = (ramAction: string) => ({ ramAction, ...ONE });
  on('GetAsyncInvokeConfig', ASYNC, asyncOf('GetFunctionAsyncInvokeConfig'), ([name = '']) => {
    const { asyncInvokeConfig } = find(name);
    if (asyncInvokeConfig === null) throw new Refusal(404, 'AsyncConfigNotExists', 'there is none');
    return asyncInvokeConfig;
  });
  on('PutAsyncInvokeConfig', ASYNC, asyncOf('PutFunctionAsyncInvokeConfig'), ([name = ''], call) => {
    find(name).asyncInvokeConfig = JSON.parse(call.body) as Config;
  });
  on('DeleteAsyncInvokeConfig', ASYNC, asyncOf('DeleteFunctionAsyncInvokeConfig'), ([name = '']) => {
    find(name).asyncInvokeConfig = null;
  });
  on(
    'ListAsyncInvokeConfigs',
    /^\/2023-03-30\/async-invoke-configs$/,
    asyncOf('ListFunctionAsyncInvokeConfigs'),
    (_names, { query }) => {
      const { asyncInvokeConfig } = find(query['functionName'] ?? '');
      return { configs: asyncInvokeConfig === null ? [] : [asyncInvokeConfig] };
    },
  );

  const CONCURRENCY = /^\/2023-03-30\/functions\/([^/]+)\/concurrency$/;
  on('GetConcurrencyConfig', CONCURRENCY, ONE, ([name = '']) => {
    const { reservedConcurrency } = find(name);
    if (reservedConcurrency === null) throw new Refusal(404, 'ConcurrencyConfigNotExists', 'there is none');
    return { reservedConcurrency };
  });
  on('PutConcurrencyConfig', CONCURRENCY, ONE, ([name = ''], call) => {
    const { reservedConcurrency } = v.parse(
      v.object({ reservedConcurrency: v.number() }),
      JSON.parse(call.body),
    );
    find(name).reservedConcurrency = reservedConcurrency;
  });
  on('DeleteConcurrencyConfig', CONCURRENCY, ONE, ([name = '']) => {
    find(name).reservedConcurrency = null;
  });

  const under = (part: string) => new RegExp(`^/2023-03-30/functions/([^/]+)/${part}$`);
  on('ListVpcBindings', under('vpc-bindings'), { resource: 'functions/{name}/vpc-bindings/*' }, () => ({
    vpcIds: [],
  }));
  on('ListAliases', under('aliases'), { resource: 'functions/{name}/aliases/*' }, () => ({ aliases: [] }));
  on('ListFunctionVersions', under('versions'), { resource: 'functions/{name}/versions/*' }, () => ({
    versions: [],
  }));
  on('GetScalingConfig', under('scaling-config'), ONE, ([name = '']) => {
    const { minInstances } = find(name);
    if (minInstances === 0) throw new Refusal(404, 'ScalingConfigNotExists', 'there is none');
    return { minInstances };
  });
  on('DeleteScalingConfig', under('scaling-config'), ONE, ([name = '']) => {
    find(name).minInstances = 0;
  });
  // Not to be permitted for one function alone: its page says "all resources".
  actions['2023-03-30 ListScalingConfigs'] = ({ query }) => {
    permit('fc:ListScalingConfigs', '*');
    const { minInstances } = find(query['functionName'] ?? '');
    return { body: { scalingConfigs: minInstances === 0 ? [] : [{ minInstances }] } };
  };

  const DOMAIN = /^\/2023-03-30\/custom-domains\/([^/]+)$/;
  const ONE_DOMAIN = { resource: 'custom-domains/{name}' };
  function keepDomain(name: string, call: StandInCall): void {
    const config = v.parse(domainSchema, JSON.parse(call.body));
    if (!isResolved(name)) {
      throw new Refusal(
        400,
        'DomainNameNotResolved',
        `domain name '${name}' has not been resolved to your FC endpoint`,
      );
    }
    if (config.protocol.includes('HTTPS') && config.certConfig === undefined)
      throw new Refusal(400, 'InvalidArgument', 'certConfig is needed for HTTPS');
    domains.set(name, { ...domains.get(name), ...config, domainName: name });
  }
  on('GetCustomDomain', DOMAIN, ONE_DOMAIN, ([name = '']) => findDomain(name));
  on('CreateCustomDomain', /^\/2023-03-30\/custom-domains$/, ONE_DOMAIN, (_names, call) => {
    const { domainName: name = '' } = v.parse(domainSchema, JSON.parse(call.body));
    if (domains.has(name))
      throw new Refusal(409, 'DomainNameAlreadyExists', `domain '${name}' already exists`);
    keepDomain(name, call);
  });
  on('UpdateCustomDomain', DOMAIN, ONE_DOMAIN, ([name = ''], call) => {
    findDomain(name);
    keepDomain(name, call);
  });
  on('DeleteCustomDomain', DOMAIN, ONE_DOMAIN, ([name = '']) => {
    findDomain(name);
    domains.delete(name);
  });
  return actions;
}
