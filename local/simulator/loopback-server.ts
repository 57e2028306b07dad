/** An HTTP server on 127.0.0.1 that ends when it is told to, whatever its clients do. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface LoopbackServer {
  /**
   * Port 0 = any free one. Resolves to `http://127.0.0.1:<port>/`; throws a sentence when the port is taken. May be
   * called again after `close`.
   */
  listen(port?: number): Promise<URL>;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 1024 * 1024;

/** `onConnection` sees each new connection before anything is read from it. */
export function createLoopbackServer(
  serve: RequestListener,
  onConnection: (socket: Socket) => void = () => undefined,
): LoopbackServer {
  let server: Server | null = null;
  return {
    async listen(port = 0) {
      if (server !== null) throw new Error('The server is listening already: close it first.');
      const opening = createServer(serve);
      server = opening;
      // Node's 5 s would reset a kept connection now and then, unasked; resets are for the fault rules.
      opening.keepAliveTimeout = 10 * 60 * 1000;
      opening.on('connection', onConnection);
      try {
        await bind(opening, port);
      } catch (error) {
        server = null;
        throw error;
      }
      return new URL(`http://127.0.0.1:${(opening.address() as AddressInfo).port}/`);
    },
    async close() {
      const closing = server;
      server = null;
      if (closing === null) return;
      await new Promise<void>((resolve) => {
        closing.close(() => {
          resolve();
        });
        closing.closeAllConnections();
      });
    },
  };
}

async function bind(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'another program uses it' : error.message;
      reject(new Error(`Cannot listen on port ${port} of 127.0.0.1: ${why}.`, { cause: error }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

/** The whole body. Throws when it is larger than 1 MiB, or when the client leaves before its end. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error(`A body of more than ${MAX_BODY_BYTES} bytes is not read.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
