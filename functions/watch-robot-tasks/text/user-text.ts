/**
 * Text that others wrote, made fit to stand inside ours. Task and robot names can hold anything, at any length. Each
 * channel then escapes what its own markup would read (see Markup in markup.ts).
 */

/** Seen as nothing and keeps what stands around it from being read as one word: a mention, a link. */
const ZERO_WIDTH_SPACE = '\u200b';

/** Line breaks and other controls, and the marks that turn the writing direction of what follows. */
const INVISIBLE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/**
 * `value` on one line, cut to `maxCharacters` (an ellipsis then stands for the rest), with no control character and no
 * half character. A name of 10 MB costs no more than a short one.
 */
export function oneLine(value: string, maxCharacters: number): string {
  // Four times: room for what is dropped, and a character outside the basic plane takes two units.
  const start = value.slice(0, maxCharacters * 4);
  const line = start.toWellFormed().replace(INVISIBLE, ' ').replace(/\s+/gu, ' ').trim();
  const characters = Array.from(line);
  if (characters.length <= maxCharacters && start.length === value.length) return line;
  return `${characters.slice(0, maxCharacters - 1).join('')}…`;
}

/** The same to the eye, but no chat makes a mention or a link of it. */
export function disarm(text: string): string {
  return text
    .replace(/[@＠]/g, `$&${ZERO_WIDTH_SPACE}`)
    .replace(/:(?=\/\/)/g, `:${ZERO_WIDTH_SPACE}`)
    .replace(/\.(?=\p{L}{2})/gu, `.${ZERO_WIDTH_SPACE}`);
}

/** `disarm`, and a zero-width space behind each of `characters`: what needs two characters in a row is not formed. */
export function disarmMarkup(text: string, characters: RegExp): string {
  return disarm(text).replace(characters, `$&${ZERO_WIDTH_SPACE}`);
}
