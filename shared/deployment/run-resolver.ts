import { fork } from 'node:child_process';
import path from 'node:path';
import type { Environment } from '../runtime/environment';

const RESOLVER = path.join(__dirname, 'spec-resolver.mjs');
/** A file is read in far less; without an end a resolver that waits for anything would hold every script. */
const TIMEOUT_MS = 60_000;

/**
 * Runs the program that resolves an s.yaml, in a process of its own with no other environment than `env`. Resolves to its answer,
 * and to a `problem` where it ends without one.
 */
export function runResolver(args: readonly string[], folder: string, env: Environment): Promise<unknown> {
  return new Promise((fulfil) => {
    const child = fork(RESOLVER, args, {
      cwd: folder,
      env: { ...env },
      execArgv: [],
      timeout: TIMEOUT_MS,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.once('message', fulfil);
    child.once('error', (error) => {
      fulfil({ problem: error.message });
    });
    child.once('exit', (code) => {
      fulfil({
        problem: `the resolver of Serverless Devs ended ${code === null ? 'without an answer' : `with exit code ${code}`}`,
      });
    });
  });
}
