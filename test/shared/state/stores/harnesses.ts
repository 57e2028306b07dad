import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createStateStore } from '../../../../shared/state/stores/create';
import type { StateStoreLocation } from '../../../../shared/state/stores/location';
import type { MemoryCell } from '../../../../shared/state/stores/memory';
import type { StateStore } from '../../../../shared/state/stores/store';
import { systemClock } from '../../../../shared/runtime/clock';
import { createTablestoreStandIn, type StandInKeys } from '../../../stand-ins/tablestore/stand-in';

/** One place for states, and what the contract test does to it behind the store's back. */
export interface Harness {
  /** Another store on the same place, as another process would open it. */
  open(): StateStore;
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
    /** From now on a save gets no answer. */
    stall(): Promise<void>;
  } | null;
  close(): Promise<void>;
}

const KEYS: StandInKeys = {
  accessKeyId: 'STS.standin',
  accessKeySecret: 'the-secret',
  securityToken: 'the-token',
};

function open(
  location: StateStoreLocation,
  memory: MemoryCell = { saved: null },
  endpoint: URL | null = null,
) {
  return createStateStore(location, { endpoint, memory, clock: systemClock, credentials: () => KEYS });
}

export function memoryHarness(): Promise<Harness> {
  const cell: MemoryCell = { saved: null };
  return Promise.resolve({
    open: () => open({ kind: 'memory' }, cell),
    document: null,
    outage: null,
    close: () => Promise.resolve(),
  });
}

export async function fileHarness(): Promise<Harness> {
  const root = await mkdtemp(path.join(tmpdir(), 'state-store-'));
  const folder = path.join(root, 'made', 'by', 'the', 'store');
  const file = path.join(folder, 'state.json');
  return {
    open: () => open({ kind: 'file', path: file }),
    document: {
      read: () => readFile(file, 'utf8').catch(() => null),
      async write(text) {
        await mkdir(folder, { recursive: true });
        await writeFile(file, text);
      },
      async aside() {
        const names = (await readdir(folder)).filter((name) => name.startsWith('state.json.corrupt-'));
        return Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
      },
    },
    outage: {
      async begin() {
        await rm(folder, { recursive: true, force: true });
        await mkdir(path.dirname(folder), { recursive: true });
        await writeFile(folder, 'a file where the folder was');
      },
      async stall() {
        await mkdir(folder, { recursive: true });
        const holder = {
          id: '6b0e1a52-3b59-4bb0-a3a1-0f7b5a9f0c11',
          pid: 1,
          processStarted: 1,
          host: 'elsewhere',
        };
        await writeFile(`${file}.lock`, JSON.stringify({ ...holder, at: Date.now() }));
      },
    },
    // A save that was too slow may still be at work in it.
    close: () => rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  };
}

export async function tablestoreHarness(): Promise<Harness> {
  const standIn = await createTablestoreStandIn({ instance: 'watch', keys: [KEYS] });
  const location = { kind: 'tablestore', instance: 'watch', region: 'cn-hangzhou', table: 'states' } as const;
  const openIt = () => open(location, undefined, standIn.url);
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
        if (rows() === undefined) await openIt().load(Date.now() + 10_000);
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
        return Promise.resolve();
      },
    },
    close: () => standIn.close(),
  };
}
