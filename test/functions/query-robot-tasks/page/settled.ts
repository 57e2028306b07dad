/** When the page has come to rest: all that it asked for is answered, and the answers are shown. */
import type { Page } from 'puppeteer-core';

/**
 * To run before anything of the page does. An answer counts as open until its body is read: a test that looked at the page
 * between two answers would see the first one alone. Two frames pass between the last answer and the look: what an answer
 * changes is drawn in the first, and what that leads to begins behind it.
 */
export const COUNT_CALLS = `(() => {
  const later = window.setTimeout.bind(window);
  const ask = window.fetch.bind(window);
  let begun = 0;
  let open = 0;
  window.fetch = async (...request) => {
    begun += 1;
    open += 1;
    try {
      const { status, headers, body } = await readWhole(await ask(...request));
      return new Response(body, { status, headers });
    } finally {
      later(() => (open -= 1), 0);
    }
  };
  const readWhole = async (response) => {
    const headers = new Headers(response.headers);
    // Where the page's time is made up, so is the server's.
    if (window.serverNow) headers.set('date', new Date(window.serverNow()).toUTCString());
    const { status } = response;
    return { status, headers, body: [204, 304].includes(status) ? null : await response.text() };
  };
  const drawn = () => new Promise((resolve) => window.requestAnimationFrame(() => later(resolve, 0)));
  window.settled = async () => {
    let before;
    do {
      before = begun;
      await drawn();
      await drawn();
    } while (open > 0 || begun > before);
  };
})();`;

/** Resolves when the page has come to rest. A page that runs no script is at rest. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate('window.settled?.()');
}
