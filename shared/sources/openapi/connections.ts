/**
 * The core client keeps its connections in a pool of its own, and a frozen instance's connections die unseen. Node's
 * announcement of every request is the only place to get hold of that pool.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';

/** What is known of the connection of one call. */
export interface ConnectionUse {
  /** It was kept from an earlier call: it may have died since. */
  isReused: boolean;
  agent: Agent | null;
  /** The HTTP status of its answer; null while there is none. The core client loses that of one that is not JSON. */
  status: number | null;
}

/** Of calls whose HTTP request has not begun, in the order in which they were made. */
const waiting = new Set<ConnectionUse>();
let isListening = false;

/**
 * Runs `work`, which makes one call, and notes in the `use` that it is given which connection its HTTP request takes and
 * with which status it is answered. The core client goes the same way to each request, so the requests begin in the order of the calls. (Node's AsyncLocalStorage would not
 * need to know that, and would follow every promise of the process: it was 3 % of a start.)
 */
export async function withConnectionUse<T>(work: (use: ConnectionUse) => Promise<T>): Promise<T> {
  listen();
  const use: ConnectionUse = { isReused: false, agent: null, status: null };
  waiting.add(use);
  try {
    return await work(use);
  } finally {
    waiting.delete(use);
  }
}

function listen(): void {
  if (isListening) return;
  isListening = true;
  subscribe('http.client.request.start', (message) => {
    const { request } = message as { request: ClientRequest & { agent?: Agent } };
    const [use] = waiting;
    if (use === undefined || !request.hasHeader('x-acs-action')) return;
    waiting.delete(use);
    use.isReused = request.reusedSocket;
    use.agent = request.agent ?? null;
    request.once('response', ({ statusCode }: IncomingMessage) => {
      use.status = statusCode ?? null;
    });
  });
}

/** Closes the connections that are kept for later calls: the next call makes a new one. */
export function closeKept({ agent }: ConnectionUse): void {
  for (const sockets of Object.values(agent?.freeSockets ?? {})) {
    for (const socket of sockets ?? []) socket.destroy();
  }
}
