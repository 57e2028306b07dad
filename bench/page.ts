/**
 * How heavy the page is, and how long a phone looks at an empty one: the built function behind the local host, a slow
 * processor, and an account with few and with many tasks.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'puppeteer-core';
import { demoEnvironment } from '../local/demo';
import { createHost } from '../local/host/host';
import { createSimulator, DEFAULT_KEY } from '../local/simulator/simulator';
import type { Figure } from './figure';
import { launchBrowser } from './page/browser';
import { median } from './statistics';

const ROOT = path.join(__dirname, '..');
const RUNS = 7;
const SLOWER = 4;
const FEW = 24;
const MANY = 10_000;

export async function benchPage(): Promise<Figure[]> {
  const page = path.join(ROOT, 'dist/query-robot-tasks/page.html');
  const [packed, plain] = await Promise.all([stat(`${page}.gz`), stat(page)]);
  const browser = await launchBrowser();
  try {
    const few = await view(browser, FEW);
    const many = await view(browser, MANY);
    const note = `medians of ${RUNS}, in Chromium at ${SLOWER} × CPU throttling`;
    return [
      { name: 'the page, as it is sent', value: packed.size / 1000, unit: 'kB' },
      { name: 'the page, unpacked', value: plain.size / 1000, unit: 'kB' },
      { name: 'the page, first answer to readable list', value: median(few.times), unit: 'ms', note },
      {
        name: `the page, first view with ${MANY} tasks against ${FEW}`,
        value: median(many.times) / median(few.times),
        unit: '×',
        note: `${Math.round(median(many.times))} against ${Math.round(median(few.times))} ms`,
      },
      {
        name: `the page, upstream calls of the first view with ${MANY} tasks against ${FEW}`,
        value: many.calls / few.calls,
        unit: '×',
        note: `${many.calls} against ${few.calls}`,
      },
    ];
  } finally {
    await browser.close();
  }
}

interface Views {
  /** Milliseconds from the first byte of the page until its stopped and running tasks can be read. */
  readonly times: readonly number[];
  /** Upstream calls of the first one. */
  readonly calls: number;
}

async function view(browser: Browser, tasks: number): Promise<Views> {
  const simulator = createSimulator();
  simulator.tasks.seed(tasks);
  // Of many tasks few are stopped or running at a time.
  for (const { id } of simulator.tasks.list()) simulator.tasks.setStatus(id, 'FINISH');
  simulator.tasks.add({ taskName: 'stopped', status: 'ARREARS_STOP' });
  simulator.tasks.add({ taskName: 'running', status: 'EXCUTING' });
  const upstream = (await simulator.listen()).origin;
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-'));
  let token = '';
  const host = await createHost({
    specFile: path.join(ROOT, 's.yaml'),
    port: 0,
    environment(url) {
      const stateFile = path.join(folder, 'state.json');
      const environment = demoEnvironment({}, { upstream, channels: [], url, stateFile });
      token = environment['API_TOKENS'] ?? '';
      // The watch is not what is measured.
      return { ...environment, WATCH_SCHEDULE: '@every 1h' };
    },
    credentials: () => ({ role: () => ({ ...DEFAULT_KEY, securityToken: '' }) }),
  });
  try {
    const url = `${host.url}/query-robot-tasks/#ticket=${token}`;
    const times = [await timeToList(browser, url)];
    const calls = simulator.calls.length;
    while (times.length < RUNS) times.push(await timeToList(browser, url));
    return { times, calls };
  } finally {
    await host.close();
    await simulator.close();
    await rm(folder, { recursive: true });
  }
}

/** Notes in the page when both lists can be read: what asks from outside would take its own time. */
const WATCH_LISTS = `
  new MutationObserver((_, observer) => {
    const isThere = (selector) => document.querySelector(selector) !== null;
    if (!isThere('.stop') || !isThere('[aria-labelledby=running] .row')) return;
    observer.disconnect();
    const [{ responseStart }] = performance.getEntriesByType('navigation');
    requestAnimationFrame(() => (window.listAfter = performance.now() - responseStart));
  }).observe(document, { childList: true, subtree: true });`;

async function timeToList(browser: Browser, url: string): Promise<number> {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.emulateCPUThrottling(SLOWER);
    await page.evaluateOnNewDocument(WATCH_LISTS);
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    const time = await page.waitForFunction('window.listAfter');
    return (await time.jsonValue()) as number;
  } finally {
    await context.close();
  }
}
