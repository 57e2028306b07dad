/**
 * From the start of a process to its first answer: each bundle, against a bare Node process, as it comes, that makes one loopback
 * request with the https module. Over TLS, as every call to the vendor is; with the environment that s.yaml gives, and with what
 * is left where the runtime does not heed it. And over plain HTTP, which is the stricter comparison, because the handshake that
 * both make is left out of it.
 *
 * In turns, forth and back, because the speed of the machine drifts; and so often that, of many runs of the bench on a busy machine,
 * the ratio of the lower quartiles varies by one percent. CPU time (user + system), because a small function gets little of it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { atCodeFolder } from '../local/host/environment';
import { loadSpec } from '../local/host/spec/spec';
import { createLoopbackCertificate } from './certificate';
import type { Figure } from './figure';
import { httpEvent, invocation, run, SAY_AND_EXIT, TOKEN, type Taken } from './programs';
import { median, quartileRatio } from './statistics';
import { startUpstream, type Upstream } from './upstream';

const ROUNDS = 41;
/** Of the stricter comparison, which promises nothing. */
const PLAIN_ROUNDS = 15;
const ROOT = path.join(__dirname, '..');
const TIMER_EVENT = path.join(ROOT, 'test', 'fixtures', 'events', 'timer.json');

const BARE = `
  const https = require('node:https');
  const endpoint = new URL('/?PageNo=1&PageSize=20', process.env.DYVMSAPI_ENDPOINT);
  const { request } = endpoint.protocol === 'https:' ? https : require('node:http');
  request(endpoint, { method: 'POST' }, (response) => {
    response.resume().on('end', () => {${SAY_AND_EXIT}});
  }).end();`;

const FUNCTIONS = {
  'query-robot-tasks': invocation('query-robot-tasks', httpEvent('/tasks')),
  'watch-robot-tasks': invocation('watch-robot-tasks', readFileSync(TIMER_EVENT, 'utf8')),
};
type Name = keyof typeof FUNCTIONS;
const NAMES = ['query-robot-tasks', 'watch-robot-tasks'] as const;

/** A chat robot that is never called: nothing is stopped. */
const CHANNEL = {
  type: 'webhook',
  url: 'http://127.0.0.1:9/',
  secret: `whsec_${Buffer.alloc(24).toString('base64')}`,
};

type Environment = Readonly<Record<string, string>>;

interface Way {
  readonly name: string;
  readonly rounds: number;
  /** Of the bare process. */
  readonly env: Environment;
  /** What each function's process has beside it. */
  readonly more: Readonly<Record<Name, Environment>>;
  readonly bare: Taken[];
  readonly ours: Readonly<Record<Name, Taken[]>>;
}

export async function benchColdStart(): Promise<Figure[]> {
  const certificate = createLoopbackCertificate(Date.now());
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  const certificateFile = path.join(folder, 'cert.pem');
  writeFileSync(certificateFile, certificate.cert);
  const tls = await startUpstream({ tasks: 0, certificate });
  const plain = await startUpstream({ tasks: 0 });
  try {
    const trusting = environment(tls, { NODE_EXTRA_CA_CERTS: certificateFile });
    const nothing = { 'query-robot-tasks': {}, 'watch-robot-tasks': {} };
    const ways = [
      way('over TLS', ROUNDS, trusting, await deployedRoots()),
      way('over TLS where NODE_OPTIONS has no effect', ROUNDS, trusting, nothing),
      way('over plain HTTP', PLAIN_ROUNDS, environment(plain), nothing),
    ];
    for (let round = 0; round < ROUNDS; round++) {
      for (const one of ways.filter(({ rounds }) => round < rounds)) takeTurns(one, round);
    }
    return ways.flatMap((measured) => NAMES.map((name) => figure(measured, name)));
  } finally {
    tls.close();
    plain.close();
    rmSync(folder, { recursive: true });
  }
}

function way(name: string, rounds: number, env: Environment, more: Way['more']): Way {
  return { name, rounds, env, more, bare: [], ours: { 'query-robot-tasks': [], 'watch-robot-tasks': [] } };
}

function takeTurns({ env, more, bare, ours }: Way, round: number): void {
  const turns = [
    () => bare.push(run(BARE, env)),
    ...NAMES.map((name) => () => ours[name].push(run(FUNCTIONS[name], { ...env, ...more[name] }))),
  ];
  for (const turn of round % 2 === 0 ? turns : turns.toReversed()) turn();
}

/** What s.yaml tells Node about root certificates. */
async function deployedRoots(): Promise<Way['more']> {
  const { functions } = await loadSpec(path.join(ROOT, 's.yaml'), {});
  const rootsOf = (name: Name): Environment => {
    const spec = functions.find((candidate) => candidate.name === name);
    if (spec === undefined) throw new Error(`s.yaml has no ${name}.`);
    const { NODE_OPTIONS = '', SSL_CERT_DIR = '', SSL_CERT_FILE = '' } = atCodeFolder(spec);
    return { NODE_OPTIONS, SSL_CERT_DIR, SSL_CERT_FILE };
  };
  return {
    'query-robot-tasks': rootsOf('query-robot-tasks'),
    'watch-robot-tasks': rootsOf('watch-robot-tasks'),
  };
}

function environment(upstream: Upstream, more: Environment = {}): Environment {
  return {
    DYVMSAPI_ENDPOINT: upstream.endpoint.origin,
    API_TOKENS: TOKEN,
    ALERT_CHANNELS: JSON.stringify([CHANNEL]),
    ...more,
  };
}

function figure({ name: way, bare, ours }: Way, name: Name): Figure {
  const cpu = (taken: readonly Taken[]) => taken.map(({ cpuMs }) => cpuMs);
  const wall = (taken: readonly Taken[]) => Math.round(median(taken.map(({ wallMs }) => wallMs)));
  const [our, their] = [cpu(ours[name]), cpu(bare)];
  const [ourMs, bareMs] = [our, their].map((times) => Math.round(median(times)));
  return {
    name: `cold start ${way}, ${name}`,
    value: quartileRatio(our, their),
    unit: '× bare Node',
    note: `lower quartiles of ${our.length}; medians: ${ourMs} against ${bareMs} ms of CPU, ${wall(ours[name])} against ${wall(bare)} ms of wall time`,
  };
}
