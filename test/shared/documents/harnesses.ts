import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { DocumentKind } from '../../../shared/documents/document-kind';
import { createSharedStore } from '../../../shared/documents/create';
import { createMemoryStore, type MemoryCell } from '../../../shared/documents/memory';
import type { DocumentStore } from '../../../shared/documents/store';
import { systemClock } from '../../../shared/runtime/clock';
import { createTablestoreStandIn, type StandInKeys } from '../../stand-ins/tablestore/stand-in';

/** One place for documents, and what the contract test does to it behind the store's back. */
export interface Harness<T> {
  /** Another store on the same place, as another process would open it. */
  open(): DocumentStore<T>;
  /** Null for a place whose content no other program can touch. */
  readonly document: {
    /** What is stored, as text; null when there is nothing. */
    read(): Promise<string | null>;
    write(text: string): Promise<void>;
    /** What was kept aside. */
    aside(): Promise<string[]>;
  } | null;
  /** Null for a place that is always in reach. */
  readonly outage: {
    /** From now on it cannot be reached. */
    begin(): Promise<void>;
    /** From now on a save gets no answer. Null where no test can bring that about from outside. */
    readonly stall: (() => void) | null;
  } | null;
  close(): Promise<void>;
}

const KEYS: StandInKeys = {
  accessKeyId: 'STS.standin',
  accessKeySecret: 'the-secret',
  securityToken: 'the-token',
};

const OPTIONS = { clock: systemClock, credentials: () => KEYS };

export function memoryHarness<T>(): Promise<Harness<T>> {
  const cell: MemoryCell<T> = { saved: null };
  return Promise.resolve({
    open: () => createMemoryStore(cell),
    document: null,
    outage: null,
    close: () => Promise.resolve(),
  });
}

/** `name` is the file that holds the document: a version, or what programs up to 0.2 kept. */
export async function fileHarness<T>(
  name: 'state.json' | 'state.json.1',
  kind: DocumentKind<T>,
): Promise<Harness<T>> {
  const root = await mkdtemp(path.join(tmpdir(), 'state-store-'));
  const folder = path.join(root, 'made', 'by', 'the', 'store');
  const file = path.join(folder, 'state.json');
  const document = path.join(folder, name);
  return {
    open: () => createSharedStore({ kind: 'file', path: file }, kind, { ...OPTIONS, endpoint: null }),
    document: {
      read: () => readFile(document, 'utf8').catch(() => null),
      async write(text) {
        await mkdir(folder, { recursive: true });
        await writeFile(document, text);
      },
      async aside() {
        const names = (await readdir(folder)).filter((entry) => /^state\.json\.\d+\.corrupt-/.test(entry));
        return Promise.all(names.map((entry) => readFile(path.join(folder, entry), 'utf8')));
      },
    },
    outage: {
      async begin() {
        await rm(folder, { recursive: true, force: true });
        await mkdir(path.dirname(folder), { recursive: true });
        await writeFile(folder, 'a file where the folder was');
      },
      stall: null,
    },
    // A save that was too slow may still be at work in it.
    close: () => rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  };
}

export async function tablestoreHarness<T>(kind: DocumentKind<T>): Promise<Harness<T>> {
  const standIn = await createTablestoreStandIn({ instance: 'watch', keys: [KEYS] });
  const location = { kind: 'tablestore', instance: 'watch', region: 'cn-hangzhou', table: 'states' } as const;
  const openIt = () => createSharedStore(location, kind, { ...OPTIONS, endpoint: standIn.url });
  const rows = () => standIn.tables.get('states')?.rows;
  const textOf = (document: unknown): string => {
    const bytes = document as Buffer;
    return bytes[0] === 0x1f ? gunzipSync(bytes).toString() : bytes.toString();
  };
  return {
    open: openIt,
    document: {
      read() {
        const document = rows()?.get('watch')?.attributes.get('document');
        return Promise.resolve(document === undefined ? null : textOf(document));
      },
      async write(text) {
        if (rows() === undefined) await openIt().load(Date.now() + 100_000);
        rows()?.set('watch', {
          primaryKey: [{ name: 'id', value: 'watch' }],
          attributes: new Map<string, string | Buffer>([
            ['document', gzipSync(text)],
            ['version', `written ${Math.random()}`],
          ]),
        });
      },
      aside() {
        const found = [...(rows() ?? [])].filter(([id]) => id.startsWith('watch.corrupt-'));
        return Promise.resolve(found.map(([, row]) => textOf(row.attributes.get('document'))));
      },
    },
    outage: {
      begin: () => standIn.close(),
      stall() {
        standIn.disturb({ kind: 'stall' }, { operation: 'PutRow', times: Infinity });
      },
    },
    close: () => standIn.close(),
  };
}
