/** The folder of the state file, and what can befall it. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
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
  /** The text of every file there. */
  texts(): Promise<string[]>;
  /** What is there beside the state. */
  leftovers(): Promise<string[]>;
}

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
    async read() {
      const place = disk === 'no-folder' ? aside : folder;
      const store = createFileStore(path.join(place, path.basename(file)), stateKind, systemClock);
      return (await store.read(Date.now() + 10_000)) ?? EMPTY_STATE;
    },
    async texts() {
      const place = disk === 'no-folder' ? aside : folder;
      // A save that was late removes its draft meanwhile.
      const read = (name: string) => readFile(path.join(place, name), 'utf8').catch(() => '');
      return Promise.all((await list()).map(read));
    },
    // Two versions are kept, and the sign at the file itself.
    leftovers: async () => {
      const names = await list();
      const [versions, others] = [true, false].map((is) =>
        names.filter((name) => /^state\.json\.\d+$/.test(name) === is),
      ) as [string[], string[]];
      return [...versions.slice(2), ...others.filter((name) => name !== path.basename(file))];
    },
  };
}
