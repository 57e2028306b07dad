/** The versions of one document, each in a file of its own: `<target>.<n>`. Knows nothing of what they hold. */
import { createHash, randomUUID } from 'node:crypto';
import type fs from 'node:fs/promises';
import path from 'node:path';
import { MAX_DOCUMENT_BYTES } from '../document-kind';
import { hasCode, notAFile } from './error';

/** Stands where programs up to 0.2 kept the document: its schema is newer than theirs. Known by its text, which must stay. */
const SIGN = `{"schemaVersion":3,"see":"the file beside this one whose name ends in the highest number"}\n`;

export interface Version {
  readonly file: string;
  /** Null: more than a document can have. */
  readonly bytes: Buffer | null;
  /** Of the content: whoever edits the file by hand makes another version of it, too. */
  readonly digest: string;
}

export interface Newest {
  /** Null when there is none. */
  readonly found: Version | null;
  /** A later version was kept aside. */
  readonly isOvertaken: boolean;
  /** Another one for every content, and for every loss of a later one; null: there was never anything. */
  readonly version: string | null;
  /** The number of the version that is to follow. */
  readonly next: number;
  /** Whether the sign stands at the target. */
  readonly isSigned: boolean;
}

/** The part of node:fs/promises that is used. */
export type Disk = Pick<
  typeof fs,
  'link' | 'mkdir' | 'open' | 'readdir' | 'readFile' | 'rename' | 'rm' | 'stat'
>;

/** Throws when it is too late to go on. */
export type Check = () => void;

export function createVersions(target: string, files: Disk) {
  const folder = path.dirname(target);
  const prefix = `${path.basename(target)}.`;
  const nameOf = (number: number) => `${target}.${number}`;

  /** What is beside the target, newest first. */
  async function list() {
    const names = (await orNull(files.readdir(folder), 'ENOENT')) ?? [];
    const entries = names
      .filter((name) => name.startsWith(prefix))
      .flatMap((name) => {
        const [, digits, suffix] = /^(\d{1,15})(\..+)?$/.exec(name.slice(prefix.length)) ?? [];
        return digits === undefined ? [] : [{ name, number: Number(digits), suffix: suffix ?? '' }];
      })
      .sort((a, b) => b.number - a.number);
    return {
      versions: entries.filter(({ suffix }) => suffix === ''),
      scratches: entries.filter(({ suffix }) => suffix.endsWith('.tmp')),
      /** The number of a version that was kept aside is not given again. */
      lastAside: entries.find(({ suffix }) => suffix.startsWith('.corrupt-'))?.number ?? 0,
    };
  }

  /** `check` is called before every try. */
  async function newest(check: Check): Promise<Newest> {
    for (;;) {
      check();
      const atTarget = await read(target);
      const isSigned = atTarget?.bytes?.equals(Buffer.from(SIGN)) === true;
      const { versions, lastAside } = await list();
      const last = versions[0]?.number ?? 0;
      const next = Math.max(last, lastAside) + 1;
      if (atTarget !== null && !isSigned) {
        return { found: atTarget, isOvertaken: false, version: atTarget.digest, next, isSigned };
      }
      const found = last === 0 ? null : await read(nameOf(last));
      // Where it is gone by now, there are later ones.
      if (last !== 0 && found === null) continue;
      const isOvertaken = lastAside > last;
      const version = isOvertaken
        ? `${found?.digest ?? 'nothing'} after ${lastAside}`
        : (found?.digest ?? null);
      return { found, isOvertaken, version, next, isSigned };
    }
  }

  /** False when the number, or a later one, is given already. */
  async function put(number: number, bytes: Buffer, check: Check): Promise<boolean> {
    const name = nameOf(number);
    const isNew = await viaScratch(number, bytes, (scratch) => {
      check();
      return files.link(scratch, name);
    });
    // On NFS, the answer can be lost and the link be made again: then what is there is what was to be there.
    if (!isNew && (await read(name))?.digest !== digestOf(bytes)) return false;
    // A slow process may have linked a number that others have passed and removed.
    const { versions, lastAside } = await list();
    const isLast = versions[0]?.number === number && lastAside < number;
    if (isLast) await flushFolder();
    else if (isNew) await files.rm(name, { force: true });
    return isLast;
  }

  /** Writes a file aside, flushes it to the disk and lets `place` give it its name. False when another process was faster. */
  async function viaScratch(
    number: number,
    bytes: Buffer,
    place: (file: string) => Promise<void>,
  ): Promise<boolean> {
    const scratch = `${nameOf(number)}.${randomUUID()}.tmp`;
    try {
      await writeFlushed(scratch, bytes);
      // ENOENT: somebody tidied it away, who has added a later version.
      return (await orNull(place(scratch), 'EEXIST', 'ENOENT')) !== null;
    } finally {
      await files.rm(scratch, { force: true }).catch(ignore);
    }
  }

  const setSign = (number: number) =>
    viaScratch(number, Buffer.from(SIGN), (scratch) => files.rename(scratch, target));

  /** Removes what no longer counts, and what killed processes have left. */
  async function tidy(number: number): Promise<void> {
    const { versions, scratches } = await list();
    const old = [...versions.slice(2), ...scratches.filter((scratch) => scratch.number < number)];
    await Promise.all(old.map(({ name }) => files.rm(path.join(folder, name), { force: true })));
  }

  async function read(file: string): Promise<Version | null> {
    const stats = await orNull(files.stat(file), 'ENOENT');
    if (stats === null) return null;
    if (!stats.isFile()) throw notAFile(file);
    if (stats.size > MAX_DOCUMENT_BYTES) {
      return { file, bytes: null, digest: `${stats.size} bytes at ${stats.mtimeMs}` };
    }
    const bytes = await orNull(files.readFile(file), 'ENOENT');
    return bytes === null ? null : { file, bytes, digest: digestOf(bytes) };
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

  /** A name is in the folder, not in the file: without this, a power cut can undo it. Windows cannot open folders. */
  async function flushFolder(): Promise<void> {
    if (process.platform === 'win32') return;
    const handle = await files.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  return {
    newest,

    /** Adds the version that follows. False when another process was faster: then nothing is added. */
    async add(bytes: Buffer, { found, next, isSigned }: Newest, check: Check): Promise<boolean> {
      await files.mkdir(folder, { recursive: true });
      let number = next;
      if (found?.file === target && found.bytes !== null) {
        // First a version, so that it is there whatever happens next.
        if (!(await put(number, found.bytes, check))) return false;
        number += 1;
      }
      if (!isSigned && !(await setSign(number))) return false;
      if (!(await put(number, bytes, check))) return false;
      // The next save tries it again.
      await tidy(number).catch(ignore);
      return true;
    },

    /** Renames a version. Resolves to its new name; null when another process did it. */
    async keepAside({ file, digest }: Version, next: number, now: Date): Promise<string | null> {
      const name = file === target ? nameOf(next) : file;
      const time = now.toISOString().replaceAll(':', '-');
      // Of its own: another process may keep the same one aside, in the same millisecond.
      const aside = `${name}.corrupt-${time}-${randomUUID().slice(0, 8)}`;
      if ((await orNull(files.rename(file, aside), 'ENOENT')) === null) return null;
      if ((await read(aside))?.digest === digest) {
        await flushFolder();
        return aside;
      }
      // Another process was faster, and put a good one there since.
      await files.rename(aside, file);
      return null;
    },
  };
}

export function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Null where it failed with one of these codes. */
async function orNull<T>(work: Promise<T>, ...codes: string[]): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (codes.some((code) => hasCode(error, code))) return null;
    throw error;
  }
}

const ignore = () => undefined;
