import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultEnvFile } from '../../../scripts/env-file';
import { runWithin } from '../../../scripts/deploy/serverless-devs';
import { printable } from '../../../scripts/printable';
import { saying } from '../../../scripts/waiting';

const ROOT = path.join(__dirname, '../../..');

let folder: string;
let silent: Server;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'serverless-devs-'));
  silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  await mkdir(path.join(folder, 'tmp'));
});
afterEach(async () => {
  silent.close();
  await rm(folder, { recursive: true });
});

/** A component that says one word and then waits for what never answers. */
async function writeProject(): Promise<void> {
  const component = path.join(folder, 'component');
  await mkdir(component);
  const { port } = silent.address() as AddressInfo;
  await writeFile(
    path.join(component, 'index.js'),
    `exports.default = class { deploy() { console.log('begun'); return new Promise(() => require('node:net').connect(${port}, '127.0.0.1')); } }`,
  );
  await writeFile(
    path.join(component, 'package.json'),
    '{"name":"waits","version":"1.0.0","main":"index.js"}',
  );
  const spec = `edition: 3.0.0\nname: n\naccess: k\nresources:\n  f:\n    component: ${component}\n    props: {}\n`;
  await writeFile(path.join(folder, 's.yaml'), spec);
}

const KEY = { robot_serverless_devs_key: '{"AccountID":"1","AccessKeyID":"a","AccessKeySecret":"b"}' };
const ARGS = ['deploy', '--assume-yes', '--access', 'robot_serverless_devs_key'];

function environment(): Record<string, string | undefined> {
  return { PATH: process.env['PATH'], HOME: folder, TMPDIR: path.join(folder, 'tmp'), ...KEY };
}

test('What says nothing any more is ended with its name, and leaves nothing', async () => {
  await writeProject();
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = path.join(folder, 'tmp');
  try {
    const run = runWithin({ silenceMs: 8000, runMs: 60_000 });
    const outcome = await run(ARGS, environment(), { folder, envFile: defaultEnvFile(folder) });
    expect(outcome.ended).toBe(
      'Serverless Devs said nothing for 8 s: its registry of components (api.devsapp.cn) does not answer.',
    );
    expect(outcome.exitCode).toBe(1);
    expect(outcome.output).toContain('begun');
    expect(await readdir(path.join(folder, 'tmp'))).toEqual([]);
  } finally {
    process.env['TMPDIR'] = before;
  }
});

test('Ended by Ctrl-C, it takes its folder and what it started with it', async () => {
  await writeProject();
  const script = `
    const { runServerlessDevs } = require(${JSON.stringify(path.join(ROOT, 'scripts/deploy/serverless-devs.ts'))});
    const envFile = { name: '.env', path: '/nowhere', isChosen: false, shellWins: true };
    runServerlessDevs(${JSON.stringify(ARGS)}, process.env, { folder: process.cwd(), envFile }).then((run) => {
      console.log(JSON.stringify(run.ended));
      process.exitCode = run.exitCode;
    });`;
  const loader = path.join(ROOT, 'node_modules/tsx/dist/loader.mjs');
  const child = spawn(process.execPath, ['--import', loader, '-e', script], {
    cwd: folder,
    env: environment(),
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  // It waits by now.
  await new Promise((resolve) => silent.once('connection', resolve));
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
    child.kill('SIGINT');
  });
  expect({ code, output: output.trim() }).toEqual({ code: 130, output: '"It was ended by SIGINT."' });
  expect((await readdir(path.join(folder, 'tmp'))).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
});

test('Whoever waits hears of it again and again, and by name', async () => {
  const lines: string[] = [];
  const terminal = { print: (line: string) => lines.push(line) };
  let finish: (value: string) => void = () => undefined;
  const waited = saying(terminal, 'the moon', () => new Promise<string>((resolve) => (finish = resolve)), 5);
  while (lines.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  finish('up');
  expect(await waited).toBe('up');
  const said = lines.length;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(lines).toHaveLength(said);
  expect(lines[0]).toMatch(/^ {2}… still waiting for the moon \(\d+ s\)$/);
});

test.each([
  { name: 'a window’s title', text: 'a\u001b]0;owned\u0007b\u001b]8;;http://x\u001b\\c', shown: 'abc' },
  { name: 'colours and cursor moves', text: '\u001b[31mred\u001b[2J\u001b[1;1H\u009b31m', shown: 'red' },
  { name: 'bells, backspaces and returns', text: 'ok\u0007\b\rno\u0000\u007f', shown: 'ok\nno' },
  {
    name: 'letters that turn the line around',
    text: 'a\u202egnp.exe\u2066\u2069\u200f\u061c',
    shown: 'agnp.exe',
  },
  { name: 'half a character', text: 'x\ud800y', shown: 'xy' },
  { name: 'nothing of the kind', text: '欠费暂停：\t“é”\n🙂 ✓', shown: '欠费暂停：\t“é”\n🙂 ✓' },
])('A terminal is not given $name', ({ text, shown }) => {
  expect(printable(text)).toBe(shown);
});
