/** Calls the deployed HTTP function as its users do. */
import * as v from 'valibot';
import type { Credentials } from '../../shared/runtime/function-context';
import { fails, works, type Finding } from './finding';
import { signGet } from './signature';

/** How one is let in: by a token of the function's, or by a signature that the gateway checks. */
export type Access =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'signature'; readonly credentials: Credentials };

const CALL_TIMEOUT_MS = 35_000;

/**
 * Makes three calls to the function at `baseUrl`, and a fourth for one task where there is one. `endpointVariable` is the
 * setting with the URL of the tasks' source. Never rejects.
 */
export async function checkEndpoint(
  baseUrl: URL,
  access: Access,
  endpointVariable: string,
): Promise<Finding[]> {
  const advice = (answer: Answer) => adviceOn(answer, endpointVariable);
  const health = join(baseUrl, 'healthz');
  const tasks = join(baseUrl, 'tasks?page=1&pageSize=1');
  const alive = await explained(health, async () => {
    // The gateway wants every call signed; a token is for the tasks alone.
    const answer = await get(health, access.kind === 'signature' ? authorize(health, access) : {});
    return answer.status === 200
      ? works('GET /healthz answers: the function runs.')
      : fails(`GET /healthz: ${advice(answer)}`);
  });
  // Whatever is wrong with that is wrong with everything.
  if (!alive.ok) return [alive];
  let someTask: string | undefined;
  const found = [
    alive,
    await explained(tasks, async () => {
      const { status } = await get(tasks, {});
      return status === 401 || status === 403 || status === 400
        ? works(`GET /tasks without ${access.kind} is refused (${status}).`)
        : fails(
            `GET /tasks without ${access.kind} is answered with ${status} instead of being refused: check HTTP_AUTH and HTTP_TRIGGER_AUTH, and deploy again.`,
          );
    }),
    await explained(tasks, async () => {
      const answer = await get(tasks, authorize(tasks, access));
      const page = v.safeParse(pageSchema, answer.body);
      if (answer.status !== 200 || !page.success) return fails(`GET /tasks: ${advice(answer)}`);
      const { total } = page.output;
      someTask = page.output.tasks[0]?.id;
      return works(`GET /tasks answers: ${total ?? 'some'} tasks in the account.`);
    }),
  ];
  if (someTask === undefined) return found;
  // Not every source asks for one task with the permission that the list takes.
  const task = join(baseUrl, `tasks/${someTask}`);
  const one = await explained(task, async () => {
    const answer = await get(task, authorize(task, access));
    // It may have gone since.
    return answer.status === 200 || answer.status === 404
      ? works('GET /tasks/{id} answers: one task can be asked for.')
      : fails(`GET /tasks/{id}: ${advice(answer)}`);
  });
  return [...found, one];
}

interface Answer {
  readonly status: number;
  /** The JSON; undefined when it is none. */
  readonly body: unknown;
}

const pageSchema = v.object({ tasks: v.array(v.object({ id: v.string() })), total: v.nullable(v.number()) });

/** The function's own problems; the gateway and others answer something else. */
const problemSchema = v.object({
  type: v.string(),
  detail: v.fallback(v.string(), ''),
  errors: v.fallback(v.array(v.object({ name: v.string(), detail: v.string() })), []),
  upstream: v.fallback(v.object({ code: v.nullable(v.string()) }), { code: null }),
});

/** What stands in a remedy for the setting's name. */
const ENDPOINT = '<endpoint>';

/** By the last part of a problem's type (functions/query-robot-tasks/http/problem.ts). */
const REMEDIES: Readonly<Record<string, string>> = {
  unauthorized: 'The deployed API_TOKENS are not those in .env: run npm run deploy.',
  'not-configured': 'Correct .env and run npm run deploy.',
  'upstream-unauthorized': 'The function’s role may not ask for tasks: run npm run bootstrap.',
  'upstream-account': 'Look at the account: is it in arrears, is the voice service activated?',
  'upstream-throttled': 'Try again in a minute.',
  'upstream-timeout': `Try again in a minute; if it stays so, look at ${ENDPOINT}.`,
  'upstream-unavailable': `Try again in a minute; if it stays so, look at ${ENDPOINT}.`,
  'upstream-malformed': `Look at ${ENDPOINT}: what answers there is not the voice service.`,
  internal: 'Look at the function’s log.',
};

/** What an answer that was not hoped for means, and what to do. */
function adviceOn({ status, body }: Answer, endpointVariable: string): string {
  const problem = v.safeParse(problemSchema, body);
  if (problem.success) {
    const { type, detail, errors, upstream } = problem.output;
    const remedy = (REMEDIES[type.split(':').at(-1) ?? ''] ?? '').replace(ENDPOINT, endpointVariable);
    const named = errors.map(({ name, detail: why }) => `${name} ${why}.`);
    const code = upstream.code === null ? '' : `(upstream says ${upstream.code})`;
    return [`${status}.`, detail, ...named, code, remedy].filter((part) => part !== '').join(' ');
  }
  if (status === 401 || status === 403) {
    return `${status} from the gateway: the keys need the permission fc:InvokeFunction, and HTTP_TRIGGER_AUTH must be what was deployed.`;
  }
  if (status === 404) return '404, but not from the function: give the URL that npm run deploy printed.';
  return `${status}, and not in the form in which the function answers: look at its log.`;
}

async function get(url: URL, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const response = await fetch(url, {
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
  });
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) as unknown };
  } catch {
    return { status: response.status, body: undefined };
  }
}

function authorize(url: URL, access: Access): Record<string, string> {
  return access.kind === 'token'
    ? { authorization: `Bearer ${access.token}` }
    : signGet(url, access.credentials, Date.now());
}

/** `path` below the base, which may itself have a path. */
function join(baseUrl: URL, path: string): URL {
  return new URL(path, baseUrl.href.endsWith('/') ? baseUrl : `${baseUrl.href}/`);
}

async function explained(url: URL, check: () => Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    const cure = reason.includes('ENOTFOUND')
      ? 'of a domain of your own, check the CNAME record; else give the URL that npm run deploy printed'
      : 'give the URL that npm run deploy printed';
    return fails(`${url.origin} cannot be reached (${reason}): ${cure}.`);
  }
}
