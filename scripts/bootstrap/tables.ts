/** The tables of one Tablestore instance, reached through the instance's own endpoint. */
import http from 'node:http';
import https from 'node:https';
import type { Client } from 'tablestore';
import type { Clock } from '../../shared/runtime/clock';
import type { Credentials } from '../../shared/runtime/function-context';
import type { TablestoreLocation } from '../../shared/documents/location';
import { printable } from '../printable';
import { createTablestoreClient } from '../../shared/documents/tablestore/client';
import { parseTablestoreError, tooSlow, TablestoreError } from '../../shared/documents/tablestore/error';

/** Each method rejects with an Error for people. */
export interface Tables {
  /** The names of all tables in the instance. */
  list(): Promise<readonly string[]>;
  /** Whose mark the row bears that bootstrap puts into a table which it makes; empty when there is none. */
  madeBy(): Promise<string>;
  /** Resolves when the table is ready. */
  create(): Promise<void>;
  /** Marks a table that an older version made. */
  mark(): Promise<void>;
  delete(): Promise<void>;
}

export interface TablesOptions {
  readonly endpoint: URL;
  readonly credentials: Credentials;
  readonly clock: Clock;
  /** What a new table is marked with. */
  readonly mark: string;
}

/** Beside the store's own row, which it never touches. */
const MARK_ROW = 'bootstrap';
const CALL_TIMEOUT_MS = 10_000;
/** How often, and how long, a new instance or table is asked whether it is ready. */
const POLL_MS = 2000;
const PATIENCE_MS = 120_000;

export function createTables(location: TablestoreLocation, options: TablesOptions): Tables {
  const { endpoint, credentials, clock, mark } = options;
  const named = (action: string, error: unknown) => explained(action, endpoint.host, error);
  const permitted = <T>(action: string, promise: Promise<T>): Promise<T> =>
    promise.catch((error: unknown) => {
      throw named(action, error);
    });
  const rows = createTablestoreClient(location, { endpoint, credentials: () => credentials, clock });
  const soon = () => clock.now() + CALL_TIMEOUT_MS;
  const columns = new Map([['madeBy', mark]]);

  /** A new instance is unknown to its endpoint for a while, a new table unknown or unready. */
  async function whenReady(action: string, attempt: () => Promise<void>): Promise<void> {
    const end = clock.now() + PATIENCE_MS;
    for (;;) {
      try {
        await attempt();
        return;
      } catch (error) {
        if (!isStarting(error) || clock.now() > end) throw named(action, error);
        await clock.sleep(POLL_MS);
      }
    }
  }

  return {
    async list() {
      const send = (client: Client, done: Done<readonly string[]>) =>
        client.listTable({}, (error, data) => {
          done(error, data?.tableNames ?? []);
        });
      return permitted('ListTable', call(location, options, send));
    },

    async madeBy() {
      const row = await permitted('GetRow', rows.getRow(MARK_ROW, soon()));
      const madeBy = row?.get('madeBy');
      return typeof madeBy === 'string' ? madeBy : '';
    },

    async create() {
      await whenReady('CreateTable', () => rows.createTable(soon()));
      await whenReady('PutRow', () => rows.putRow(MARK_ROW, columns, 'no row', soon()));
    },

    async mark() {
      await permitted('PutRow', rows.putRow(MARK_ROW, columns, { version: undefined }, soon()));
    },

    async delete() {
      const send = (client: Client, done: Done<undefined>) =>
        client.deleteTable({ tableName: location.table }, (error) => {
          done(error, undefined);
        });
      await permitted('DeleteTable', call(location, options, send));
    },
  };
}

type Done<T> = (error: unknown, result: T) => void;

/** One call of the SDK that the store has no use for. */
async function call<T>(
  { instance }: TablestoreLocation,
  { endpoint, credentials }: TablesOptions,
  send: (client: Client, done: Done<T>) => void,
): Promise<T> {
  const { default: sdk } = await import('tablestore');
  const agent = new (endpoint.protocol === 'https:' ? https : http).Agent({ keepAlive: false });
  const client = new sdk.Client({
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.accessKeySecret,
    ...(credentials.securityToken === undefined ? {} : { securityToken: credentials.securityToken }),
    endpoint: endpoint.origin,
    instancename: instance,
    maxRetries: 0,
    httpOptions: { agent },
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(tooSlow());
      // What is still open would keep this process alive.
      agent.destroy();
    }, CALL_TIMEOUT_MS);
    send(client, (error, result) => {
      clearTimeout(timer);
      if (error === null) resolve(result);
      else reject(parseTablestoreError(error));
    });
  });
}

/** Names who was asked what, and the permission that is missing: Tablestore itself does not. */
function explained(action: string, host: string, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes('OTSNoPermissionAccess'))
    return new Error(`These keys need the permission ots:${action}.`, { cause: error });
  return new Error(printable(`ots:${action} at ${host}: ${message}`.replace(/\.?$/, '.')), { cause: error });
}

/** The keys themselves are known to be good by now, so that OTSAuthFailed is about an instance that is not there yet. */
function isStarting(error: unknown): boolean {
  if (!(error instanceof TablestoreError)) return false;
  return error.passing || error.kind === 'no-table' || error.message.includes('OTSAuthFailed');
}
