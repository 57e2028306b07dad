import fc from 'fast-check';
import sdk from 'tablestore';
import { decodePlainRow, decodeVariant, encodePlainRow, type Cell, type PlainRow } from './plain-buffer';

/** The official SDK's encoder, which it does not document: the oracle for the stand-in's own. */
const oracle = (
  sdk as unknown as {
    PlainBufferBuilder: {
      serializeForPutRow(primaryKey: object[], attributes: object[]): Buffer;
      serializeForDeleteRow(primaryKey: object[]): Buffer;
      serializeColumnValue(value: unknown): Buffer;
    };
  }
).PlainBufferBuilder;

const binary = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
/** Without integers, for which the SDK has a type of its own. */
const value = fc.oneof(text, binary, fc.boolean(), fc.double({ noNaN: true }));
const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,10}$/);
const cells = (values: fc.Arbitrary<Required<Cell>['value']>) =>
  fc.uniqueArray(fc.record({ name, value: values }), { selector: (cell) => cell.name, maxLength: 5 });
const rows: fc.Arbitrary<PlainRow> = fc.record({
  primaryKey: fc.record({ name, value: text }).map((cell) => [cell]),
  attributes: cells(fc.oneof(value, fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n))),
  deleted: fc.boolean(),
});

const toColumns = (row: readonly Cell[]) => row.map((cell) => ({ [cell.name]: cell.value }));

describe('the stand-in’s PlainBuffer', () => {
  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(rows, (row) => {
        expect(decodePlainRow(encodePlainRow(row))).toEqual(row);
      }),
    );
  });

  it('encodes a row to put byte for byte as the official SDK does', () => {
    fc.assert(
      fc.property(rows, cells(value), ({ primaryKey }, attributes) => {
        expect(encodePlainRow({ primaryKey, attributes, deleted: false })).toEqual(
          oracle.serializeForPutRow(toColumns(primaryKey), toColumns(attributes)),
        );
      }),
    );
  });

  it('encodes a row to delete byte for byte as the official SDK does', () => {
    fc.assert(
      fc.property(rows, ({ primaryKey }) => {
        expect(encodePlainRow({ primaryKey, attributes: [], deleted: true })).toEqual(
          oracle.serializeForDeleteRow(toColumns(primaryKey)),
        );
      }),
    );
  });

  it('decodes a value of a condition as the official SDK encodes it', () => {
    fc.assert(
      fc.property(value, (original) => {
        expect(decodeVariant(oracle.serializeColumnValue(original))).toEqual(original);
      }),
    );
  });

  it('refuses a row in which any one bit is wrong', () => {
    fc.assert(
      fc.property(rows, fc.nat(), fc.nat(7), (row, at, bit) => {
        const bytes = encodePlainRow(row);
        const index = at % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(index) ^ (1 << bit), index);
        expect(() => decodePlainRow(bytes)).toThrow();
      }),
    );
  });
});
