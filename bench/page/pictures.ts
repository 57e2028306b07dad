/** `npm run page-pictures`: takes pictures of the page in every state, to be looked at. See `-- --help`. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { buildFunctions } from '../../scripts/build';
import { readOptions, runCommand } from '../../scripts/command-line';
import { takeAlertPicture } from './alert-picture';
import { launchBrowser } from './browser';
import { beijingIso } from '../../shared/beijing-time';
import {
  OPERATOR,
  READER,
  startEndpoint,
  type Endpoint,
  type Task,
  type WatchAnswer,
  type World,
} from './endpoint';
import { manyStopped, quietTasks, taskOf, twoStopped, watchOf } from './worlds';

const COMMAND = {
  usage: `npm run page-pictures [-- options]

Takes pictures of the page in every state, with made-up tasks, and writes them as PNG files. A Chinese font must be
installed for Chinese to be seen (Debian: fonts-noto-cjk).

  --to <folder>   where to; default bench/results/pictures
  --only <text>   only the pictures whose name contains it
  --readme        the pictures of the documents instead, into docs/pictures
  --help          show this`,
  options: { to: { type: 'string' }, only: { type: 'string' }, readme: { type: 'boolean' } },
} as const;

const NOW = Date.now();
const UNAVAILABLE = {
  status: 502,
  name: 'upstream-unavailable',
  title: '语音服务接口无法访问或出现故障',
  detail: 'dyvmsapi.aliyuncs.com:443 cannot be reached (ENOTFOUND).',
};

interface State {
  readonly name: string;
  readonly world: Partial<World>;
  /** Null: nobody is signed in. */
  readonly credential: string | null;
  readonly fragment?: string;
  readonly act?: (page: Page, endpoint: Endpoint) => Promise<void>;
}

const two = twoStopped(NOW);
const many = manyStopped(NOW, 300);
const quiet = quietTasks(NOW);
const long = '春季回访（超长名称）'.repeat(20);

/** The first of them has been taken, and the second muted; the channels are known. */
function taken(tasks: readonly Task[]): WatchAnswer {
  const watch = watchOf(NOW, tasks);
  const at = beijingIso(NOW - 12 * 60_000);
  const acts = [
    { by: '李四', at, until: null },
    { by: '张三', at, until: beijingIso(NOW + 3_600_000) },
  ];
  return {
    ...watch,
    stopped: watch.stopped.map((stop, index) => ({ ...stop, acknowledged: acts[index] ?? null })),
    history: watch.history.map((stop) => ({
      ...stop,
      startedBy: stop.became === 'EXCUTING' ? '张三' : null,
    })),
    channels: [
      { id: 'ops', type: 'feishu', after: null, lastNewsAt: at, failingSince: null },
      { id: 'mail', type: 'email', after: '10m', lastNewsAt: null, failingSince: at },
    ],
    running: [{ id: '1045010', callsPerHour: 320, doneAt: beijingIso(NOW + 6_480_000) }],
  };
}

/** Presses the button that starts all of a cause, and waits for the question. */
async function askAll(page: Page): Promise<void> {
  await page.evaluate(
    "[...document.querySelectorAll('button')].find(({ textContent }) => /^(全部启动|Start all)/.test(textContent)).click()",
  );
  await page.waitForSelector('.ask .primary');
}

const STATES: readonly State[] = [
  { name: 'sign-in', world: {}, credential: null },
  { name: 'none-stopped', world: { tasks: quiet, watch: watchOf(NOW, quiet) }, credential: READER },
  { name: 'two-stopped', world: { tasks: two, watch: watchOf(NOW, two) }, credential: OPERATOR },
  {
    name: 'reader',
    world: { tasks: two, watch: watchOf(NOW, two) },
    credential: READER,
    fragment: '&task=1045011',
  },
  {
    name: 'starting',
    world: { tasks: two, watch: watchOf(NOW, two) },
    credential: OPERATOR,
    async act(page) {
      await page.click('.stop:not(:has(a.primary)) button.primary');
      await page.waitForSelector('.ask');
    },
  },
  {
    name: 'started',
    world: { tasks: two, watch: watchOf(NOW, two) },
    credential: OPERATOR,
    async act(page) {
      await page.click('.stop:not(:has(a.primary)) button.primary');
      await page.waitForSelector('.ask');
      await page.click('.ask button.primary');
      await page.waitForSelector('.outcome.good');
    },
  },
  {
    name: 'start-refused',
    world: {
      tasks: two,
      watch: watchOf(NOW, two),
      start: {
        status: 409,
        name: 'start-refused',
        detail: 'The voice service did not start it: the account is in arrears.',
        upstreamCode: 'isv.OUT_OF_SERVICE',
      },
    },
    credential: OPERATOR,
    async act(page) {
      await page.click('.stop:not(:has(a.primary)) button.primary');
      await page.waitForSelector('.ask');
      await page.click('.ask button.primary');
      await page.waitForSelector('.outcome');
    },
  },
  {
    name: '300-stopped',
    world: { tasks: many, watch: watchOf(NOW, many.slice(0, 40)) },
    credential: OPERATOR,
  },
  {
    name: 'upstream-broken',
    world: { tasks: two, watch: watchOf(NOW, two), faults: { summary: UNAVAILABLE, tasks: UNAVAILABLE } },
    credential: READER,
  },
  {
    name: 'refresh-failed',
    world: { tasks: two, watch: watchOf(NOW, two) },
    credential: READER,
    async act(page, endpoint) {
      endpoint.world.faults = { summary: UNAVAILABLE, tasks: UNAVAILABLE };
      await page.click('.age button');
      await page.waitForSelector('.warning');
    },
  },
  {
    name: 'linked-second',
    world: { tasks: two, watch: taken(two), operators: { [OPERATOR]: '张三' } },
    credential: OPERATOR,
    fragment: '&task=1045011',
  },
  {
    name: '300-linked',
    world: { tasks: many, watch: watchOf(NOW, many), operators: { [OPERATOR]: '张三' } },
    credential: OPERATOR,
    fragment: '&task=1049990',
  },
  {
    name: 'line-opened',
    world: { tasks: many, watch: taken(many) },
    credential: OPERATOR,
    async act(page) {
      await page.click('.line:nth-child(2) button');
      await page.waitForSelector('.line .stop');
    },
  },
  {
    name: 'start-all-asked',
    world: { tasks: many, watch: watchOf(NOW, many) },
    credential: OPERATOR,
    act: (page) => askAll(page),
  },
  {
    name: 'start-all-done',
    world: { tasks: many.slice(0, 30), watch: watchOf(NOW, many.slice(0, 30)) },
    credential: OPERATOR,
    async act(page) {
      await askAll(page);
      await page.click('.ask .primary');
      await page.waitForFunction("document.querySelector('.run [role=progressbar]')?.ariaValueNow === '20'");
    },
  },
  {
    name: 'start-all-refused',
    world: {
      tasks: many.slice(0, 60),
      watch: watchOf(NOW, many.slice(0, 60)),
      start: {
        ...{ status: 409, name: 'start-refused-account', upstreamCode: 'isv.OUT_OF_SERVICE' },
        detail: '语音服务没有启动它：账户欠费（isv.OUT_OF_SERVICE）。',
      },
    },
    credential: OPERATOR,
    async act(page) {
      await askAll(page);
      await page.click('.ask .primary');
      await page.waitForSelector('.run li');
    },
  },
  {
    name: 'operator-link',
    world: { tasks: two, watch: watchOf(NOW, two), operators: { [OPERATOR]: '张三' } },
    credential: null,
    fragment: `&operator=${OPERATOR}`,
  },
  {
    name: 'operator-form',
    world: { tasks: two, watch: watchOf(NOW, two) },
    credential: READER,
    fragment: '&task=1045011',
    async act(page) {
      await page.click('.linked .ask button');
      await page.waitForSelector('.sign-in');
    },
  },
  { name: 'no-state', world: { tasks: two }, credential: OPERATOR },
  {
    name: 'stale-watch',
    world: {
      tasks: quiet,
      watch: watchOf(NOW, quiet, {
        savedAt: new Date(NOW - 27 * 60_000).toISOString(),
        failures: [
          {
            subject: 'channel',
            channel: 'ops',
            since: new Date(NOW - 90 * 60_000).toISOString(),
            reason: {
              'zh-CN': '钉钉拒绝了消息：token is not exist（300005）',
              en: 'DingTalk refused it: token is not exist (300005)',
            },
          },
        ],
      }),
    },
    credential: READER,
  },
  { name: 'expired-link', world: { tasks: two }, credential: null, fragment: '&ticket=rtw1.expired.ticket' },
  {
    name: 'expired-later',
    world: { tasks: two, watch: watchOf(NOW, two) },
    credential: READER,
    async act(page, endpoint) {
      endpoint.world.credentials = {};
      await page.click('.age button');
      await page.waitForSelector('.sign-in');
    },
  },
  {
    name: 'long-names',
    world: {
      tasks: [
        taskOf(NOW, '1045012', { taskName: long, robotName: long, status: 'ARREARS_STOP' }),
        taskOf(NOW, '1045013', {
          taskName: 'W'.repeat(200),
          robotName: 'x'.repeat(200),
          status: 'SYSTEM_STOP',
        }),
        taskOf(NOW, '1045014', { taskName: long, robotName: long }),
      ],
      watch: watchOf(NOW, [taskOf(NOW, '1045012', { taskName: long, status: 'ARREARS_STOP' })]),
    },
    credential: OPERATOR,
  },
  {
    name: 'html-names',
    world: {
      tasks: [
        taskOf(NOW, '1045012', {
          taskName: '<script>alert(1)</script>',
          robotName: '<img src=x onerror=alert(1)>',
          status: 'ARREARS_STOP',
        }),
        taskOf(NOW, '1045013', {
          taskName: '\u202eeman dnoces',
          status: 'SYSTEM_STOP',
          robotName: '"&amp;\'',
        }),
      ],
    },
    credential: READER,
  },
  {
    name: 'find-tasks',
    world: { tasks: two, watch: watchOf(NOW, two) },
    credential: READER,
    async act(page) {
      await page.click('.chip');
      await page.waitForSelector('#tasks ~ .rows .row');
      await page.click('details summary');
    },
  },
];

const LOOKS = [
  { name: 'phone-light-zh', width: 390, height: 844, scheme: 'light', language: 'zh-CN' },
  { name: 'phone-dark-zh', width: 390, height: 844, scheme: 'dark', language: 'zh-CN' },
  { name: 'phone-light-en', width: 390, height: 844, scheme: 'light', language: 'en' },
  { name: 'narrow-light-en', width: 320, height: 640, scheme: 'light', language: 'en' },
  { name: 'desktop-light-zh', width: 1280, height: 900, scheme: 'light', language: 'zh-CN' },
  { name: 'desktop-dark-en', width: 1280, height: 900, scheme: 'dark', language: 'en' },
] as const;

interface Picture {
  readonly state: State;
  readonly look: (typeof LOOKS)[number];
  readonly file: `${string}.png` | `${string}.webp`;
}

const EVERY_PICTURE: readonly Picture[] = STATES.flatMap((state) =>
  LOOKS.map((look): Picture => ({ state, look, file: `${state.name}.${look.name}.png` })),
);

/** By what they are among all. */
const README_FILES: Readonly<Record<string, Picture['file']>> = {
  'two-stopped.phone-light-en.png': 'page.webp',
  'two-stopped.phone-light-zh.png': 'page.zh-CN.webp',
};
const README_PICTURES: readonly Picture[] = EVERY_PICTURE.flatMap((picture) => {
  const file = README_FILES[picture.file];
  return file === undefined ? [] : [{ ...picture, file }];
});

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), COMMAND, console.log);
  if (options === null) return 0;
  const { values } = options;
  const isForReadme = values.readme === true;
  const folder =
    values.to ?? path.join(__dirname, isForReadme ? '../../docs/pictures' : '../results/pictures');
  await mkdir(folder, { recursive: true });
  await buildFunctions();
  const browser = await launchBrowser();
  try {
    for (const { state, look, file } of isForReadme ? README_PICTURES : EVERY_PICTURE) {
      if (!file.includes(values.only ?? '')) continue;
      await takePicture(browser, state, look, `${folder}/${file}`, !isForReadme);
      console.log(file);
    }
    if (isForReadme) {
      await takeAlertPicture(browser, 'en', NOW, `${folder}/alert.webp`);
      await takeAlertPicture(browser, 'zh-CN', NOW, `${folder}/alert.zh-CN.webp`);
    }
  } finally {
    await browser.close();
  }
  return 0;
}

async function takePicture(
  browser: Browser,
  { world, credential, fragment = '', act }: State,
  { width, height, scheme, language }: (typeof LOOKS)[number],
  file: Picture['file'],
  fullPage: boolean,
): Promise<void> {
  const endpoint = await startEndpoint();
  Object.assign(endpoint.world, world);
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.setViewport({ width, height, deviceScaleFactor: width < 500 ? 2 : 1 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.evaluateOnNewDocument(`localStorage.setItem('robot-task-watch.language', '${language}')`);
    const ticket = credential === null ? '' : `ticket=${credential}`;
    await page.goto(`${endpoint.url}#${ticket}${fragment}`, { waitUntil: 'networkidle0' });
    await act?.(page, endpoint);
    await page.waitForNetworkIdle();
    await page.screenshot({
      path: file,
      fullPage,
      ...(file.endsWith('.webp') ? { type: 'webp', quality: 80 } : {}),
    });
  } finally {
    await context.close();
    await endpoint.close();
  }
}

runCommand(main);
