/**
 * A loopback server that plays the gateway before Alibaba Cloud's APIs: it checks the signature of each call, and then gives
 * the call to the stand-in of the service that is meant (ram.ts and its neighbours).
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusalOf } from '../../local/host/invocation/signature';
import { verifyAcs3, type AccessKey } from '../../local/simulator/acs3';
import { createNonceMemory } from '../../local/simulator/nonces';

export interface StandInCall {
  /** The query's parameters, each once. */
  readonly query: Readonly<Record<string, string>>;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface StandInAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, anything else as JSON. */
  readonly body: unknown;
}

/** Answers one action, or throws a Refusal. */
export type StandInAction = (call: StandInCall) => StandInAnswer;

export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface AlibabaCloud {
  readonly url: string;
  /** The variables that send the scripts here instead of to the real endpoints, with keys that are accepted. */
  readonly environment: Readonly<Record<string, string>>;
  /** The actions called so far, such as `CreateRole`. */
  readonly calls: string[];
  /** The same with all that was sent: action, path, query and body. */
  readonly requests: string[];
  /** Actions that the caller is not permitted. */
  readonly forbidden: Set<string>;
  /** What an action answers instead, by its name. */
  readonly refusals: Map<string, Refusal>;
  close(): Promise<void>;
}

export const ACCOUNT_ID = '1234567890123456';
export const KEY: AccessKey = { accessKeyId: 'LTAI-deployer', accessKeySecret: 'the-deployers-secret' };

/** `actions` by `<version> <action>`, such as `2015-05-01 CreateRole`. */
export async function startAlibabaCloud(
  actions: Readonly<Record<string, StandInAction>>,
): Promise<AlibabaCloud> {
  const calls: string[] = [];
  const requests: string[] = [];
  const forbidden = new Set<string>();
  const refusals = new Map<string, Refusal>();
  const usedNonces = createNonceMemory();

  function answer(request: IncomingMessage, body: Buffer): StandInAnswer {
    const { method = '', url = '', headers } = request;
    const { pathname, searchParams } = new URL(url, 'http://stand-in');
    const query = Object.fromEntries(searchParams);
    const call = { query, path: pathname, headers, body: body.toString('utf8') };
    requests.push(`${String(headers['x-acs-action'] ?? method)} ${url} ${call.body}`);
    if (headers.authorization?.startsWith('FC ') === true) {
      const refusal = refusalOf({ method, url, headers, body }, { keys: [KEY], now: Date.now(), usedNonces });
      if (refusal !== null) throw new Refusal(403, 'SignatureNotMatch', refusal);
      return playOf('2016-08-15', pathname.split('/').at(-1) ?? '')(call);
    }
    const verdict = verifyAcs3(
      { method, url, headers, body },
      {
        findSecret: (id) => (id === KEY.accessKeyId ? KEY : undefined),
        now: Date.now(),
        usedNonces,
      },
    );
    if (!verdict.ok) throw new Refusal(verdict.status, verdict.code, verdict.message);
    return playOf(String(headers['x-acs-version']), String(headers['x-acs-action']))(call);
  }

  /** The older API has paths instead of actions: the last part of the path is its name here. */
  function playOf(version: string, action: string): StandInAction {
    const play = actions[`${version} ${action}`];
    if (play === undefined) throw new Refusal(404, 'InvalidAction.NotFound', `There is no action ${action}.`);
    calls.push(action);
    if (forbidden.has(action)) {
      throw new Refusal(403, 'NoPermission', `You are not authorized to do this action. Action: ${action}`);
    }
    const refusal = refusals.get(action);
    if (refusal !== undefined) throw refusal;
    return play;
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const {
        status = 200,
        headers = {},
        body,
      } = answerOrRefuse(() => answer(request, Buffer.concat(chunks)));
      // Each connection is closed, so that neither side keeps one for later.
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    environment: {
      ALIBABA_CLOUD_ACCESS_KEY_ID: KEY.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: KEY.accessKeySecret,
      STS_ENDPOINT: url,
      RAM_ENDPOINT: url,
      TABLESTORE_CONTROL_ENDPOINT: url,
      FC_ENDPOINT: url,
    },
    calls,
    requests,
    forbidden,
    refusals,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function answerOrRefuse(answer: () => StandInAnswer): StandInAnswer {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, code, message } = error;
    return { status, body: { RequestId: randomUUID(), HostId: 'stand-in', Code: code, Message: message } };
  }
}
