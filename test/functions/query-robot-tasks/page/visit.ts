/** One visit to the page, in a browser context of its own. What the browser complains of is kept. */
import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import { launchBrowser } from '../../../../bench/page/browser';
import { startEndpoint, type Endpoint, type World } from '../../../../bench/page/endpoint';
import { COUNT_CALLS, settled } from './settled';

/** The time that it is in every page and at its endpoint, for as long as a test takes: a whole second, as headers say it. */
export const NOW = Math.floor(Date.now() / 1000) * 1000;

/** A page that is open, and what the browser complains of meanwhile. */
export interface View {
  readonly page: Page;
  /** Console errors, uncaught errors, and violations of the Content-Security-Policy. */
  readonly complaints: string[];
  /** Every address that the browser asked for. */
  readonly addresses: string[];
  /** All the text that is seen in the page, or in the first element that `selector` finds, once the page is at rest. */
  readonly text: (selector?: string) => Promise<string>;
  /** Resolves when the page says it and is at rest. */
  readonly says: (words: string) => Promise<void>;
  /** Clicks the first button or link that has exactly this text, below `within`; resolves when the page is at rest. */
  readonly press: (words: string, within?: string) => Promise<void>;
}

/** A view of the page that an endpoint of our own serves. */
export interface Visit extends View {
  readonly endpoint: Endpoint;
}

export interface VisitOptions {
  readonly world?: Partial<World>;
  /** Behind `#`. */
  readonly fragment?: string;
  readonly language?: 'zh-CN' | 'en' | 'fr';
  /** Runs in the page before anything of its own does. */
  readonly before?: string;
}

export interface Visits {
  visit(options?: VisitOptions): Promise<Visit>;
  /** Opens any address, fragment included, in a browser that has seen nothing yet. Its time is the machine's. */
  open(url: string): Promise<View>;
}

/** To be called in a describe block or at the top of a file: starts one browser before all, ends every visit after each. */
export function useBrowser(): Visits {
  let browser: Browser | undefined;
  const open: (BrowserContext | Endpoint)[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });
  afterEach(async () => {
    for (const opened of open.splice(0)) await opened.close();
  });
  async function openPage(): Promise<Page> {
    if (browser === undefined) throw new Error('The browser has not been started.');
    const context = await browser.createBrowserContext();
    open.push(context);
    return context.newPage();
  }
  return {
    async visit({ world, fragment = '', language = 'en', before = '' } = {}) {
      const page = await openPage();
      const endpoint = await startEndpoint();
      open.push(endpoint);
      Object.assign(endpoint.world, { now: () => NOW }, world);
      const url = `${endpoint.url}#${fragment}`;
      const view = await startView(
        page,
        url,
        language,
        `Date.now = () => ${NOW};\nperformance.now = () => 0;\n${before}`,
      );
      return { ...view, endpoint };
    },
    async open(url) {
      return startView(await openPage(), url, 'en', '');
    },
  };
}

async function startView(page: Page, url: string, language: string, before: string): Promise<View> {
  const complaints: string[] = [];
  const addresses: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => {
    complaints.push(String(error));
  });
  page.on('request', (request) => {
    addresses.push(request.url());
  });
  await page.setViewport({ width: 390, height: 844 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
  await page.evaluateOnNewDocument(
    `Object.defineProperty(navigator, 'language', { get: () => ${JSON.stringify(language)} });\n${COUNT_CALLS}\n${before}`,
  );
  await page.goto(url, { timeout: 60_000 });
  await settled(page);
  return {
    page,
    complaints,
    addresses,
    async text(selector) {
      await settled(page);
      return textOf(page, selector);
    },
    async says(words) {
      await page
        .waitForFunction(`document.body.innerText.includes(${JSON.stringify(words)})`, { timeout: 60_000 })
        .catch(async (error: unknown) => {
          throw new Error(`The page never says "${words}". It says:\n${await textOf(page)}`, {
            cause: error,
          });
        });
      await settled(page);
    },
    async press(words, within = 'body') {
      const button = `::-p-xpath(.//*[self::button or self::a or self::summary][normalize-space()=${JSON.stringify(words)}])`;
      // Where the page is drawn anew between looking and clicking, a locator looks again.
      await page.locator(`${within} ${button}`).setTimeout(60_000).click();
      await settled(page);
    },
  };
}

function textOf(page: Page, selector = 'body'): Promise<string> {
  return page.evaluate(`document.querySelector(${JSON.stringify(selector)}).innerText`) as Promise<string>;
}
