/** An instance of a function as Function Compute runs it: the built bundle, its own process, only the given environment. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const HOST = `
  const { handler } = require(process.argv[1]);
  process.on('message', async ({ id, event, context }) => {
    try {
      process.send({ id, result: await handler(Buffer.from(event), context) });
    } catch (error) {
      process.send({ id, error: { name: error.name, message: error.message } });
    }
  });
`;

export interface Instance {
  /** Rejects with an Error of the same name and message when the handler does, and when the instance ends before. */
  invoke(event?: string | Uint8Array, context?: unknown): Promise<unknown>;
  /** All that it has written so far, to standard output and to standard error. */
  readonly output: string;
  /** The same, once `text` is in it that many times, or the instance has ended. */
  outputWith(text: string, times: number): Promise<string>;
  /** kill -9. Resolves when it is gone. */
  kill(): Promise<void>;
}

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

/** The file that would be deployed. */
export function bundleOf(functionName: string): string {
  return path.join(__dirname, '../../dist', functionName, 'index.js');
}

export function startInstance(
  functionName: string,
  env: Readonly<Record<string, string>>,
  bundle = bundleOf(functionName),
): Instance {
  const child = spawn(process.execPath, ['-e', HOST, bundle], {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const waiting = new Map<number, (reply: Reply) => void>();
  let output = '';
  let calls = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  child.on('message', (reply: Reply) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  let hasEnded = false;
  const ended = (id: number) => ({
    id,
    error: { name: 'Error', message: `The instance has ended. ${output}` },
  });
  const closed = once(child, 'close').then(() => {
    hasEnded = true;
    for (const [id, settle] of waiting) settle(ended(id));
  });
  return {
    invoke: (event = '', context = {}) =>
      new Promise((resolve, reject) => {
        const id = ++calls;
        const settle = ({ result, error }: Reply) => {
          if (error === undefined) resolve(result);
          else reject(Object.assign(new Error(error.message), { name: error.name }));
        };
        if (hasEnded) {
          settle(ended(id));
          return;
        }
        waiting.set(id, settle);
        child.send({ id, event, context });
      }),
    get output() {
      return output;
    },
    async outputWith(text, times) {
      const { stdout } = child;
      while (stdout !== null && !hasEnded && output.split(text).length <= times) {
        await Promise.race([once(stdout, 'data'), closed]);
      }
      return output;
    },
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
