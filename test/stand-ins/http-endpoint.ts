/** Serves the real HTTP app on loopback, as a deployed function is reached through its HTTP trigger. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../functions/query-robot-tasks/app';
import { readConfiguration } from '../../functions/query-robot-tasks/config';
import { createKeeper } from '../../functions/query-robot-tasks/http/keeper';
import { ConfigurationError, type Environment } from '../../shared/runtime/environment';
import { systemClock } from '../../shared/runtime/clock';
import { createLogger } from '../../shared/runtime/log';
import type { RobotTasks } from '../../shared/robot-task';

export interface HttpEndpoint {
  readonly url: string;
  close(): Promise<void>;
}

export interface HttpEndpointOptions {
  /** The function's variables. */
  readonly env: Environment;
  readonly robotTasks: RobotTasks | null;
  /** What the gateway answers instead of the function; null = it lets the call through. */
  readonly gateway?: (authorization: string | undefined, url: string) => number | null;
}

export async function startHttpEndpoint(options: HttpEndpointOptions): Promise<HttpEndpoint> {
  const { env, robotTasks, gateway = () => null } = options;
  const app = createApp({
    configuration: configurationOf(env),
    services: {
      readBeside: () => Promise.resolve(Buffer.from('{}')),
      readState: null,
      openRecord: null,
      sleep: (ms) => systemClock.sleep(ms),
      keeper: createKeeper(Date.now),
      log: createLogger('silent', () => []),
      now: () => Date.now(),
    },
  });
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const refusal = gateway(headers.authorization, url);
    if (refusal !== null) {
      response.writeHead(refusal, { connection: 'close' }).end('{"Code":"AccessDenied"}');
      return;
    }
    const { pathname, searchParams } = new URL(url, 'http://stand-in');
    const asked = {
      method,
      path: pathname,
      query: new Map(searchParams),
      headers: new Map(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      body: Buffer.alloc(0),
      sourceIp: null,
    };
    const call = { requestId: 'R-1', deadline: Date.now() + 100_000, robotTasks, upstreamCalls: () => 0 };
    void app(asked, call).then((answer) => {
      response.writeHead(answer.status, { ...answer.headers, connection: 'close' }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function configurationOf(env: Environment) {
  try {
    return readConfiguration(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}
