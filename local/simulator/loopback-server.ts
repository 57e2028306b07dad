/** An HTTP server on 127.0.0.1 that ends when it is told to, whatever its clients do. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

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
      opening.on('clientError', refuseUnread);
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

const UNREADABLE: Readonly<Record<string, readonly [status: string, detail: string]>> = {
  HPE_INVALID_URL: [
    '400 Bad Request',
    'The address holds letters or blanks that must be percent-encoded, such as %E4%BA%91 for 云. ' +
      "curl does it by itself: curl -G --data-urlencode 'taskName=云' <address>",
  ],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The headers are too large.'],
};

/** What cannot be read as HTTP never reaches `serve`. Node would answer without a word. */
function refuseUnread(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, detail] = UNREADABLE[error.code ?? ''] ?? ['400 Bad Request', 'This is no HTTP request.'];
  const body = JSON.stringify({ title: status.slice(4), status: Number(status.slice(0, 3)), detail });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
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
