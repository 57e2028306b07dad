/** What a store keeps: one JSON document. Its kind knows how it is written and read; the bounds are the same for all. */
import * as v from 'valibot';
import type { Text } from '../text';

/** Larger than any document worth keeping: 10,000 tracked tasks with two channels take about 6 MB. */
export const MAX_DOCUMENT_BYTES = 24 * 1024 * 1024;

/**
 * More values than the largest document has. One of nothing but braces needs many times its size in memory: it is
 * refused before it is parsed.
 */
const MAX_VALUES = 2_000_000;

export type Decoded<T> =
  | { readonly kind: 'ok'; readonly content: T }
  /** Written by a newer version of this program. */
  | { readonly kind: 'newer'; readonly schemaVersion: number }
  /** `reason` says what is wrong and where; it holds nothing of the document's text. */
  | { readonly kind: 'corrupt'; readonly reason: string };

export interface DocumentKind<T> {
  /** As a sentence begins with it: "The state". */
  readonly name: Text;
  /** With its size, for the sentence that it is too large: "The state of 3 tasks". */
  describe(content: T): Text;
  /** `saveId` makes two saves of one content two different documents: each save is a version of its own. */
  encode(content: T, saveId: string): string;
  /** Never throws: the bytes may be anything. */
  decode(bytes: Uint8Array): Decoded<T>;
  /** The content, where another one that was saved later is lost: what that may have changed is unsure. */
  doubt(content: T): T;
}

const headerSchema = v.object({
  schemaVersion: v.pipe(
    v.number(),
    v.safeInteger('must be a whole number'),
    v.minValue(1, 'must be positive'),
  ),
});

/**
 * Parses and validates a document. `schemas` are those that this program knows, by their number, which goes up when a
 * program that knows only the older one could misread the document or, by saving it again, lose what is new in it.
 */
export function decodeDocument<T>(
  bytes: Uint8Array,
  schemas: ReadonlyMap<number, v.GenericSchema<unknown, T>>,
): Decoded<T> {
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
  const schema = schemas.get(schemaVersion);
  if (schema === undefined) return { kind: 'newer', schemaVersion };

  const content = v.safeParse(schema, document, { abortEarly: true });
  if (content.success) return { kind: 'ok', content: content.output };
  return { kind: 'corrupt', reason: describeIssue(content.issues[0]) };
}

/** At most so many values: each but the first follows one of these. Those inside of texts count as well. */
function countValues(bytes: Uint8Array): number {
  let count = 1;
  // By its place: with an iterator, 5 MB take six times as long.
  for (let place = 0, { length } = bytes; place < length; place += 1) {
    const byte = bytes[place];
    if (byte === COMMA || byte === BRACKET || byte === BRACE) count += 1;
  }
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
