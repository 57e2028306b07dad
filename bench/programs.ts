/** What the children of the bench run: plain Node, with nothing in the environment that is not given. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const DIST = path.join(__dirname, '..', 'dist');

/** The built bundle of a function. */
export function bundlePath(name: string, dist = DIST): string {
  return path.resolve(dist, name, 'index.js');
}

/** The end of a program: says what the process took so far (Taken), and ends it. */
export const SAY_AND_EXIT = `
  const { user, system } = process.cpuUsage();
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  console.log('\\n' + JSON.stringify({ cpuMs: (user + system) / 1000, wallMs: performance.now(), peakBytes }));
  process.exit();`;

/** What a process took from its start to its answer. */
export interface Taken {
  /** User and system, all threads. */
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakBytes: number;
}

/** Runs a program that ends by SAY_AND_EXIT. */
export function run(program: string, env: Readonly<Record<string, string>> = {}): Taken {
  return JSON.parse(lastLine(program, env)) as Taken;
}

/** The last line that a program prints. Throws with all that it printed when it fails. */
export function lastLine(program: string, env: Readonly<Record<string, string>>): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', program], {
    env: { ...env },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`A program of the bench failed:\n${stderr}${stdout}`);
  return stdout.trimEnd().split('\n').at(-1) ?? '';
}

/** A program that gives one event to a built function and ends with its answer. */
export function invocation(name: string, event: string): string {
  return `
    require(${JSON.stringify(bundlePath(name))}).handler(Buffer.from(${JSON.stringify(event)}), ${JSON.stringify(CONTEXT)})
      .then((answer) => {
        if ((answer.statusCode ?? 200) !== 200) throw new Error(answer.body);
        ${SAY_AND_EXIT}
      });`;
}

export const CONTEXT = {
  requestId: 'bench',
  credentials: { accessKeyId: 'bench', accessKeySecret: 'bench-secret', securityToken: 'bench-token' },
  function: { name: 'bench', timeout: 30 },
};

export const TOKEN = 'bench-dashboard-token';

/** An HTTP trigger's event. */
export function httpEvent(path: string, queryParameters: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify({
    version: 'v1',
    rawPath: path,
    body: '',
    isBase64Encoded: false,
    headers: {
      Host: 'bench.cn-hangzhou.fcapp.run',
      Authorization: `Bearer ${TOKEN}`,
      Accept: 'application/json',
    },
    queryParameters,
    requestContext: { http: { method: 'GET', path }, requestId: 'bench' },
  });
}
