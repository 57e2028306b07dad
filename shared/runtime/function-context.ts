import * as v from 'valibot';
import type { Environment } from './environment';

/** Keys with which a call to Alibaba Cloud is signed. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Present on a role's temporary keys. */
  readonly securityToken?: string;
}

/** What the functions use of Function Compute's context argument. */
export interface FunctionContext {
  readonly requestId: string;
  /** Empty where nobody says it, as the region and the function's name. */
  readonly accountId: string;
  readonly region: string;
  /** Null when the function has no role (FC then passes `{}`). */
  readonly credentials: Credentials | null;
  readonly functionName: string;
  /** The function's timeout in milliseconds. */
  readonly timeoutMs: number;
}

const text = v.fallback(v.string(), '');
const contextSchema = v.object({
  requestId: text,
  accountId: text,
  region: text,
  credentials: v.fallback(v.object({ accessKeyId: text, accessKeySecret: text, securityToken: text }), {
    accessKeyId: '',
    accessKeySecret: '',
    securityToken: '',
  }),
  function: v.fallback(v.object({ name: text, timeout: v.fallback(v.number(), 0) }), {
    name: '',
    timeout: 0,
  }),
});

/** FC's default when s.yaml gives no timeout is 3 s: https://github.com/devsapp/fc3 */
const DEFAULT_TIMEOUT_SECONDS = 3;

/** Parses FC's context. Nothing in it is indispensable, so nothing in it can make this throw. */
export function parseFunctionContext(context: unknown): FunctionContext {
  const parsed = v.safeParse(contextSchema, context);
  const known = parsed.success ? parsed.output : v.parse(contextSchema, { requestId: '' });
  return {
    requestId: known.requestId,
    accountId: known.accountId,
    region: known.region,
    credentials: toCredentials(known.credentials),
    functionName: known.function.name,
    timeoutMs: (known.function.timeout || DEFAULT_TIMEOUT_SECONDS) * 1000,
  };
}

/** Names a deployment: no two functions of any account have the same. */
export function deploymentOf({ accountId, region, functionName }: FunctionContext): string {
  return `${accountId}/${region}/${functionName}`;
}

/**
 * The keys to sign with: the context's, which are fresh on every call; else the environment's, which are set once per
 * instance. Null when there are none.
 */
export function findCredentials(context: FunctionContext, env: Environment): Credentials | null {
  return (
    context.credentials ??
    toCredentials({
      accessKeyId: env['ALIBABA_CLOUD_ACCESS_KEY_ID'] ?? '',
      accessKeySecret: env['ALIBABA_CLOUD_ACCESS_KEY_SECRET'] ?? '',
      securityToken: env['ALIBABA_CLOUD_SECURITY_TOKEN'] ?? '',
    })
  );
}

function toCredentials(keys: Required<Credentials>): Credentials | null {
  if (keys.accessKeyId === '' || keys.accessKeySecret === '') return null;
  return {
    accessKeyId: keys.accessKeyId,
    accessKeySecret: keys.accessKeySecret,
    ...(keys.securityToken === '' ? {} : { securityToken: keys.securityToken }),
  };
}
