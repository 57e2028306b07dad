import { createLoopbackServer, readBody } from '../../local/simulator/loopback-server';

export interface Captured {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface CaptureServer {
  /** An address; each kind of channel gets its OK there. */
  url(kind: string): string;
  /** With what the next requests are answered; with 200 when it is empty. */
  readonly statuses: number[];
  /** What its Date header says, as epoch milliseconds; null = the system's time. */
  now: (() => number) | null;
  /** What came since the last call. */
  take(): Captured[];
  close(): Promise<void>;
}

/** Takes whatever is posted and keeps it as it came. */
export async function openCaptureServer(): Promise<CaptureServer> {
  let captured: Captured[] = [];
  const statuses: number[] = [];
  const server = createLoopbackServer((request, response) => {
    void readBody(request).then((body) => {
      captured.push({ headers: request.headers, body: body.toString('utf8') });
      response.statusCode = statuses.shift() ?? 200;
      if (captures.now !== null) response.setHeader('date', new Date(captures.now()).toUTCString());
      response.end(request.url === '/slack' ? 'ok' : '{"errcode":0,"code":0}');
    });
  });
  const base = await server.listen();
  const captures: CaptureServer = {
    statuses,
    now: null,
    url: (kind) => `${base.origin}/${kind}`,
    take() {
      const taken = captured;
      captured = [];
      return taken;
    },
    close: () => server.close(),
  };
  return captures;
}
