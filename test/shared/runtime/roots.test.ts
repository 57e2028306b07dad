/** Whom a process with the deployed environment trusts: what Node does by itself, wherever the certificates come from. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { build } from 'esbuild';
import { SMTPServer } from 'smtp-server';
import {
  createHostCertificate,
  createLoopbackCertificate,
  type Certificate,
} from '../../../bench/certificate';
import { rootsFolder, writeRoots } from '../../../scripts/bundle/roots/folder';
import { fingerprintOf, readRootNames } from '../../../scripts/bundle/roots/names';
import { COMMON_JS } from '../../../scripts/bundle/common-js';
import { MANIFEST, OTHERS, type Trust } from '../../../shared/runtime/roots';
import { bundleOf } from '../../stand-ins/instance';

/** What `openssl x509 -subject_hash` says of our certificates: all have the same subject. */
const HASH = '88d0bdcb';
const ORIGIN = { date: '2026-03-24', node: process.version };
const NODE = tls.rootCertificates;
/** Without an account that may read everything, a file can be unreadable. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Node's issuer of a certificate is found where its trust is looked up: so a root finds itself, or nothing. */
const PROBE = `
  const tls = require('node:tls');
  const { readFileSync } = require('node:fs');
  const { prepareRoots } = require(process.argv[2]);
  const lines = [];
  const log = Object.fromEntries(['debug', 'info', 'warn', 'error'].map((level) => [level, (fields) => lines.push({ level, ...fields })]));
  prepareRoots(process.env, log);
  const isTrusted = (cert) => tls.createSecureContext({ cert, ca: '' }).context.getIssuer() !== null;
  const asked = tls.rootCertificates.filter((_, index) => index % Number(process.env.EVERY) === 0);
  const missing = asked.length - asked.filter(isTrusted).length;
  const others = process.argv.slice(3).map((file) => isTrusted(readFileSync(file)));
  console.log(JSON.stringify({ lines, missing, others }));`;

interface Probed {
  readonly lines: readonly (Trust & { level: string })[];
  /** Of Node's roots. */
  readonly missing: number;
  /** Whether the system's own root and the one of NODE_EXTRA_CA_CERTS are trusted. */
  readonly others: readonly [system: boolean, extra: boolean];
}

let folder: string;
let roots: string;
let others: string;
const file = (name: string) => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'roots-'));
  await chmod(folder, 0o755);
  for (const name of ['system', 'extra']) {
    await writeFile(file(`${name}.pem`), createHostCertificate(`${name}.example`, Date.now()).cert);
  }
  await writeFile(file('probe.js'), PROBE);
  const entryPoints = [path.join(__dirname, '../../../shared/runtime/roots.ts')];
  await build({ ...COMMON_JS, entryPoints, outfile: file('roots.js') });
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  roots = file('roots');
  others = path.join(roots, OTHERS);
  // Two that nobody has named yet.
  const unnamed = NODE.slice(0, 2).map(fingerprintOf);
  const named = Object.entries(readRootNames()).filter(([fingerprint]) => !unnamed.includes(fingerprint));
  await writeRoots(roots, rootsFolder(NODE, Object.fromEntries(named), ORIGIN));
});
afterEach(() => rm(roots, { recursive: true, force: true }));

function deployed(): Record<string, string> {
  return { NODE_OPTIONS: '--use-openssl-ca', SSL_CERT_DIR: roots, SSL_CERT_FILE: others };
}

async function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, args, { env: { ...env }, ...NOBODY, cwd: folder });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(errors);
  return output;
}

const ARGUMENTS = ['probe.js', 'roots.js', 'system.pem', 'extra.pem'];

/** Asks for each of Node's roots, or for some: with roots of one's own each question takes as long as a start. */
async function probe(env: Readonly<Record<string, string>>, every = 1): Promise<Probed> {
  return JSON.parse(await run(ARGUMENTS.map(file), { ...env, EVERY: String(every) })) as Probed;
}

const HALF = async () => {
  const names = [...rootsFolder(NODE, readRootNames(), ORIGIN).keys()].filter((name) => /\.\d$/.test(name));
  await Promise.all(names.slice(0, 70).map((name) => rm(path.join(roots, name), { force: true })));
};
const nothing = () => Promise.resolve();
const more = (env: Readonly<Record<string, string>>) => () => ({ ...deployed(), ...env });

const CASES = [
  { name: 'Node by itself', change: nothing, env: () => ({}), took: 'node', level: 'info' },
  { name: 'a whole folder', change: nothing, env: deployed, took: 'folder', level: 'info' },
  {
    name: 'no folder',
    change: () => rm(roots, { recursive: true }),
    env: deployed,
    took: 'node-again',
    level: 'warn',
  },
  {
    name: 'an empty folder',
    change: async () => {
      await rm(roots, { recursive: true });
      await mkdir(roots);
    },
    env: deployed,
    took: 'node-again',
    level: 'warn',
  },
  { name: 'half a folder', change: HALF, env: deployed, took: 'node-again', level: 'warn' },
  {
    name: 'a file that cannot be read',
    change: () => chmod(path.join(roots, `${readRootNames()[fingerprintOf(NODE[9] ?? '')]}.0`), 0o000),
    env: deployed,
    took: 'node-again',
    level: 'warn',
  },
  {
    name: 'a manifest that is none',
    change: () => writeFile(path.join(roots, MANIFEST), 'null'),
    env: deployed,
    took: 'node-again',
    level: 'warn',
  },
  {
    name: 'no folder named',
    change: nothing,
    env: more({ SSL_CERT_DIR: '' }),
    took: 'node-again',
    level: 'warn',
  },
  {
    name: "the system's own file beside the folder",
    change: nothing,
    env: () => ({ ...deployed(), SSL_CERT_FILE: file('system.pem') }),
    took: 'node-again',
    level: 'warn',
  },
];
/** To ask for each of them takes as long as a start where Node has parsed all anew. */
const everyOf = (took: string) => (took === 'node-again' ? 16 : 1);

it.each(CASES)(
  '$name: all of Node’s roots are trusted, and no other',
  async ({ change, env, took, level }) => {
    await change();
    const { lines, missing, others: trusted } = await probe(env(), everyOf(took));
    expect(lines).toEqual([
      {
        level,
        roots: took,
        problem: took === 'node-again' ? (expect.any(String) as string) : null,
        rootsDate: took === 'folder' ? ORIGIN.date : null,
        node: process.version,
        firstContextMs: expect.any(Number) as number,
      },
    ]);
    expect({ missing, trusted }).toEqual({ missing: 0, trusted: [false, false] });
  },
);

const KINDS = ['node', 'folder', 'node-again'].flatMap(
  (kind) => CASES.find(({ took }) => took === kind) ?? [],
);
it.each(KINDS)('$name: what NODE_EXTRA_CA_CERTS adds stays', async ({ change, env, took }) => {
  await change();
  const extended = await probe({ ...env(), NODE_EXTRA_CA_CERTS: file('extra.pem') }, everyOf(took));
  expect({ ...extended, lines: [] }).toEqual({ lines: [], missing: 0, others: [false, true] });
});

it('OpenSSL by itself would trust what the system’s own file holds: so the file is named, and checked', async () => {
  const env = { SSL_CERT_DIR: roots, SSL_CERT_FILE: file('system.pem') };
  const output = await run(['--use-openssl-ca', ...ARGUMENTS.map(file)], { ...env, EVERY: '1' });
  const { others: trusted } = JSON.parse(output) as Probed;
  expect(trusted).toEqual([true, false]);
});

describe('Every client of the built functions', () => {
  const CLIENTS = ['Tablestore SDK', 'channel', 'core SDK', 'e-mail', 'heartbeat'];

  /** One poll and one test of the channels. What ADDED names is known to our code alone: Node has read its variables before. */
  const CALLS = `
    if (process.env.ADDED !== undefined) process.env.NODE_EXTRA_CA_CERTS = process.env.ADDED;
    const { handler } = require(${JSON.stringify(bundleOf('watch-robot-tasks'))});
    const context = { credentials: { accessKeyId: 'id', accessKeySecret: 'secret', securityToken: '' }, function: { name: 'watch', timeout: 20 } };
    const timer = JSON.stringify({ triggerTime: '', triggerName: 'timer', payload: '' });
    const call = (event) => handler(Buffer.from(event), context).catch(() => undefined);
    call(timer).then(() => call(JSON.stringify({ test: 'channels' }))).then(() => process.exit());`;

  const kindOf = (headers: NodeJS.Dict<string | string[]>, url: string) =>
    'x-acs-action' in headers
      ? 'core SDK'
      : url.startsWith('/hook')
        ? 'channel'
        : url.startsWith('/beat')
          ? 'heartbeat'
          : 'Tablestore SDK';

  /** Which clients a server with this certificate has heard, and whether any was refused. */
  async function meet(server: Certificate, env: Readonly<Record<string, string>>) {
    const heard = new Set<string>();
    let refusals = 0;
    const https = createServer(server, ({ headers, url = '' }, response) => {
      heard.add(kindOf(headers, url));
      response.end('{}');
    }).on('tlsClientError', () => (refusals += 1));
    const smtp = new SMTPServer({
      ...server,
      secure: true,
      authOptional: true,
      onMailFrom(_address, _session, callback) {
        heard.add('e-mail');
        callback(new Error('no'));
      },
    }).on('error', () => undefined);
    await once(https.listen(0, '127.0.0.1'), 'listening');
    const smtpPort = await new Promise<number>((resolve) => {
      const listening = smtp.listen(0, '127.0.0.1', () => {
        resolve((listening.address() as AddressInfo).port);
      });
    });
    const origin = `https://127.0.0.1:${(https.address() as AddressInfo).port}`;
    try {
      await run(['-e', CALLS], {
        ...env,
        DYVMSAPI_ENDPOINT: origin,
        STATE_STORE: 'tablestore://watch.cn-hangzhou/state',
        TABLESTORE_ENDPOINT: origin,
        HEARTBEAT_URL: `${origin}/beat`,
        ALERT_CHANNELS: JSON.stringify([
          {
            type: 'webhook',
            url: `${origin}/hook`,
            secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
          },
          {
            type: 'email',
            url: `smtps://127.0.0.1:${smtpPort}`,
            from: 'a@example.com',
            to: ['b@example.com'],
          },
        ]),
      });
    } finally {
      https.close();
      https.closeAllConnections();
      await new Promise<void>((resolve) => {
        smtp.close(resolve);
      });
    }
    return { heard: [...heard].sort(), isRefused: refusals > 0 };
  }

  const EVERYBODY = { heard: CLIENTS, isRefused: false };
  const NOBODY_HEARD = { heard: [], isRefused: true };
  const extra = () => ({ ADDED: file('known.pem') });

  it.each([
    { name: 'talks to a server whose root is in the folder', isWhole: true, env: () => ({}), isKnown: true },
    {
      name: 'refuses one whose root only has the name of one that is',
      isWhole: true,
      env: () => ({}),
      isKnown: false,
    },
    {
      name: 'without the folder, talks to one whose root is added by NODE_EXTRA_CA_CERTS',
      isWhole: false,
      env: extra,
      isKnown: true,
    },
    { name: 'without the folder, refuses every other', isWhole: false, env: extra, isKnown: false },
  ])('$name', async ({ isWhole, env, isKnown }) => {
    const known = createLoopbackCertificate(Date.now());
    await writeFile(file('known.pem'), known.cert);
    const names = { [fingerprintOf(known.cert)]: HASH };
    await writeRoots(roots, rootsFolder([known.cert], names, ORIGIN));
    if (!isWhole) await rm(roots, { recursive: true });
    const server = isKnown ? known : createLoopbackCertificate(Date.now());
    await expect(meet(server, { ...deployed(), ...env() })).resolves.toEqual(
      isKnown ? EVERYBODY : NOBODY_HEARD,
    );
  });
});
