import { createHash, randomUUID } from 'node:crypto';
// Of node:fs: see functions/query-robot-tasks/index.ts.
import { promises as files } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../runtime/clock';
import { decodeState, encodeState, MAX_DOCUMENT_BYTES, type DecodedState } from '../document';
import { endWithin } from '../../runtime/deadline';
import type { Text } from '../../text';
import { holdLock } from './file-lock';
import type { WatchState } from '../state';
import { newerDocument, savedByAnother, stateOf, StateStoreError, type StateStore } from './store';

/** Of the time allowed, what the wait for the lock leaves to write the state, or else to say who holds the lock. */
const RESERVE_SHARE = 0.25;

/** The state file as it was found. `version` is a hash: whoever edits the file by hand makes a new version, too. */
interface Found {
  readonly version: string;
  /** Only on demand: a save needs no more than the version of what it replaces. */
  readonly decode: () => DecodedState;
}

/**
 * Keeps the state in one JSON file. A save writes a new file beside it, flushes that to the disk and puts it in the
 * old one's place, so that a crash at any moment leaves the old or the new state, whole. Compare and replace happen
 * under a lock (file-lock.ts): of two processes with the same version, one wins. For local disks and NFS; object
 * storage mounted as a folder has neither hard links nor an atomic rename.
 *
 * A document that cannot be read moves to `<file>.corrupt-<time>`. The folder is created when it is absent.
 */
export function createFileStore(file: string, clock: Clock): StateStore {
  const target = path.resolve(file);
  const folder = path.dirname(target);
  const lockFile = `${target}.lock`;

  const lockDeadline = (deadline: number) => deadline - (deadline - clock.now()) * RESERVE_SHARE;

  async function load(deadline: number) {
    for (;;) {
      const found = await readDocument(target);
      if (found === null) return { state: null, version: null, keptAside: null };
      const { version } = found;
      const decoded = found.decode();
      if (decoded.kind === 'ok') return { state: decoded.state, version, keptAside: null };
      if (decoded.kind === 'newer') throw newerDocument(target, decoded.schemaVersion);

      const aside = `${target}.corrupt-${new Date(clock.now()).toISOString().replaceAll(':', '-')}`;
      const moved = await holdLock(lockFile, clock, lockDeadline(deadline), async (lock) => {
        // Another process may have moved it and saved a good one since.
        if ((await readDocument(target))?.version !== version) return false;
        await lock.check();
        if (clock.now() >= deadline) throw tooSlow();
        await files.rename(target, aside);
        await flushFolder(folder);
        return true;
      });
      if (moved) {
        return {
          state: null,
          version: null,
          keptAside: `The state file could not be used (${decoded.reason}). It is kept as ${aside}.`,
        };
      }
    }
  }

  async function save(document: Buffer, version: string | null, deadline: number): Promise<void> {
    await files.mkdir(folder, { recursive: true });
    await holdLock(lockFile, clock, lockDeadline(deadline), async (lock) => {
      const found = await readDocument(target);
      if ((found?.version ?? null) !== version) {
        const decoded = found?.decode();
        if (decoded?.kind === 'newer') throw newerDocument(target, decoded.schemaVersion);
        throw savedByAnother();
      }
      await writeFlushed(lock.scratch, document);
      await lock.check();
      if (clock.now() >= deadline) throw tooSlow();
      await files.rename(lock.scratch, target);
      await flushFolder(folder);
    });
  }

  return {
    load: (deadline) =>
      endWithin(clock, deadline - clock.now(), () => explained(target, load(deadline)), tooSlow),
    save: async (state, version, deadline) => {
      const document = Buffer.from(encodeState(state, randomUUID()));
      await endWithin(
        clock,
        deadline - clock.now(),
        () => explained(target, save(document, version, deadline)),
        tooSlow,
      );
      return versionOf(document);
    },
  };
}

/** Reads the state and changes nothing: as a state reader (reader.ts) does. */
export function readStateFile(file: string, clock: Clock, deadline: number): Promise<WatchState | null> {
  const target = path.resolve(file);
  const read = async () => {
    const decoded = (await readDocument(target))?.decode();
    return decoded === undefined ? null : stateOf(decoded, target);
  };
  return endWithin(clock, deadline - clock.now(), () => explained(target, read()), tooSlow);
}

async function readDocument(file: string): Promise<Found | null> {
  try {
    const stats = await files.stat(file);
    if (!stats.isFile()) {
      throw new StateStoreError('unreachable', {
        en: `${file} is not a file. Name a file in STATE_STORE.`,
        'zh-CN': `${file} 不是文件，请在 STATE_STORE 里指定一个文件。`,
      });
    }
    if (stats.size > MAX_DOCUMENT_BYTES) {
      return {
        version: `${stats.size} bytes at ${stats.mtimeMs}`,
        decode: () => ({ kind: 'corrupt', reason: 'it is too large to be a state' }),
      };
    }
    const bytes = await files.readFile(file);
    return { version: versionOf(bytes), decode: () => decodeState(bytes) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function versionOf(document: Buffer): string {
  return createHash('sha256').update(document).digest('hex');
}

async function writeFlushed(file: string, bytes: Buffer): Promise<void> {
  const handle = await files.open(file, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename is in the folder, not in the file: without this, a power cut can undo it. Windows cannot open folders. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await files.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const tooSlow = () =>
  new StateStoreError('unreachable', {
    en: 'The disk did not read or write the state file in the time allowed.',
    'zh-CN': '磁盘在时限内没有完成状态文件的读写。',
  });

const NO_FOLDER: Text = {
  en: 'a part of its path is a file, not a folder. Correct the path in STATE_STORE',
  'zh-CN': '路径中有一段是文件，不是文件夹，请改正 STATE_STORE 里的路径',
};

/** What went wrong, by the system's error code. */
const REASONS: Readonly<Record<string, Text>> = {
  EACCES: {
    en: 'permission is denied. Give the process read and write access to the file and its folder',
    'zh-CN': '权限不足，请给进程授予该文件及其文件夹的读写权限',
  },
  EPERM: {
    en: 'the operation is not permitted. The folder must be writable and on a file system with hard links',
    'zh-CN': '操作不被允许。文件夹必须可写，且所在的文件系统支持硬链接',
  },
  EROFS: {
    en: 'the file system is read-only. Name a file on a writable one in STATE_STORE',
    'zh-CN': '文件系统只读，请在 STATE_STORE 里改用可写文件系统上的文件',
  },
  ENOSPC: { en: 'the disk is full. Free some space', 'zh-CN': '磁盘已满，请清理空间' },
  EDQUOT: { en: 'the disk quota is used up. Free some space', 'zh-CN': '磁盘配额已用完，请清理空间' },
  ENOTDIR: NO_FOLDER,
  EEXIST: NO_FOLDER,
  ENAMETOOLONG: {
    en: 'its name is too long. Shorten the path in STATE_STORE',
    'zh-CN': '文件名太长，请缩短 STATE_STORE 里的路径',
  },
  ENOTSUP: {
    en: 'its file system has no hard links, which the lock needs. Name a file on a local disk in STATE_STORE',
    'zh-CN': '文件系统不支持硬链接，而加锁需要它，请在 STATE_STORE 里改用本地磁盘上的文件',
  },
  EMFILE: { en: 'the process has too many open files', 'zh-CN': '进程打开的文件太多' },
};

/** Turns the system's errors into a StateStoreError with a sentence. */
async function explained<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof StateStoreError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    const reason = REASONS[code] ?? {
      en: 'the system gives this error code',
      'zh-CN': '系统返回了这个错误码',
    };
    const text = {
      en: `The state file ${file} cannot be used: ${reason.en} (${code}).`,
      'zh-CN': `状态文件 ${file} 无法使用：${reason['zh-CN']}（${code}）。`,
    };
    throw new StateStoreError('unreachable', text, { cause: error });
  }
}
