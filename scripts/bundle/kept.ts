import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * What `make` gave for the same `key` before, out of `file`; else what it gives now, which is kept there in place of the old one.
 * It has to be what JSON can hold. What cannot be read is made anew.
 */
export async function keptOr<T>(file: string, key: string, make: () => Promise<T>): Promise<T> {
  const kept = await read(file);
  if (kept?.key === key) return kept.value as T;
  const value = await make();
  const draft = `${file}.${process.pid}`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(draft, JSON.stringify({ key, value }));
  await rename(draft, file);
  return value;
}

async function read(file: string): Promise<{ key: string; value: unknown } | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as { key: string; value: unknown } | null;
  } catch {
    return null;
  }
}
