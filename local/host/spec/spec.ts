import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
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

const RESOLVER = path.join(__dirname, 'spec-resolver.mjs');

const stepSchema = v.object({ projectName: v.string(), component: v.unknown(), props: v.unknown() });
/** One resource of s.yaml, its expressions replaced by their values. */
export type Step = v.InferOutput<typeof stepSchema>;

const keySchema = v.object({
  AccountID: v.optional(
    v.pipe(
      v.union([v.string(), v.number()]),
      v.transform((id) => String(id)),
    ),
  ),
  AccessKeyID: v.string(),
  AccessKeySecret: v.string(),
  SecurityToken: v.optional(v.string()),
});
/** A key pair in the form in which Serverless Devs keeps it. */
export type ServerlessDevsKey = v.InferOutput<typeof keySchema>;

/** What Serverless Devs makes of s.yaml. */
export interface ResolvedSpec {
  readonly steps: readonly Step[];
  /** The keys that Serverless Devs keeps under s.yaml's `access`; null when there are none. */
  readonly key: ServerlessDevsKey | null;
  /** The values of the variables that were asked for, `.env` included; empty when unset. */
  readonly variables: Environment;
  /** `.env` as it was written, before anything in it was replaced; null when there is none. */
  readonly dotenv: { readonly text: string; readonly values: Environment } | null;
}

const answerSchema = v.union([
  v.object({ problem: v.string() }),
  v.object({
    steps: v.array(stepSchema),
    key: v.fallback(v.nullable(keySchema), null),
    variables: v.record(v.string(), v.string()),
    dotenv: v.nullable(v.object({ text: v.string(), values: v.record(v.string(), v.string()) })),
  }),
]);

/**
 * Resolves and validates s.yaml. `env` is all that its `${env('X', …)}` sees, together with a `.env` beside the file,
 * which fills in what `env` leaves unset (an empty variable is set). Throws a HostError that names every problem.
 */
export async function loadSpec(
  specFile: string,
  env: Environment,
  variables: readonly string[] = [],
): Promise<Spec> {
  const resolved = await resolveSpec(specFile, env, variables);
  return { functions: toFunctions(resolved.steps, path.resolve(specFile)), variables: resolved.variables };
}

/**
 * Resolves s.yaml as loadSpec does, and takes its functions as they are. This process's environment stays as it is. Throws
 * a HostError that says what is wrong with the file.
 */
export async function resolveSpec(
  specFile: string,
  env: Environment,
  variables: readonly string[] = [],
): Promise<ResolvedSpec> {
  const file = path.resolve(specFile);
  const name = path.basename(file);
  if (!existsSync(file)) throw new HostError(`${name} is missing: there is no ${file}.`);
  const answer = await resolve(file, env, variables);
  if ('problem' in answer) throw new HostError(`${name} cannot be read: ${lastSentence(answer.problem)}`);
  return answer;
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

function resolve(file: string, env: Environment, variables: readonly string[]) {
  return new Promise<v.InferOutput<typeof answerSchema>>((fulfil) => {
    const child = fork(RESOLVER, [file, ...variables], {
      cwd: path.dirname(file),
      env: { ...env },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.once('message', (message) => {
      fulfil(v.parse(answerSchema, message));
    });
    child.once('error', (error) => {
      fulfil({ problem: error.message });
    });
    child.once('exit', (code) => {
      fulfil({ problem: `the resolver of Serverless Devs ended with exit code ${code ?? 'none'}` });
    });
  });
}

/** The resolver's messages are several lines with the place in a template first; what is wrong comes last. */
function lastSentence(problem: string): string {
  const [first = '', ...rest] = problem.split('\n').filter((line) => line.trim() !== '');
  if (!first.startsWith('anonymous:')) return first;
  return (rest.at(-1) ?? first).replace(/^\w*Error: /, '');
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
