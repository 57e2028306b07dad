/** From a request, read whole, to the answer: the signature first, then what the fault rules say, then the action. */
import { randomUUID } from 'node:crypto';
import { verifyAcs3, type AccessKey, type Acs3Request, type Acs3Verdict } from './acs3';
import type { Api } from './apis/api';
import { answerInstead } from './faults/fault-answers';
import type { Befallen } from './faults/fault-rules';
import { findFault } from './faults/faults';
import type { NonceMemory } from './nonces';
import type { TaskStore } from './world/tasks';
import { gatewayError, type Answer } from './wire';

export interface GatewayState {
  readonly keys: ReadonlyMap<string, AccessKey>;
  readonly usedNonces: NonceMemory;
  readonly api: Api;
  readonly tasks: TaskStore;
  /** Epoch milliseconds: the gateway's, by which it judges signatures, and the tasks'. */
  readonly now: number;
  readonly taskNow: number;
}

/** What can be told of a call from its headers and its URL. */
export interface CallHead {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly action: string;
  readonly version: string;
  readonly host: string;
}

export function readHead(url: string, headers: Acs3Request['headers']): CallHead {
  const [path = '/', ...query] = url.split('?');
  const header = (name: string) => String(headers[name] ?? '');
  return {
    path,
    query: new URLSearchParams(query.join('?')),
    action: header('x-acs-action'),
    version: header('x-acs-version'),
    host: header('host'),
  };
}

/** The key that an Authorization header names, known or not. */
export function namedKey(headers: Acs3Request['headers']): string | null {
  return /Credential=([^,\s]+)/.exec(String(headers['authorization'] ?? ''))?.[1] ?? null;
}

/** Whether the gateway lets the request in. To be asked once for each request: it uses up the nonce. */
export function admit(request: Acs3Request, befallen: Befallen, state: GatewayState): Acs3Verdict {
  return verifyAcs3(request, {
    findSecret: (accessKeyId) => state.keys.get(accessKeyId),
    now: state.now + (findFault(befallen.faults, 'clock-skew')?.ms ?? 0),
    usedNonces: state.usedNonces,
  });
}

/** The answer to a request on which the gateway's verdict is `verdict`. */
export function answerCall(
  head: CallHead,
  verdict: Acs3Verdict,
  { faults, moves }: Befallen,
  state: GatewayState,
): Answer {
  const envelope = { requestId: randomUUID().toUpperCase(), host: head.host };
  if (!verdict.ok) return gatewayError(envelope, verdict.status, verdict.code, verdict.message);

  const instead = answerInstead(faults, envelope);
  if (instead !== null) return instead;

  const action = head.path === '/' ? state.api.actions.get(head.action) : undefined;
  if (action === undefined) {
    const message = 'Specified api is not found, please check your url and method.';
    return gatewayError(envelope, 404, 'InvalidAction.NotFound', message);
  }
  if (head.version !== state.api.version) {
    return gatewayError(envelope, 400, 'InvalidVersion', 'Specified parameter Version is not valid.');
  }
  return action({ query: head.query, faults, moves, envelope, now: state.taskNow, tasks: state.tasks });
}
