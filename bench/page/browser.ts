/** A real Chromium: the one that is installed, or the one that npm brings. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import puppeteer, { type Browser } from 'puppeteer-core';
import { devDependencies } from '../../package.json';

const run = promisify(execFile);

const CACHE = path.join(__dirname, '../../node_modules/.cache/robot-task-watch');

const NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'];
const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Throws one sentence that says what to install when no Chromium can run here. */
export async function launchBrowser(): Promise<Browser> {
  try {
    const executablePath = findInstalled() ?? (await unpackFromNpm());
    // Root, as in a container, has no sandbox; and what is opened here is our own page from loopback.
    return await puppeteer.launch({
      executablePath,
      headless: 'shell',
      // What hangs is named before a test's time is over.
      protocolTimeout: 90_000,
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none'],
    });
  } catch (error) {
    throw new Error(
      'No Chromium runs here: install Google Chrome or Chromium (Debian: apt-get install chromium), or name one in CHROME_PATH.',
      { cause: error },
    );
  }
}

function findInstalled(): string | null {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const candidates = [
    process.env['CHROME_PATH'] ?? '',
    ...folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))),
    ...ELSEWHERE,
  ];
  return candidates.find((file) => file !== '' && existsSync(file)) ?? null;
}

/**
 * Unpacks it once, where only who installed the packages can write: in a folder that everybody shares, somebody else could have
 * put a program in its place. Several test processes may come at the same time: each unpacks into a folder of its own, and the
 * first one's becomes the one that all use.
 */
async function unpackFromNpm(): Promise<string> {
  const version = devDependencies['@sparticuz/chromium'].replace(/[^\d.]/g, '');
  const folder = path.join(CACHE, `chromium-${version}`);
  const executable = path.join(folder, 'chromium');
  if (existsSync(executable)) return executable;
  await mkdir(CACHE, { recursive: true });
  const draft = await mkdtemp(`${folder}-`);
  // In a process of its own, because the package unpacks into the temporary folder of its process.
  const unpack = "import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())";
  await run(process.execPath, ['-e', unpack], { cwd: __dirname, env: { ...process.env, TMPDIR: draft } });
  try {
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true });
    if (!existsSync(executable)) throw error;
  }
  return executable;
}
