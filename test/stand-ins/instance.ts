/** An instance of a function as Function Compute runs it: the built bundle, its own process, only the given environment. */
import { spawn } from 'node:child_process';
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
  invoke(event?: string, context?: object): Promise<unknown>;
  /** All that it has written so far, to standard output and to standard error. */
  readonly output: string;
  /** kill -9. Resolves when it is gone. */
  kill(): Promise<void>;
}

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

export function startInstance(functionName: string, env: Readonly<Record<string, string>>): Instance {
  const bundle = path.join(__dirname, '../../dist', functionName, 'index.js');
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
  const closed = new Promise<void>((resolve) => child.on('close', resolve));
  void closed.then(() => {
    const error = { name: 'Error', message: `The instance ended: ${output}` };
    for (const [id, settle] of waiting) settle({ id, error });
  });
  return {
    invoke: (event = '', context = {}) =>
      new Promise((resolve, reject) => {
        const id = ++calls;
        waiting.set(id, ({ result, error }) => {
          if (error === undefined) resolve(result);
          else reject(Object.assign(new Error(error.message), { name: error.name }));
        });
        child.send({ id, event, context });
      }),
    get output() {
      return output;
    },
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
