import { createInbox } from '../../local/inbox/inbox';
import { testConfiguredChannels } from '../../scripts/test-channels';
import { systemClock } from '../../shared/runtime/clock';
import { createWorkspace, type Workspace } from './workspace';

const inbox = createInbox({
  channels: [
    { id: 'ops', type: 'dingtalk' },
    { id: 'dev', type: 'wecom' },
  ],
});
let workspace: Workspace;
let savedEnvironment: NodeJS.ProcessEnv;

beforeAll(() => inbox.listen());
afterAll(() => inbox.close());
beforeEach(async () => {
  savedEnvironment = { ...process.env };
  inbox.clear();
  inbox.setFault('dev', null);
  workspace = await createWorkspace();
});
afterEach(async () => {
  process.env = savedEnvironment;
  await workspace.remove();
});

async function run(env: Record<string, string>) {
  await workspace.writeEnv({ ALERT_CHANNELS: JSON.stringify(inbox.channels()), ...env });
  const lines: string[] = [];
  const code = await testConfiguredChannels({
    args: [],
    folder: workspace.folder,
    env: process.env,
    terminal: { print: (line) => lines.push(line), ask: () => Promise.resolve('') },
    clock: systemClock,
  });
  return { code, lines };
}

test('every channel of .env gets a test message, and each is told of in a line', async () => {
  const { code, lines } = await run({});
  expect(code).toBe(0);
  expect(lines).toEqual([
    '✓ ops (dingtalk)  has taken a test message: look whether it is there.',
    '✓ dev (wecom)     has taken a test message: look whether it is there.',
  ]);
  expect(inbox.messages.map(({ channel }) => channel).sort()).toEqual(['dev', 'ops']);
});

test('a channel that refuses is named with what to mend, and the exit code is 1', async () => {
  inbox.setFault('dev', { fault: 'answer', body: '{"errcode":93000,"errmsg":"invalid webhook url"}' });
  const { code, lines } = await run({});
  expect(code).toBe(1);
  expect(lines[0]).toMatch(/^✓ ops/);
  expect(lines[1]).toMatch(/^✗ dev \(wecom\) {5}\S/);
});

test('a wrong configuration is told whole, and nothing is sent', async () => {
  const { code, lines } = await run({ ALERT_LANGUAGE: 'fr', STATE_STORE: 'redis' });
  expect(code).toBe(1);
  expect(lines).toHaveLength(3);
  expect(lines.join('\n')).toMatch(/ALERT_LANGUAGE must .*\n.*STATE_STORE must .*\nNothing was sent/);
  expect(inbox.messages).toEqual([]);
});
