/** From the alert to the cure: the built functions behind the local host, the simulator, an inbox, and a browser. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHost, type Host } from '../../../../local/host/host';
import { demoEnvironment } from '../../../../local/demo';
import { createInbox, type Inbox } from '../../../../local/inbox/inbox';
import { createSimulator, DEFAULT_KEY, type Simulator } from '../../../../local/simulator/simulator';
import type { Environment } from '../../../../shared/runtime/environment';
import { signTicket } from '../../../../shared/ticket';
import { useBrowser } from './visit';

const visits = useBrowser();
const NAME = '云杉教育-会员续费提醒';

let simulator: Simulator;
let inbox: Inbox;
let host: Host;
let environment: Environment;
let folder: string;

beforeEach(async () => {
  simulator = createSimulator();
  inbox = createInbox({ channels: [{ id: 'ops', type: 'feishu' }] });
  folder = await mkdtemp(path.join(tmpdir(), 'story-'));
  const upstream = (await simulator.listen()).origin;
  await inbox.listen();
  host = await createHost({
    specFile: path.join(__dirname, '../../../../s.yaml'),
    port: 0,
    environment(url) {
      environment = {
        ...demoEnvironment(
          {},
          { upstream, channels: inbox.channels(), url, stateFile: `${folder}/state.json` },
        ),
        // The test polls when it is time.
        WATCH_SCHEDULE: '@every 1h',
      };
      return environment;
    },
    credentials: () => ({ role: () => ({ ...DEFAULT_KEY, securityToken: '' }) }),
  });
});

afterEach(async () => {
  await host.close();
  await inbox.close();
  await simulator.close();
  await rm(folder, { recursive: true });
});

const poll = () => host.invoke('watch-robot-tasks', '{}');

/** What is linked in the last message as the group got it. */
function linkOfAlert(): string {
  const link = /http[^\s)"\\\]]+#ticket=[^\s)"\\\]]+/.exec(JSON.stringify(inbox.messages.at(-1)));
  if (link === null) throw new Error('The alert has no link that lets in.');
  return link[0];
}

describe('whoever taps the link of an alert', () => {
  it('sees the stopped task without typing anything, and later that it runs', async () => {
    const { id } = simulator.tasks.add({ taskName: NAME, status: 'EXCUTING' });
    simulator.tasks.setStatus(id, 'ARREARS_STOP');
    await poll();
    const { says, text, press, page, complaints } = await visits.open(linkOfAlert());
    await says('1 task is stopped');
    await says('ops (');
    expect(await text('.stop.linked')).toContain(NAME);
    expect(await text('.stop.linked')).toContain('less than 1 min');
    expect(await text()).not.toContain('Start again');
    expect(page.url()).not.toContain('ticket');

    simulator.tasks.setStatus(id, 'EXCUTING');
    await poll();
    await press('Refresh');
    await says('The task of the alert');
    expect(await text('.card.linked')).toContain('running');
    expect(complaints.filter((complaint) => complaint.includes('Content Security Policy'))).toEqual([]);
  });

  it('is led to the sign-in once the link has expired', async () => {
    simulator.tasks.add({ taskName: NAME, status: 'ARREARS_STOP' });
    await poll();
    const expired = signTicket(environment['LINK_SECRET'] ?? '', Date.now() - 1000);
    const { says, text } = await visits.open(linkOfAlert().replace(/ticket=[^&]+/, `ticket=${expired}`));
    await says('The link has expired or is not valid.');
    expect(await text()).not.toContain(NAME);
  });
});

describe('an operator', () => {
  const open = () => {
    const [name, token] = (environment['OPERATOR_TOKENS'] ?? '').split(/[:,]/);
    expect(name).toBe('demo');
    return visits.open(`${host.url}/query-robot-tasks/#operator=${token}`);
  };

  it('opens their own link, takes a stop, and everybody sees who did and who started it', async () => {
    const { id } = simulator.tasks.add({ taskName: NAME, status: 'ARREARS_STOP' });
    await poll();
    const link = linkOfAlert();
    const { says, press, text } = await open();
    await says('You are signed in as the operator “demo”.');
    await press('Only this time');
    await press('I take it', '.stop');
    await says('demo took it');
    const colleague = await visits.open(link);
    await colleague.says('demo took it');
    await press('Start again', '.stop');
    await press('Yes, start it', '.stop');
    await says('No task is stopped');
    expect(simulator.tasks.get(id)?.status).toBe('EXCUTING');
    await poll();
    await press('Refresh');
    await press('As a table');
    expect(await text('table')).toContain('(started by demo)');
  });

  it('starts the task, sees it run, and finds the stop in the history', async () => {
    const { id } = simulator.tasks.add({ taskName: NAME, status: 'ARREARS_STOP' });
    await poll();
    const { says, press, text, page } = await open();
    await press('Start again', '.stop');
    await press('Yes, start it', '.stop');
    await says(`“${NAME}” was started; its status now: running.`);
    await says('No task is stopped');
    expect(simulator.tasks.get(id)?.status).toBe('EXCUTING');
    await page.waitForSelector('[aria-labelledby=running] .row');
    expect(await text('[aria-labelledby=running]')).toContain(NAME);
    await poll();
    await press('Refresh');
    await page.waitForSelector('svg.history .ended');
    await press('As a table');
    expect(await text('table')).toMatch(new RegExp(`${NAME}\\s+stopped, payment overdue\\s[^]*\\srunning`));
  });

  it('sees why the voice service refuses', async () => {
    const { id } = simulator.tasks.add({ taskName: NAME, status: 'ARREARS_STOP' });
    const { says, press } = await open();
    await says('Start again');
    // Somebody else has ended it meanwhile.
    simulator.tasks.setStatus(id, 'CANCEL');
    await press('Start again', '.stop');
    await press('Yes, start it', '.stop');
    await says("was not started: the voice service's API refused it");
  });

  it('is told that it may have been started when the answer is lost, and it is asked once', async () => {
    simulator.tasks.add({ taskName: NAME, status: 'ARREARS_STOP' });
    const { says, press } = await open();
    await says('Start again');
    simulator.setFaults([{ when: { action: 'StartRobotTask' }, then: { fault: 'reset', after: 'half' } }]);
    await press('Start again', '.stop');
    await press('Yes, start it', '.stop');
    await says('may have been started');
    expect(simulator.calls.filter(({ action }) => action === 'StartRobotTask')).toHaveLength(1);
  });
});
