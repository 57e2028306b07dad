/**
 * From the start of a process to its first answer: each bundle, against a bare Node process that makes one loopback request
 * with the https module. Over TLS, as every call to the vendor is; and over plain HTTP, which is the stricter comparison,
 * because the handshake that both make is left out of it.
 *
 * Interleaved, because the speed of the machine drifts. CPU time (user + system), because a small function gets little of it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLoopbackCertificate } from './certificate';
import type { Figure } from './figure';
import { httpEvent, invocation, run, SAY_AND_EXIT, TOKEN, type Taken } from './programs';
import { median, medianRatio } from './statistics';
import { startUpstream, type Upstream } from './upstream';

const RUNS = 21;
const TIMER_EVENT = path.join(__dirname, '..', 'test', 'fixtures', 'events', 'timer.json');

const BARE = `
  const https = require('node:https');
  const endpoint = new URL('/?PageNo=1&PageSize=20', process.env.DYVMSAPI_ENDPOINT);
  const { request } = endpoint.protocol === 'https:' ? https : require('node:http');
  request(endpoint, { method: 'POST' }, (response) => {
    response.resume().on('end', () => {${SAY_AND_EXIT}});
  }).end();`;

const PROGRAMS = {
  bare: BARE,
  'query-robot-tasks': invocation('query-robot-tasks', httpEvent('/tasks')),
  'watch-robot-tasks': invocation('watch-robot-tasks', readFileSync(TIMER_EVENT, 'utf8')),
};
type Program = keyof typeof PROGRAMS;

/** A chat robot that is never called: nothing is stopped. */
const CHANNEL = {
  type: 'webhook',
  url: 'http://127.0.0.1:9/',
  secret: `whsec_${Buffer.alloc(24).toString('base64')}`,
};

export async function benchColdStart(): Promise<Figure[]> {
  const certificate = createLoopbackCertificate(Date.now());
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  const certificateFile = path.join(folder, 'cert.pem');
  writeFileSync(certificateFile, certificate.cert);
  const tls = await startUpstream({ tasks: 0, certificate });
  const plain = await startUpstream({ tasks: 0 });
  try {
    const ways = [
      { name: 'TLS', env: environment(tls, { NODE_EXTRA_CA_CERTS: certificateFile }), starts: noStarts() },
      { name: 'plain HTTP', env: environment(plain), starts: noStarts() },
    ];
    for (let round = 0; round < RUNS; round++) {
      for (const { env, starts } of ways) {
        for (const [program, taken] of Object.entries(starts))
          taken.push(run(PROGRAMS[program as Program], env));
      }
    }
    return ways.flatMap(({ name, starts }) => [
      figure(name, 'query-robot-tasks', starts),
      figure(name, 'watch-robot-tasks', starts),
    ]);
  } finally {
    tls.close();
    plain.close();
    rmSync(folder, { recursive: true });
  }
}

type Starts = Readonly<Record<Program, Taken[]>>;

function noStarts(): Starts {
  return { bare: [], 'query-robot-tasks': [], 'watch-robot-tasks': [] };
}

function environment(
  upstream: Upstream,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    DYVMSAPI_ENDPOINT: upstream.endpoint.origin,
    API_TOKENS: TOKEN,
    ALERT_CHANNELS: JSON.stringify([CHANNEL]),
    ...more,
  };
}

function figure(way: string, program: Program, starts: Starts): Figure {
  const cpu = (of: Program) => starts[of].map(({ cpuMs }) => cpuMs);
  const wall = (of: Program) => Math.round(median(starts[of].map(({ wallMs }) => wallMs)));
  const [ours, bare] = [median(cpu(program)), median(cpu('bare'))].map(Math.round);
  return {
    name: `cold start over ${way}, ${program}`,
    value: medianRatio(cpu(program), cpu('bare')),
    unit: '× bare Node',
    note: `${ours} against ${bare} ms of CPU, ${wall(program)} against ${wall('bare')} ms of wall time; medians of ${RUNS}`,
  };
}
