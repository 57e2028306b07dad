/**
 * `code` with every character beyond ASCII written as its escape, as esbuild writes it everywhere but in regular expressions. One
 * such character and V8 keeps the whole file with two bytes a character: a start reads, keeps and parses twice as much.
 */
export function toAscii(code: string): string {
  // Identifiers, texts and regular expressions all read `\uXXXX` as the character. (A String.raw would not: there is none.)
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
