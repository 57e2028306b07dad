import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { MAX_DOCUMENT_BYTES, type Decoded, type DocumentKind } from '../document-kind';
import type { Text } from '../../text';
import type { TablestoreLocation } from '../location';
import {
  contentOf,
  encodeBounded,
  foundIn,
  newerDocument,
  savedByAnother,
  tooLarge,
  type DocumentStore,
  type LoadedDocument,
  type StoreOptions,
} from '../store';
import { createTablestoreClient, type Columns, type Expectation } from './client';
import { placeOf, TablestoreError, unreachable } from './error';

/** Loaded when there is something to pack: every start without Tablestore does without it. */
const zlib = () => import('node:zlib');

/** The row that holds the document: `document` (gzip), `version` (a token of each save) and `savedAt`, for people. */
const ROW = 'watch';
/** https://www.alibabacloud.com/help/en/tablestore/general-limits-of-tablestore */
const MAX_COLUMN_BYTES = 2 * 1024 * 1024;
const TABLESTORE: Text = { en: 'Tablestore', 'zh-CN': '表格存储' };
const MAX_TRIES = 4;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 1_000;

/**
 * Keeps a document in one row of a Tablestore table, which is created when it is absent. A save writes the row on the
 * condition that it still has the version that was loaded. Every save has a version of its own, so that after a lost
 * answer the row itself tells whether the save was carried out.
 *
 * A document that cannot be read, or is not to be gone on with, moves to the row `watch.corrupt-<time>`.
 */
export function createTablestoreStore<T>(
  location: TablestoreLocation,
  kind: DocumentKind<T>,
  options: StoreOptions,
): DocumentStore<T> {
  const { clock } = options;
  const client = createTablestoreClient(location, options);
  const document = foundIn(kind, placeOf(location));
  /** What was loaded or saved last: while the row has its version, the document is not fetched again. */
  let last: LoadedDocument<T> | null = null;

  /**
   * Repeats a call that fails in passing, and creates the table if that is what is missing: then the result is
   * `inNewTable`, if given. A table that is being created may be unknown or unready for some seconds: for that, the
   * deadline alone is the limit.
   */
  async function persist<T>(deadline: number, attempt: () => Promise<T>, inNewTable?: T): Promise<T> {
    let tableIsNew = false;
    for (let tries = 1, delay = FIRST_DELAY_MS; ; tries += 1, delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof TablestoreError)) throw error;
        if (error.kind === 'no-table' && !tableIsNew) {
          const created = await createTable(deadline);
          if (created && inNewTable !== undefined) return inNewTable;
          tableIsNew = true;
        }
        const isComing = error.kind === 'loading' || error.kind === 'no-table';
        if (!isComing && (!error.passing || tries >= MAX_TRIES)) throw error;
        const pause = delay * (0.5 + Math.random() / 2);
        if (clock.now() + pause >= deadline) throw error;
        await clock.sleep(pause);
      }
    }
  }

  /** False when another process created it, or when nobody knows: the next call that needs the table tells. */
  async function createTable(deadline: number): Promise<boolean> {
    try {
      await client.createTable(deadline);
      return true;
    } catch (error) {
      if (error instanceof TablestoreError && (error.kind === 'table-exists' || error.passing)) return false;
      throw error;
    }
  }

  /** Null when there is another version than the last one, or none. */
  async function unchanged(deadline: number): Promise<LoadedDocument<T> | null> {
    if (last === null) return null;
    const version = (await client.getRow(ROW, deadline, ['version']))?.get('version');
    return version === last.version ? last : null;
  }

  async function load(deadline: number): Promise<LoadedDocument<T>> {
    const known = await persist(deadline, () => unchanged(deadline), null);
    if (known !== null) return known;
    for (;;) {
      const columns = await persist(deadline, () => client.getRow(ROW, deadline), null);
      if (columns === null) return { content: null, version: null, keptAside: null };
      const version = columns.get('version');
      if (typeof version === 'string' && !columns.has('document')) {
        return { content: null, version, keptAside: null };
      }
      const decoded = await decodeRow(kind, columns);
      if (decoded.kind === 'newer') throw newerDocument(document, decoded.schemaVersion);
      if (decoded.kind === 'ok' && typeof version === 'string') {
        last = { content: decoded.content, version, keptAside: null };
        return last;
      }
      const reason = decoded.kind === 'corrupt' ? decoded.reason : 'it has no version';
      const kept = await moveAside(columns, deadline);
      if (kept === null) continue;
      const keptAside = `${document.en} could not be used (${reason}). It is kept in ${kept.aside}.`;
      return { content: null, version: kept.version, keptAside };
    }
  }

  /** Copies the row, then puts one without a document in its place. Null when another process was faster. */
  async function moveAside(
    columns: Columns,
    deadline: number,
  ): Promise<{ readonly aside: string; readonly version: string } | null> {
    const aside = `${ROW}.corrupt-${new Date(clock.now()).toISOString()}`;
    const version = randomUUID();
    try {
      await persist(deadline, () => client.putRow(aside, columns, 'no row', deadline));
    } catch (error) {
      // A lost answer, or another process in the same millisecond: the copy is there.
      if (!isConditionFailure(error)) throw error;
    }
    const replaced = await replaceRow(
      new Map([['version', version]]),
      version,
      { version: columns.get('version') },
      deadline,
    );
    return replaced ? { aside: `the row ${aside}`, version } : null;
  }

  async function keepAside(version: string, deadline: number): Promise<string> {
    const columns = await persist(deadline, () => client.getRow(ROW, deadline));
    const kept = columns?.get('version') === version ? await moveAside(columns, deadline) : null;
    if (kept === null) throw savedByAnother();
    return kept.aside;
  }

  /** False when the row was not as expected. True also when only a repetition of the write found it so. */
  async function replaceRow(
    columns: Columns,
    version: string,
    expectation: Expectation,
    deadline: number,
  ): Promise<boolean> {
    try {
      await persist(deadline, () => client.putRow(ROW, columns, expectation, deadline));
      return true;
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      const stored = await persist(deadline, () => client.getRow(ROW, deadline));
      if (stored?.get('version') === version) return true;
      const decoded = stored === null ? null : await decodeRow(kind, stored);
      if (decoded?.kind === 'newer') throw newerDocument(document, decoded.schemaVersion);
      return false;
    }
  }

  async function explained<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw error instanceof TablestoreError ? unreachable(document, error) : error;
    }
  }

  return {
    load: (deadline) => explained(load(deadline)),

    async save(content, version, deadline) {
      const next = randomUUID();
      const { gzip } = await zlib();
      const packed = await promisify(gzip)(encodeBounded(kind, content));
      if (packed.length > MAX_COLUMN_BYTES) {
        throw tooLarge(kind.describe(content), packed.length, TABLESTORE, MAX_COLUMN_BYTES);
      }
      const columns = new Map<string, string | Buffer>([
        ['document', packed],
        ['version', next],
        ['savedAt', new Date(clock.now()).toISOString()],
      ]);
      const expectation = version === null ? 'no row' : { version };
      if (!(await explained(replaceRow(columns, next, expectation, deadline)))) throw savedByAnother();
      last = { content, version: next, keptAside: null };
      return next;
    },

    keepAside: (version, deadline) => explained(keepAside(version, deadline)),

    async read(deadline) {
      try {
        const known = await unchanged(deadline);
        if (known !== null) return known.content;
        const columns = await client.getRow(ROW, deadline);
        return columns?.has('document') === true ? contentOf(await decodeRow(kind, columns), document) : null;
      } catch (error) {
        if (error instanceof TablestoreError && error.kind === 'no-table') return null;
        throw error instanceof TablestoreError ? unreachable(document, error) : error;
      }
    },
  };
}

function isConditionFailure(error: unknown): boolean {
  return error instanceof TablestoreError && error.kind === 'condition';
}

async function decodeRow<T>(kind: DocumentKind<T>, columns: Columns): Promise<Decoded<T>> {
  const document = columns.get('document');
  if (!Buffer.isBuffer(document)) return { kind: 'corrupt', reason: 'it has no document' };
  try {
    const { gunzip } = await zlib();
    return kind.decode(await promisify(gunzip)(document, { maxOutputLength: MAX_DOCUMENT_BYTES }));
  } catch {
    return { kind: 'corrupt', reason: 'its document cannot be decompressed' };
  }
}
