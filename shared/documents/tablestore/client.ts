import http from 'node:http';
import https from 'node:https';
import type { Callback, Client, ColumnValue, Request, Row, Sdk } from 'tablestore';
import { limitAnswer } from '../../runtime/answer-limit';
import type { TablestoreLocation } from '../location';
import { StoreError, type StoreOptions } from '../store';
import { parseTablestoreError, tooSlow, TablestoreError } from './error';

export type { ColumnValue };

/** One try. A stalled one leaves time for another: a poll gives a load or a save 5 seconds. */
const CALL_TIMEOUT_MS = 2_000;
/** A row has 4 MB at most. The SDK would read without a limit. */
const MAX_ANSWER_BYTES = 8_000_000;
const KEY = 'id';
const VERSION = 'version';

/** The columns of a row without its key. */
export type Columns = ReadonlyMap<string, ColumnValue>;

/** What must stand in the table for a row to be written: no such row, or one with this `version` (undefined: none). */
export type Expectation = 'no row' | { readonly version: ColumnValue | undefined };

/**
 * The three calls that the store makes, each one try that ends by `deadline` (epoch milliseconds). They throw a
 * TablestoreError, or a StoreError when there are no keys to sign with.
 */
export interface TablestoreClient {
  /** Null when there is no such row, or when it has none of the `columnsToGet`; without these, all are read. */
  getRow(id: string, deadline: number, columnsToGet?: readonly string[]): Promise<Columns | null>;
  /** Writes the whole row. */
  putRow(id: string, columns: Columns, expectation: Expectation, deadline: number): Promise<void>;
  createTable(deadline: number): Promise<void>;
}

/** The client over the official SDK, which is loaded with the first call: it takes longer than all else together. */
export function createTablestoreClient(
  location: TablestoreLocation,
  options: StoreOptions,
): TablestoreClient {
  const { instance, region, table: tableName } = location;
  const endpoint = (options.endpoint ?? new URL(`https://${instance}.${region}.ots.aliyuncs.com`)).origin;
  // A frozen function's open connections are dead when it thaws: each call makes its own.
  const agent = new (endpoint.startsWith('https:') ? https : http).Agent({ keepAlive: false });
  let loading: Promise<Sdk> | undefined;
  const load = () => (loading ??= loadSdk());

  async function call(
    deadline: number,
    send: (client: Client, callback: Callback) => Request,
  ): Promise<Row | undefined> {
    const credentials = options.credentials();
    if (credentials === null) {
      throw new StoreError('unreachable', {
        en: 'There are no keys for Tablestore. Give the function a role, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.',
        'zh-CN':
          '没有访问表格存储的密钥，请给函数配置角色，或设置 ALIBABA_CLOUD_ACCESS_KEY_ID 和 ALIBABA_CLOUD_ACCESS_KEY_SECRET。',
      });
    }
    const { Client } = await load();
    const { accessKeyId, accessKeySecret, securityToken } = credentials;
    const client = new Client({
      accessKeyId,
      secretAccessKey: accessKeySecret,
      ...(securityToken === undefined ? {} : { securityToken }),
      endpoint,
      instancename: instance,
      // Its own retries know no deadline.
      maxRetries: 0,
      httpOptions: { agent },
    });
    const timeout = Math.min(CALL_TIMEOUT_MS, deadline - options.clock.now());
    if (timeout <= 0) {
      throw new TablestoreError('broken', {
        en: 'There is no time left to ask Tablestore',
        'zh-CN': '已经没有时间访问表格存储',
      });
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(tooSlow());
        request.httpRequest.stream?.destroy();
      }, timeout);
      const settle = (error: unknown, row: Row | undefined) => {
        clearTimeout(timer);
        if (error === null) resolve(row);
        else reject(parseTablestoreError(error));
      };
      const request = send(client, (error, data) => {
        settle(error, data?.row);
      });
      // The SDK waits for the end of an answer for ever, even when the connection is gone.
      request.on('httpHeaders', (_status, _headers, { httpResponse: { stream } }) => {
        limitAnswer(stream, MAX_ANSWER_BYTES, timeout);
        stream.once('close', () => {
          if (!stream.complete) settle({ code: 'NetworkingError' }, undefined);
        });
      });
    });
  }

  return {
    async getRow(id, deadline, columnsToGet = []) {
      const row = await call(deadline, (client, callback) =>
        client.getRow({ tableName, primaryKey: [{ [KEY]: id }], maxVersions: 1, columnsToGet }, callback),
      );
      if (row?.primaryKey === undefined) return null;
      return new Map(
        (row.attributes ?? []).flatMap(({ columnName, columnValue }) =>
          columnValue === null ? [] : [[columnName, columnValue]],
        ),
      );
    },

    async putRow(id, columns, expectation, deadline) {
      const condition = conditionOf(await load(), expectation);
      const attributeColumns = [...columns].map(([name, value]) => ({ [name]: value }));
      await call(deadline, (client, callback) =>
        client.putRow({ tableName, condition, primaryKey: [{ [KEY]: id }], attributeColumns }, callback),
      );
    },

    async createTable(deadline) {
      await call(deadline, (client, callback) =>
        client.createTable(
          {
            tableMeta: { tableName, primaryKey: [{ name: KEY, type: 'STRING' }] },
            reservedThroughput: { capacityUnit: { read: 0, write: 0 } },
            tableOptions: { timeToLive: -1, maxVersions: 1 },
          },
          callback,
        ),
      );
    },
  };
}

/**
 * Variables that the SDK assigns to and never declares. In a bundle that esbuild makes strict, as it does for a strict
 * tsconfig.json, that throws unless they exist.
 */
const UNDECLARED = ['cell_type', 'key', 'pro', 'size', 'sub'];

async function loadSdk(): Promise<Sdk> {
  for (const name of UNDECLARED) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value: undefined, writable: true });
  }
  const { default: sdk } = await import('tablestore');
  // By itself it reads once at each "readable" of an answer. Node.js 26 gives it one piece then, and no other event for the next.
  sdk.HttpClient.streamsApiVersion = 1;
  // The SDK makes buffers the old way, and Node says so once, on stderr, in the midst of the log. Once said in
  // silence, it is not said again.
  const { noDeprecation } = process;
  process.noDeprecation = true;
  sdk.util.base64.encode('');
  process.noDeprecation = noDeprecation ?? false;
  return sdk;
}

function conditionOf(sdk: Sdk, expectation: Expectation): object {
  const { EXPECT_EXIST, EXPECT_NOT_EXIST } = sdk.RowExistenceExpectation;
  if (expectation === 'no row') return new sdk.Condition(EXPECT_NOT_EXIST, null);
  const { version } = expectation;
  const passIfMissing = version === undefined;
  return new sdk.Condition(
    EXPECT_EXIST,
    new sdk.SingleColumnCondition(VERSION, version ?? '', sdk.ComparatorType.EQUAL, passIfMissing),
  );
}
