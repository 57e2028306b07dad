/** Markdown as a reader sees it: enough of CommonMark for short messages, backslash escapes included. */
export function markdownAsSeen(source: string): string {
  // Escaped characters are put aside, so that nothing below reads them as markup.
  const aside: string[] = [];
  const rest = source.replace(/\\([!-/:-@[-`{-~])/g, (_, character: string) => {
    aside.push(character);
    return `\u0000${aside.length - 1}\u0000`;
  });
  const text = rest
    .replace(/^#{1,6} +/gm, '')
    .replace(/^- /gm, '• ')
    .replace(/^> ?/gm, '  ')
    .replace(/\*\*(.+?)\*\*/g, '$1');
  return linksAsSeen(text).replace(/\u0000(\d+)\u0000/g, (_, index: string) => aside[Number(index)] ?? '');
}

/** `[label](url)` becomes `label (url)`. */
export function linksAsSeen(text: string): string {
  return text.replace(/\[([^\]]*)\]\(([^)\s]*)\)/g, '$1 ($2)');
}
