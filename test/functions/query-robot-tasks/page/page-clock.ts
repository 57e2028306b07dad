/** A clock for the page that only moves when it is told to, and a window that is hidden when it is told so. */
import type { Page } from 'puppeteer-core';

/** To run before anything of the page does. Frames come at once: the effects of a change wait for one. */
export const PAGE_CLOCK = `(() => {
  const later = window.setTimeout.bind(window);
  const ask = window.fetch.bind(window);
  const timers = new Map();
  let now = Date.now();
  let last = 0;
  let asked = 0;
  let isHidden = false;
  const add = (run, ms, every) => {
    last += 1;
    timers.set(last, { run, at: now + ms, every });
    return last;
  };
  Date.now = () => now;
  window.setTimeout = (run, ms = 0) => add(run, ms, null);
  window.setInterval = (run, ms) => add(run, ms, ms);
  window.clearTimeout = window.clearInterval = (id) => timers.delete(id);
  window.requestAnimationFrame = (run) => queueMicrotask(() => run(now));
  window.fetch = async (...request) => {
    asked += 1;
    try {
      return await ask(...request);
    } finally {
      later(() => (asked -= 1), 0);
    }
  };
  const settle = async () => {
    do await new Promise((resolve) => later(resolve, 1));
    while (asked > 0);
  };
  window.advance = async (ms) => {
    const end = now + ms;
    for (;;) {
      await settle();
      const [next] = [...timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (next === undefined) break;
      const [id, timer] = next;
      now = timer.at;
      if (timer.every === null) timers.delete(id);
      else timer.at += timer.every;
      timer.run();
    }
    now = end;
    await settle();
  };
  window.hide = async (hidden) => {
    isHidden = hidden;
    document.dispatchEvent(new Event('visibilitychange'));
    await settle();
  };
  Object.defineProperty(document, 'hidden', { get: () => isHidden });
})();`;

/** Lets `ms` pass in the page, with all that is due, and waits for the answers to what that asked for. */
export async function advance(page: Page, ms: number): Promise<void> {
  await page.evaluate(`window.advance(${ms})`);
}

/** Hides the page as another tab does, or shows it again. */
export async function hide(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(`window.hide(${isHidden})`);
}
