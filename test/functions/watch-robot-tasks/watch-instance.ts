/** The built watch with everything it talks to on loopback: the vendor, the chat robots, the dead-man switch. */
import type { RequestListener } from 'node:http';
import { createInbox, type Inbox } from '../../../local/inbox/inbox';
import { createLoopbackServer } from '../../../local/simulator/loopback-server';
import { createSimulator, DEFAULT_KEY, type Simulator } from '../../../local/simulator/simulator';
import type { Source } from '../../../shared/robot-task';
import { sourceEnvironment } from '../../stand-ins/source-environment';
import { startInstance, type Instance } from '../../stand-ins/instance';

export interface Surroundings {
  readonly simulator: Simulator;
  readonly inbox: Inbox;
  /** The paths that the dead-man switch was called with. */
  readonly beats: string[];
  /** How the dead-man switch answers. */
  answerBeat: RequestListener;
  /** Starts an instance; `env` adds to what it needs to work. `bundle` is the file that would be deployed, unless given. */
  start(env?: Readonly<Record<string, string>>, bundle?: string): Instance;
  close(): Promise<void>;
}

export const CONTEXT = {
  requestId: '1-6531a5cf-1111-2222-3333',
  region: 'cn-hangzhou',
  credentials: { ...DEFAULT_KEY, securityToken: '' },
  function: { name: 'watch-robot-tasks', handler: 'index.handler', memory: 256, timeout: 50 },
};

export async function createSurroundings(
  onMessage: () => void = () => undefined,
  source: Source = 'dyvms',
): Promise<Surroundings> {
  const simulator = createSimulator({ source });
  const inbox = createInbox({
    channels: [
      { id: 'ops', type: 'dingtalk' },
      { id: 'dev', type: 'feishu' },
    ],
    onMessage,
  });
  const beats: string[] = [];
  const heartbeat = createLoopbackServer((request, response) => {
    beats.push(request.url ?? '');
    surroundings.answerBeat(request, response);
  });
  const endpoint = await simulator.listen();
  await inbox.listen();
  const beatUrl = new URL('/marked-heartbeat', await heartbeat.listen());
  const instances: Instance[] = [];
  const surroundings: Surroundings = {
    simulator,
    inbox,
    beats,
    answerBeat: (_, response) => response.end('OK'),
    start(env = {}, bundle) {
      const needed = {
        ...sourceEnvironment(source, endpoint),
        ALERT_CHANNELS: JSON.stringify(inbox.channels()),
        ALERT_LANGUAGE: 'en',
        HEARTBEAT_URL: beatUrl.href,
      };
      const instance = startInstance('watch-robot-tasks', { ...needed, ...env }, bundle);
      instances.push(instance);
      return instance;
    },
    async close() {
      await Promise.all(instances.map((instance) => instance.kill()));
      await Promise.all([simulator.close(), inbox.close(), heartbeat.close()]);
    },
  };
  return surroundings;
}
