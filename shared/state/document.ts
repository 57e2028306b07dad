import * as v from 'valibot';
import { firstStateSchema, stateSchema } from './document-schema';
import type { WatchState } from './state';

/**
 * Goes up when a program that knows only the older number could misread the document or, by saving it again, lose
 * what is new in it.
 */
const SCHEMA_VERSION = 2;

/** Larger than any state worth keeping: 10,000 tracked tasks with two channels take about 6 MB. */
export const MAX_DOCUMENT_BYTES = 24 * 1024 * 1024;

/**
 * More values than the largest state has. A document of nothing but braces needs many times its size in memory: it is
 * refused before it is parsed.
 */
const MAX_VALUES = 2_000_000;

export type DecodedState =
  | { readonly kind: 'ok'; readonly state: WatchState }
  /** Written by a newer version of this program. */
  | { readonly kind: 'newer'; readonly schemaVersion: number }
  /** `reason` says what is wrong and where; it holds nothing of the document's text. */
  | { readonly kind: 'corrupt'; readonly reason: string };

const headerSchema = v.object({
  schemaVersion: v.pipe(
    v.number(),
    v.safeInteger('must be a whole number'),
    v.minValue(1, 'must be positive'),
  ),
});

/**
 * The state as a JSON document, one task a line so that a person can search and compare it. `saveId` makes two saves
 * of one state two different documents: each save is a version of its own.
 */
export function encodeState(state: WatchState, saveId: string): string {
  const { tasks, ...rest } = state;
  const lines = tasks.map((task) => JSON.stringify(task)).join(',\n');
  const head = JSON.stringify({ schemaVersion: SCHEMA_VERSION, saveId, ...rest });
  return `${head.slice(0, -1)},"tasks":[\n${lines}\n]}\n`;
}

/** Parses and validates a document. Never throws: the bytes may be anything. */
export function decodeState(bytes: Uint8Array): DecodedState {
  if (countValues(bytes) > MAX_VALUES) return { kind: 'corrupt', reason: 'it holds too many values' };
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // Both errors' messages quote what they could not read.
    return { kind: 'corrupt', reason: 'it is no JSON' };
  }
  const header = v.safeParse(headerSchema, document, { abortEarly: true });
  if (!header.success) return { kind: 'corrupt', reason: 'it has no schemaVersion' };
  const { schemaVersion } = header.output;
  if (schemaVersion > SCHEMA_VERSION) return { kind: 'newer', schemaVersion };

  const schema = schemaVersion === 1 ? firstStateSchema : stateSchema;
  const state = v.safeParse(schema, document, { abortEarly: true });
  if (state.success) return { kind: 'ok', state: state.output };
  return { kind: 'corrupt', reason: describeIssue(state.issues[0]) };
}

/** At most so many values: each but the first follows one of these. Those inside of texts count as well. */
function countValues(bytes: Uint8Array): number {
  let count = 1;
  for (const byte of bytes) if (byte === COMMA || byte === BRACKET || byte === BRACE) count += 1;
  return count;
}

const [COMMA, BRACKET, BRACE] = [0x2c, 0x5b, 0x7b];

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const place = v.getDotPath(issue) ?? 'the document';
  if (issue.kind === 'validation') return `${place} ${issue.message}`;
  return issue.received === 'undefined'
    ? `${place} is missing`
    : `${place} must be ${issue.expected ?? 'something else'}`;
}
