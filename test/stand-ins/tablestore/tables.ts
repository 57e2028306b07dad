import compiled, { type Condition, type Filter } from 'tablestore/lib/protocol/tablestore_compiled_proto.js';
import {
  decodePlainRow,
  decodeVariant,
  encodePlainRow,
  type Cell,
  type PlainRow,
  type Value,
} from './plain-buffer';
import { ServiceError } from './service-error';

const messages = compiled.main.proto;
const filters = compiled.filter.proto;
const MAX_COLUMN_BYTES = 2 * 1024 * 1024;
const KEY_TYPES: Readonly<Record<number, string>> = { 1: 'bigint', 2: 'string', 3: 'object' };
const NO_ROW = { consumed: { capacityUnit: { read: 0, write: 1 } } };

export interface StandInRow {
  readonly primaryKey: readonly Cell[];
  readonly attributes: ReadonlyMap<string, Value>;
}

export interface StandInTable {
  readonly name: string;
  readonly primaryKey: readonly { readonly name: string; readonly type: number }[];
  readonly reserved: { readonly read: number; readonly write: number };
  readonly options: { readonly timeToLive: number; readonly maxVersions: number };
  /** By the text of the primary key. */
  readonly rows: Map<string, StandInRow>;
  /** Data calls that are still to be answered with OTSTableNotReady. */
  unreadyCalls: number;
}

export type Operation =
  | 'CreateTable'
  | 'ListTable'
  | 'DescribeTable'
  | 'DeleteTable'
  | 'GetRow'
  | 'PutRow'
  | 'UpdateRow'
  | 'DeleteRow';

/** The table that a request is about; `*` for all. */
export function tableOf(operation: string, body: Uint8Array): string {
  if (operation === 'ListTable') return '*';
  if (operation === 'CreateTable') return messages.CreateTableRequest.decode(body).tableMeta.tableName;
  // It is the first field of all the others.
  return messages.DescribeTableRequest.decode(body).tableName;
}

/**
 * Tablestore's operations on tables in memory: each takes a request's protobuf body and gives the answer's, or throws
 * a ServiceError. One version of each column, as in a table with maxVersions 1.
 */
export function createOperations(
  tables: Map<string, StandInTable>,
  unreadyCallsOfNewTables: () => number,
): Record<Operation, (body: Uint8Array) => Uint8Array> {
  function tableNamed(name: string): StandInTable {
    const table = tables.get(name);
    if (table === undefined)
      throw new ServiceError(404, 'OTSObjectNotExist', 'Requested table does not exist.');
    return table;
  }

  function readyTable(name: string): StandInTable {
    const table = tableNamed(name);
    if (table.unreadyCalls > 0) {
      table.unreadyCalls -= 1;
      throw new ServiceError(404, 'OTSTableNotReady', 'The table is not ready.');
    }
    return table;
  }

  return {
    CreateTable(body) {
      const { tableMeta, reservedThroughput, tableOptions } = messages.CreateTableRequest.decode(body);
      if (tables.has(tableMeta.tableName)) {
        throw new ServiceError(409, 'OTSObjectAlreadyExist', 'Requested table already exists.');
      }
      if (tableOptions === null) throw new ServiceError(400, 'OTSParameterInvalid', 'Missing table options.');
      tables.set(tableMeta.tableName, {
        name: tableMeta.tableName,
        primaryKey: tableMeta.primaryKey.map(({ name, type }) => ({ name, type })),
        reserved: {
          read: reservedThroughput.capacityUnit.read,
          write: reservedThroughput.capacityUnit.write,
        },
        options: { timeToLive: tableOptions.timeToLive, maxVersions: tableOptions.maxVersions },
        rows: new Map(),
        unreadyCalls: unreadyCallsOfNewTables(),
      });
      return messages.CreateTableResponse.encode({}).finish();
    },

    ListTable: () => messages.ListTableResponse.encode({ tableNames: [...tables.keys()] }).finish(),

    DescribeTable(body) {
      const table = tableNamed(messages.DescribeTableRequest.decode(body).tableName);
      return messages.DescribeTableResponse.encode({
        tableMeta: { tableName: table.name, primaryKey: [...table.primaryKey] },
        reservedThroughputDetails: { capacityUnit: table.reserved, lastIncreaseTime: 0 },
        tableOptions: table.options,
        tableStatus: table.unreadyCalls > 0 ? 3 : 1,
      }).finish();
    },

    DeleteTable(body) {
      tables.delete(tableNamed(messages.DeleteTableRequest.decode(body).tableName).name);
      return messages.DeleteTableResponse.encode({}).finish();
    },

    GetRow(body) {
      const request = messages.GetRowRequest.decode(body);
      const table = readyTable(request.tableName);
      const row = table.rows.get(keyOf(table, decodeRow(request.primaryKey)));
      const wanted = new Set(request.columnsToGet);
      const found = row === undefined ? Buffer.alloc(0) : encodePlainRow(toPlainRow(row, wanted));
      return messages.GetRowResponse.encode({
        consumed: { capacityUnit: { read: 1, write: 0 } },
        row: found,
      }).finish();
    },

    PutRow(body) {
      const request = messages.PutRowRequest.decode(body);
      const table = readyTable(request.tableName);
      const row = decodeRow(request.row);
      const key = keyOf(table, row);
      checkCondition(request.condition, table.rows.get(key));
      const attributes = new Map(row.attributes.map((cell) => [cell.name, valueOf(cell)]));
      table.rows.set(key, { primaryKey: row.primaryKey, attributes });
      return messages.PutRowResponse.encode(NO_ROW).finish();
    },

    UpdateRow(body) {
      const request = messages.UpdateRowRequest.decode(body);
      const table = readyTable(request.tableName);
      const change = decodeRow(request.rowChange);
      const key = keyOf(table, change);
      const existing = table.rows.get(key);
      checkCondition(request.condition, existing);
      const attributes = new Map(existing?.attributes);
      for (const cell of change.attributes) {
        if (cell.operation === undefined) attributes.set(cell.name, valueOf(cell));
        else if (cell.operation === 4)
          throw new ServiceError(400, 'OTSParameterInvalid', 'No increments here.');
        else attributes.delete(cell.name);
      }
      table.rows.set(key, { primaryKey: change.primaryKey, attributes });
      return messages.UpdateRowResponse.encode(NO_ROW).finish();
    },

    DeleteRow(body) {
      const request = messages.DeleteRowRequest.decode(body);
      const table = readyTable(request.tableName);
      const key = keyOf(table, decodeRow(request.primaryKey));
      checkCondition(request.condition, table.rows.get(key));
      table.rows.delete(key);
      return messages.DeleteRowResponse.encode(NO_ROW).finish();
    },
  };
}

function decodeRow(bytes: Uint8Array): PlainRow {
  try {
    return decodePlainRow(bytes);
  } catch (error) {
    throw new ServiceError(400, 'OTSParameterInvalid', `Invalid row: ${(error as Error).message}.`);
  }
}

/** The key as a text, after a check against the table's schema. */
function keyOf(table: StandInTable, row: PlainRow): string {
  const fits =
    row.primaryKey.length === table.primaryKey.length &&
    table.primaryKey.every(({ name, type }, index) => {
      const cell = row.primaryKey[index];
      return cell?.name === name && typeof cell.value === KEY_TYPES[type];
    });
  if (!fits) throw new ServiceError(400, 'OTSInvalidPK', 'Validate PK name or type fail.');
  return row.primaryKey.map(({ value }) => String(value)).join('\n');
}

function valueOf(cell: Cell): Value {
  if (cell.value === undefined)
    throw new ServiceError(400, 'OTSParameterInvalid', `No value for ${cell.name}.`);
  if (Buffer.byteLength(Buffer.isBuffer(cell.value) ? cell.value : String(cell.value)) > MAX_COLUMN_BYTES) {
    throw new ServiceError(
      400,
      'OTSParameterInvalid',
      `The length of attribute column: '${cell.name}' exceeds the MaxLength:${MAX_COLUMN_BYTES}.`,
    );
  }
  return cell.value;
}

function toPlainRow(row: StandInRow, wanted: ReadonlySet<string>): PlainRow {
  const timestamp = BigInt(Date.now());
  const attributes = [...row.attributes]
    .filter(([name]) => wanted.size === 0 || wanted.has(name))
    .map(([name, value]) => ({ name, value, timestamp }));
  return { primaryKey: row.primaryKey, attributes, deleted: false };
}

function checkCondition(condition: Condition, row: StandInRow | undefined): void {
  const { rowExistence, columnCondition } = condition;
  const exists = rowExistence === 0 || (rowExistence === 1) === (row !== undefined);
  const holds =
    columnCondition.length === 0 ||
    (row !== undefined && isPassed(filters.Filter.decode(columnCondition), row.attributes));
  if (!exists || !holds) throw new ServiceError(403, 'OTSConditionCheckFail', 'Condition check failed.');
}

function isPassed({ type, filter }: Filter, columns: ReadonlyMap<string, Value>): boolean {
  if (type === 2) {
    const { combinator, subFilters } = filters.CompositeColumnValueFilter.decode(filter);
    const results = subFilters.map((sub) => isPassed(sub, columns));
    if (combinator === 1) return results[0] === false;
    return combinator === 2 ? results.every(Boolean) : results.some(Boolean);
  }
  if (type !== 1) throw new ServiceError(400, 'OTSParameterInvalid', 'No such filter in a condition.');
  const single = filters.SingleColumnValueFilter.decode(filter);
  const value = columns.get(single.columnName);
  if (value === undefined) return !single.filterIfMissing;
  return isRelated(single.comparator, value, decodeVariant(single.columnValue));
}

/** Values of different types are in no relation but "not equal". */
function isRelated(comparator: number, left: Value, right: Value): boolean {
  const comparable = typeof left === typeof right;
  const order = comparable ? compareValues(left, right) : NaN;
  switch (comparator) {
    case 1:
      return order === 0;
    case 2:
      return order !== 0;
    case 3:
      return order > 0;
    case 4:
      return order >= 0;
    case 5:
      return order < 0;
    case 6:
      return order <= 0;
    default:
      throw new ServiceError(400, 'OTSParameterInvalid', 'Unknown comparator.');
  }
}

function compareValues(left: Value, right: Value): number {
  if (Buffer.isBuffer(left) && Buffer.isBuffer(right)) return Buffer.compare(left, right);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
