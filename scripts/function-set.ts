/**
 * What s.yaml declares, resolved by Serverless Devs' own resolver: what the scripts check and create is what `s deploy`
 * will deploy.
 */
import path from 'node:path';
import * as v from 'valibot';
import { resolveSpec, type ServerlessDevsKey } from '../shared/deployment/spec';
import type { Environment } from '../shared/runtime/environment';
import type { Credentials } from '../shared/runtime/function-context';
import { DOMAIN_VARIABLES } from './settings-check/domain';

export interface DeclaredFunction {
  readonly name: string;
  readonly region: string;
  /** The RAM role by name or ARN; null when s.yaml gives none. */
  readonly role: string | null;
  readonly vcpu: number;
  readonly memoryMb: number;
  /** What the function gets, each variable a string, an unset one empty. */
  readonly environment: Environment;
  /** The authType of each HTTP trigger. */
  readonly authTypes: readonly string[];
  /** The cronExpression of each timer. */
  readonly schedules: readonly string[];
}

export interface FunctionSet {
  /** The keys that Serverless Devs keeps under the name that s.yaml asks for; null when there are none. */
  readonly key: ServerlessDevsKey | null;
  readonly functions: readonly DeclaredFunction[];
  /** What the scripts themselves read, `.env` included; empty when unset. */
  readonly variables: Environment;
  /** `.env` as it was written, before Serverless Devs replaced anything in it; null when there is none. */
  readonly dotenv: Environment | null;
  /** The text of `.env`; empty when there is none. */
  readonly dotenvText: string;
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

const KEY_ID = 'ALIBABA_CLOUD_ACCESS_KEY_ID';
const KEY_SECRET = 'ALIBABA_CLOUD_ACCESS_KEY_SECRET';
const SECURITY_TOKEN = 'ALIBABA_CLOUD_SECURITY_TOKEN';

/**
 * Resolves `folder`/s.yaml with `env` and `folder`/.env, where what is set in `env` wins. Throws an Error that says what is
 * wrong with the file.
 */
export async function readFunctionSet(folder: string, env: Environment): Promise<FunctionSet> {
  const file = path.join(folder, 's.yaml');
  const { steps, key, variables, dotenv } = await resolveSpec(file, env, [
    ...[KEY_ID, KEY_SECRET, SECURITY_TOKEN],
    ...DOMAIN_VARIABLES,
    'QUERY_URL',
  ]);
  const functions = steps
    .filter(({ component }) => component !== 'fc3-domain')
    .map(({ projectName, props }) => {
      const parsed = v.safeParse(propsSchema, props);
      if (parsed.success) return declared(parsed.output);
      const [issue] = parsed.issues;
      throw new Error(`s.yaml: resources.${projectName}.props.${v.getDotPath(issue) ?? ''} is wrong.`);
    });
  return {
    key,
    functions,
    variables,
    dotenv: dotenv?.values ?? null,
    dotenvText: dotenv?.text ?? '',
  };
}

function declared(props: v.InferOutput<typeof propsSchema>): DeclaredFunction {
  const configs = (type: string) =>
    props.triggers
      .filter(({ triggerType }) => triggerType === type)
      .map(({ triggerConfig }) => triggerConfig);
  return {
    name: props.functionName,
    region: props.region,
    role: props.role ?? null,
    vcpu: props.cpu,
    memoryMb: props.memorySize,
    environment: props.environmentVariables,
    authTypes: configs('http').map(({ authType }) => authType),
    schedules: configs('timer').map(({ cronExpression }) => cronExpression),
  };
}

/** The function of that name. Throws an Error when s.yaml declares none. */
export function declaredFunction(functionSet: FunctionSet, name: string): DeclaredFunction {
  const found = functionSet.functions.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`s.yaml declares no function ${name}.`);
  return found;
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
