// Of node:fs: see functions/query-robot-tasks/index.ts.
import { promises } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../runtime/clock';
import { endWithin } from '../../runtime/deadline';
import type { Decoded, DocumentKind } from '../document-kind';
import { explained, tooSlow } from './error';
import { createVersions, digestOf, type Check, type Disk, type Version } from './versions';
import {
  contentOf,
  encodeBounded,
  foundIn,
  newerDocument,
  savedByAnother,
  type DocumentStore,
  type LoadedDocument,
} from '../store';

/**
 * Keeps a document in files beside each other, one for each version: `<file>.<n>`. A save writes the next one aside,
 * flushes it to the disk and links it to its name, which fails where that is taken: of two processes that saw the same
 * version one wins, and a crash at any moment leaves whole documents only. The last two versions are kept. For local disks
 * and NFS; object storage that is mounted as a folder has no hard links.
 *
 * Programs up to 0.2 kept the document at `<file>` itself. One that is found there is newer than every version. The next
 * save makes it one, and leaves there a sign that those programs take for a newer document.
 *
 * A version that cannot be read, or is not to be gone on with, is renamed to `….corrupt-<time>`. Then the one before it
 * counts, doubted.
 */
export function createFileStore<T>(
  file: string,
  kind: DocumentKind<T>,
  clock: Clock,
  disk: Disk = promises,
): DocumentStore<T> {
  const target = path.resolve(file);
  const document = foundIn(kind, target);
  const versions = createVersions(target, disk);
  /** What was loaded or saved last: the same bytes are not decoded again. */
  let last: { readonly digest: string; readonly content: T } | null = null;

  function decode({ bytes, digest }: Version): Decoded<T> {
    if (digest === last?.digest) return { kind: 'ok', content: last.content };
    if (bytes === null) return { kind: 'corrupt', reason: 'it is too large' };
    const decoded = kind.decode(bytes);
    if (decoded.kind === 'ok') last = { digest, content: decoded.content };
    return decoded;
  }

  async function load(check: Check): Promise<LoadedDocument<T>> {
    let keptAside: string | null = null;
    for (;;) {
      const { found, isOvertaken, version, next } = await versions.newest(check);
      if (found === null) return { content: null, version, keptAside };
      const decoded = decode(found);
      if (decoded.kind === 'newer') throw newerDocument(document, decoded.schemaVersion);
      if (decoded.kind === 'ok') {
        const content = isOvertaken ? kind.doubt(decoded.content) : decoded.content;
        return { content, version, keptAside };
      }
      const aside = await versions.keepAside(found, next, new Date(clock.now()));
      if (aside === null) continue;
      keptAside = `${document.en} could not be used (${decoded.reason}). It is kept as ${aside}.`;
    }
  }

  async function save(content: T, version: string | null, check: Check): Promise<string> {
    const bytes = encodeBounded(kind, content);
    const newest = await versions.newest(check);
    const { found } = newest;
    if (newest.version !== version) {
      const decoded = found === null ? null : decode(found);
      if (decoded?.kind === 'newer') throw newerDocument(document, decoded.schemaVersion);
      throw savedByAnother();
    }
    if (!(await versions.add(bytes, newest, check))) throw savedByAnother();
    last = { digest: digestOf(bytes), content };
    return last.digest;
  }

  async function keepAside(version: string, check: Check): Promise<string> {
    const { found, next, version: current } = await versions.newest(check);
    if (found === null || current !== version) throw savedByAnother();
    const aside = await versions.keepAside(found, next, new Date(clock.now()));
    if (aside === null) throw savedByAnother();
    return aside;
  }

  async function read(check: Check): Promise<T | null> {
    const { found, isOvertaken } = await versions.newest(check);
    if (found === null) return null;
    const content = contentOf(decode(found), document);
    return isOvertaken ? kind.doubt(content) : content;
  }

  function inTime<R>(deadline: number, work: (check: Check) => Promise<R>): Promise<R> {
    const late = () => tooSlow(document);
    const check = () => {
      if (clock.now() >= deadline) throw late();
    };
    return endWithin(clock, deadline - clock.now(), () => explained(document, work(check)), late);
  }

  return {
    load: (deadline) => inTime(deadline, load),
    save: (content, version, deadline) => inTime(deadline, (check) => save(content, version, check)),
    keepAside: (version, deadline) => inTime(deadline, (check) => keepAside(version, check)),
    read: (deadline) => inTime(deadline, read),
  };
}
