import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WireServer {
  readonly url: URL;
  readonly requests: readonly IncomingMessage[];
  /** Connections opened so far. */
  readonly connections: number;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** An HTTP server on loopback that answers, stalls or breaks exactly as `serve` says; `index` counts the requests from 0. */
export async function createWireServer(
  serve: (response: ServerResponse, index: number, request: IncomingMessage) => void,
): Promise<WireServer> {
  const requests: IncomingMessage[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    serve(response, requests.push(request) - 1, request);
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    requests,
    get connections() {
      return connections;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
