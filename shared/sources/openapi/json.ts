import { isLosslessNumber, parse } from 'lossless-json';

/** From 16 digits on, a number may be more than JavaScript's numbers hold. */
const LONG_NUMBER = /\d{16}/;

/** A hundred tasks are some 50,000 characters. Parsing what is longer than this would only hold up everything else. */
const MAX_LENGTH = 6_000_000;

/**
 * Parses JSON without losing a digit: where there is a long number, every number comes as a LosslessNumber. JSON.parse
 * does the rest, because it is ten times as fast. Throws an Error of some kind for what is no JSON, for a text over 6
 * million characters, and for nesting too deep for the stack.
 */
export function parseJson(text: string): unknown {
  if (text.length > MAX_LENGTH) throw new RangeError(`The text is longer than ${MAX_LENGTH} characters`);
  return LONG_NUMBER.test(text) ? parse(text) : JSON.parse(text);
}

/** Whether `value` is what JSON calls an object. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}
