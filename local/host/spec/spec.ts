import { existsSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { resolveSpec, type Step } from '../../../shared/deployment/spec';
import type { Environment } from '../../../shared/runtime/environment';
import { HostError } from '../host-error';
import { propsSchema, type Trigger } from './spec-schema';

/** One function as s.yaml describes it. */
export interface FunctionSpec {
  readonly name: string;
  readonly region: string;
  /** The module inside `codeFolder`, without its extension, and the export to call. */
  readonly module: string;
  readonly method: string;
  readonly handler: string;
  readonly codeFolder: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Whether Function Compute would hand the function the keys of a role. */
  readonly hasRole: boolean;
  readonly environment: Readonly<Record<string, string>>;
  readonly initializer: { readonly method: string; readonly timeoutSeconds: number } | null;
  /** Calls at once before further ones are throttled; null = as many as there are. */
  readonly reservedConcurrency: number | null;
  readonly maxAsyncRetryAttempts: number;
  readonly maxAsyncEventAgeSeconds: number;
  readonly triggers: readonly Trigger[];
}

export interface Spec {
  readonly functions: readonly FunctionSpec[];
  /** The values of the variables that were asked for, `.env` included; empty when unset. */
  readonly variables: Environment;
}

/**
 * Resolves s.yaml as resolveSpec does, and validates what the host acts on. Throws a SpecError, or a HostError that names
 * every problem.
 */
export async function loadSpec(
  specFile: string,
  env: Environment,
  variables: readonly string[] = [],
  envFile?: string,
): Promise<Spec> {
  const resolved = await resolveSpec(specFile, env, variables, envFile);
  return { functions: toFunctions(resolved.steps, path.resolve(specFile)), variables: resolved.variables };
}

/** The functions among the resolved steps of `file`. Throws a HostError that names every problem. */
export function toFunctions(steps: readonly Step[], file: string): FunctionSpec[] {
  const name = path.basename(file);
  const problems: string[] = [];
  const functions = steps
    .filter(({ component }) => typeof component === 'string' && /^fc3(?:@|$)/.test(component))
    .flatMap((step) => {
      const parsed = v.safeParse(propsSchema, step.props);
      if (parsed.success) return [toFunctionSpec(parsed.output, path.dirname(file))];
      for (const issue of parsed.issues) {
        const at = ['resources', step.projectName, 'props', v.getDotPath(issue)].filter(
          (part) => part !== null,
        );
        problems.push(`${name}: ${at.join('.')} ${issue.message}.`);
      }
      return [];
    });
  if (steps.length === 0) problems.push(`${name} declares no resources.`);
  else if (functions.length + problems.length === 0)
    problems.push(`${name} declares no function: none of its resources has the component fc3.`);
  problems.push(...repeatedNames(functions).map((twice) => `${name}: two functions are named ${twice}.`));
  if (problems.length > 0) throw new HostError(problems.join('\n'));
  return functions;
}

/** Throws a HostError unless every function's handler file exists. */
export function checkBundles(functions: readonly FunctionSpec[]): void {
  const missing = functions
    .map((spec) => path.join(spec.codeFolder, `${spec.module}.js`))
    .filter((file) => !existsSync(file));
  if (missing.length === 0) return;
  const files = missing.map((file) => path.relative(process.cwd(), file)).join(' and ');
  throw new HostError(`Not built yet: ${files} is missing. Run npm run build.`);
}

function toFunctionSpec(props: v.InferOutput<typeof propsSchema>, folder: string): FunctionSpec {
  const initializer = props.instanceLifecycleConfig?.initializer;
  return {
    name: props.functionName,
    region: props.region,
    ...splitHandler(props.handler),
    handler: props.handler,
    codeFolder: path.resolve(folder, props.code),
    timeoutSeconds: props.timeout,
    memoryMb: props.memorySize,
    hasRole: props.role !== '',
    environment: props.environmentVariables,
    initializer:
      initializer === undefined
        ? null
        : { method: splitHandler(initializer.handler).method, timeoutSeconds: initializer.timeout },
    reservedConcurrency: props.concurrencyConfig.reservedConcurrency ?? null,
    maxAsyncRetryAttempts: props.asyncInvokeConfig.maxAsyncRetryAttempts,
    maxAsyncEventAgeSeconds: props.asyncInvokeConfig.maxAsyncEventAgeInSeconds,
    triggers: props.triggers,
  };
}

/** `index.handler` is the export `handler` of `index.js`. */
function splitHandler(handler: string): { module: string; method: string } {
  const dot = handler.lastIndexOf('.');
  return { module: handler.slice(0, dot), method: handler.slice(dot + 1) };
}

function repeatedNames(functions: readonly FunctionSpec[]): string[] {
  const names = functions.map((spec) => spec.name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
