import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { smoke } from '../../scripts/smoke';
import { systemClock } from '../../shared/runtime/clock';
import { bundleOfCommand } from '../stand-ins/commands';

const ROOT = path.join(__dirname, '../..');

interface Started {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
  /** Resolves when the output matches. Rejects when the process ends before it does. */
  shows(pattern: RegExp): Promise<RegExpExecArray>;
  readonly exitCode: Promise<number | null>;
}

const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** Runs what `npm start` runs once the bundles are built. */
function start(...args: string[]): Started {
  return startNode(bundleOfCommand('local/main.ts'), ...args);
}

function startNode(...args: string[]): Started {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: {
      ...process.env,
      npm_lifecycle_event: 'start',
      // Set and empty, so that the .env of this machine cannot give any.
      ALIBABA_CLOUD_ACCESS_KEY_ID: '',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: '',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  const closed = once(child, 'close').then(([code]) => code as number | null);
  return {
    process: child,
    output: () => output,
    errors: () => errors,
    exitCode: closed,
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output);
          if (match !== null) resolve(match);
        };
        child.stdout.on('data', look);
        void closed.then(() => {
          reject(new Error(`It ended before it showed ${String(pattern)}:\n${output}${errors}`));
        });
        look();
      }),
  };
}

/** Runs a command line as `welcome` prints it. */
async function runCurl(line: string): Promise<Response> {
  const [, url = ''] = /'?(http:[^' ]+)'?$/.exec(line) ?? [];
  const [, name, value] = /-H '([^:]+): ([^']+)'/.exec(line) ?? [];
  const [, body] = /-d '([^']+)'/.exec(line) ?? [];
  const asked = line.startsWith('curl -G ') ? [...line.matchAll(/-d ([^' ]+)/g)].map(([, pair]) => pair) : [];
  return fetch(asked.length === 0 ? url : `${url}?${asked.join('&')}`, {
    ...(name === undefined || value === undefined ? {} : { headers: { [name]: value } }),
    ...(body === undefined ? {} : { method: 'POST', body }),
  });
}

async function childrenOf(pid: number): Promise<number[]> {
  if (process.platform !== 'linux') {
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
    const rows = stdout
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s+/).map(Number));
    return rows.filter(([, parent]) => parent === pid).map(([child = 0]) => child);
  }
  // Where there may be no ps.
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return listed.split(' ').filter(Boolean).map(Number);
}

async function allGone(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    for (;;) {
      try {
        process.kill(pid, 0);
      } catch {
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

describe('npm start', () => {
  it('tells the story, with curl lines that work, and ends with all it started on Ctrl-C', async () => {
    const running = start('--port', '0');
    const [, url = ''] = await running.shows(/(http:\/\/127\.0\.0\.1:\d+)\/query-robot-tasks\//);
    await running.shows(/Ctrl-C ends it all/);
    await running.shows(/falls into ARREARS_STOP/);
    const answers: Record<string, unknown>[] = [];
    for (const [line] of running.output().matchAll(/curl .+/g)) {
      if (line.includes('_simulator') || line.includes('/faults')) continue;
      const response = await runCurl(line);
      expect({ line, status: response.status }).toEqual({ line, status: 200 });
      answers.push((await response.json()) as Record<string, unknown>);
    }
    expect(answers).toMatchObject([
      { tasks: [{}, {}, {}] },
      { tasks: [{ status: 'ARREARS_STOP' }] },
      { robotName: '小云' },
      { channels: { ops: { ok: true }, feishu: { ok: true } } },
      { messages: expect.anything() as unknown },
    ]);
    expect(await (await fetch(url)).text()).toContain('curl ');
    const checked: string[] = [];
    const exitCode = await smoke({
      args: [`${url}/query-robot-tasks`],
      folder: ROOT,
      env: { PATH: process.env['PATH'] },
      terminal: { print: (line) => checked.push(line), ask: () => Promise.resolve('') },
      clock: systemClock,
    });
    expect({ exitCode, failed: checked.filter((line) => line.startsWith('✗')) }).toEqual({
      exitCode: 0,
      failed: [],
    });
    expect(checked).toContain('✓ Channel ops has taken a test message: look whether it is there.');

    await running.shows(/DingTalk · ops[^╰]*欠费暂停仍在持续/);
    await running.shows(/DingTalk · ops[^╰]*恢复执行/);
    await running.shows(/That was the story/);
    expect(running.output()).toMatch(
      /query-robot-tasks {2}200 .* GET \/tasks\?status=stopped&fields=id,status · /,
    );

    const children = await childrenOf(running.process.pid ?? 0);
    expect(children.length).toBeGreaterThanOrEqual(2);
    running.process.kill('SIGINT');
    expect(await running.exitCode).toBe(0);
    await allGone(children);
    expect(running.errors()).toBe('');
  });

  it('leaves no process behind when it is killed', async () => {
    const running = start('--port', '0');
    await running.shows(/watch-robot-tasks {2}ok/);
    const children = await childrenOf(running.process.pid ?? 0);
    expect(children.length).toBeGreaterThanOrEqual(1);
    running.process.kill('SIGKILL');
    await allGone(children);
  });

  it('ends when only the shell that npm runs it in is told to', async () => {
    const shell = `require('node:child_process').spawn(process.execPath, process.argv.slice(1), { stdio: 'inherit' })`;
    const running = startNode('-e', shell, '--', '--import', 'tsx', 'local/main.ts', '--port', '0');
    await running.shows(/Ctrl-C ends it all/);
    const [main = 0] = await childrenOf(running.process.pid ?? 0);
    const instances = await childrenOf(main);
    running.process.kill('SIGTERM');
    await allGone([main, ...instances]);
  });

  it('says that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const refused = start('--port', String(port));
    expect(await refused.exitCode).toBe(1);
    expect(refused.errors()).toMatch(
      new RegExp(`^Cannot listen on port ${port} .*--port 0 takes any free one\\.\\n$`),
    );
    expect(refused.output()).toBe('');
    other.close();
  });

  it('says what --live lacks, settings first, and starts nothing', async () => {
    const refused = start('--live', '--port', '0');
    expect(await refused.exitCode).toBe(1);
    expect(refused.output() + refused.errors()).toMatch(
      /✗ .+\n+Nothing was started\.|--live needs keys of your account/,
    );
  });

  it.each([
    ['a flag that it does not know', ['--prot', '1'], /^Unknown option '--prot'/],
    ['a port that is none', ['--port', '99999'], /^--port takes a number from 0 to 65535\./],
    [
      'an Alertmanager that is no URL',
      ['--alertmanager', 'here'],
      /^--alertmanager takes a URL such as http:/,
    ],
    [
      'two Alertmanagers',
      ['--alertmanager', 'http://127.0.0.1:9093', '--channels', 'alertmanager'],
      /^--alertmanager takes the place of alertmanager in --channels/,
    ],
    ['a channel that it does not play', ['--channels', 'fax'], /^--channels takes a list of .+, email\./],
    ['a word too many', ['live'], /^Unexpected argument 'live'/],
  ])('refuses %s, and shows how it is used', async (_name, args, says) => {
    const refused = start(...args);
    expect(await refused.exitCode).toBe(2);
    expect(refused.errors()).toMatch(says);
    expect(refused.errors()).toContain('npm start [-- options]');
    expect(refused.errors()).not.toContain('    at ');
  });

  it('does not start the demonstration where npm took --live for itself', async () => {
    process.env['npm_config_live'] = 'true';
    const refused = start();
    delete process.env['npm_config_live'];
    expect(await refused.exitCode).toBe(2);
    expect(refused.errors()).toMatch(/^npm took --live for itself: write npm start -- --live$/m);
  });

  it('shows how it is used', async () => {
    const help = start('--help');
    expect(await help.exitCode).toBe(0);
    expect(help.output()).toContain('--live');
  });
});
