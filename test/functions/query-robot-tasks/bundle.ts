/** The built bundle of query-robot-tasks, run as Function Compute does. */
import type { HttpAnswer } from '../../../functions/query-robot-tasks/http/http-event';
import { bundleOf, startInstance } from '../../stand-ins/instance';

const NAME = 'query-robot-tasks';
export const BUNDLE = bundleOf(NAME);

export interface Bundle {
  /** Rejects when the handler does. */
  invoke(event: string | Uint8Array, context?: unknown): Promise<HttpAnswer>;
  /** All that it has written, to standard output and to standard error, once each call so far has its log line. */
  output(): Promise<string>;
  close(): Promise<void>;
}

export const CONTEXT = {
  requestId: '1-6531a5cf-1111-2222-3333',
  region: 'cn-hangzhou',
  credentials: {
    accessKeyId: 'LTAI5tRobotSimulator',
    accessKeySecret: 'robot-simulator-secret',
    securityToken: '',
  },
  function: { name: NAME, handler: 'index.handler', memory: 256, timeout: 30 },
};

/** Starts an instance that has `env` for its environment. */
export function startBundle(env: Readonly<Record<string, string>>): Bundle {
  const instance = startInstance(NAME, env);
  let calls = 0;
  return {
    async invoke(event, context = CONTEXT) {
      calls += 1;
      return (await instance.invoke(event, context)) as HttpAnswer;
    },
    output: () => instance.outputWith('"msg":"answered"', calls),
    close: () => instance.kill(),
  };
}
