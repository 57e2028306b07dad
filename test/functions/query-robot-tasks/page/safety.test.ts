/** What the page must never do: run what others wrote, ask another origin, or carry more than it may. */
import { gunzipSync } from 'node:zlib';
import { READER } from '../../../../bench/page/endpoint';
import { taskOf, twoStopped, watchOf } from '../../../../bench/page/worlds';
import { buildPage } from '../../../../scripts/bundle/page';
import { NOW, useBrowser } from './visit';

const visits = useBrowser();
const tasks = twoStopped(NOW);

const HOSTILE = [
  '<script>window.ran = true</script>',
  '<img src=x onerror="window.ran = true">',
  '"><svg onload="window.ran = true">',
  'javascript:window.ran=true',
  '\u202e\u2066reversed\u0000',
  "';window.ran=true;//",
];

describe('the page', () => {
  it('weighs at most 30 kB as it is sent, and 90 kB unpacked', async () => {
    const { html, packed } = await buildPage();
    expect(gunzipSync(packed).toString('utf8')).toBe(html);
    expect(packed.length).toBeLessThanOrEqual(30_000);
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(90_000);
  });

  it('is sent with a policy that allows its own script and style by hash, calls to its own origin, and nothing else', async () => {
    const { contentSecurityPolicy } = await buildPage();
    expect(contentSecurityPolicy.replace(/'sha256-[A-Za-z0-9+/]{43}='/g, '<hash>')).toBe(
      "default-src 'none'; script-src <hash>; style-src <hash>; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
  });

  it('breaks no rule of its policy, logs no error and asks no other origin, signed in or not', async () => {
    const { says, press, complaints, addresses, endpoint, page } = await visits.visit({
      world: { tasks, watch: watchOf(NOW, tasks) },
    });
    await page.type('input[type=password]', READER);
    await press('Sign in');
    await says('2 tasks are stopped');
    await press('all 35');
    await says('Page 1 of 2');
    await press('As a table');
    await press('中文');
    await says('2 个任务已停止');
    expect(complaints).toEqual([]);
    expect([...new Set(addresses.map((address) => new URL(address).origin))]).toEqual([
      new URL(endpoint.url).origin,
    ]);
    expect(addresses.filter((address) => !address.startsWith(endpoint.url))).toEqual([]);
  });

  it.each([
    {
      name: 'a script',
      attempt:
        "const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s)",
    },
    {
      name: 'an attribute that is a script',
      attempt: "document.body.setAttribute('onclick', 'window.ran = true'); document.body.click()",
    },
    {
      name: 'a picture of another origin',
      attempt: "const i = new Image(); i.src = 'http://127.0.0.1:1/x.png'; document.body.append(i)",
    },
    { name: 'a call to another origin', attempt: "void fetch('http://127.0.0.1:1/').catch(() => {})" },
  ])('lets the browser block $name', async ({ attempt }) => {
    const { says, page, complaints } = await visits.visit({ world: { tasks }, fragment: `ticket=${READER}` });
    await says('2 tasks are stopped');
    const violated = page.evaluate(`new Promise((resolve) => {
      document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
      ${attempt};
    })`);
    expect(await violated).toMatch(/^(script-src|img-src|connect-src)/);
    expect(await page.evaluate('window.ran')).toBeUndefined();
    expect(complaints.join()).toContain('Content Security Policy');
  });

  it.each(HOSTILE)('shows the name %j as the text it is', async (name) => {
    const hostile = taskOf(NOW, '1', { taskName: name, robotName: name, status: 'ARREARS_STOP' });
    const running = taskOf(NOW, '2', { taskName: name, robotName: name });
    const watch = watchOf(NOW, [hostile], {
      failures: [
        {
          subject: 'channel',
          channel: name,
          since: new Date(NOW).toISOString(),
          reason: { 'zh-CN': name, en: name },
        },
      ],
      history: [
        {
          ...{ id: '3', taskName: name, status: name, became: name },
          since: new Date(NOW - 9_000_000).toISOString(),
          until: new Date(NOW - 8_000_000).toISOString(),
        },
      ],
    });
    const { says, page, press, complaints } = await visits.visit({
      world: { tasks: [hostile, running], watch },
      fragment: `ticket=${READER}`,
    });
    await says('1 task is stopped');
    await press('all 2');
    await press('As a table');
    expect(await page.evaluate("document.querySelector('.stop h2 bdi').textContent")).toBe(name);
    expect(await page.$$('main script, main img, main svg:not(.history)')).toEqual([]);
    expect(await page.evaluate('window.ran')).toBeUndefined();
    expect(complaints).toEqual([]);
  });

  it('says one sentence where JavaScript is off', async () => {
    const { page, endpoint, text } = await visits.visit();
    await page.setJavaScriptEnabled(false);
    await page.goto(endpoint.url);
    await page.waitForSelector('noscript p');
    await page.setJavaScriptEnabled(true);
    expect(await text('noscript')).toContain('查看任务需要启用 JavaScript。');
  });

  it.each(['summary', 'tasks', 'watch'])(
    'survives an answer of /%s that is not the endpoint’s',
    async (path) => {
      const { says, complaints, page, endpoint } = await visits.visit({
        world: { tasks, watch: watchOf(NOW, tasks) },
      });
      await page.setRequestInterception(true);
      page.on('request', (request) => {
        if (request.url().startsWith(`${endpoint.url}${path}`)) {
          void request.respond({ status: 200, contentType: 'text/html', body: '<h1>A proxy</h1>' });
        } else void request.continue();
      });
      await page.type('input[type=password]', READER);
      await page.keyboard.press('Enter');
      await says('the query endpoint gave an answer that cannot be read');
      expect(complaints).toEqual([]);
    },
  );
});
