/** Runs the built bundle as Function Compute does: its own process, only the environment that it is given. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { HttpAnswer } from '../../../functions/query-robot-tasks/http-event';

/** What would be deployed. */
export const BUNDLE = path.join(__dirname, '../../../dist/query-robot-tasks/index.js');

const HOST = `
  const { handler } = require(process.argv[1]);
  process.on('message', async ({ id, event, context }) => {
    try {
      process.send({ id, answer: await handler(Buffer.from(event), context) });
    } catch (error) {
      process.send({ id, error: String(error) });
    }
  });
`;

export interface Bundle {
  /** Rejects when the handler does. */
  invoke(event: string | Uint8Array, context?: unknown): Promise<HttpAnswer>;
  /** All that it has written, to standard output and to standard error, once each call so far has its log line. */
  output(): Promise<string>;
  close(): Promise<void>;
}

interface Message {
  readonly id: number;
  readonly answer?: HttpAnswer;
  readonly error?: string;
}

export const CONTEXT = {
  requestId: '1-6531a5cf-1111-2222-3333',
  region: 'cn-hangzhou',
  credentials: {
    accessKeyId: 'LTAI5tRobotSimulator',
    accessKeySecret: 'robot-simulator-secret',
    securityToken: '',
  },
  function: { name: 'query-robot-tasks', handler: 'index.handler', memory: 256, timeout: 30 },
};

/** Starts an instance that has `env` for its environment. */
export function startBundle(env: Readonly<Record<string, string>>): Bundle {
  const child = spawn(process.execPath, ['-e', HOST, BUNDLE], {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('The instance has no pipes.');
  const waiting = new Map<number, (message: Message) => void>();
  let output = '';
  let calls = 0;
  let ended = false;
  for (const stream of [stdout, stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  child.on('message', (message: Message) => {
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  });
  const closed = once(child, 'close').then(() => {
    ended = true;
    for (const [id, settle] of waiting) settle({ id, error: `The instance ended. ${output}` });
  });

  return {
    invoke: (event, context = CONTEXT) =>
      new Promise((resolve, reject) => {
        const id = ++calls;
        waiting.set(id, ({ answer, error }) => {
          if (answer === undefined) reject(new Error(error));
          else resolve(answer);
        });
        if (ended) reject(new Error(`The instance has ended. ${output}`));
        else child.send({ id, event, context });
      }),
    async output() {
      while (!ended && output.split('"msg":"answered"').length <= calls) {
        await Promise.race([once(stdout, 'data'), closed]);
      }
      return output;
    },
    async close() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
