/**
 * What s.yaml declares, resolved by Serverless Devs' own resolver: what the scripts check and create is what `s deploy`
 * will deploy. Every name that a deployment has in the account stands there, and the scripts know no other: s.yaml may be
 * edited, as long as its two functions keep their keys under `resources`.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { resolveSpec, type ServerlessDevsKey } from '../shared/deployment/spec';
import type { Environment } from '../shared/runtime/environment';
import type { Credentials } from '../shared/runtime/function-context';
import { defaultEnvFile, KEY_VARIABLES, type EnvFile } from './env-file';
import { DOMAIN_VARIABLES } from './settings-check/domain';
import { lineOf } from './spec-line';

export interface DeclaredFunction {
  /** Its key under `resources`. */
  readonly resource: string;
  /** Its functionName, which ends with DEPLOYMENT_SUFFIX. */
  readonly name: string;
  readonly region: string;
  /** The RAM role by name or ARN; null when s.yaml gives none. */
  readonly role: string | null;
  readonly vcpu: number;
  readonly memoryMb: number;
  /** What the function gets, each variable a string, an unset one empty. */
  readonly environment: Environment;
  /** All that stands under `props`, resolved. */
  readonly props: Readonly<Record<string, unknown>>;
  /** The authType of each HTTP trigger. */
  readonly authTypes: readonly string[];
  /** The cronExpression of each timer. */
  readonly schedules: readonly string[];
}

export interface FunctionSet {
  /** The keys that Serverless Devs keeps under the name that s.yaml asks for; null when there are none. */
  readonly key: ServerlessDevsKey | null;
  /** That name. */
  readonly access: string;
  readonly functions: readonly DeclaredFunction[];
  /** The values of `asked` and of what the scripts read besides, the file of settings included; empty when unset. */
  readonly variables: Environment;
  /** Where the settings are. */
  readonly envFile: EnvFile;
  /** That file as it was written, before Serverless Devs replaced anything in it; null when there is none. */
  readonly dotenv: Environment | null;
  /** The text of that file; empty when there is none. */
  readonly dotenvText: string;
  /** The names of the variables that s.yaml and s.domain.yaml ask for. */
  readonly asked: ReadonlySet<string>;
}

const text = v.pipe(
  v.union([v.string(), v.number(), v.boolean()]),
  v.transform((value) => String(value)),
);
const triggerSchema = v.object({
  triggerType: v.string(),
  triggerConfig: v.object({
    authType: v.optional(v.string(), ''),
    cronExpression: v.optional(v.string(), ''),
  }),
});
const propsSchema = v.object({
  functionName: v.string(),
  region: v.string(),
  role: v.optional(v.string()),
  // fc3's defaults.
  cpu: v.optional(v.number(), 0.35),
  memorySize: v.optional(v.number(), 512),
  environmentVariables: v.optional(v.record(v.string(), text), {}),
  triggers: v.optional(v.array(triggerSchema), []),
});

const [KEY_ID, KEY_SECRET, SECURITY_TOKEN] = KEY_VARIABLES;

/** fc3, by its name or by where it lies on this machine. */
const FUNCTION_COMPONENT = /(?:^|[\\/])fc3(?:@.*)?$/;

/**
 * Resolves `folder`/s.yaml with `env` and the file of settings, where what is set in `env` wins. Throws an Error that says
 * what is wrong with s.yaml, and on which line.
 */
export async function readFunctionSet(
  folder: string,
  env: Environment,
  envFile: EnvFile = defaultEnvFile(folder),
): Promise<FunctionSet> {
  const file = path.join(folder, 's.yaml');
  const texts = ['s.yaml', 's.domain.yaml'].map((name) =>
    readFile(path.join(folder, name), 'utf8').catch(() => ''),
  );
  const [text = '', domainText = ''] = await Promise.all(texts);
  const asked = new Set(
    [...`${text}${domainText}`.matchAll(/\benv\(\s*['"](\w+)['"]/g)].map(([, name = '']) => name),
  );
  const wanted = new Set([...KEY_VARIABLES, ...DOMAIN_VARIABLES, 'QUERY_URL', 'DEPLOYMENT_SUFFIX', ...asked]);
  const { steps, key, variables, dotenv } = await resolveSpec(file, env, [...wanted], envFile.path);
  const functions = steps
    .filter(({ component }) => typeof component === 'string' && FUNCTION_COMPONENT.test(component))
    .map(({ projectName, props }) => {
      const parsed = v.safeParse(propsSchema, props);
      if (parsed.success) return declared(projectName, parsed.output, props);
      const [issue] = parsed.issues;
      const at = ['resources', projectName, 'props', ...(v.getDotPath(issue) ?? '').split('.')];
      throw new Error(
        `s.yaml, line ${lineOf(text, at)}: the scripts do not understand ${at.join('.')} (expected ${issue.expected}).`,
      );
    });
  return {
    key,
    access: /^access:\s*['"]?([\w-]+)/m.exec(text)?.[1] ?? 'default',
    functions,
    variables,
    envFile,
    dotenv: dotenv?.values ?? null,
    dotenvText: dotenv?.text ?? '',
    asked,
  };
}

function declared(
  resource: string,
  props: v.InferOutput<typeof propsSchema>,
  raw: unknown,
): DeclaredFunction {
  const configs = (type: string) =>
    props.triggers
      .filter(({ triggerType }) => triggerType === type)
      .map(({ triggerConfig }) => triggerConfig);
  return {
    resource,
    name: props.functionName,
    region: props.region,
    role: props.role ?? null,
    vcpu: props.cpu,
    memoryMb: props.memorySize,
    environment: props.environmentVariables,
    props: { ...(raw as Readonly<Record<string, unknown>>) },
    authTypes: configs('http').map(({ authType }) => authType),
    schedules: configs('timer').map(({ cronExpression }) => cronExpression),
  };
}

/** The function under that key. Throws an Error when s.yaml declares none. */
export function declaredFunction(
  functionSet: FunctionSet,
  resource: 'query-robot-tasks' | 'watch-robot-tasks',
): DeclaredFunction {
  const found = functionSet.functions.find((candidate) => candidate.resource === resource);
  if (found !== undefined) return found;
  throw new Error(
    `s.yaml has no resources.${resource} with the component fc3. Its functionName may be any, but the scripts find it by this key.`,
  );
}

/** The keys in Alibaba Cloud's usual variables, else those of s.yaml's `access`. Null when there are none. */
export function deployerCredentials({ key, variables }: FunctionSet): Credentials | null {
  const accessKeyId = variables[KEY_ID] ?? '';
  const accessKeySecret = variables[KEY_SECRET] ?? '';
  const securityToken = variables[SECURITY_TOKEN] ?? '';
  if (accessKeyId !== '' && accessKeySecret !== '') {
    return { accessKeyId, accessKeySecret, ...(securityToken === '' ? {} : { securityToken }) };
  }
  if (key === null) return null;
  return {
    accessKeyId: key.AccessKeyID,
    accessKeySecret: key.AccessKeySecret,
    ...(key.SecurityToken === undefined || key.SecurityToken === ''
      ? {}
      : { securityToken: key.SecurityToken }),
  };
}

export const NO_CREDENTIALS =
  'No Alibaba Cloud keys were found. Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET in .env or in ' +
  'the environment, or run `npx s config add` once (provider alibaba, alias default).';
