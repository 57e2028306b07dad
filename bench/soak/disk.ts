/** The folder of the state file, and what can befall it. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { operatorsKind } from '../../shared/operators/document';
import { EMPTY_RECORD, type OperatorsRecord } from '../../shared/operators/record';
import type { DocumentKind } from '../../shared/documents/document-kind';
import { EMPTY_STATE, type WatchState } from '../../shared/state/state';
import { stateKind } from '../../shared/state/document';
import { createFileStore } from '../../shared/documents/file/file-store';
import { systemClock } from '../../shared/runtime/clock';
import type { Disk } from './weather';

export interface StateFolder {
  readonly file: string;
  /** What the functions' processes must have in their environment for the disk to be full. */
  readonly environment: Readonly<Record<string, string>>;
  set(disk: Disk): Promise<void>;
  /** What is saved, wherever it is by now. Throws when the file is not whole. */
  read(): Promise<WatchState>;
  /** The same of the operators' record. */
  readOperators(): Promise<OperatorsRecord>;
  /** The text of every file there. */
  texts(): Promise<string[]>;
  /** What is there beside the state. */
  leftovers(): Promise<string[]>;
}

const OPERATORS = 'state.json.operators';

/** The most bytes that can be written of a file. Of the files of a save, the sign is small and the state is not. */
const ROOM: Partial<Record<Disk, number>> = { full: 0, 'nearly-full': 400 };

/** Creates `state/` in `root`. */
export async function createStateFolder(root: string): Promise<StateFolder> {
  const folder = path.join(root, 'state');
  const aside = path.join(root, 'state-aside');
  const file = path.join(folder, 'state.json');
  const room = path.join(root, 'disk-room');
  let disk: Disk = 'fine';
  await mkdir(folder);

  const list = () => readdir(disk === 'no-folder' ? aside : folder);

  function readDocument<T extends object>(name: string, kind: DocumentKind<T>): Promise<T | null> {
    const place = disk === 'no-folder' ? aside : folder;
    return createFileStore(path.join(place, name), kind, systemClock).read(Date.now() + 10_000);
  }

  return {
    file,
    environment: {
      NODE_OPTIONS: `--import=${pathToFileURL(path.join(__dirname, 'full-disk.mjs')).href}`,
      SOAK_DISK_ROOM: room,
    },
    async set(next) {
      if (disk === 'no-folder') {
        await rm(folder);
        await rename(aside, folder);
      }
      disk = next;
      if (disk === 'no-folder') {
        await rename(folder, aside);
        await writeFile(folder, 'no folder');
      }
      const left = ROOM[disk];
      if (left === undefined) await rm(room, { force: true });
      else await writeFile(room, String(left));
    },
    read: async () => (await readDocument('state.json', stateKind)) ?? EMPTY_STATE,
    readOperators: async () => (await readDocument(OPERATORS, operatorsKind)) ?? EMPTY_RECORD,
    async texts() {
      const place = disk === 'no-folder' ? aside : folder;
      // A save that was late removes its draft meanwhile.
      const read = (name: string) => readFile(path.join(place, name), 'utf8').catch(() => '');
      return Promise.all((await list()).map(read));
    },
    // Of the state and of the operators' record, two versions are kept, and the sign at the file itself.
    leftovers: async () => {
      const names = await list();
      const versionsOf = (name: string) =>
        names.filter((other) => other.startsWith(`${name}.`) && /^\d+$/.test(other.slice(name.length + 1)));
      const kept = ['state.json', OPERATORS].flatMap((name) => [name, ...versionsOf(name).slice(0, 2)]);
      return names.filter((name) => !kept.includes(name));
    },
  };
}
