import path from 'node:path';
import { demoEnvironment } from '../../local/demo';
import { startLive } from '../../local/live';
import { createInbox } from '../../local/inbox/inbox';
import { createSimulator, DEFAULT_KEY } from '../../local/simulator/simulator';
import type { Running } from '../../local/start';
import { createTerminal } from '../../local/terminal';
import type { Environment } from '../../shared/runtime/environment';

const specFile = path.join(__dirname, '../../s.yaml');

const simulator = createSimulator();
const inbox = createInbox();
let settings: Environment;
let printed = '';
let running: Running | null = null;

beforeAll(async () => {
  const upstream = (await simulator.listen()).origin;
  await inbox.listen();
  // Stands for a person's settings, and names every variable: the .env of this machine must not be used.
  settings = {
    ...demoEnvironment(
      {},
      { upstream, channels: inbox.channels(), url: 'http://127.0.0.1:1', stateFile: '' },
    ),
    STATE_STORE: 'memory',
    WATCH_SCHEDULE: '@every 1h',
    ALIBABA_CLOUD_ACCESS_KEY_ID: DEFAULT_KEY.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: DEFAULT_KEY.accessKeySecret,
    ALIBABA_CLOUD_SECURITY_TOKEN: '',
  };
});

afterEach(async () => {
  await running?.close();
  running = null;
  printed = '';
});

afterAll(() => Promise.all([simulator.close(), inbox.close()]));

function start(
  shell: Environment,
  build: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Running> {
  const write = (text: string) => (printed += text);
  const terminal = createTerminal({ write, isTerminal: false, isColoured: false, width: 80, now: Date.now });
  return startLive({ specFile, build, port: 0, shell, terminal });
}

describe('the live host', () => {
  it('signs with the keys of the environment and uses its channels', async () => {
    const task = simulator.tasks.add({ status: 'ARREARS_STOP' });
    running = await start(settings);
    const tasks = await fetch(`${running.url}/query-robot-tasks/tasks?status=stopped&fields=id`, {
      headers: { authorization: 'Bearer local-token-of-this-machine' },
    });
    expect(await tasks.json()).toMatchObject({ tasks: [{ id: task.id }] });
    const poll = await fetch(`${running.url}/_invoke/watch-robot-tasks`, { method: 'POST' });
    expect(await poll.json()).toMatchObject({ stopped: 1, failed: {} });
    expect(inbox.messages.map(({ channel }) => channel).sort()).toEqual(['feishu', 'ops']);
    expect((await fetch(`${running.url}/_simulator/tasks`)).status).toBe(404);
  });

  it('shows no key, token or secret', async () => {
    running = await start(settings);
    await fetch(`${running.url}/_invoke/watch-robot-tasks`, { method: 'POST' });
    const page = await (await fetch(running.url)).text();
    const channels = inbox.channels();
    const secrets = [
      DEFAULT_KEY.accessKeySecret,
      'local-token-of-this-machine',
      ...channels.flatMap(({ url, secret = url }) => [url, secret]),
    ];
    for (const secret of secrets) expect(printed + page).not.toContain(secret);
    expect(page).toContain('query-robot-tasks');
  });

  it.each(['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET'])(
    'does not start without %s',
    async (name) => {
      await expect(start({ ...settings, [name]: '' })).rejects.toThrow(
        /^--live needs keys of your account: set /,
      );
    },
  );

  it('says what its settings lack before anything else, and builds and starts nothing', async () => {
    const lacking = { ...settings, API_TOKENS: '', OPERATOR_TOKENS: '', ALERT_CHANNELS: '[{]' };
    const build = () => Promise.reject(new Error('It builds.'));
    await expect(start(lacking, build)).rejects.toThrow(/^Nothing was started\. /);
    await expect(start(settings, build)).rejects.toThrow('It builds.');
    expect(printed).toContain('✗ API_TOKENS must hold at least one token');
    expect(printed).toContain('✗ ALERT_CHANNELS ');
  });

  it('does not serve openly what HTTP_AUTH=gateway leaves to a gateway', async () => {
    const open = { ...settings, HTTP_AUTH: 'gateway', HTTP_TRIGGER_AUTH: 'function' };
    let refusal = '';
    await start(open).catch((error: unknown) => (refusal = (error as Error).message));
    expect(refusal).toContain('HTTP_AUTH=gateway leaves the check of callers to the gateway');
    // What it advises is enough.
    const advised = [...refusal.matchAll(/Set (HTTP_AUTH)=(\w+), (HTTP_TRIGGER_AUTH)=(\w+)/g)];
    const [, auth = '', authValue = '', trigger = '', triggerValue = ''] = advised[0] ?? [];
    running = await start({ ...open, [auth]: authValue, [trigger]: triggerValue });
    expect((await fetch(`${running.url}/query-robot-tasks/tasks`)).status).toBe(401);
  });

  it('polls at once, so that a wrong endpoint shows at once', async () => {
    running = await start({ ...settings, DYVMSAPI_ENDPOINT: 'http://127.0.0.1:1' });
    for (let tries = 0; tries < 2000 && !printed.includes('ECONNREFUSED'); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(printed).toMatch(/127\.0\.0\.1:1\s[^]*ECONNREFUSED/);
  });
});
