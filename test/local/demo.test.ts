import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { demoEnvironment, startDemo } from '../../local/demo';
import { loadSpec } from '../../local/host/spec/spec';
import { INBOX_TYPES } from '../../local/inbox/robot';
import { createTerminal } from '../../local/terminal';
import { columns } from '../../scripts/wrap';

const ROOT = path.join(__dirname, '../..');
const SERVERS = {
  upstream: 'http://127.0.0.1:1',
  channels: [],
  url: 'http://127.0.0.1:2',
  stateFile: '/tmp/robot-task-watch/state.json',
};

let folder: string;
let specFile: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'demo-'));
  specFile = path.join(folder, 's.yaml');
  await cp(path.join(ROOT, 's.yaml'), specFile);
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Every variable that s.yaml reads. */
async function variablesOfSpec(): Promise<string[]> {
  const yaml = await readFile(specFile, 'utf8');
  return [...yaml.matchAll(/env\('(\w+)'/g)].map(([, name = '']) => name);
}

describe('the demonstration', () => {
  it('sets every variable that s.yaml reads', async () => {
    const variables = await variablesOfSpec();
    expect(variables.length).toBeGreaterThan(10);
    expect(Object.keys(demoEnvironment({}, SERVERS))).toEqual(expect.arrayContaining(variables));
  });

  it('uses nothing of a .env that is meant for the real thing', async () => {
    const lines = (await variablesOfSpec()).map((name) => `${name}=https://real.example/${name}`);
    const keys = ['ID', 'SECRET'].map((part) => `ALIBABA_CLOUD_ACCESS_KEY_${part}=real`);
    await writeFile(path.join(folder, '.env'), [...lines, ...keys].join('\n'));
    const { functions } = await loadSpec(specFile, demoEnvironment({}, SERVERS));
    expect(functions).toHaveLength(2);
    expect(JSON.stringify(functions)).not.toContain('real');
    const environment = Object.assign({}, ...functions.map((spec) => spec.environment)) as Record<
      string,
      string
    >;
    expect(environment).toMatchObject({
      DYVMSAPI_ENDPOINT: SERVERS.upstream,
      ALERT_CHANNELS: '[]',
      STATE_STORE: `file:${SERVERS.stateFile}`,
      HEARTBEAT_URL: '',
    });
  });

  it('that simulates another source gives it that source’s endpoint, and the other none', () => {
    expect(demoEnvironment({}, { ...SERVERS, source: 'aiccs' })).toMatchObject({
      TASK_SOURCE: 'aiccs',
      AICCS_ENDPOINT: SERVERS.upstream,
      DYVMSAPI_ENDPOINT: '',
    });
  });

  it('takes language and log level from the shell, and nothing else', async () => {
    const shell = {
      ALERT_LANGUAGE: 'en',
      LOG_LEVEL: 'debug',
      HEARTBEAT_URL: 'https://real.example',
      STATE_STORE: 'file:x',
    };
    expect(demoEnvironment(shell, SERVERS)).toMatchObject({
      ALERT_LANGUAGE: 'en',
      LOG_LEVEL: 'debug',
      HEARTBEAT_URL: '',
      STATE_STORE: `file:${SERVERS.stateFile}`,
    });
    const { functions } = await loadSpec(specFile, demoEnvironment({ SECRET_OF_THE_SHELL: 'x' }, SERVERS));
    expect(JSON.stringify(functions)).not.toContain('SECRET_OF_THE_SHELL');
  });

  it('breaks no address and no word in 80 columns, whoever is told, and its short links lead to the long ones', async () => {
    const width = 80;
    let output = '';
    let isTold = (): void => undefined;
    const told = new Promise<void>((resolve) => (isTold = resolve));
    const terminal = createTerminal({
      write(text) {
        output += text;
        if (output.includes('1 fired')) isTold();
      },
      ...{ isTerminal: true, isColoured: false, width, now: Date.now },
    });
    const channels = INBOX_TYPES;
    const running = await startDemo({
      ...{ specFile: path.join(ROOT, 's.yaml'), port: 0, shell: {}, channels, width, terminal },
    });
    try {
      await told;
      const lines = output.replaceAll('\u001b[1A\u001b[2K', '').split('\n');
      expect(lines.filter((line) => columns(line) > width)).toEqual([]);
      for (const name of ['DingTalk', 'Feishu', 'WeCom', 'Slack', 'Webhook', 'Alertmanager', 'E-mail']) {
        expect(output).toContain(`╭─ ${name} · `);
      }
      expect(output).toMatch(/│ Subject: \S/);
      const [link = ''] = /http:\/\/127\.0\.0\.1:\d+\/_links\/\d+/.exec(output) ?? [];
      const { status, headers } = await fetch(link, { redirect: 'manual' });
      expect(status).toBe(302);
      expect(headers.get('location')).toContain(`${running.url}/query-robot-tasks/#ticket=rtw1.`);
      await expect(fetch(`${running.url}/_links/4711`)).resolves.toMatchObject({ status: 404 });
    } finally {
      await running.close();
    }
  });

  it('that has nothing to run says what to do, and leaves nothing behind', async () => {
    const write = () => undefined;
    const options = { isTerminal: false, isColoured: false, width: 80, now: Date.now };
    const terminal = createTerminal({ write, ...options });
    await expect(startDemo({ specFile, port: 0, shell: {}, terminal })).rejects.toThrow(
      /Run npm run build\.$/,
    );
  });
});
