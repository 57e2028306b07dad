/** A disk that is slow, full or refuses: the real one, with something done at each step. */
import fs from 'node:fs/promises';
import type { Disk } from '../../shared/documents/file/versions';

/** What happens right before a step; null: nothing, and the step is done. What it throws, the step throws. */
export type AtStep = (step: Step) => Promise<void> | null;

export interface Step {
  /** Counted from 1. */
  readonly number: number;
  readonly name: string;
  /** The names of the files, without their folder. */
  readonly files: readonly string[];
}

const OF_FILES = ['link', 'mkdir', 'open', 'readdir', 'readFile', 'rename', 'rm', 'stat'] as const;
const OF_HANDLES = ['writeFile', 'sync', 'close'] as const;

/** `opened` gets every file that is opened: where a step never ends, nobody else closes it. */
export function createDisk(atStep: AtStep, opened: fs.FileHandle[] = []): Disk {
  let number = 0;
  const wrap = <T extends object>(target: T, names: readonly (keyof T & string)[]): T =>
    Object.assign(
      Object.create(target) as T,
      Object.fromEntries(
        names.map((name) => [
          name,
          async (...values: unknown[]) => {
            number += 1;
            const files = values.filter((value) => typeof value === 'string' && value.startsWith('/'));
            await atStep({ number, name, files: files.map((file) => String(file).replace(/.*\//, '')) });
            const work = target[name] as (...values: unknown[]) => Promise<unknown>;
            const result = await work.apply(target, values);
            if (name !== 'open') return result;
            opened.push(result as fs.FileHandle);
            return wrap(result as fs.FileHandle, OF_HANDLES);
          },
        ]),
      ),
    );
  return wrap<Disk>(fs, OF_FILES);
}

/** As the system says it. */
export function diskError(code: string, syscall: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: a stand-in's error, ${syscall}`), { code, syscall });
}
