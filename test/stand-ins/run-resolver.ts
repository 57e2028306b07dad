/**
 * The resolver of s.yaml as `shared/deployment/run-resolver.ts` runs it, but for the process: one process for a test file loads the
 * program once, and runs it anew for each question, with the arguments, the folder and the environment of that question alone.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Environment } from '../../shared/runtime/environment';
import { RESOLVER_BUNDLE } from './commands';

const SERVER = `
  const program = process.argv[1];
  const text = require('node:fs').readFileSync(program, 'utf8');
  const run = require('node:vm').compileFunction(text, ['require', 'module', 'process'], { filename: program });
  process.on('message', ({ args, folder, env }) => {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, env);
    process.chdir(folder);
    run(require, { exports: {} }, Object.create(process, {
      argv: { value: [process.execPath, program, ...args] },
      disconnect: { value: () => undefined },
    }));
  });
`;

let server: ChildProcess | null = null;
let last: Promise<unknown> = Promise.resolve();

afterAll(() => server?.kill());

export function runResolver(args: readonly string[], folder: string, env: Environment): Promise<unknown> {
  // One at a time: the environment is the process's.
  const answer = last.then(() => ask({ args, folder, env }));
  last = answer.catch(() => undefined);
  return answer;
}

function ask(question: unknown): Promise<unknown> {
  const child = (server ??= spawn(process.execPath, ['-e', SERVER, RESOLVER_BUNDLE], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  }));
  return new Promise((resolve, reject) => {
    const fail = () => {
      server = null;
      reject(new Error('The resolver has ended without an answer.'));
    };
    child.ref();
    child.channel?.ref();
    child.once('exit', fail);
    child.once('message', (answer) => {
      child.off('exit', fail);
      // Between two questions it is nothing that a test has left open.
      child.unref();
      child.channel?.unref();
      resolve(answer);
    });
    child.send(question as object);
  });
}
