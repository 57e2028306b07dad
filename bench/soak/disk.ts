/** The folder of the state file, and what can befall it. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EMPTY_STATE, type WatchState } from '../../functions/watch-robot-tasks/state';
import { decodeState } from '../../functions/watch-robot-tasks/state-document';
import type { Disk } from './weather';

export interface StateFolder {
  readonly file: string;
  set(disk: Disk): Promise<void>;
  /** What is saved, wherever it is by now. Throws when the file is not whole. */
  read(): Promise<WatchState>;
  /** The text of every file there. */
  texts(): Promise<string[]>;
}

/** Creates `state/` in `root`. */
export async function createStateFolder(root: string): Promise<StateFolder> {
  const folder = path.join(root, 'state');
  const aside = path.join(root, 'state-aside');
  const file = path.join(folder, 'state.json');
  // A folder where the lock would stand: nobody gets the lock, so nothing is written, not even by root.
  const block = `${file}.lock`;
  let disk: Disk = 'fine';
  await mkdir(folder);

  return {
    file,
    async set(next) {
      if (disk === 'no-folder') {
        await rm(folder);
        await rename(aside, folder);
      }
      if (disk === 'full') await rm(block, { recursive: true });
      disk = next;
      if (disk === 'no-folder') {
        await rename(folder, aside);
        await writeFile(folder, 'no folder');
      }
      if (disk === 'full') {
        // A killed process may have left its own.
        await rm(block, { force: true });
        await mkdir(block);
      }
    },
    async read() {
      const place = disk === 'no-folder' ? aside : folder;
      let bytes: Buffer;
      try {
        bytes = await readFile(path.join(place, path.basename(file)));
      } catch {
        return EMPTY_STATE;
      }
      const decoded = decodeState(bytes);
      if (decoded.kind !== 'ok') throw new Error(`The state file is not whole: it is ${decoded.kind}.`);
      return decoded.state;
    },
    async texts() {
      const place = disk === 'no-folder' ? aside : folder;
      const entries = await readdir(place, { withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile()).map(({ name }) => path.join(place, name));
      return Promise.all(files.map((name) => readFile(name, 'utf8')));
    },
  };
}
