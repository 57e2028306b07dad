/** For every reader: contrast, names and roles (axe), the narrowest phone, and a keyboard alone. */
import { readFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import { OPERATOR, READER, type World } from '../../../../bench/page/endpoint';
import { manyStopped, quietTasks, taskOf, twoStopped, watchOf } from '../../../../bench/page/worlds';
import { NOW, useBrowser, type Visit } from './visit';

const visits = useBrowser();
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const two = twoStopped(NOW);
const many = manyStopped(NOW, 300);
const fresh = watchOf(NOW, many);
const oldWatch = {
  ...fresh,
  stopped: fresh.stopped.map((stop, index) =>
    index % 2 === 0 ? stop : { ...stop, since: new Date(NOW - 9 * 86_400_000).toISOString() },
  ),
};
const quiet = quietTasks(NOW);
const UNAVAILABLE = { status: 502, name: 'upstream-unavailable', detail: 'ENOTFOUND' };
const stale = {
  savedAt: new Date(NOW - 3_600_000).toISOString(),
  failures: [
    {
      subject: 'channel',
      channel: 'ops',
      since: new Date(NOW - 3_600_000).toISOString(),
      reason: { 'zh-CN': '拒绝', en: 'refused' },
    },
  ],
};
const LONG = [
  taskOf(NOW, '1', {
    taskName: '很长的名称'.repeat(40),
    robotName: '机'.repeat(200),
    status: 'ARREARS_STOP',
  }),
  taskOf(NOW, '2', { taskName: 'W'.repeat(200), robotName: 'W'.repeat(200), status: 'SYSTEM_STOP' }),
  taskOf(NOW, '3', {
    taskName: 'W'.repeat(200),
    robotName: 'W'.repeat(200),
    totalCount: 9e15,
    finishCount: 8e15,
  }),
];

interface State {
  readonly name: string;
  readonly world: Partial<World>;
  readonly fragment: string;
  readonly act?: (visit: Visit) => Promise<void>;
}

const start = async ({ press }: Visit) => {
  await press('Start again', '.stop');
  await press('Yes, start it', '.stop');
};

const STATES: readonly State[] = [
  { name: 'the sign-in', world: {}, fragment: '' },
  {
    name: 'nothing stopped',
    world: { tasks: quiet, watch: watchOf(NOW, quiet) },
    fragment: `ticket=${READER}`,
  },
  {
    name: 'two stopped, everything opened',
    world: { tasks: two, watch: watchOf(NOW, two) },
    fragment: `ticket=${OPERATOR}&task=1045011`,
    async act({ press, says }) {
      await press('all 35');
      await says('Page 1 of 2');
      await press('As a table');
      await press('Start again', '.stop');
    },
  },
  {
    name: 'a task started',
    world: { tasks: two, watch: watchOf(NOW, two) },
    fragment: `ticket=${OPERATOR}`,
    async act(visit) {
      await start(visit);
      await visit.says('was started');
    },
  },
  {
    name: 'a start refused',
    world: { tasks: two, start: { status: 409, name: 'start-refused', detail: 'No.' } },
    fragment: `ticket=${OPERATOR}`,
    async act(visit) {
      await start(visit);
      await visit.says('was not started');
    },
  },
  { name: '300 stopped, no state', world: { tasks: many }, fragment: `ticket=${READER}` },
  {
    name: '300 stopped, one opened, all of a cause asked for',
    world: { tasks: many, watch: oldWatch },
    fragment: `ticket=${OPERATOR}`,
    async act({ page, press, says }) {
      await page.click('.line button');
      await press('Start all (200)');
      await says('as well');
    },
  },
  {
    name: 'all of a cause started, some refused',
    world: {
      tasks: many.slice(0, 30),
      watch: watchOf(NOW, many.slice(0, 30)),
      start: (id) =>
        Number(id) % 5 === 0
          ? { status: 409, name: 'start-refused', detail: 'No.' }
          : { becomes: 'EXCUTING' },
    },
    fragment: `ticket=${OPERATOR}`,
    async act({ press, says }) {
      await press('Start all (20)');
      await press('Yes, start it');
      await says('not started');
    },
  },
  { name: 'an operator’s link', world: { tasks: two }, fragment: `operator=${OPERATOR}` },
  {
    name: 'the form for an operator',
    world: { tasks: two },
    fragment: `ticket=${READER}`,
    async act({ press }) {
      await press('Sign in as an operator', '.stop');
    },
  },
  {
    name: 'the voice service broken, a stale watch',
    world: { faults: { summary: UNAVAILABLE, tasks: UNAVAILABLE }, watch: watchOf(NOW, two, stale) },
    fragment: `ticket=${READER}`,
  },
  {
    name: 'the link expired later',
    world: { tasks: two, watch: watchOf(NOW, two) },
    fragment: `ticket=${READER}`,
    async act({ endpoint, press, says }) {
      await says('2 tasks are stopped');
      endpoint.world.credentials = {};
      await press('Refresh');
      await says('The link has expired');
    },
  },
  { name: 'long names', world: { tasks: LONG, watch: watchOf(NOW, LONG) }, fragment: `ticket=${OPERATOR}` },
];

/** What can be pressed and is smaller than a finger. Links that stand in a sentence there are none. */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('button, a, input, summary')]
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([, { width, height }]) => width > 0 && (width < 43.5 || height < 43.5))
    .map(([element, { width, height }]) => element.outerHTML.slice(0, 100) + ' ' + width + ' x ' + height)`) as Promise<
    string[]
  >;
}

async function findingsOfAxe(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return (await page.evaluate(
    `axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 200)).join(' | ')))`,
  )) as string[];
}

it.each(STATES)(
  'with $name axe finds nothing in light or dark, nothing is wider than a screen of 320 px, and no target is below 44 px',
  async ({ world, fragment, act }) => {
    const visit = await visits.visit({ world, fragment });
    const { page } = visit;
    await page.waitForNetworkIdle({ idleTime: 100 });
    await act?.(visit);
    expect(await findingsOfAxe(page)).toEqual([]);
    expect(await smallTargets(page)).toEqual([]);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    expect(await findingsOfAxe(page)).toEqual([]);
    await page.setViewport({ width: 320, height: 640 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    expect(await smallTargets(page)).toEqual([]);
  },
);

it('everything can be done with the keyboard alone', async () => {
  const { page, says, endpoint } = await visits.visit({ world: { tasks: two, watch: watchOf(NOW, two) } });
  const focused = () =>
    page.evaluate("(document.activeElement?.textContent || document.activeElement?.name || '').trim()");
  const tabTo = async (words: string) => {
    for (let steps = 0; steps < 60; steps += 1) {
      if ((await focused()) === words) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`The keyboard never comes to "${words}".`);
  };
  // The field takes the focus by itself.
  await page.waitForFunction("document.activeElement?.name === 'token'");
  await page.keyboard.type(OPERATOR);
  await page.keyboard.press('Enter');
  await says('2 tasks are stopped');
  await tabTo('Start again');
  await page.keyboard.press('Enter');
  await says('It goes on with the calls that are left.');
  // What is asked has the focus, on the answer that changes nothing.
  await page.waitForFunction("document.activeElement?.textContent === 'Cancel'");
  await page.keyboard.down('Shift');
  await page.keyboard.press('Tab');
  await page.keyboard.up('Shift');
  expect(await focused()).toBe('Yes, start it');
  await page.keyboard.press('Enter');
  await says('was started');
  expect(endpoint.requests.filter((request) => request.startsWith('POST'))).toHaveLength(1);
  await tabTo('finished 24');
  await page.keyboard.press('Space');
  await says('Page 1 of 2');
  await tabTo('As a table');
  await page.keyboard.press('Enter');
  await says('not found any more');
  await tabTo('中文');
  await page.keyboard.press('Enter');
  await says('1 个任务已停止');
});
