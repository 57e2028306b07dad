/** Many stops on a small screen, and the task of the link among them. */
import { setTimeout as later } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { OPERATOR, READER, type World } from '../../../../bench/page/endpoint';
import { manyStopped, taskOf, twoStopped, watchOf } from '../../../../bench/page/worlds';
import { NOW, useBrowser, type Visit } from './visit';

const visits = useBrowser();
const PHONE = 844;

function visit(world: Partial<World>, fragment = `ticket=${OPERATOR}`): Promise<Visit> {
  return visits.visit({ world, fragment });
}

/** The card of the first button that starts a task and is within the first screen; null: there is none. */
const FIRST_START = `(() => {
  const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Start again');
  if (!button || button.getBoundingClientRect().bottom > innerHeight) return null;
  return button.closest('[aria-labelledby]').getAttribute('aria-labelledby');
})()`;

/** Keeps each card that has ever had that button, however short a time. */
const SEEN = `window.seen = new Set();
  new MutationObserver(() => {
    const card = ${FIRST_START};
    if (card !== null) seen.add(card);
  }).observe(document, { childList: true, subtree: true });`;

function firstStart(page: Page): Promise<string | null> {
  return page.evaluate(FIRST_START) as Promise<string | null>;
}

describe('the task of the link', () => {
  const tasks = twoStopped(NOW);
  const LINK = `ticket=${OPERATOR}&task=1045011`;
  const list = (status: string) => `GET /tasks?page=1&pageSize=20&status=${status}`;
  const calls = [
    ...['GET /summary', list('ARREARS_STOP'), list('SYSTEM_STOP'), 'GET /watch', 'GET /tasks/1045011'],
  ];

  it.each([...calls, 'none'])(
    'has the first start button that is in sight, whatever arrives when (last: %s)',
    async (last) => {
      const before = async (call: string) => {
        const wait = (calls.indexOf(call) - calls.indexOf(last) + calls.length) % calls.length;
        await later((call === last ? calls.length : wait) * 60);
      };
      const world = { tasks, watch: watchOf(NOW, tasks), before };
      const { page, press } = await visits.visit({ world, fragment: LINK, before: SEEN });
      await press('Refresh');
      expect(await page.evaluate('[...seen]')).toEqual(['task-1045011']);
    },
  );

  it.each([
    { name: 'many others, warnings and a long name', count: 300, taskName: '续费提醒'.repeat(50) },
    { name: 'two others', count: 2, taskName: 'W'.repeat(200) },
  ])('has its buttons on the first screen beside $name', async ({ count, taskName }) => {
    const linked = taskOf(NOW, '7', { taskName, robotName: taskName, status: 'ARREARS_STOP' });
    const all = [...manyStopped(NOW, count), linked];
    const since = new Date(NOW - 9_000_000).toISOString();
    const reason = { 'zh-CN': '拒绝'.repeat(60), en: 'refused '.repeat(60) };
    const failures = ['a', 'b', 'c'].map((channel) => ({ subject: 'channel', channel, since, reason }));
    const watch = watchOf(NOW, all, { savedAt: since, failures });
    const { page, text } = await visit({ tasks: all, watch }, `ticket=${OPERATOR}&task=7`);
    expect(await firstStart(page)).toBe('task-7');
    const lowest = await page.evaluate(
      "Math.max(...[...document.querySelectorAll('.linked .actions > *')].map((e) => e.getBoundingClientRect().bottom))",
    );
    expect(lowest).toBeLessThanOrEqual(PHONE);
    expect(await page.evaluate('scrollY')).toBe(0);
    // What is cut above stands below as a whole.
    expect(await text('.linked .facts')).toContain(taskName);
  });

  it('is first after a sign-in as well', async () => {
    const { page, press, says } = await visit(
      { tasks, watch: watchOf(NOW, tasks) },
      `ticket=${READER}&task=1045011`,
    );
    await press('Sign in as an operator', '.linked');
    await page.type('input[type=password]', OPERATOR);
    await press('Sign in', '.sign-in');
    await press('Only this time');
    await says('Start again');
    expect(await firstStart(page)).toBe('task-1045011');
  });

  it('that nobody can say anything of keeps no button from the others', async () => {
    const fault = { status: 504, name: 'upstream-timeout', title: 'Too slow', detail: '' };
    const { says } = await visit({ tasks, faults: { task: fault } }, `ticket=${OPERATOR}&task=99`);
    await says('This part could not be read: Too slow.');
    await says('Start again');
  });
});

describe('more than five stopped tasks', () => {
  const tasks = manyStopped(NOW, 300);
  const watch = watchOf(NOW, tasks);

  it.each([
    { name: 'without a link', fragment: `ticket=${OPERATOR}`, lines: 8 },
    { name: 'with a link', fragment: `ticket=${OPERATOR}&task=1049900`, lines: 2 },
    { name: 'for a reader', fragment: `ticket=${READER}`, lines: 8 },
    { name: 'for a reader with a link', fragment: `ticket=${READER}&task=1049900`, lines: 2 },
  ])(
    'are lines by cause: 300 of them at most three screens of a phone, $name',
    async ({ fragment, lines }) => {
      const { page, text, press } = await visit({ tasks, watch }, fragment);
      expect(await text('h1')).toBe('300 tasks are stopped');
      expect(await page.$$('.line')).toHaveLength(lines);
      expect(await page.evaluate('document.documentElement.scrollHeight')).toBeLessThanOrEqual(3 * PHONE);
      await press('中文');
      expect(await page.evaluate('document.documentElement.scrollHeight')).toBeLessThanOrEqual(3 * PHONE);
    },
  );

  it('are opened by a tap, and closed by another one', async () => {
    const { page, text } = await visit({ tasks, watch });
    expect((await text('.line')).replace(/\s+/g, ' ')).toMatch(/^续费提醒-第 2 批 [\d: -]+ · 998 \/ 1000$/);
    await page.click('.line button');
    expect(await text('.line')).toContain('Start again');
    await page.click('.line button');
    expect(await text('.line')).not.toContain('Start again');
  });

  it('are not more than five: five are cards', async () => {
    const five = manyStopped(NOW, 5);
    const { page } = await visit({ tasks: five, watch: watchOf(NOW, five) });
    expect(await page.$$('.card.stop')).toHaveLength(5);
    expect(await page.$$('.line')).toHaveLength(0);
  });

  it('are all shown when somebody asks, some at a time, so that the page can be used meanwhile', async () => {
    const { page, press } = await visit({ tasks, watch });
    await page.evaluate(`window.steps = [];
      new MutationObserver((changes) => steps.push(
        changes.reduce((sum, { addedNodes }) =>
          sum + [...addedNodes].flatMap((node) => [node, ...(node.querySelectorAll?.('*') ?? [])])
            .filter((node) => node.matches?.('.line')).length, 0)))
        .observe(document.body, { childList: true, subtree: true })`);
    await press('Show all (200)');
    await page.waitForFunction("document.querySelectorAll('.line').length === 204");
    const steps = (await page.evaluate('steps')) as number[];
    expect(Math.max(...steps)).toBe(10);
    // Four of them were there, and nothing is drawn twice.
    expect(steps.reduce((sum, lines) => sum + lines, 0)).toBe(196);
  });
});

it('on a desktop the width is used', async () => {
  const tasks = manyStopped(NOW, 30);
  const { page, press } = await visit({ tasks, watch: watchOf(NOW, tasks) });
  await page.setViewport({ width: 1280, height: 900 });
  await press('Refresh');
  const boxes = (await page.evaluate(
    "[...document.querySelectorAll('.lines, svg.history')].map((e) => e.getBoundingClientRect()).map(({ left, right }) => ({ left, right }))",
  )) as { left: number; right: number }[];
  expect(
    Math.max(...boxes.map(({ right }) => right)) - Math.min(...boxes.map(({ left }) => left)),
  ).toBeGreaterThan(1100);
});
