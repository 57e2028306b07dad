/**
 * What 10,000 stopped tasks cost: a poll that finds nothing new, against version 0.2.0; and the next page of a list that was just
 * collected.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Figure } from './figure';
import { FIXED_COMPUTATION, VERSION_0_2_0 } from './fixed-computation';
import { bundlePath, CONTEXT, httpEvent, lastLine, run, SAY_AND_EXIT, TOKEN } from './programs';
import { least } from './statistics';
import { startUpstream, type Upstream } from './upstream';

const TASKS = 10_000;
const ROUNDS = 5;
const POLLS = 2;
const TIMER_EVENT = readFileSync(
  path.join(__dirname, '..', 'test', 'fixtures', 'events', 'timer.json'),
  'utf8',
);

export async function benchScale(dist?: string): Promise<Figure[]> {
  const upstream = await startUpstream({ tasks: TASKS });
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    return [...benchPoll(upstream, folder, dist), await benchNextPage(upstream, dist)];
  } finally {
    upstream.close();
    rmSync(folder, { recursive: true });
  }
}

interface Polled {
  readonly cpuMs: number;
  readonly peakBytes: number;
}

function benchPoll(upstream: Upstream, folder: string, dist: string | undefined): Figure[] {
  const env = {
    ...{ LOG_LEVEL: 'error', DYVMSAPI_ENDPOINT: upstream.endpoint.origin },
    STATE_STORE: `file:${path.join(folder, 'state.json')}`,
    ALERT_CHANNELS: JSON.stringify([
      {
        type: 'webhook',
        url: `${upstream.endpoint.origin}/hook`,
        secret: `whsec_${Buffer.alloc(24).toString('base64')}`,
      },
    ]),
  };
  // Tells of all of them: what follows finds nothing new.
  lastLine(polls(0, dist), env);
  const ours: Polled[] = [];
  const fixed: Polled[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    fixed.push(run(FIXED_COMPUTATION));
    ours.push(JSON.parse(lastLine(polls(POLLS, dist), env)) as Polled);
  }
  const cpu = (polled: readonly Polled[]) => least(polled.map(({ cpuMs }) => cpuMs));
  // What else the machine does makes the collector late, never early.
  const memory = (polled: readonly Polled[]) => least(polled.map(({ peakBytes }) => peakBytes)) / 1e6;
  const of = (what: string, ours: number, fixed: number, before: number): Figure => ({
    name: `a poll with ${TASKS} stopped tasks and no news, ${what}`,
    value: ours / fixed / before,
    unit: '× version 0.2.0',
    note: `${Math.round(ours)} against ${Math.round(fixed)}: ${(ours / fixed).toFixed(3)} fixed computations, ${before} in 0.2.0`,
  });
  return [
    of('CPU', cpu(ours), cpu(fixed), VERSION_0_2_0.pollCpu),
    of('peak memory', memory(ours), memory(fixed), VERSION_0_2_0.pollMemory),
  ];
}

/**
 * A new process that polls once, and then \`measured\` times; prints what one of these took of CPU time, and the most memory that it
 * ever had.
 */
function polls(measured: number, dist: string | undefined): string {
  return `
    const { handler } = require(${JSON.stringify(bundlePath('watch-robot-tasks', dist))});
    const poll = () => handler(Buffer.from(${JSON.stringify(TIMER_EVENT)}), ${JSON.stringify(CONTEXT)});
    (async () => {
      await poll();
      const before = process.cpuUsage();
      for (let left = ${measured}; left > 0; left--) {
        const { stopped, fired, repeated } = await poll();
        if (stopped !== ${TASKS} || fired + repeated > 0) throw new Error('That was no quiet poll.');
      }
      const { user, system } = process.cpuUsage(before);
      const cpuMs = (user + system) / 1000 / ${Math.max(measured, 1)};
      console.log('\\n' + JSON.stringify({ cpuMs, peakBytes: process.resourceUsage().maxRSS * 1024 }));
      process.exit();
    })();`;
}

/** The upstream calls of the second page, right after the first. */
async function benchNextPage(upstream: Upstream, dist: string | undefined): Promise<Figure> {
  const pages = [1, 2].map((page) =>
    httpEvent('/tasks', { status: 'stopped', sort: 'taskName', page: String(page), pageSize: '20' }),
  );
  const ask = (events: readonly string[]) =>
    lastLine(
      `const { handler } = require(${JSON.stringify(bundlePath('query-robot-tasks', dist))});
      (async () => {
        for (const event of ${JSON.stringify(events)}) {
          const { statusCode, body } = await handler(Buffer.from(event), ${JSON.stringify(CONTEXT)});
          if (statusCode !== 200) throw new Error(body);
        }
        ${SAY_AND_EXIT}
      })();`,
      { LOG_LEVEL: 'silent', API_TOKENS: TOKEN, DYVMSAPI_ENDPOINT: upstream.endpoint.origin },
    );
  await upstream.arrivals();
  ask(pages.slice(0, 1));
  const first = (await upstream.arrivals()).length;
  ask(pages);
  const both = (await upstream.arrivals()).length;
  return {
    name: `upstream calls of the next page of a list of ${TASKS} that was just collected`,
    value: both - first,
    unit: 'calls',
    note: `${first} for the first page`,
  };
}
