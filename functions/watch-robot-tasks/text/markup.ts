import type { Entry, MessageText } from './message-text';

/** How one channel writes what a message consists of. */
export interface Markup {
  /** Makes text that others wrote read as that text: no markup, mention or link. */
  readonly escape: (value: string) => string;
  title(text: string): string;
  heading(text: string): string;
  name(text: string): string;
  /** `isBelow`: it belongs to the name above it. */
  line(text: string, isBelow: boolean): string;
  link(label: string, url: string): string;
  /** What keeps two links on lines of their own; default a line break. */
  readonly betweenLinks?: string;
}

/** The whole message as one text. */
export function format(text: MessageText, markup: Markup): string {
  const sections = text.sections.map(({ heading, entries }) => {
    const blocks = entries.map((entry) => formatEntry(entry, markup));
    const [first = '', ...others] = blocks;
    return [heading === null ? first : `${markup.heading(heading)}\n${first}`, ...others].join('\n\n');
  });
  const links = text.links.map(({ label, url }) => markup.link(label, url)).join(markup.betweenLinks ?? '\n');
  return [markup.title(text.title), ...sections, ...(links === '' ? [] : [links]), text.closing].join('\n\n');
}

/** One entry, a line each: its name if it has one, then what is said of it. */
export function formatEntry({ name, lines, numbered = false }: Entry, markup: Markup): string {
  return [
    ...(name === null ? [] : [markup.name(name)]),
    ...lines.map((line, index) => (numbered ? `${index + 1}. ${line}` : markup.line(line, name !== null))),
  ].join('\n');
}

/** Bytes as UTF-8: what the limits of the chats count. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
