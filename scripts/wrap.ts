/** Breaks text to the width of a terminal, between words and never inside one. */

/** What takes two columns. */
const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\uffef]|\p{Extended_Pictographic}/u;
/** Blanks; one Chinese character with the punctuation that belongs to it; or a word, with its own: a command between backticks is whole. */
const UNIT =
  /\s+|[「『（《“]*(?:[\u2e80-\u2fdf\u3040-\ua4cf\uac00-\ud7af\uf900-\ufaff])[，。；：、！？）》”』」]*|(?:`[^`\n]*`|[^\s\u2e80-\u2fdf\u3040-\u9fff\uf900-\ufaff])+/gu;

/** Columns that `text` takes. */
export function columns(text: string): number {
  let count = 0;
  for (const character of text) count += WIDE.test(character) ? 2 : 1;
  return count;
}

/**
 * Lines of at most `width` columns; those that follow the first begin with `indent`. A word that is longer, such as an
 * address to be copied, stays whole, and so does a command between backticks.
 */
export function wrap(text: string, width: number, indent = ''): string[] {
  return fill(text.match(UNIT) ?? [], width, indent, '');
}

/** Text of several lines, each wrapped; what goes on stands below where its line began. */
export function wrapLines(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, width))
    .join('\n');
}

/** Blanks, and what a line of a list begins with: a mark, or an option and the gap behind it. */
const HEAD = /^ *(?:[✓✗•-] |\d+\. |[<-]\S.*? {2,})?/u;

function wrapLine(line: string, width: number): string[] {
  const [head = ''] = HEAD.exec(line) ?? [];
  const indent = ' '.repeat(columns(head));
  return wrap(line.slice(head.length), width - indent.length).map(
    (part, index) => (index === 0 ? head : indent) + part,
  );
}

/** A shell command on lines that together are the same command; nothing between quotes is broken. */
export function wrapCommand(command: string, width: number): string[] {
  const words = (command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).flatMap((word, index) =>
    index === 0 ? [word] : [' ', word],
  );
  return fill(words, width, '  ', ' \\');
}

function fill(units: readonly string[], width: number, indent: string, end: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const unit of units) {
    const room = width - columns(end);
    if (line.trim() !== '' && unit.trim() !== '' && columns(line + unit) > room) {
      lines.push(line.trimEnd() + end);
      line = indent;
    }
    // Blanks at a break are the break.
    if (line !== indent || unit.trim() !== '' || lines.length === 0) line += unit;
  }
  return [...lines, line.trimEnd()];
}
