/** The kinds of fields that upstream's documents are made of. It writes numbers as numbers here and as strings there. */
import { isLosslessNumber } from 'lossless-json';
import * as v from 'valibot';
import { parseVendorTime } from '../../beijing-time';

/** Far more than any name of the vendor's has: nobody upstream makes our answers, messages and state longer than this. */
const LONGEST_TEXT = 1000;
/** Of an id or a status: the vendor's have 20 digits and 13 letters. */
const LONGEST_ID = 100;

/** A string as it is, cut where it is longer than any can be, a number as it was written; null for anything else. */
export const text = v.pipe(v.optional(v.unknown(), null), v.transform(toText));

/** A number of things that fits a JavaScript number, written as a number or as digits; null for anything else. */
export const count = v.pipe(v.optional(v.unknown(), null), v.transform(toCount));

/** Yes or no, written as a boolean or as text; null for anything else. */
export const flag = v.pipe(v.optional(v.unknown(), null), v.transform(toFlag));

/** A time as parseVendorTime gives it. */
export const time = v.pipe(v.optional(v.unknown(), null), v.transform(parseVendorTime));

/**
 * An id as text: a string that is neither empty nor longer than 100, or a whole number with all its digits. Anything else is refused, above
 * all a number that somebody parsed before us and that may have lost digits then.
 */
export const id = v.pipe(v.unknown(), v.transform(toId), v.string());

/** An id that may be absent, null or empty, which is null here. */
export const optionalId = v.pipe(
  v.optional(v.unknown(), null),
  v.transform((value) => (value === '' ? null : value)),
  v.nullable(id),
);

export function toText(value: unknown): string | null {
  const written = typeof value === 'number' || isLosslessNumber(value) ? String(value) : value;
  // Half a character, sent or cut here, could not be written into a URL or a mail.
  return typeof written === 'string' ? written.slice(0, LONGEST_TEXT).toWellFormed() : null;
}

/** Yes or no, written as a boolean or as text; null for anything else. */
export function toFlag(value: unknown): boolean | null {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : null;
}

function toCount(value: unknown): number | null {
  const digits = toText(value);
  if (digits === null || !/^\d+$/.test(digits)) return null;
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : null;
}

function toId(value: unknown): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : null;
  // Its text is a window on the whole answer, which would stay in memory as long as the id.
  if (isLosslessNumber(value)) return /^-?\d{1,100}$/.test(value.value) ? detached(value.value) : null;
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_ID
    ? value.toWellFormed()
    : null;
}

function detached(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
