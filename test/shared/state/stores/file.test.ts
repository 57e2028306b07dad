import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { EMPTY_STATE } from '../../../../shared/state/state';
import { createFileStore } from '../../../../shared/state/stores/file';
import { systemClock } from '../../../../shared/runtime/clock';
import { SAMPLE, stateOf } from './sample-state';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'state-file-'));
  file = path.join(folder, 'state.json');
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

const soon = () => Date.now() + 10_000;
const open = () => createFileStore(file, systemClock);

describe('the state file', () => {
  it('is JSON that a person can read, for its owner only, and the only file that is left', async () => {
    await open().save(SAMPLE, null, soon());
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ schemaVersion: 2, ...SAMPLE });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['state.json']);
  });

  it('may be edited by hand: the edit is loaded, and a save over the state before it is a conflict', async () => {
    const version = await open().save(SAMPLE, null, soon());
    await writeFile(file, (await readFile(file, 'utf8')).replace('ARREARS_STOP', 'SYSTEM_STOP'));
    await expect(open().save(EMPTY_STATE, version, soon())).rejects.toMatchObject({ kind: 'conflict' });
    expect((await open().load(soon())).state?.tasks[0]?.task.status).toBe('SYSTEM_STOP');
  });

  it('that is too large to be a state is kept aside without being read', async () => {
    await writeFile(file, '');
    await promisify(execFile)('truncate', ['-s', '70M', file]);
    expect((await open().load(soon())).keptAside).toMatch(/it is too large to be a state/);
    expect(await open().load(soon())).toEqual({ state: null, version: null, keptAside: null });
  });

  it.each([
    { name: 'is a folder', prepare: () => mkdir(file), message: /is not a file/ },
    { name: 'is a device', prepare: () => symlink('/dev/null', file), message: /is not a file/ },
    { name: 'is a link to itself', prepare: () => symlink(file, file), message: /ELOOP/ },
  ])('that $name is left alone, with a sentence', async ({ prepare, message }) => {
    await prepare();
    const before = await readdir(folder);
    await expect(open().load(soon())).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(open().load(soon())).rejects.toThrow(message);
    await expect(open().save(SAMPLE, null, soon())).rejects.toMatchObject({ kind: 'unreachable' });
    expect(await readdir(folder)).toEqual(before);
  });

  it('is not replaced after the deadline, when nobody waits for it any more', async () => {
    const version = await open().save(stateOf('old'), null, soon());
    const start = Date.now();
    // The first look at the clock, by which the time allowed is reckoned, is long before all others.
    const looks = [start];
    const store = createFileStore(file, {
      now: () => looks.pop() ?? start + 20_000,
      sleep: (ms, signal) => systemClock.sleep(ms, signal),
    });
    await expect(store.save(stateOf('new'), version, start + 10_000)).rejects.toMatchObject({
      kind: 'unreachable',
    });
    expect((await open().load(soon())).state).toEqual(stateOf('old'));
    expect(await readdir(folder)).toEqual(['state.json']);
  });

  it('that cannot be created says which folder is the trouble', async () => {
    await writeFile(path.join(folder, 'plain'), '');
    const store = createFileStore(path.join(folder, 'plain', 'state.json'), systemClock);
    await expect(store.save(SAMPLE, null, soon())).rejects.toThrow(/plain\/state\.json.*not a folder/);
    await expect(store.load(soon())).rejects.toThrow(/plain\/state\.json.*not a folder/);
  });
});

describe('the lock of the state file', () => {
  const ID = '6b0e1a52-3b59-4bb0-a3a1-0f7b5a9f0c11';
  const lock = () => `${file}.lock`;
  const holder = (fields: object) =>
    JSON.stringify({ id: ID, pid: 1, processStarted: 1, host: hostname(), at: Date.now(), ...fields });

  async function deadPid(): Promise<number> {
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await new Promise((resolve) => child.once('exit', resolve));
    return child.pid ?? 0;
  }

  it.each([
    { name: 'a process that is dead', text: async () => holder({ pid: await deadPid() }) },
    { name: 'an earlier process with our number', text: () => holder({ pid: process.pid }) },
    {
      name: 'a process of another host, two minutes ago',
      text: () => holder({ host: 'elsewhere', at: Date.now() - 120_000 }),
    },
    {
      name: 'a process from the future',
      text: () => holder({ host: 'elsewhere', at: Date.now() + 120_000 }),
    },
    { name: 'nobody who can be made out', text: () => '' },
    { name: 'one that names a file for an id', text: () => holder({ id: '../x', pid: 0 }) },
  ])('is taken over from $name, with what that left behind', async ({ text: makeText }) => {
    await writeFile(lock(), await makeText());
    const leavesScratch = (await readFile(lock(), 'utf8')).includes(ID);
    if (leavesScratch) await writeFile(`${lock()}.${ID}.tmp`, 'half a state');
    const version = await open().save(SAMPLE, null, soon());
    expect(await open().load(soon())).toEqual({ state: SAMPLE, version, keptAside: null });
    expect(await readdir(folder)).toEqual(['state.json']);
  });

  it.each([
    { name: 'a living process', fields: { pid: process.ppid } },
    { name: 'a process of another host, just now', fields: { host: 'elsewhere' } },
  ])('is waited for until the deadline while $name holds it', async ({ fields }) => {
    await writeFile(lock(), holder(fields));
    await expect(open().save(SAMPLE, null, Date.now() + 1_000)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(
        /locked by process \d+ on \S+\. .*delete .*state\.json\.lock/,
      ) as unknown,
    });
    expect(await readdir(folder)).toEqual(['state.json.lock']);
  });

  it('is had as soon as its holder lets go', async () => {
    await writeFile(lock(), holder({ host: 'elsewhere' }));
    const saved = open().save(SAMPLE, null, soon());
    await rm(lock());
    const version = await saved;
    expect((await open().load(soon())).version).toBe(version);
  });

  it('is not needed to load', async () => {
    await open().save(SAMPLE, null, soon());
    await writeFile(lock(), holder({ host: 'elsewhere' }));
    expect((await open().load(soon())).state).toEqual(SAMPLE);
  });
});

describe('processes that share a state file', () => {
  let childFolder: string;
  let child: string;
  beforeAll(async () => {
    childFolder = await mkdtemp(path.join(tmpdir(), 'state-child-'));
    child = path.join(childFolder, 'child.js');
    const entryPoints = [path.join(__dirname, 'file-child.ts')];
    await build({
      entryPoints,
      outfile: child,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
    });
  });
  afterAll(async () => {
    await rm(childFolder, { recursive: true, force: true });
  });

  const start = (...values: string[]) =>
    spawn(process.execPath, [child, ...values], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = (process: ReturnType<typeof start>) =>
    new Promise<NodeJS.Signals | null>((resolve) => {
      process.once('close', (_code, signal) => {
        resolve(signal);
      });
    });

  it('lose no save among them', async () => {
    const names = ['a', 'b', 'c'];
    await Promise.all(names.map((name) => ended(start('append', file, name, '15'))));
    const ids = (await open().load(soon())).state?.tasks.map(({ task }) => task.id) ?? [];
    expect([...ids].sort()).toEqual(
      names.flatMap((name) => Array.from({ length: 15 }, (_unused, index) => `${name}-${index}`)).sort(),
    );
    expect(await readdir(folder)).toEqual(['state.json']);
  });

  it('leave the old or the new state, whole and free to save over, if killed before any step of a save', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 24 }, async (_unused, index) => {
        const target = path.join(folder, `${index + 1}.json`);
        const store = createFileStore(target, systemClock);
        await store.save(stateOf('old'), null, soon());
        const victim = start('die', target, `${index + 1}`);
        const [signal, output] = await Promise.all([ended(victim), text(victim.stdout)]);
        const { state, version, keptAside } = await store.load(soon());
        expect(keptAside).toBeNull();
        await store.save(stateOf('next'), version, soon());
        expect((await store.load(soon())).state).toEqual(stateOf('next'));
        return { id: state?.tasks.map(({ task }) => task.id).join(), signal, output };
      }),
    );
    const victims = outcomes.filter(({ signal }) => signal === 'SIGKILL');
    const firstNew = victims.findIndex(({ id }) => id === 'new');
    expect(firstNew).toBeGreaterThan(5);
    expect(victims.map(({ id }) => id)).toEqual(
      victims.map((_victim, index) => (index < firstNew ? 'old' : 'new')),
    );
    // There were more steps to die at than a save has.
    expect(outcomes.slice(victims.length)).toContainEqual({ id: 'new', signal: null, output: 'done' });
  });

  async function outcomeOf(...values: string[]): Promise<string> {
    const process = start(...values);
    const [output] = await Promise.all([text(process.stdout), ended(process)]);
    return output;
  }
  const living = () =>
    JSON.stringify({
      id: '6b0e1a52-3b59-4bb0-a3a1-0f7b5a9f0c11',
      pid: process.pid,
      processStarted: 1,
      host: hostname(),
      at: Date.now(),
    });

  it('have the state on the disk before it takes its place, and its place on the disk before they say so', async () => {
    await open().save(stateOf('old'), null, soon());
    const steps = (await outcomeOf('steps', file)).split('\n');
    const replaced = steps.indexOf('rename state.json.lock.ID.tmp state.json');
    expect(steps.slice(0, replaced).filter((step) => /^(writeFile|sync|close)$/.test(step))).toEqual([
      'writeFile',
      'sync',
      'close',
    ]);
    expect(steps.slice(replaced + 1, replaced + 4)).toEqual([
      `open ${path.basename(folder)}`,
      'sync',
      'close',
    ]);
    expect(steps.at(-1)).toBe('done');
  });

  it('do not save once their lock was taken over while they wrote', async () => {
    await open().save(stateOf('old'), null, soon());
    expect(await outcomeOf('overtaken-while-writing', file, living())).toBe('conflict');
    expect((await open().load(soon())).state).toEqual(stateOf('old'));
  });

  it('give the lock back that passed to a living process while they removed a dead one’s', async () => {
    await open().save(stateOf('old'), null, soon());
    await writeFile(`${file}.lock`, '');
    const holder = living();
    expect(await outcomeOf('overtaken-while-evicting', file, holder)).toBe('unreachable');
    expect(await readFile(`${file}.lock`, 'utf8')).toBe(holder);
    expect((await open().load(soon())).state).toEqual(stateOf('old'));
  });

  it('lose nothing that was saved if some are killed at any moment', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const saved = await Promise.all(
      names.map(async (name) => {
        const victim = start('append', file, name, '1000');
        victim.stdout.once('data', () => {
          setTimeout(() => victim.kill('SIGKILL'), Math.random() * 200);
        });
        const [output] = await Promise.all([text(victim.stdout), ended(victim)]);
        // What follows the last line break may be cut.
        return output
          .split('\n')
          .slice(0, -1)
          .map((index) => `${name}-${index}`);
      }),
    );
    const { state, keptAside } = await open().load(soon());
    expect(keptAside).toBeNull();
    const ids = state?.tasks.map(({ task }) => task.id) ?? [];
    expect(saved.flat().filter((id) => !ids.includes(id))).toEqual([]);
    // Each victim may have done one save that it had no time to tell of.
    expect(ids.length - saved.flat().length).toBeLessThanOrEqual(names.length);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
