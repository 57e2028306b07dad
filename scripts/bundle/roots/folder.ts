/**
 * The folder beside each bundle that holds Node's root certificates one by one. Node 20 parses all 144 of them before its first
 * TLS connection, a third of what a bare process takes; told to use OpenSSL's folder (s.yaml), it reads the one that it needs.
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import tls from 'node:tls';
import { MANIFEST, OTHERS, type RootsManifest } from '../../../shared/runtime/roots';
import { fingerprintOf, readRootNames, type RootNames } from './names';

/** Beside each bundle; s.yaml names it as /code/roots. */
export const ROOTS_FOLDER = 'roots';

/** By name: what is to stand in the folder. */
export type RootsFolder = ReadonlyMap<string, string>;

/** Before this no Node was made that could build: some package stores give every file a date of 1970 or 1980. */
const EARLIEST = '2020-01-01';

/** The folder for the roots of the Node that builds. They are as old as its executable. */
export function nodesRoots(now: Date): RootsFolder {
  const made = statSync(process.execPath).mtime.toISOString().slice(0, 10);
  const today = now.toISOString().slice(0, 10);
  const date = made < EARLIEST || made > today ? today : made;
  return rootsFolder(tls.rootCertificates, readRootNames(), { date, node: process.version });
}

/**
 * A file for each certificate (PEM) under the name by which OpenSSL looks for it; those without a name together in one file, which
 * is read at every start; and a manifest by which a start sees that nothing is missing.
 */
export function rootsFolder(
  certificates: readonly string[],
  names: RootNames,
  origin: Pick<RootsManifest, 'date' | 'node'>,
): RootsFolder {
  const files = new Map<string, string>();
  const others: string[] = [];
  for (const certificate of certificates.map((pem) => `${pem.trim()}\n`)) {
    const name = names[fingerprintOf(certificate)];
    if (name === undefined) others.push(certificate);
    else files.set(freeName(name, files), certificate);
  }
  files.set(OTHERS, others.join(''));
  const manifest: RootsManifest = {
    ...origin,
    files: files.size,
    sha256: createHash('sha256')
      .update([...files.values()].sort().join(''))
      .digest('hex'),
  };
  return files.set(MANIFEST, `${JSON.stringify(manifest)}\n`);
}

/** Two subjects with the same hash are told apart by a number: https://docs.openssl.org/3.0/man1/openssl-rehash/ */
function freeName(name: string, taken: RootsFolder): string {
  for (let number = 0; ; number += 1) {
    const candidate = `${name}.${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/**
 * Makes `folder` hold these files and no others: one that stayed would be trusted. A start that meets it meanwhile sees that it is
 * not whole. Where it is right already, nothing is written.
 */
export async function writeRoots(folder: string, files: RootsFolder): Promise<void> {
  const there = await readdir(folder).catch(() => []);
  const manifest = path.join(folder, MANIFEST);
  const isSame = there.length === files.size && (await readFile(manifest, 'utf8')) === files.get(MANIFEST);
  if (isSame) return;
  await rm(manifest, { force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all(there.filter((name) => !files.has(name)).map((name) => rm(path.join(folder, name))));
  await Promise.all(
    [...files].filter(([name]) => name !== MANIFEST).map(([name, text]) => replace(folder, name, text)),
  );
  await replace(folder, MANIFEST, files.get(MANIFEST) ?? '');
}

async function replace(folder: string, name: string, text: string): Promise<void> {
  const draft = path.join(path.dirname(folder), `${name}.${process.pid}`);
  await writeFile(draft, text);
  await rename(draft, path.join(folder, name));
}
