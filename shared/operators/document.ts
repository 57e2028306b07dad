import * as v from 'valibot';
import { decodeDocument, type DocumentKind } from '../documents/document-kind';
import { MOST_ENTRIES, type OperatorsRecord } from './record';

const SCHEMA_VERSION = 1;

const MAX_TEXT = 100;
const name = v.pipe(
  v.string(),
  v.nonEmpty('must not be empty'),
  v.maxLength(MAX_TEXT, 'must not be so long'),
);
const time = v.pipe(
  v.number(),
  v.safeInteger('must be a whole number'),
  v.minValue(0, 'must not be negative'),
  v.maxValue(Date.UTC(2200, 0), 'must be a time before the year 2200'),
);

function some<const S extends v.GenericSchema>(entry: S) {
  return v.pipe(v.array(entry), v.maxLength(MOST_ENTRIES, 'must not hold so many'));
}

const schema: v.GenericSchema<unknown, OperatorsRecord> = v.object({
  acknowledged: v.pipe(
    some(v.object({ id: name, condition: name, since: time, by: name, at: time, until: v.nullable(time) })),
    v.check((held) => new Set(held.map(({ id }) => id)).size === held.length, 'hold a task twice'),
  ),
  started: some(v.object({ id: name, by: name, at: time })),
});

const SCHEMAS = new Map([[SCHEMA_VERSION, schema]]);

/** What operators did, as a store keeps it: one act a line. */
export const operatorsKind: DocumentKind<OperatorsRecord> = {
  name: { en: "The operators' record", 'zh-CN': '操作员记录' },
  describe: ({ acknowledged, started }) => {
    const acts = acknowledged.length + started.length;
    return { en: `The operators' record of ${acts} acts`, 'zh-CN': `${acts} 次操作的操作员记录` };
  },
  encode: ({ acknowledged, started }, saveId) => {
    const lines = (acts: readonly object[]) => acts.map((act) => JSON.stringify(act)).join(',\n');
    const head = JSON.stringify({ schemaVersion: SCHEMA_VERSION, saveId }).slice(0, -1);
    return `${head},"acknowledged":[\n${lines(acknowledged)}\n],"started":[\n${lines(started)}\n]}\n`;
  },
  decode: (bytes) => decodeDocument(bytes, SCHEMAS),
  // Who took something may have given it back: what nobody knows keeps no reminder back.
  doubt: ({ started }) => ({ acknowledged: [], started }),
};
