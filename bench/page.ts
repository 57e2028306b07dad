/**
 * How heavy the page is, how long a phone looks at an empty one, and what a refresh brings: the built function behind the local
 * host, a slow processor, and an account with few and with many tasks.
 */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { demoEnvironment } from '../local/demo';
import { createHost } from '../local/host/host';
import { createSimulator, DEFAULT_KEY } from '../local/simulator/simulator';
import type { Figure } from './figure';
import { launchBrowser } from './page/browser';
import { least } from './statistics';

const ROOT = path.join(__dirname, '..');
const RUNS = 7;
const SLOWER = 4;
const FEW = 24;
const MANY = 10_000;

export async function benchPage(): Promise<Figure[]> {
  const file = path.join(ROOT, 'dist/query-robot-tasks/page.html');
  const [packed, plain] = await Promise.all([stat(`${file}.gz`), stat(file)]);
  const browser = await launchBrowser();
  const [few, many] = [await openAccount(FEW), await openAccount(MANY)];
  try {
    const fixed: number[] = [];
    const fewTimes: number[] = [];
    const manyTimes: number[] = [];
    // The first views, of which the calls are counted, and which warm up.
    const fewCalls = await few.callsOf(() => timeToList(browser, few.url));
    const manyCalls = await many.callsOf(() => timeToList(browser, many.url));
    for (let run = 0; run < RUNS; run++) {
      fixed.push(await timeOfFixedPage(browser));
      fewTimes.push(await timeToList(browser, few.url));
      manyTimes.push(await timeToList(browser, many.url));
    }
    const scale = FIXED_PAGE_MS / least(fixed);
    const note = `the best of ${RUNS}, in Chromium at ${SLOWER} × CPU throttling`;
    return [
      { name: 'the page, as it is sent', value: packed.size / 1000, unit: 'kB' },
      { name: 'the page, unpacked', value: plain.size / 1000, unit: 'kB' },
      {
        name: 'the page, first answer to readable list',
        value: least(fewTimes) * scale,
        unit: 'ms',
        note: `${note}: ${Math.round(least(fewTimes))} ms beside a fixed page of ${Math.round(least(fixed))}, which takes ${FIXED_PAGE_MS} on a quiet machine`,
      },
      {
        name: `the page, first view with ${MANY} tasks against ${FEW}`,
        value: least(manyTimes) / least(fewTimes),
        unit: '×',
        note: `${Math.round(least(manyTimes))} against ${Math.round(least(fewTimes))} ms`,
      },
      {
        name: `the page, upstream calls of the first view with ${MANY} tasks against ${FEW}`,
        value: manyCalls / fewCalls,
        unit: '×',
        note: `${manyCalls} against ${fewCalls}`,
      },
      await benchRefresh(browser),
    ];
  } finally {
    await browser.close();
    await Promise.all([few.close(), many.close()]);
  }
}

interface Account {
  /** Of the page, with a ticket. */
  readonly url: string;
  /** How many upstream calls are made meanwhile. */
  callsOf(work: () => Promise<unknown>): Promise<number>;
  /** Has the watch poll once. */
  poll(): Promise<void>;
  close(): Promise<void>;
}

/** An account with so many tasks: all of them are stopped, or one is and one runs. */
async function openAccount(tasks: number, areStopped = false): Promise<Account> {
  const simulator = createSimulator();
  simulator.tasks.seed(tasks);
  const [stopped, running, ...others] = simulator.tasks.list().map(({ id }) => id);
  for (const id of others) simulator.tasks.setStatus(id, areStopped ? 'ARREARS_STOP' : 'FINISH');
  simulator.tasks.setStatus(stopped ?? '', 'ARREARS_STOP');
  simulator.tasks.setStatus(running ?? '', areStopped ? 'ARREARS_STOP' : 'EXCUTING');
  const upstream = (await simulator.listen()).origin;
  const receiver = createServer((request, response) => request.resume().on('end', () => response.end()));
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-'));
  let token = '';
  const host = await createHost({
    specFile: path.join(ROOT, 's.yaml'),
    port: 0,
    environment(url) {
      const stateFile = path.join(folder, 'state.json');
      const environment = demoEnvironment({}, { upstream, channels: [], url, stateFile });
      token = environment['API_TOKENS'] ?? '';
      // It polls when it is told to.
      return { ...environment, WATCH_SCHEDULE: '@every 1h', ALERT_CHANNELS: channelTo(receiver) };
    },
    credentials: () => ({ role: () => ({ ...DEFAULT_KEY, securityToken: '' }) }),
  });
  return {
    url: `${host.url}/query-robot-tasks/#ticket=${token}`,
    async callsOf(work) {
      const before = simulator.calls.length;
      await work();
      return simulator.calls.length - before;
    },
    async poll() {
      const timer = await readFile(path.join(ROOT, 'test/fixtures/events/timer.json'), 'utf8');
      const { outcome } = await host.invoke('watch-robot-tasks', timer);
      if (!outcome.ok) throw new Error(`The watch did not poll: ${JSON.stringify(outcome)}`);
    },
    async close() {
      await host.close();
      await simulator.close();
      receiver.close();
      await rm(folder, { recursive: true });
    },
  };
}

function channelTo(receiver: Server): string {
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const secret = `whsec_${Buffer.alloc(24).toString('base64')}`;
  return JSON.stringify([{ type: 'webhook', url, secret }]);
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
  return onNewPage(browser, async (page) => {
    await page.evaluateOnNewDocument(WATCH_LISTS);
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    const time = await page.waitForFunction('window.listAfter');
    return (await time.jsonValue()) as number;
  });
}

/**
 * A page that never changes: it parses, computes and lays out. What a busy machine makes of it, it makes of ours. On a quiet one
 * (2 cores, x86-64) it took FIXED_PAGE_MS.
 */
const FIXED_PAGE_MS = 100;
const FIXED_PAGE = `<!doctype html><title>fixed</title><div id=list></div><script>
  let text = '';
  for (let round = 0; round < 40; round++) text = JSON.stringify(JSON.parse(JSON.stringify(Array.from({ length: 400 }, (_, index) => ({ index, name: 'name ' + index })))));
  for (let index = 0; index < 400; index++) {
    const row = document.createElement('p');
    row.textContent = index + text.slice(0, 80);
    document.getElementById('list').append(row);
  }
  document.body.offsetHeight;
  requestAnimationFrame(() => (window.listAfter = performance.now()));
</script>`;

async function timeOfFixedPage(browser: Browser): Promise<number> {
  return onNewPage(browser, async (page) => {
    await page.goto(`data:text/html,${encodeURIComponent(FIXED_PAGE)}`, { waitUntil: 'domcontentloaded' });
    const time = await page.waitForFunction('window.listAfter');
    return (await time.jsonValue()) as number;
  });
}

async function onNewPage<T>(browser: Browser, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.emulateCPUThrottling(SLOWER);
    return await work(page);
  } finally {
    await context.close();
  }
}

/** The bodies of one refresh in which nothing changed, with 10,000 stopped tasks. */
async function benchRefresh(browser: Browser): Promise<Figure> {
  const account = await openAccount(MANY, true);
  const context = await browser.createBrowserContext();
  try {
    await account.poll();
    const page = await context.newPage();
    await page.goto(account.url, { waitUntil: 'networkidle0', timeout: 60_000 });
    // As when the phone is back in the network: the page asks again.
    const refresh = async () => {
      await page.evaluate("performance.clearResourceTimings(); dispatchEvent(new Event('online'))");
      await page.waitForNetworkIdle({ idleTime: 1500, timeout: 60_000 });
    };
    await refresh();
    await refresh();
    const bodies = (await page.evaluate(
      "performance.getEntriesByType('resource').map(({ name, encodedBodySize, responseStatus }) => ({ name, bytes: encodedBodySize, status: responseStatus }))",
    )) as { name: string; bytes: number; status: number }[];
    if (bodies.length === 0) throw new Error('The page did not ask again.');
    const parts = bodies.map(
      ({ name, bytes, status }) => `${path.basename(new URL(name).pathname)} ${status} ${bytes}`,
    );
    return {
      name: `the page, bodies of a refresh in which nothing changed, ${MANY} stopped tasks`,
      value: bodies.reduce((sum, { bytes }) => sum + bytes, 0) / 1000,
      unit: 'kB',
      note: `bytes: ${parts.join(', ')}`,
    };
  } finally {
    await context.close();
    await account.close();
  }
}
