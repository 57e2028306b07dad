/**
 * On which line of a YAML text, counted from 1, the value at `at` stands, such as ['resources', 'watch', 'props', 'cpu']. A
 * place in a list is its number from 0. Where the whole path is not there: the line of the last part that is.
 */
export function lineOf(text: string, at: readonly string[]): number {
  const lines = text.split('\n');
  let line = -1;
  for (const part of at) {
    const found = childLine(lines, line, part);
    if (found === null) break;
    line = found;
  }
  return Math.max(line, 0) + 1;
}

const ITEM = /^\s*- /;

/** The line that begins the key or the list item `part` of what begins on the line `parent`; null when there is none. */
function childLine(lines: readonly string[], parent: number, part: string): number | null {
  const own = lines[parent];
  const isOwnItem = own !== undefined && ITEM.test(own);
  // An item's first key stands on the line of its dash.
  if (isOwnItem && keyOf(own) === part) return parent;
  const indent = own === undefined ? -1 : indentOf(own);
  let [childIndent, items] = [-1, 0];
  for (let index = parent + 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (/^\s*(?:#|$)/.test(line)) continue;
    const isItem = ITEM.test(line);
    // A list may begin at its key's own indent.
    if (indentOf(line) < indent || (indentOf(line) === indent && (isOwnItem || !isItem))) return null;
    if (childIndent === -1) childIndent = indentOf(line);
    if (indentOf(line) !== childIndent) continue;
    if (isItem ? String(items) === part : keyOf(line) === part) return index;
    if (isItem) items += 1;
  }
  return null;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function keyOf(line: string): string | null {
  return /^\s*(?:- )?['"]?([^\s'":]+)['"]?\s*:(?:\s|$)/.exec(line)?.[1] ?? null;
}
