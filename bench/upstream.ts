/**
 * A Dyvmsapi of canned pages in a process of its own, so that its work is not counted as ours. Started by startUpstream:
 * `node --import tsx upstream.ts <tasks> <latency ms>`. It checks nothing; the simulator does that in the tests.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Upstream {
  readonly endpoint: URL;
  /** Epoch milliseconds at which each call arrived since the last question. */
  arrivals(): Promise<number[]>;
  close(): void;
}

/** Serves `tasks` tasks, each answer after `latencyMs`. */
export async function startUpstream(tasks: number, latencyMs: number): Promise<Upstream> {
  const child: ChildProcess = fork(__filename, [String(tasks), String(latencyMs)], {
    execArgv: ['--import', 'tsx'],
  });
  const [port] = (await once(child, 'message')) as [number];
  return {
    endpoint: new URL(`http://127.0.0.1:${port}`),
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

function serve(count: number, latencyMs: number): void {
  const tasks = Array.from({ length: count }, (_, index) => ({
    id: 9_007_199_254_000_000 + index,
    taskName: `会员续费提醒 第 ${index} 批`,
    robotId: 1000000075003,
    robotName: '小云',
    status: 'ARREARS_STOP',
    scheduleType: 'SINGLE',
    createTime: '2026.06.14 14:55:23',
    fireTime: '2026.06.14 14:55:23',
    totalCount: 1000,
    finishCount: 998,
  }));
  let arrivals: number[] = [];
  const server = http.createServer((request, response) => {
    arrivals.push(Date.now());
    const { searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const size = Math.min(Number(searchParams.get('PageSize')), 100);
    const page = Number(searchParams.get('PageNo'));
    const body = JSON.stringify({
      Code: 'OK',
      Message: 'OK',
      RequestId: 'D9CB3933-9FE3-4870-BA8E-2BEE91B69D23',
      TotalCount: String(count),
      Data: JSON.stringify(tasks.slice((page - 1) * size, page * size)),
    });
    setTimeout(() => response.setHeader('content-type', 'application/json').end(body), latencyMs);
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.on('message', () => {
    process.send?.(arrivals);
    arrivals = [];
  });
  process.on('disconnect', () => process.exit());
}

if (require.main === module) serve(Number(process.argv[2]), Number(process.argv[3]));
