import fc from 'fast-check';

/**
 * A unit of `fc.string`: any character but half ones, as its own unit `binary`. That one makes a table of a million characters first,
 * which takes most of a second in each test file.
 */
export const anyCharacter = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((code) => String.fromCodePoint(code), codeOf);

/** The way back, by which the strings that fast-check knows to be dangerous (such as `__proto__`) are among those that it draws. */
function codeOf(character: unknown): number {
  const code = typeof character === 'string' ? character.codePointAt(0) : undefined;
  if (code === undefined || String.fromCodePoint(code) !== character)
    throw new Error('That is not one character.');
  return code;
}
