import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chooseEnvFile, differences, wordsFor } from '../../scripts/env-file';
import { readSettings } from '../../scripts/settings-check/read';
import { createWorkspace, SETTINGS } from './workspace';

const KEYS = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI-file', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret' };
const KNOWN = ['LOG_LEVEL', 'QUERY_URL', ...Object.keys(KEYS), 'ALIBABA_CLOUD_SECURITY_TOKEN'];

test.each([
  { name: 'nothing', written: { LOG_LEVEL: 'info' }, shell: { PATH: '/bin' }, differing: [] },
  { name: 'the same', written: { LOG_LEVEL: 'info' }, shell: { LOG_LEVEL: 'info' }, differing: [] },
  {
    name: 'another value',
    written: { LOG_LEVEL: 'info' },
    shell: { LOG_LEVEL: 'warn' },
    differing: ['LOG_LEVEL'],
  },
  {
    name: 'a value emptied',
    written: { LOG_LEVEL: 'info' },
    shell: { LOG_LEVEL: '' },
    differing: ['LOG_LEVEL'],
  },
  {
    name: 'one more setting',
    written: {},
    shell: { QUERY_URL: 'https://a.example' },
    differing: ['QUERY_URL'],
  },
  { name: 'an empty one more', written: {}, shell: { QUERY_URL: '' }, differing: [] },
  { name: 'keys that the file leaves to it', written: {}, shell: KEYS, differing: [] },
  { name: 'the same keys', written: KEYS, shell: KEYS, differing: [] },
  {
    name: 'other keys',
    written: KEYS,
    shell: { ...KEYS, ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI-shell' },
    differing: ['ALIBABA_CLOUD_ACCESS_KEY_ID'],
  },
  {
    name: 'a token beside keys of the file',
    written: KEYS,
    shell: { ALIBABA_CLOUD_SECURITY_TOKEN: 'token' },
    differing: ['ALIBABA_CLOUD_SECURITY_TOKEN'],
  },
])('Where the shell has $name, $differing differs from the file', ({ written, shell, differing }) => {
  expect(differences(written, shell, KNOWN)).toEqual(differing);
});

test.each([
  { said: 'run npm run deploy.', becomes: 'run npm run deploy -- --env-file .env.test.' },
  {
    said: 'npm run deploy -- --remove first',
    becomes: 'npm run deploy -- --env-file .env.test --remove first',
  },
  {
    said: 'npm run smoke -- --env-file .env.test <url>',
    becomes: 'npm run smoke -- --env-file .env.test <url>',
  },
  {
    said: 'not those in .env: cp .env.example x.env',
    becomes: 'not those in .env.test: cp .env.example x.env',
  },
])('What is advised for another file names it: $said', ({ said, becomes }) => {
  const file = { name: '.env.test', path: '/project/.env.test', isChosen: true, shellWins: false };
  expect(wordsFor(said, file)).toBe(becomes);
  expect(wordsFor(said, { ...file, isChosen: false })).toBe(said);
});

describe('The file of settings', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'env-file-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const choose = (name?: string, shellWins = false) =>
    chooseEnvFile(folder, { 'env-file': name, 'shell-wins': shellWins });

  test('is .env unless another one is asked for, in which the shell does not win by itself', async () => {
    expect(await choose()).toMatchObject({ name: '.env', isChosen: false, shellWins: true });
    await writeFile(path.join(folder, '.env.test'), '');
    const expected = {
      name: '.env.test',
      path: path.join(folder, '.env.test'),
      isChosen: true,
      shellWins: false,
    };
    expect(await choose('.env.test')).toEqual(expected);
    expect(await choose('.env.test', true)).toMatchObject({ shellWins: true });
    await expect(choose(undefined, true)).rejects.toThrow('--shell-wins goes with --env-file');
  });

  test('that is not there is named, with how to make it', async () => {
    await expect(choose('.env.tst')).rejects.toThrow('There is no .env.tst: run `cp .env.example .env.tst`');
  });

  test('is refused when git would commit it, and taken when git ignores it or knows no repository there', async () => {
    await mkdir(path.join(folder, 'own'));
    for (const name of ['test.env', '.env', '.env.test', 'own/any'])
      await writeFile(path.join(folder, name), '');
    expect(await choose('test.env')).toMatchObject({ name: 'test.env' });
    execFileSync('git', ['init', '--quiet'], { cwd: folder });
    await writeFile(path.join(folder, '.gitignore'), '.env.test\nown/\n');
    await expect(choose('test.env')).rejects.toThrow('Git does not ignore test.env');
    await expect(choose()).rejects.toThrow('Git does not ignore .env,');
    expect(await choose('.env.test')).toMatchObject({ name: '.env.test' });
    expect(await choose('own/any')).toMatchObject({ name: 'own/any' });
    execFileSync('git', ['add', '--force', '.env.test'], { cwd: folder });
    await expect(choose('.env.test')).rejects.toThrow('Git does not ignore .env.test');
  });
});

test('With a file that was asked for, nothing of .env is read, and the shell may not say something else', async () => {
  const workspace = await createWorkspace();
  try {
    await workspace.writeEnv({
      ...SETTINGS,
      LOG_LEVEL: 'debug',
      QUERY_URL: 'https://production.example.com',
    });
    const test = { ...SETTINGS, DEPLOYMENT_SUFFIX: '-test', WATCH_STATUSES: 'SYSTEM_STOP' };
    await workspace.writeEnv(test, '.env.test');
    const envFile = await chooseEnvFile(workspace.folder, { 'env-file': '.env.test', 'shell-wins': false });
    const { functionSet, problems, notes } = await readSettings(workspace.folder, {}, { envFile });
    expect({ problems, notes }).toEqual({ problems: [], notes: [] });
    expect(functionSet.functions.map(({ name, role }) => [name, role])).toEqual([
      ['query-robot-tasks-test', 'robot-task-query-test'],
      ['watch-robot-tasks-test', 'robot-task-watch-test'],
    ]);
    expect(functionSet.functions[1]?.environment).toMatchObject({
      WATCH_STATUSES: 'SYSTEM_STOP',
      LOG_LEVEL: '',
      QUERY_URL: '',
    });
    const shell = { LOG_LEVEL: 'debug', WATCH_STATUSES: '' };
    await expect(readSettings(workspace.folder, shell, { envFile })).rejects.toThrow(
      'This shell sets something else than .env.test: LOG_LEVEL, WATCH_STATUSES. Unset them (`unset LOG_LEVEL WATCH_STATUSES`), or let the shell win: --shell-wins',
    );
    const shellWins = { ...envFile, shellWins: true };
    const won = await readSettings(workspace.folder, shell, { envFile: shellWins });
    expect(won.fromShell).toEqual(['LOG_LEVEL', 'WATCH_STATUSES']);
    expect(won.functionSet.functions[1]?.environment).toMatchObject({
      LOG_LEVEL: 'debug',
      WATCH_STATUSES: '',
    });
  } finally {
    await workspace.remove();
  }
});

test('s.yaml may be edited: other names and own values are taken, and a line that is not understood is told', async () => {
  const workspace = await createWorkspace();
  try {
    await workspace.writeEnv(SETTINGS);
    await workspace.editSpec('functionName: watch-robot-tasks', 'functionName: our-watch');
    await workspace.editSpec("LOG_LEVEL: ${env('LOG_LEVEL', '')}", 'LOG_LEVEL: warn');
    const { functionSet, problems, notes } = await readSettings(workspace.folder, {});
    expect({ problems, notes }).toEqual({ problems: [], notes: [] });
    expect(functionSet.functions[1]).toMatchObject({ name: 'our-watch', environment: { LOG_LEVEL: 'warn' } });
    await workspace.writeEnv({ ...SETTINGS, LOG_LEVEL: 'info' });
    expect((await readSettings(workspace.folder, {})).notes).toEqual([
      'LOG_LEVEL does not count: s.yaml gives the functions a value of its own.',
    ]);
    await workspace.editSpec('memorySize: 512', 'memorySize: large');
    await expect(readSettings(workspace.folder, {})).rejects.toThrow(
      /^s\.yaml, line 3\d: the scripts do not understand resources\.query-robot-tasks\.props\.memorySize \(expected number\)\.$/,
    );
  } finally {
    await workspace.remove();
  }
});
