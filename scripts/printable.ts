import { stripVTControlCharacters } from 'node:util';

/** Control characters but tab and line feed; what turns the direction of writing; half a character. */
const UNPRINTABLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\p{Cs}]/gu;

/**
 * `text` as a terminal may be given it: foreign words can move its cursor, rename its window or ring its bell, and turn the
 * rest of a line around.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text.replaceAll('\r\n', '\n').replaceAll('\r', '\n')).replace(
    UNPRINTABLE,
    '',
  );
}
