/**
 * What s.yaml declares, resolved by Serverless Devs' own resolver: what the scripts check and create is what `s deploy`
 * will deploy.
 */
import path from 'node:path';
import ParseSpec from '@serverless-devs/parse-spec';
import * as v from 'valibot';
import type { Environment } from '../shared/environment';
import type { Credentials } from '../shared/function-context';

export interface DeclaredFunction {
  readonly name: string;
  readonly region: string;
  /** The RAM role by name or ARN; null when s.yaml gives none. */
  readonly role: string | null;
  readonly vcpu: number;
  readonly memoryMb: number;
  /** What the function gets, each variable a string, an unset one empty. */
  readonly environment: Environment;
  /** The HTTP trigger's authType; null when the function has no HTTP trigger. */
  readonly authType: string | null;
  /** The timer's cronExpression; null when the function has no timer. */
  readonly schedule: string | null;
}

/** A key pair in the form in which Serverless Devs keeps it. */
export interface ServerlessDevsKey {
  readonly AccountID?: string | undefined;
  readonly AccessKeyID: string;
  readonly AccessKeySecret: string;
  readonly SecurityToken?: string | undefined;
}

export interface FunctionSet {
  /** The name of the key that s.yaml asks for. */
  readonly access: string;
  /** The keys that Serverless Devs finds under that name; null when there are none. */
  readonly key: ServerlessDevsKey | null;
  readonly functions: readonly DeclaredFunction[];
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
const stepSchema = v.object({
  props: v.object({
    functionName: v.string(),
    region: v.string(),
    role: v.optional(v.string()),
    // fc3's defaults.
    cpu: v.optional(v.number(), 0.35),
    memorySize: v.optional(v.number(), 512),
    environmentVariables: v.optional(v.record(v.string(), text), {}),
    triggers: v.optional(v.array(triggerSchema), []),
  }),
  credential: v.fallback(
    v.nullable(
      v.object({
        AccountID: v.optional(text),
        AccessKeyID: v.string(),
        AccessKeySecret: v.string(),
        SecurityToken: v.optional(v.string()),
      }),
    ),
    null,
  ),
});
const specSchema = v.object({
  yaml: v.object({ access: v.optional(v.string(), 'default') }),
  steps: v.array(stepSchema),
});

/**
 * Resolves `folder`/s.yaml. As `s deploy` would, the resolver first adds the variables of `folder`/.env to this process's
 * environment, where what is already set wins. Throws an Error that says what is wrong with the file.
 */
export async function readFunctionSet(folder: string): Promise<FunctionSet> {
  const file = path.join(folder, 's.yaml');
  let spec: v.InferOutput<typeof specSchema>;
  try {
    spec = v.parse(specSchema, await new ParseSpec(file, { argv: [], logger: SILENT }).start());
  } catch (error) {
    throw new Error(`${file} cannot be resolved: ${(error as Error).message}`, { cause: error });
  }
  return {
    access: spec.yaml.access,
    key: spec.steps[0]?.credential ?? null,
    functions: spec.steps.map(({ props }) => ({
      name: props.functionName,
      region: props.region,
      role: props.role ?? null,
      vcpu: props.cpu,
      memoryMb: props.memorySize,
      environment: props.environmentVariables,
      authType: triggerConfig(props.triggers, 'http')?.authType ?? null,
      schedule: triggerConfig(props.triggers, 'timer')?.cronExpression ?? null,
    })),
  };
}

function triggerConfig(triggers: readonly v.InferOutput<typeof triggerSchema>[], type: string) {
  return triggers.find((trigger) => trigger.triggerType === type)?.triggerConfig;
}

/** The function of that name. Throws an Error when s.yaml declares none. */
export function declaredFunction(functionSet: FunctionSet, name: string): DeclaredFunction {
  const found = functionSet.functions.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`s.yaml declares no function ${name}.`);
  return found;
}

/** The keys in Alibaba Cloud's usual variables, else those of s.yaml's `access`. Null when there are none. */
export function deployerCredentials(env: Environment, functionSet: FunctionSet): Credentials | null {
  const accessKeyId = env['ALIBABA_CLOUD_ACCESS_KEY_ID'] ?? '';
  const accessKeySecret = env['ALIBABA_CLOUD_ACCESS_KEY_SECRET'] ?? '';
  const securityToken = env['ALIBABA_CLOUD_SECURITY_TOKEN'] ?? '';
  if (accessKeyId !== '' && accessKeySecret !== '') {
    return { accessKeyId, accessKeySecret, ...(securityToken === '' ? {} : { securityToken }) };
  }
  const { key } = functionSet;
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

const SILENT = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  warnOnce: ignore,
  error: ignore,
  tips: ignore,
  log: ignore,
};

function ignore(): void {
  // The resolver talks about its steps; a script says itself what matters.
}
