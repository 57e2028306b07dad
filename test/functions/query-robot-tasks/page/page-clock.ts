/** A clock for the page that only moves when it is told to, and a window that is hidden when it is told so. */
import type { Page } from 'puppeteer-core';

/** To run behind COUNT_CALLS, before anything of the page does. Frames come as fast as they can. */
export const PAGE_CLOCK = `(() => {
  const { settled } = window;
  const timers = new Map();
  let now = Math.floor(Date.now() / 1000) * 1000;
  let last = 0;
  let isHidden = false;
  const add = (run, ms, every) => {
    last += 1;
    timers.set(last, { run, at: now + ms, every });
    return last;
  };
  const frames = [];
  const channel = new MessageChannel();
  channel.port1.onmessage = () => frames.shift()(now);
  window.requestAnimationFrame = (run) => {
    frames.push(run);
    channel.port2.postMessage(null);
  };
  let ahead = 0;
  Date.now = () => now + ahead;
  performance.now = () => now;
  window.serverNow = () => now;
  window.setDevice = (ms) => (ahead = ms);
  window.setTimeout = (run, ms = 0) => add(run, ms, null);
  window.setInterval = (run, ms) => add(run, ms, ms);
  window.clearTimeout = window.clearInterval = (id) => timers.delete(id);
  window.advance = async (ms) => {
    const end = now + ms;
    for (;;) {
      await settled();
      const [next] = [...timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (next === undefined) break;
      const [id, timer] = next;
      now = timer.at;
      if (timer.every === null) timers.delete(id);
      else timer.at += timer.every;
      timer.run();
    }
    now = end;
  };
  window.hide = async (hidden) => {
    isHidden = hidden;
    document.dispatchEvent(new Event('visibilitychange'));
    await settled();
  };
  Object.defineProperty(document, 'hidden', { get: () => isHidden });
})();`;

/** One call to the browser lets at most this pass: a longer time can take longer than a call may. */
const STEP_MS = 5 * 60_000;

/** Lets `ms` pass in the page, with all that is due, and waits for the answers to what that asked for. */
export async function advance(page: Page, ms: number): Promise<void> {
  const step = Math.min(ms, STEP_MS);
  await page.evaluate(`window.advance(${step})`);
  if (ms > step) await advance(page, ms - step);
}

/** Sets the clock of the device, so that it is `ms` ahead of the server's. */
export async function setDevice(page: Page, ms: number): Promise<void> {
  await page.evaluate(`void window.setDevice(${ms})`);
}

/** Hides the page as another tab does, or shows it again. */
export async function hide(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(`window.hide(${isHidden})`);
}
