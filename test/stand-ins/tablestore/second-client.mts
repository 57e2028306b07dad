/**
 * Talks to the stand-in as another implementation of the protocol does, and prints what it was told as JSON. A program
 * of its own, because the package is an ES module and jest runs CommonJS.
 *
 * Arguments: host:port, instance, access key id, access key secret, STS token, table.
 */
import {
  Client,
  ComparatorType,
  createAttribute,
  createPrimaryKey,
  DeleteRow,
  GetRow,
  PutRow,
  RowExistenceExpectation,
  singleColumnCondition,
  UpdateRow,
} from 'alicloud-tablestore';

// The client reads answers at the start of a buffer's memory, where a pooled buffer does not begin.
Buffer.poolSize = 0;

const [
  endpoint = '',
  instanceName = '',
  accessKeyID = '',
  accessKeySecret = '',
  stsToken = '',
  tableName = '',
] = process.argv.slice(2);
const client = new Client({ endpoint, instanceName, accessKeyID, accessKeySecret, stsToken });

const key = (id: string) => [createPrimaryKey('id', id)];
const versionIs = (version: string) => ({
  rowExistence: RowExistenceExpectation.EXPECT_EXIST,
  columnCondition: singleColumnCondition('version', version, ComparatorType.CT_EQUAL),
});

async function read(id: string): Promise<Record<string, unknown> | null> {
  const { row } = GetRow.response(await new GetRow(client).do({ tableName, primaryKey: key(id) }));
  if (row?.[0] === undefined) return null;
  return Object.fromEntries(row[0].attributes.map(({ name, value }) => [name, readable(value)]));
}

function readable(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}

/** "done", or the service's error code. */
async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    return /OTS[A-Za-z]+/.exec(String(error))?.[0] ?? String(error);
  }
}

const update = (version: string, next: string) =>
  new UpdateRow(client).do({
    tableName,
    primaryKey: key('first'),
    columnToUpdate: { put: [createAttribute('version', next)], delete: [{ name: 'flag' }] },
    condition: versionIs(version),
  });

const attributes = [
  createAttribute('version', 'eins'),
  createAttribute('text', '满意度回访 🤖'),
  createAttribute('bytes', Uint8Array.from([0, 255, 10])),
  createAttribute('integer', 9007199254740993n),
  createAttribute('double', 0.5),
  createAttribute('flag', true),
];
const notExist = { rowExistence: RowExistenceExpectation.EXPECT_NOT_EXIST };

process.stdout.write(
  JSON.stringify({
    readsTheFirst: await read('first'),
    putsOverIt: await outcome(
      new PutRow(client).do({ tableName, primaryKey: key('first'), attributes, condition: notExist }),
    ),
    updatesAnOldVersion: await outcome(update('nought', 'two')),
    updatesThisVersion: await outcome(update('one', 'two')),
    readsTheUpdated: await read('first'),
    putsAnother: await outcome(
      new PutRow(client).do({ tableName, primaryKey: key('second'), attributes, condition: notExist }),
    ),
    readsTheOther: await read('second'),
    deletesAThird: await outcome(
      new DeleteRow(client).do({
        tableName,
        primaryKey: key('third'),
        condition: { rowExistence: RowExistenceExpectation.EXPECT_EXIST },
      }),
    ),
    readsAThird: await read('third'),
    usesAnotherKey: await outcome(
      new GetRow(client).do({ tableName, primaryKey: [createPrimaryKey('name', 'first')] }),
    ),
  }),
);
