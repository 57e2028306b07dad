/**
 * A Dyvmsapi of canned pages in a process of its own, so that its work is not counted as ours. Started by startUpstream. It
 * checks nothing; the simulator does that in the tests.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './certificate';

export interface Upstream {
  readonly endpoint: URL;
  /** Epoch milliseconds at which each call arrived since the last question. */
  arrivals(): Promise<number[]>;
  close(): void;
}

export interface UpstreamOptions {
  /** How many tasks the list has. */
  readonly tasks: number;
  /** How long each answer takes, default 0. */
  readonly latencyMs?: number;
  /** To answer over TLS; default plain HTTP. */
  readonly certificate?: Certificate;
}

export async function startUpstream(options: UpstreamOptions): Promise<Upstream> {
  const child: ChildProcess = fork(__filename, [JSON.stringify(options)], { execArgv: ['--import', 'tsx'] });
  const [port] = (await once(child, 'message')) as [number];
  const scheme = options.certificate === undefined ? 'http' : 'https';
  return {
    endpoint: new URL(`${scheme}://127.0.0.1:${port}`),
    async arrivals() {
      child.send('arrivals');
      const [times] = (await once(child, 'message')) as [number[]];
      return times;
    },
    close() {
      child.kill();
    },
  };
}

const STATUSES = ['ARREARS_STOP', 'SYSTEM_STOP'];

function serve({ tasks: count, latencyMs = 0, certificate }: UpstreamOptions): void {
  const tasks = Array.from({ length: count }, (_, index) => ({
    id: 9_007_199_254_000_000 + index,
    taskName: `会员续费提醒 第 ${index} 批`,
    robotId: 1000000075003,
    robotName: '小云',
    // As many of each: of lists of 5,000 each page is read twice.
    status: STATUSES[index % STATUSES.length],
    scheduleType: 'SINGLE',
    createTime: '2026.06.14 14:55:23',
    fireTime: '2026.06.14 14:55:23',
    totalCount: 1000,
    finishCount: 998,
  }));
  let arrivals: number[] = [];
  const answer: RequestListener = (request, response) => {
    arrivals.push(Date.now());
    const { searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const size = Math.min(Number(searchParams.get('PageSize')), 100);
    const page = Number(searchParams.get('PageNo'));
    const asked = searchParams.get('Status');
    const matching = asked === null ? tasks : tasks.filter(({ status }) => status === asked);
    const body = JSON.stringify({
      Code: 'OK',
      Message: 'OK',
      RequestId: 'D9CB3933-9FE3-4870-BA8E-2BEE91B69D23',
      TotalCount: String(matching.length),
      Data: JSON.stringify(matching.slice((page - 1) * size, page * size)),
    });
    setTimeout(() => response.setHeader('content-type', 'application/json').end(body), latencyMs);
  };
  const server =
    certificate === undefined ? http.createServer(answer) : https.createServer(certificate, answer);
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.on('message', () => {
    process.send?.(arrivals);
    arrivals = [];
  });
  process.on('disconnect', () => process.exit());
}

if (require.main === module) serve(JSON.parse(process.argv[2] ?? '') as UpstreamOptions);
