import { execFile, spawn } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { EMPTY_STATE, type WatchState } from '../../../../shared/state/state';
import { encodeState, stateKind } from '../../../../shared/state/document';
import { createFileStore } from '../../../../shared/documents/file/file-store';
import type { StoreError } from '../../../../shared/documents/store';
import { systemClock } from '../../../../shared/runtime/clock';
import { createDisk, diskError, type AtStep, type Step } from '../../../stand-ins/disk';
import { SAMPLE, stateOf } from '../../state/sample-state';

let folder: string;
let file: string;
let opened: FileHandle[];
beforeEach(async () => {
  opened = [];
  folder = await mkdtemp(path.join(tmpdir(), 'state-file-'));
  file = path.join(folder, 'state.json');
});
afterEach(async () => {
  await Promise.all(opened.map((handle) => handle.close()));
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

const soon = () => Date.now() + 100_000;
const open = (place = file) => createFileStore(place, stateKind, systemClock);
/** A store whose disk does something at each step. */
const openOn = (atStep: AtStep, place = file) =>
  createFileStore(place, stateKind, systemClock, createDisk(atStep, opened));
const idsOf = (state: WatchState | null) => state?.tasks.map(({ task }) => task.id).join() ?? null;
/** Saves these one after the other. */
async function saveAll(...ids: string[]): Promise<string | null> {
  let { version } = await open().load(soon());
  for (const id of ids) version = await open().save(stateOf(id), version, soon());
  return version;
}

describe('the state file', () => {
  it('is JSON that a person can read, for its owner only, beside a sign that says where it is', async () => {
    await open().save(SAMPLE, null, soon());
    expect(await readdir(folder)).toEqual(['state.json', 'state.json.1']);
    expect(stateKind.decode(await readFile(`${file}.1`))).toEqual({ kind: 'ok', content: SAMPLE });
    expect((await stat(`${file}.1`)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toContain('the file beside this one whose name ends in the highest');
  });

  it('is kept in its last two versions', async () => {
    await saveAll('1', '2', '3', '4');
    expect(await readdir(folder)).toEqual(['state.json', 'state.json.3', 'state.json.4']);
  });

  it('may be edited by hand: the edit is loaded, and a save over the state before it is a conflict', async () => {
    const version = await open().save(SAMPLE, null, soon());
    await writeFile(
      `${file}.1`,
      (await readFile(`${file}.1`, 'utf8')).replaceAll('ARREARS_STOP', 'SYSTEM_STOP'),
    );
    await expect(open().save(EMPTY_STATE, version, soon())).rejects.toMatchObject({ kind: 'conflict' });
    expect((await open().load(soon())).content?.tasks[0]?.task.status).toBe('SYSTEM_STOP');
  });

  it('that is too large to be a state is kept aside without being read', async () => {
    await writeFile(file, '');
    await promisify(execFile)('truncate', ['-s', '70M', file]);
    expect((await open().load(soon())).keptAside).toMatch(/it is too large/);
    expect(await open().load(soon())).toMatchObject({ content: null, keptAside: null });
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

  it('whose version leads nowhere is waited for until the deadline', async () => {
    await symlink(path.join(folder, 'nowhere'), `${file}.7`);
    await expect(open().load(Date.now() + 200)).rejects.toThrow(/in the time allowed/);
  });

  it('that cannot be created says which folder is the trouble', async () => {
    await writeFile(path.join(folder, 'plain'), '');
    const store = open(path.join(folder, 'plain', 'state.json'));
    await expect(store.save(SAMPLE, null, soon())).rejects.toThrow(/plain\/state\.json.*not a folder/);
    await expect(store.load(soon())).rejects.toThrow(/plain\/state\.json.*not a folder/);
  });

  it.each([
    { step: 'writeFile', code: 'ENOSPC', message: /the disk is full. Free some space \(ENOSPC\)/ },
    { step: 'sync', code: 'EDQUOT', message: /the disk quota is used up/ },
    { step: 'open', code: 'EACCES', message: /permission is denied/ },
    { step: 'open', code: 'EROFS', message: /the file system is read-only/ },
    { step: 'open', code: 'EPERM', message: /must be allowed to write to the folder \(EPERM\)/ },
    { step: 'link', code: 'EPERM', message: /its file system has no hard links, .* local disk or on NFS/ },
    { step: 'link', code: 'EOPNOTSUPP', message: /has no hard links/ },
    { step: 'link', code: 'ENOSYS', message: /has no hard links/ },
    { step: 'close', code: 'EBUSY', message: /the system gives this error code \(EBUSY\)/ },
  ])(
    'that meets $code at $step is not saved, says why, and leaves nothing behind',
    async ({ step, code, message }) => {
      const version = await saveAll('old');
      const store = openOn(({ name }) => {
        if (name === step) throw diskError(code, name);
        return null;
      });
      const saved = store.save(stateOf('new'), version, soon());
      await expect(saved).rejects.toThrow(message);
      await expect(saved).rejects.toThrow(/^The state in \/.*state\.json cannot be used: /);
      expect(idsOf((await open().load(soon())).content)).toBe('old');
      expect(await readdir(folder)).toEqual(['state.json', 'state.json.1']);
    },
  );
});

describe('a state file of version 0.2', () => {
  beforeEach(() => writeFile(file, encodeState(stateOf('old'), 'by version 0.2')));

  it('is found and goes on, and becomes a version with the next save', async () => {
    const { content, version } = await open().load(soon());
    expect(idsOf(content)).toBe('old');
    await open().save(stateOf('new'), version, soon());
    expect(await readdir(folder)).toEqual(['state.json', 'state.json.1', 'state.json.2']);
    expect(idsOf((await open().load(soon())).content)).toBe('new');
    expect(await readFile(`${file}.1`, 'utf8')).toContain('by version 0.2');
  });

  it('makes way for a document of a newer schema without content, which version 0.2 leaves alone', async () => {
    const { version } = await open().load(soon());
    await open().save(stateOf('new'), version, soon());
    const sign = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    expect(sign['schemaVersion']).toBe(3);
    expect(sign).not.toHaveProperty('tasks');
  });

  it('is newer than all versions where somebody put it there, and is doubted by nothing', async () => {
    await saveAll('1', '2');
    await writeFile(file, encodeState(stateOf('restored'), 'from a backup'));
    const { content, version } = await open().load(soon());
    expect(content).toEqual(stateOf('restored'));
    await open().save(stateOf('next'), version, soon());
    expect(idsOf((await open().load(soon())).content)).toBe('next');
  });

  it('is gone on with by one of two processes that save over it at once', async () => {
    const { version } = await open().load(soon());
    const results = await Promise.allSettled(
      ['a', 'b'].map((id) => open().save(stateOf(id), version, soon())),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const winner = results[0]?.status === 'fulfilled' ? 'a' : 'b';
    expect(idsOf((await open().load(soon())).content)).toBe(winner);
  });
});

describe('a version that cannot be read', () => {
  const doubted = stateKind.doubt(stateOf('1'));
  const corrupt = async () => (await readdir(folder)).filter((name) => name.includes('.corrupt-'));

  it('is kept aside, and the one before it counts, doubted, for everybody until the next save', async () => {
    const first = await saveAll('1');
    await saveAll('2');
    await writeFile(`${file}.2`, '?');
    const loaded = await open().load(soon());
    expect(loaded.content).toEqual(doubted);
    expect(await open().read(soon())).toEqual(doubted);
    // Whoever saved it must not take it for what it left behind.
    expect(loaded.version).not.toBe(first);
    expect(loaded.keptAside).toMatch(/^The state in .*could not be used \(it is no JSON\)\. It is kept as /);
    expect(await open().load(soon())).toEqual({ ...loaded, keptAside: null });
    await open().save(stateOf('3'), loaded.version, soon());
    expect((await open().load(soon())).content).toEqual(stateOf('3'));
    expect(await readdir(folder)).toEqual(
      ['state.json', 'state.json.1', ...(await corrupt()), 'state.json.3'].sort(),
    );
    expect(await corrupt()).toEqual([expect.stringMatching(/^state\.json\.2\.corrupt-/)]);
  });

  it('does not let a save win that knows nothing of it', async () => {
    const version = await saveAll('1');
    const unaware = openOn(async ({ name }) => {
      if (name !== 'link') return;
      await saveAll('2');
      await writeFile(`${file}.2`, '?');
      await open().load(soon());
    });
    await expect(unaware.save(stateOf('unaware'), version, soon())).rejects.toMatchObject({
      kind: 'conflict',
    });
    expect((await open().load(soon())).content).toEqual(doubted);
  });

  it('at the place of version 0.2 is not mistaken for what another process put there since', async () => {
    await writeFile(file, '?');
    // Both keep it aside in the same millisecond.
    const clock = { ...systemClock, now: () => Date.UTC(2026, 10, 29) };
    const never = Infinity;
    const slow = createFileStore(
      file,
      stateKind,
      clock,
      createDisk(async ({ name }) => {
        if (name !== 'rename') return;
        const fast = createFileStore(file, stateKind, clock);
        await fast.save(stateOf('1'), (await fast.load(never)).version, never);
      }),
    );
    expect(await slow.load(never)).toMatchObject({ content: stateOf('1'), keptAside: null });
    expect(await corrupt()).toHaveLength(1);
    expect(await readFile(path.join(folder, (await corrupt())[0] ?? ''), 'utf8')).toBe('?');
    expect(await readFile(file, 'utf8')).toContain('the file beside this one');
  });
});

interface Start {
  readonly name: string;
  /** What is saved then. */
  readonly old: string | null;
  readonly prepare: (place: string) => Promise<void>;
}

const STARTS: readonly Start[] = [
  { name: 'nothing', old: null, prepare: () => Promise.resolve() },
  {
    name: 'a document of version 0.2',
    old: 'old',
    prepare: (place: string) => writeFile(place, encodeState(stateOf('old'), 'save')),
  },
  {
    name: 'two versions and what a killed process left',
    old: 'old',
    prepare: async (place: string) => {
      let version: string | null = null;
      for (const id of ['older', 'old']) version = await open(place).save(stateOf(id), version, soon());
      await copyFile(`${place}.1`, `${place}.2.5f0c.tmp`);
    },
  },
];

describe.each(STARTS)('a save over $name', ({ old, prepare }) => {
  /** Saves in a folder of its own, where something happens at each step. */
  async function attempt(trouble: (step: Step, timeIsUp: () => void) => Promise<void> | null) {
    const place = path.join(await mkdtemp(path.join(folder, 'attempt-')), 'state.json');
    await prepare(place);
    const { version } = await open(place).load(soon());
    const steps: Step[] = [];
    let timeIsUp = (): void => undefined;
    const deadline = new Promise<void>((resolve) => (timeIsUp = resolve));
    const disk = createDisk((step) => {
      steps.push(step);
      return trouble(step, timeIsUp);
    }, opened);
    const store = createFileStore(place, stateKind, { now: () => 0, sleep: () => deadline }, disk);
    const outcome = await store.save(stateOf('new'), version, 1000).then(
      () => 'saved',
      (error: unknown) => (error as StoreError).kind,
    );
    return { place, steps, outcome };
  }
  const untroubled = async () => (await attempt(() => null)).steps;

  it.each<{ name: string; trouble: Parameters<typeof attempt>[0] }>([
    {
      // As a file system that answers too late; and, for what is then on the disk, as a process that is killed.
      name: 'no answer',
      trouble: (_step, timeIsUp) => {
        timeIsUp();
        return new Promise(() => undefined);
      },
    },
    {
      name: 'a full disk',
      trouble: ({ name }) => {
        throw diskError('ENOSPC', name);
      },
    },
  ])(
    'that meets $name at any step leaves the old or the new state, whole and free to save over',
    async ({ trouble }) => {
      const steps = await untroubled();
      const attempts = await Promise.all(
        steps.map(({ number }) =>
          attempt((step, timeIsUp) => (step.number === number ? trouble(step, timeIsUp) : null)),
        ),
      );
      const placed = steps.findLastIndex(({ name }) => name === 'link');
      for (const [index, { place, outcome }] of attempts.entries()) {
        const { content, version, keptAside } = await open(place).load(soon());
        expect({ index, state: idsOf(content), keptAside }).toEqual({
          index,
          state: index <= placed && outcome !== 'saved' ? old : 'new',
          keptAside: null,
        });
        expect(['saved', 'unreachable']).toContain(outcome);
        let next = version;
        for (const id of ['next', 'last']) next = await open(place).save(stateOf(id), next, soon());
        expect(idsOf((await open(place).load(soon())).content)).toBe('last');
        const left = (await readdir(path.dirname(place))).map((name) => name.replace(/\d+$/, 'n'));
        expect(left).toEqual(['state.json', 'state.json.n', 'state.json.n']);
      }
    },
  );

  it('has the state on the disk before its name, and its name on the disk before it says so', async () => {
    const { place, steps } = await attempt(() => null);
    const names = steps.map(({ name, files }) => (name === 'open' ? `open ${files.join()}` : name));
    const linked = names.lastIndexOf('link');
    expect(names.slice(linked - 3, linked)).toEqual(['writeFile', 'sync', 'close']);
    const flush = names.indexOf(`open ${path.basename(path.dirname(place))}`, linked);
    expect(names.slice(flush, flush + 3)).toEqual([names[flush], 'sync', 'close']);
  });

  it('is not made after the deadline, when nobody waits for it any more', async () => {
    const place = path.join(folder, 'state.json');
    await prepare(place);
    const { version } = await open(place).load(soon());
    const start = Date.now();
    let isLate = false;
    const clock = { ...systemClock, now: () => (isLate ? start + 20_000 : start) };
    const disk = createDisk(({ name }) => {
      if (name === 'sync') isLate = true;
      return null;
    });
    const store = createFileStore(place, stateKind, clock, disk);
    await expect(store.save(stateOf('new'), version, start + 10_000)).rejects.toThrow(/in the time allowed/);
    expect(idsOf((await open(place).load(soon())).content)).toBe(old);
  });
});

describe('a save that others overtake', () => {
  const saveWhile = async (step: string, between: () => Promise<unknown>) => {
    const version = await saveAll('old');
    let isDone = false;
    const store = openOn(async ({ name, files }) => {
      if (isDone || name !== step || files[1] === 'state.json') return;
      isDone = true;
      await between();
    });
    return store.save(stateOf('slow'), version, soon());
  };

  it.each([
    { name: 'its number is given before it is linked', step: 'link', others: ['a'] },
    { name: 'its number is passed and removed before it is linked', step: 'link', others: ['a', 'b', 'c'] },
  ])('is a conflict where $name, and its own file goes', async ({ step, others }) => {
    await expect(saveWhile(step, () => saveAll(...others))).rejects.toMatchObject({ kind: 'conflict' });
    expect(idsOf((await open().load(soon())).content)).toBe(others.at(-1));
    expect(await readdir(folder)).not.toContain(others.length === 3 ? 'state.json.2' : 'state.json.3');
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('is done where the answer to its link was lost and the link was made again', async () => {
    const version = await saveAll('old');
    const store = openOn(async ({ name, files }) => {
      if (name !== 'link') return;
      await copyFile(path.join(folder, files[0] ?? ''), path.join(folder, files[1] ?? ''));
    });
    const saved = await store.save(stateOf('new'), version, soon());
    expect(await open().load(soon())).toEqual({ content: stateOf('new'), version: saved, keptAside: null });
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
    const ids = (await open().load(soon())).content?.tasks.map(({ task }) => task.id) ?? [];
    expect([...ids].sort()).toEqual(
      names.flatMap((name) => Array.from({ length: 15 }, (_unused, index) => `${name}-${index}`)).sort(),
    );
    expect(await readdir(folder)).toHaveLength(3);
  });

  it('leave the old or the new state, whole and free to save over, if killed before any step of a save', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 24 }, async (_unused, index) => {
        const target = path.join(folder, `${index + 1}.json`);
        const store = open(target);
        await store.save(stateOf('old'), null, soon());
        const victim = start('die', target, `${index + 1}`);
        const [signal, output] = await Promise.all([ended(victim), text(victim.stdout)]);
        const { content, version, keptAside } = await store.load(soon());
        expect(keptAside).toBeNull();
        await store.save(stateOf('next'), version, soon());
        expect((await store.load(soon())).content).toEqual(stateOf('next'));
        return { id: content?.tasks.map(({ task }) => task.id).join(), signal, output };
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
    const { content, keptAside } = await open().load(soon());
    expect(keptAside).toBeNull();
    const ids = content?.tasks.map(({ task }) => task.id) ?? [];
    expect(saved.flat().filter((id) => !ids.includes(id))).toEqual([]);
    // Each victim may have done one save that it had no time to tell of.
    expect(ids.length - saved.flat().length).toBeLessThanOrEqual(names.length);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
