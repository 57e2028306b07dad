/** What a deploy of a function changes, in words: what is declared in s.yaml against what Function Compute has. Pure. */
import type { Environment } from '../../shared/runtime/environment';
import type { DeclaredFunction } from '../function-set';

/** What Function Compute has of a function. What it does not tell is undefined, and then nothing is said of it. */
export interface DeployedFunction {
  /** The function's own properties, by fc3's names. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly environment: Environment;
  readonly triggers: readonly DeployedTrigger[] | undefined;
  readonly asyncInvokeConfig: Readonly<Record<string, unknown>> | undefined;
  /** Null where there is none. */
  readonly reservedConcurrency: number | null | undefined;
  /** 0 where none is set, and where it does not tell. */
  readonly minInstances: number;
}

export interface DeployedTrigger {
  readonly name: string;
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export interface Changes {
  /** Without any value of a setting. Empty when nothing but the code can change. */
  readonly lines: readonly string[];
  /** What a deploy leaves as it is, and may surprise. */
  readonly notes: readonly string[];
}

/** `deployed` is null where there is no such function yet. */
export function changesOf(declared: DeclaredFunction, deployed: DeployedFunction | null): Changes {
  if (deployed === null) return { lines: ['is new'], notes: [] };
  const lines = [
    ...settingChanges(declared.environment, deployed.environment),
    ...propertyChanges(declared, deployed),
    ...triggerChanges(declared, deployed.triggers),
    ...limitChanges(declared, deployed),
  ];
  return { lines, notes: strayTriggers(declared, deployed.triggers) };
}

/** An empty variable counts as unset, there as well as here. */
function settingChanges(wanted: Environment, found: Environment): string[] {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort();
  const value = (env: Environment, name: string) => env[name] ?? '';
  const named = (title: string, is: (name: string) => boolean) => {
    const such = names.filter((name) => value(wanted, name) !== value(found, name) && is(name));
    return such.length === 0 ? [] : [`${title}: ${such.join(', ')}`];
  };
  return [
    ...named('new settings', (name) => value(found, name) === ''),
    ...named('changed settings', (name) => value(found, name) !== '' && value(wanted, name) !== ''),
    ...named('settings taken away', (name) => value(wanted, name) === ''),
  ];
}

/** What s.yaml says of a function and Function Compute calls the same. */
const PROPERTIES = [
  'description',
  'runtime',
  'handler',
  'cpu',
  'memorySize',
  'diskSize',
  'timeout',
  'internetAccess',
] as const;

function propertyChanges({ props, role }: DeclaredFunction, { properties }: DeployedFunction): string[] {
  const changed = PROPERTIES.filter(
    (name) =>
      props[name] !== undefined && properties[name] !== undefined && !isSame(props[name], properties[name]),
  ).map((name) => `${name} is ${textOf(properties[name])} there and becomes ${textOf(props[name])}`);
  const [wanted, found] = [role ?? '', properties['role'] ?? ''].map(
    (text) => textOf(text).split('/').at(-1) ?? '',
  );
  if (wanted?.toLowerCase() === found || properties['role'] === undefined) return changed;
  return [
    ...changed,
    `its role is ${found === '' ? 'none' : found} there and becomes ${wanted === '' ? 'none' : wanted}`,
  ];
}

function triggerChanges({ props }: DeclaredFunction, found: DeployedFunction['triggers']): string[] {
  if (found === undefined) return [];
  return declaredTriggers(props).flatMap(({ name, type, config }) => {
    const deployed = found.find((trigger) => trigger.name === name);
    if (deployed === undefined) return [`a new trigger: ${name} (${type})`];
    return Object.entries(config).flatMap(([key, wanted]) => {
      const there = deployed.config[key];
      if (isSame(wanted, there ?? (key === 'payload' ? '' : there))) return [];
      if (key === 'enable' && isSame(wanted, true)) {
        return [`its trigger ${name} is disabled there, and will run again`];
      }
      // A payload may hold anything.
      if (key === 'payload') return [`the payload of its trigger ${name}`];
      return [`${key} of its trigger ${name} is ${textOf(there)} there and becomes ${textOf(wanted)}`];
    });
  });
}

function strayTriggers({ props, name }: DeclaredFunction, found: DeployedFunction['triggers']): string[] {
  const known = declaredTriggers(props).map((trigger) => trigger.name);
  return (found ?? [])
    .filter((trigger) => !known.includes(trigger.name))
    .map((trigger) => `${name} has a trigger ${trigger.name} that s.yaml does not know: it stays.`);
}

function limitChanges({ props }: DeclaredFunction, deployed: DeployedFunction): string[] {
  const { asyncInvokeConfig, reservedConcurrency, minInstances } = deployed;
  const becomes = (name: string, there: unknown, wanted: unknown) =>
    isSame(there, wanted) ? [] : [`${name} is ${textOf(there)} there and becomes ${textOf(wanted)}`];
  const wantedConcurrency = objectOf(props['concurrencyConfig'])['reservedConcurrency'];
  const instances = `${minInstances} ${minInstances === 1 ? 'instance' : 'instances'}`;
  return [
    ...(asyncInvokeConfig === undefined
      ? []
      : Object.entries(objectOf(props['asyncInvokeConfig'])).flatMap(([name, wanted]) =>
          becomes(name, asyncInvokeConfig[name], wanted),
        )),
    ...(reservedConcurrency === undefined
      ? []
      : becomes('reservedConcurrency', reservedConcurrency ?? undefined, wantedConcurrency)),
    ...(minInstances === 0 || props['scalingConfig'] !== undefined
      ? []
      : [`a minimum of ${instances} is set there, and will be taken away`]),
  ];
}

function declaredTriggers(props: DeclaredFunction['props']): DeployedTrigger[] {
  const triggers = props['triggers'];
  return (Array.isArray(triggers) ? triggers : []).map((trigger: unknown) => {
    const { triggerName, triggerType, triggerConfig } = objectOf(trigger);
    return { name: String(triggerName), type: String(triggerType), config: objectOf(triggerConfig) };
  });
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** s.yaml may hold a number as text; a list has no order here. */
function isSame(a: unknown, b: unknown): boolean {
  return textOf(a) === textOf(b);
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).sort().join(', ');
  return value === undefined ? 'not set' : typeof value === 'string' ? value : JSON.stringify(value);
}
