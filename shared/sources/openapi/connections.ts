/**
 * The core client keeps its connections in a pool of its own, and a frozen instance's connections die unseen. Node's
 * announcement of every request is the only place to get hold of that pool.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
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

const uses = new AsyncLocalStorage<ConnectionUse>();
let isListening = false;

/** Runs `work`, and notes in the `use` that it is given which connection its HTTP request takes
 * and with which status it is answered. */
export function withConnectionUse<T>(work: (use: ConnectionUse) => T): T {
  if (!isListening) {
    isListening = true;
    subscribe('http.client.request.start', (message) => {
      const { request } = message as { request: ClientRequest & { agent?: Agent } };
      const use = uses.getStore();
      if (use === undefined) return;
      use.isReused = request.reusedSocket;
      use.agent = request.agent ?? null;
      request.once('response', ({ statusCode }: IncomingMessage) => {
        use.status = statusCode ?? null;
      });
    });
  }
  const use: ConnectionUse = { isReused: false, agent: null, status: null };
  return uses.run(use, work, use);
}

/** Closes the connections that are kept for later calls: the next call makes a new one. */
export function closeKept({ agent }: ConnectionUse): void {
  for (const sockets of Object.values(agent?.freeSockets ?? {})) {
    for (const socket of sockets ?? []) socket.destroy();
  }
}
