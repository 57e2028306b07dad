import { execFile } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import sdk, { type Callback, type Client } from 'tablestore';
import compiled from 'tablestore/lib/protocol/tablestore_compiled_proto.js';
import { encodePlainRow, type PlainRow } from './plain-buffer';
import { createTablestoreStandIn, type StandInKeys, type TablestoreStandIn } from './stand-in';

const ROOT = path.join(__dirname, '..', '..', '..');
const KEYS: StandInKeys = {
  accessKeyId: 'STS.standin',
  accessKeySecret: 'the-secret',
  securityToken: 'the-token',
};
const TABLE = 'robot_task_watch';

let standIn: TablestoreStandIn;
beforeEach(async () => {
  standIn = await createTablestoreStandIn({ instance: 'watch', keys: [KEYS] });
});
afterEach(async () => {
  await standIn.close();
});

/** The official SDK's callbacks as a promise. */
function official(
  call: (client: Client, callback: Callback) => unknown,
  keys: StandInKeys = KEYS,
  instance = 'watch',
) {
  const client = new sdk.Client({
    accessKeyId: keys.accessKeyId,
    secretAccessKey: keys.accessKeySecret,
    ...(keys.securityToken === undefined ? {} : { securityToken: keys.securityToken }),
    endpoint: standIn.url.origin,
    instancename: instance,
    maxRetries: 0,
  });
  return new Promise<Parameters<Callback>[1]>((resolve, reject) => {
    call(client, (error, data) => {
      if (error === null) resolve(data);
      else reject(error);
    });
  });
}

const createTable = () =>
  official((client, callback) =>
    client.createTable(
      {
        tableMeta: { tableName: TABLE, primaryKey: [{ name: 'id', type: 'STRING' }] },
        reservedThroughput: { capacityUnit: { read: 0, write: 0 } },
        tableOptions: { timeToLive: -1, maxVersions: 1 },
      },
      callback,
    ),
  );

const putFirst = (keys?: StandInKeys, instance?: string) =>
  official(
    (client, callback) =>
      client.putRow(
        {
          tableName: TABLE,
          condition: new sdk.Condition(sdk.RowExistenceExpectation.EXPECT_NOT_EXIST, null),
          primaryKey: [{ id: 'first' }],
          attributeColumns: [
            { version: 'one' },
            { text: '满意度回访 🤖' },
            { bytes: Buffer.from([0, 255, 10]) },
            { double: -0.25 },
            { flag: true },
          ],
        },
        callback,
      ),
    keys,
    instance,
  );

describe('the Tablestore stand-in', () => {
  it('gives the official SDK back what that wrote', async () => {
    await createTable();
    await putFirst();
    const data = await official((client, callback) =>
      client.getRow({ tableName: TABLE, primaryKey: [{ id: 'first' }] }, callback),
    );
    expect(data?.row?.attributes?.map(({ columnName, columnValue }) => [columnName, columnValue])).toEqual([
      ['version', 'one'],
      ['text', '满意度回访 🤖'],
      ['bytes', Buffer.from([0, 255, 10])],
      ['double', -0.25],
      ['flag', true],
    ]);
  });

  it('gives the official SDK no row where there is none', async () => {
    await createTable();
    const data = await official((client, callback) =>
      client.getRow({ tableName: TABLE, primaryKey: [{ id: 'nobody' }] }, callback),
    );
    expect(data?.row?.primaryKey).toBeUndefined();
  });

  it('is understood by a second, independent client', async () => {
    await createTable();
    await putFirst();
    const { accessKeyId, accessKeySecret, securityToken = '' } = KEYS;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        ...['--import', 'tsx', path.join(__dirname, 'second-client.mts')],
        ...[standIn.url.host, 'watch', accessKeyId, accessKeySecret, securityToken, TABLE],
      ],
      { cwd: ROOT },
    );
    const first = { version: 'one', text: '满意度回访 🤖', bytes: '00ff0a', double: -0.25 };
    expect(JSON.parse(stdout)).toEqual({
      readsTheFirst: { ...first, flag: true },
      putsOverIt: 'OTSConditionCheckFail',
      updatesAnOldVersion: 'OTSConditionCheckFail',
      updatesThisVersion: 'done',
      readsTheUpdated: { ...first, version: 'two' },
      putsAnother: 'done',
      readsTheOther: {
        version: 'eins',
        text: '满意度回访 🤖',
        bytes: '00ff0a',
        integer: '9007199254740993n',
        double: 0.5,
        flag: true,
      },
      deletesAThird: 'OTSConditionCheckFail',
      readsAThird: null,
      usesAnotherKey: 'OTSInvalidPK',
    });
  });

  it.each([
    { name: 'an unknown access key', keys: { ...KEYS, accessKeyId: 'other' }, text: /does not exist/ },
    { name: 'a wrong secret', keys: { ...KEYS, accessKeySecret: 'wrong' }, text: /Signature mismatch/ },
    { name: 'a wrong STS token', keys: { ...KEYS, securityToken: 'old' }, text: /STS token/ },
    {
      name: 'no STS token',
      keys: { accessKeyId: KEYS.accessKeyId, accessKeySecret: KEYS.accessKeySecret },
      text: /STS token/,
    },
    { name: 'another instance', keys: KEYS, instance: 'other', text: /instance is not found/ },
  ])('refuses $name', async ({ keys, instance, text }) => {
    await createTable();
    await expect(putFirst(keys, instance)).rejects.toMatchObject({
      code: 403,
      message: expect.stringMatching(/OTSAuthFailed/) as string,
    });
    await expect(putFirst(keys, instance)).rejects.toMatchObject({
      message: expect.stringMatching(text) as string,
    });
    expect(standIn.tables.get(TABLE)?.rows.size).toBe(0);
  });

  it('refuses a call on a table that does not exist, and a second table of one name', async () => {
    await expect(putFirst()).rejects.toMatchObject({
      code: 404,
      message: expect.stringMatching(/OTSObjectNotExist/) as string,
    });
    await createTable();
    await expect(createTable()).rejects.toMatchObject({
      code: 409,
      message: expect.stringMatching(/OTSObjectAlreadyExist/) as string,
    });
  });
});

describe('a request made by hand', () => {
  const row: PlainRow = {
    primaryKey: [{ name: 'id', value: 'first' }],
    attributes: [{ name: 'version', value: 'one' }],
    deleted: false,
  };

  /** Signed as the documentation says; `change` spoils it after that. */
  async function put(
    plainRow: Buffer,
    options: { date?: Date; change?: (headers: Record<string, string>) => void } = {},
  ): Promise<string> {
    const body = Buffer.from(
      compiled.main.proto.PutRowRequest.encode({
        tableName: TABLE,
        row: plainRow,
        condition: { rowExistence: 0, columnCondition: new Uint8Array() },
      }).finish(),
    );
    const headers: Record<string, string> = {
      'x-ots-accesskeyid': KEYS.accessKeyId,
      'x-ots-apiversion': '2015-12-31',
      'x-ots-contentmd5': createHash('md5').update(body).digest('base64'),
      'x-ots-date': (options.date ?? new Date()).toISOString(),
      'x-ots-instancename': 'watch',
      'x-ots-ststoken': KEYS.securityToken ?? '',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}`);
    headers['x-ots-signature'] = createHmac('sha1', KEYS.accessKeySecret)
      .update(`/PutRow\nPOST\n\n${lines.join('\n')}\n`)
      .digest('base64');
    options.change?.(headers);
    const response = await fetch(new URL('/PutRow', standIn.url), { method: 'POST', headers, body });
    return response.status === 200 ? 'done' : await response.text();
  }

  beforeEach(createTable);

  it('is carried out when all is right', async () => {
    expect(await put(encodePlainRow(row))).toBe('done');
  });

  it.each([
    {
      name: 'a header that was changed after signing',
      options: {
        change: (headers: Record<string, string>) => (headers['x-ots-date'] = new Date(0).toISOString()),
      },
      text: /OTSAuthFailed.*Signature mismatch/s,
    },
    {
      name: 'a header that is missing',
      options: { change: (headers: Record<string, string>) => delete headers['x-ots-date'] },
      text: /OTSParameterInvalid.*Missing header: 'x-ots-date'/s,
    },
    {
      name: 'a clock that is 16 minutes off',
      options: { date: new Date(Date.now() - 16 * 60_000) },
      text: /OTSAuthFailed.*Mismatch between system time/s,
    },
  ])('is refused with $name', async ({ options, text }) => {
    expect(await put(encodePlainRow(row), options)).toMatch(text);
  });

  it('is refused with a row whose checksum is wrong', async () => {
    const bad = encodePlainRow(row);
    bad.writeUInt8(bad.readUInt8(bad.length - 1) ^ 0x01, bad.length - 1);
    expect(await put(bad)).toMatch(/OTSParameterInvalid.*the row checksum is wrong/s);
    expect(standIn.tables.get(TABLE)?.rows.size).toBe(0);
  });
});
