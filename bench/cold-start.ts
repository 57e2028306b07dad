/**
 * From the start of a process to its first answer: each bundle, against a bare Node process that loads the https module and
 * makes one loopback request. Both ask the same upstream in plain http, so no TLS handshake is in either. Interleaved,
 * because the machine's speed drifts; CPU time (user + system), because a small function has little of it.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildFunctions } from '../scripts/build';
import type { Figure } from './report';
import { median } from './statistics';
import { startUpstream } from './upstream';

const ROOT = path.join(__dirname, '..');
const RUNS = 21;

const SAY =
  'const { user, system } = process.cpuUsage(); console.log(`\\n${(user + system) / 1000} ${performance.now()}`); process.exit();';

const BARE = `
  require('node:https');
  require('node:http').request(process.env.DYVMSAPI_ENDPOINT + '/?PageNo=1&PageSize=20', { method: 'POST' }, (response) => {
    response.resume().on('end', () => { ${SAY} });
  }).end();`;

function call(name: string, event: string): string {
  const context = { requestId: 'bench', function: { name, timeout: 30 } };
  return `
    require(${JSON.stringify(path.join(ROOT, 'dist', name, 'index.js'))})
      .handler(Buffer.from(${JSON.stringify(event)}), ${JSON.stringify(context)})
      .then((answer) => { if ((answer.statusCode ?? 200) !== 200) throw new Error(answer.body); ${SAY} });`;
}

interface Start {
  readonly cpuMs: number;
  readonly wallMs: number;
}

export async function benchColdStart(): Promise<Figure[]> {
  const bundles = await buildFunctions();
  const upstream = await startUpstream(0, 0);
  // A chat robot that is never called: nothing is stopped.
  const channel = {
    type: 'webhook',
    url: 'http://127.0.0.1:9/',
    secret: `whsec_${Buffer.alloc(24).toString('base64')}`,
  };
  const env = {
    DYVMSAPI_ENDPOINT: upstream.endpoint.origin,
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'bench',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'bench',
    API_TOKENS: 'bench',
    ALERT_CHANNELS: JSON.stringify([channel]),
  };
  const event = readFileSync(path.join(ROOT, 'test', 'fixtures', 'events', 'timer.json'), 'utf8');
  const programs = {
    bare: BARE,
    query: call('query-robot-tasks', httpEvent()),
    watch: call('watch-robot-tasks', event),
  };
  const starts: Record<keyof typeof programs, Start[]> = { bare: [], query: [], watch: [] };
  try {
    for (let run = 0; run < RUNS; run++) {
      for (const name of ['bare', 'query', 'watch'] as const) starts[name].push(start(programs[name], env));
    }
  } finally {
    upstream.close();
  }
  const figures = (['query', 'watch'] as const).flatMap((name): Figure[] => {
    const ratios = starts[name].map(({ cpuMs }, run) => cpuMs / (starts.bare[run]?.cpuMs ?? NaN));
    const cpu = (of: Start[]) => Math.round(median(of.map(({ cpuMs }) => cpuMs)));
    const wall = Math.round(median(starts[name].map(({ wallMs }) => wallMs)));
    return [
      {
        name: `cold start, ${name}-robot-tasks: CPU against bare Node`,
        value: median(ratios),
        unit: '×',
        note: `${cpu(starts[name])} against ${cpu(starts.bare)} ms of CPU; ${wall} ms of wall time; medians of ${RUNS}`,
        ...(name === 'query' ? { budget: { is: 'at most', value: 1.5 } as const } : {}),
      },
    ];
  });
  const sizes = [...bundles].map(([name, { metafile }]): Figure => {
    const output = Object.values(metafile?.outputs ?? {})[0];
    return {
      name: `bundle, ${name}`,
      value: Math.ceil((output?.bytes ?? 0) / 1000),
      unit: 'kB',
      note: largestParts(output?.inputs ?? {}),
      ...(name === 'query-robot-tasks' ? { budget: { is: 'at most', value: 400 } as const } : {}),
    };
  });
  return [...figures, ...sizes];
}

function start(program: string, env: Readonly<Record<string, string>>): Start {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], { env, encoding: 'utf8' });
  const [cpuMs, wallMs] = (stdout.trimEnd().split('\n').at(-1) ?? '').split(' ').map(Number);
  if (cpuMs === undefined || wallMs === undefined || !(cpuMs > 0))
    throw new Error(`A start failed: ${stderr}${stdout}`);
  return { cpuMs, wallMs };
}

function httpEvent(): string {
  return JSON.stringify({
    version: 'v1',
    rawPath: '/tasks',
    body: '',
    isBase64Encoded: false,
    headers: { Authorization: 'Bearer bench' },
    queryParameters: {},
    requestContext: { http: { method: 'GET', path: '/tasks' }, requestId: 'bench' },
  });
}

/** The ten packages that take the most of a bundle, in kB. */
function largestParts(inputs: Readonly<Record<string, { bytesInOutput: number }>>): string {
  const bytes = new Map<string, number>();
  for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
    const part = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file.split('/')[0] ?? file;
    bytes.set(part, (bytes.get(part) ?? 0) + bytesInOutput);
  }
  const largest = [...bytes].sort(([, a], [, b]) => b - a).slice(0, 10);
  return largest.map(([part, size]) => `${part} ${Math.round(size / 1000)}`).join(', ');
}
