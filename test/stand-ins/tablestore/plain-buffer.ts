/**
 * PlainBuffer, Tablestore's encoding of rows:
 * https://www.alibabacloud.com/help/en/tablestore/developer-reference/plainbuffer
 *
 * Only what rows are made of: integers (bigint), doubles (number), booleans, strings and binaries (Buffer).
 */
export type Value = bigint | number | boolean | string | Buffer;

export interface Cell {
  readonly name: string;
  /** Absent in an update that deletes the column. */
  readonly value?: Value;
  /** 1 delete all versions, 3 delete one version, 4 increment; absent in a put. */
  readonly operation?: number;
  /** Epoch milliseconds. */
  readonly timestamp?: bigint;
}

export interface PlainRow {
  readonly primaryKey: readonly Cell[];
  readonly attributes: readonly Cell[];
  readonly deleted: boolean;
}

const HEADER = 0x75;
const TAG = {
  rowKey: 1,
  rowData: 2,
  cell: 3,
  cellName: 4,
  cellValue: 5,
  cellOperation: 6,
  cellTimestamp: 7,
  deleteMarker: 8,
  rowChecksum: 9,
  cellChecksum: 10,
};
const TYPE = { integer: 0, double: 1, boolean: 2, string: 3, binary: 7 };

export function encodePlainRow(row: PlainRow): Buffer {
  const parts: Buffer[] = [int32(HEADER)];
  let checksum = 0;
  for (const [tag, cells] of [
    [TAG.rowKey, row.primaryKey],
    [TAG.rowData, row.attributes],
  ] as const) {
    if (cells.length === 0) continue;
    parts.push(byte(tag));
    for (const cell of cells) {
      const encoded = encodeCell(cell);
      parts.push(encoded.bytes);
      checksum = crc8(checksum, byte(encoded.checksum));
    }
  }
  if (row.deleted) parts.push(byte(TAG.deleteMarker));
  checksum = crc8(checksum, byte(row.deleted ? 1 : 0));
  parts.push(byte(TAG.rowChecksum), byte(checksum));
  return Buffer.concat(parts);
}

/** Throws an Error that says what is wrong with the bytes; a wrong checksum is wrong, too. */
export function decodePlainRow(bytes: Uint8Array): PlainRow {
  const reader = createReader(bytes);
  if (reader.int32() !== HEADER) throw new Error('the header is not 0x75');
  let checksum = 0;
  const readCells = (tag: number): Cell[] => {
    const cells: Cell[] = [];
    if (!reader.skip(tag)) return cells;
    while (reader.skip(TAG.cell)) {
      const { cell, checksum: ofCell } = decodeCell(reader);
      cells.push(cell);
      checksum = crc8(checksum, byte(ofCell));
    }
    return cells;
  };
  const primaryKey = readCells(TAG.rowKey);
  const attributes = readCells(TAG.rowData);
  const deleted = reader.skip(TAG.deleteMarker);
  checksum = crc8(checksum, byte(deleted ? 1 : 0));
  reader.expect(TAG.rowChecksum, 'a row checksum');
  if (reader.byte() !== checksum) throw new Error('the row checksum is wrong');
  if (!reader.atEnd()) throw new Error('there is more than one row');
  return { primaryKey, attributes, deleted };
}

/** A value as a filter's column_value has it: its type, then the value. */
export function decodeVariant(bytes: Uint8Array): Value {
  const reader = createReader(bytes);
  const { value } = readVariant(reader);
  if (!reader.atEnd()) throw new Error('a value is followed by other bytes');
  return value;
}

function encodeCell(cell: Cell): { bytes: Buffer; checksum: number } {
  const name = Buffer.from(cell.name);
  const parts = [byte(TAG.cell), byte(TAG.cellName), int32(name.length), name];
  let checksum = crc8(0, name);
  if (cell.value !== undefined) {
    const variant = encodeVariant(cell.value);
    parts.push(byte(TAG.cellValue), int32(variant.length), variant);
    checksum = crc8(checksum, variant);
  }
  if (cell.operation !== undefined) parts.push(byte(TAG.cellOperation), byte(cell.operation));
  if (cell.timestamp !== undefined) {
    parts.push(byte(TAG.cellTimestamp), int64(cell.timestamp));
    checksum = crc8(checksum, int64(cell.timestamp));
  }
  if (cell.operation !== undefined) checksum = crc8(checksum, byte(cell.operation));
  parts.push(byte(TAG.cellChecksum), byte(checksum));
  return { bytes: Buffer.concat(parts), checksum };
}

function decodeCell(reader: Reader): { cell: Cell; checksum: number } {
  reader.expect(TAG.cellName, 'a cell name');
  const nameBytes = reader.bytes(reader.int32());
  let checksum = crc8(0, nameBytes);
  let cell: Cell = { name: nameBytes.toString() };
  if (reader.skip(TAG.cellValue)) {
    const length = reader.int32();
    const { value, bytes } = readVariant(reader);
    if (bytes.length !== length) throw new Error('a value does not have the length that is given for it');
    checksum = crc8(checksum, bytes);
    cell = { ...cell, value };
  }
  if (reader.skip(TAG.cellOperation)) cell = { ...cell, operation: reader.byte() };
  if (reader.skip(TAG.cellTimestamp)) {
    const timestamp = reader.bytes(8);
    checksum = crc8(checksum, timestamp);
    cell = { ...cell, timestamp: timestamp.readBigInt64LE() };
  }
  if (cell.operation !== undefined) checksum = crc8(checksum, byte(cell.operation));
  reader.expect(TAG.cellChecksum, 'a cell checksum');
  if (reader.byte() !== checksum) throw new Error(`the checksum of the cell ${cell.name} is wrong`);
  return { cell, checksum };
}

function encodeVariant(value: Value): Buffer {
  switch (typeof value) {
    case 'bigint':
      return Buffer.concat([byte(TYPE.integer), int64(value)]);
    case 'number': {
      const double = Buffer.alloc(8);
      double.writeDoubleLE(value);
      return Buffer.concat([byte(TYPE.double), double]);
    }
    case 'boolean':
      return Buffer.from([TYPE.boolean, value ? 1 : 0]);
    case 'string': {
      const text = Buffer.from(value);
      return Buffer.concat([byte(TYPE.string), int32(text.length), text]);
    }
    default:
      return Buffer.concat([byte(TYPE.binary), int32(value.length), value]);
  }
}

function readVariant(reader: Reader): { value: Value; bytes: Buffer } {
  const start = reader.position();
  const value = readValue(reader);
  return { value, bytes: reader.since(start) };
}

function readValue(reader: Reader): Value {
  const type = reader.byte();
  switch (type) {
    case TYPE.integer:
      return reader.bytes(8).readBigInt64LE();
    case TYPE.double:
      return reader.bytes(8).readDoubleLE();
    case TYPE.boolean:
      return reader.byte() !== 0;
    case TYPE.string:
      return reader.bytes(reader.int32()).toString();
    case TYPE.binary:
      return Buffer.from(reader.bytes(reader.int32()));
    default:
      throw new Error(`a value has the unknown type ${type}`);
  }
}

type Reader = ReturnType<typeof createReader>;

function createReader(input: Uint8Array) {
  const buffer = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  let position = 0;
  const reader = {
    position: () => position,
    atEnd: () => position === buffer.length,
    since: (start: number) => buffer.subarray(start, position),
    bytes(length: number): Buffer {
      if (length < 0 || position + length > buffer.length) throw new Error('the row ends too early');
      position += length;
      return buffer.subarray(position - length, position);
    },
    byte: () => reader.bytes(1).readUInt8(),
    int32: () => reader.bytes(4).readInt32LE(),
    /** Steps over `tag` if it comes next. */
    skip(tag: number): boolean {
      if (buffer[position] !== tag) return false;
      position += 1;
      return true;
    },
    expect(tag: number, what: string): void {
      if (!reader.skip(tag)) throw new Error(`${what} is missing at byte ${position}`);
    },
  };
  return reader;
}

/** CRC-8 with the polynomial x^8 + x^2 + x + 1. */
function crc8(checksum: number, bytes: Uint8Array): number {
  let crc = checksum;
  for (const value of bytes) {
    crc ^= value;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ (crc & 0x80 ? 0x07 : 0)) & 0xff;
  }
  return crc;
}

function byte(value: number): Buffer {
  return Buffer.from([value]);
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value);
  return buffer;
}

function int64(value: bigint): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64LE(value);
  return buffer;
}
