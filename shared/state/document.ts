import type * as v from 'valibot';
import { decodeDocument, type Decoded, type DocumentKind } from '../documents/document-kind';
import { stateSchema } from './document-schema';
import { schema1, schema2 } from './older-documents';
import { doubted, failureSubject, taskSubject, type Told, type WatchState } from './state';

const SCHEMA_VERSION = 3;
const SCHEMAS = new Map<number, v.GenericSchema<unknown, WatchState>>([
  [1, schema1],
  [2, schema2],
  [SCHEMA_VERSION, stateSchema],
]);

/** What the watch remembers, as a store keeps it. */
export const stateKind: DocumentKind<WatchState> = {
  name: { en: 'The state', 'zh-CN': '状态' },
  describe: ({ tasks }) => ({
    en: `The state of ${tasks.length} tasks`,
    'zh-CN': `${tasks.length} 个任务的状态`,
  }),
  encode: encodeState,
  decode: decodeState,
  doubt: (state) => ({ ...state, told: doubted(state.told, state.savedAt) }),
};

/**
 * The state as a JSON document, one task a line so that a person can search and compare it. What was told stands in lists
 * that tasks and failures name by their place: most of them were told together. `saveId` makes two saves of one state two
 * different documents: each save is a version of its own.
 */
export function encodeState({ tasks, failures, told, ended, ...rest }: WatchState, saveId: string): string {
  const places = new Map<string, number>();
  const placeOf = (subject: string, condition: string | null, since: number) => {
    const records = told.get(subject);
    if (records === undefined) return {};
    const list = JSON.stringify(records.map((record) => written(record, condition, since)));
    const place = places.get(list) ?? places.size;
    places.set(list, place);
    return { told: place };
  };
  const failed = failures.map((failure) => ({
    ...failure,
    ...placeOf(failureSubject(failure), failure.state, failure.since),
  }));
  const lines = tasks.map(({ begin, ...tracked }) => {
    const { task, condition, since } = tracked;
    return JSON.stringify({
      ...tracked,
      ...(begin === since ? {} : { begin }),
      ...placeOf(taskSubject(task.id), condition, since),
    });
  });
  const head = JSON.stringify({
    ...{ schemaVersion: SCHEMA_VERSION, saveId, ...rest, failures: failed },
    ...(ended.length === 0 ? {} : { ended }),
  });
  const lists = [...places.keys()].join(',');
  return `${head.slice(0, -1)},"told":[${lists}],"tasks":[\n${lines.join(',\n')}\n]}\n`;
}

/** Without what is mostly so. */
function written(
  { condition, since, reminders, sure, ...record }: Told,
  ofSubject: string | null,
  sinceOfSubject: number,
): Partial<Told> {
  return {
    ...record,
    ...(condition === ofSubject ? {} : { condition }),
    ...(since === sinceOfSubject ? {} : { since }),
    ...(reminders === 0 ? {} : { reminders }),
    ...(sure ? {} : { sure }),
  };
}

export function decodeState(bytes: Uint8Array): Decoded<WatchState> {
  return decodeDocument(bytes, SCHEMAS);
}
