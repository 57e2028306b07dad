/** The documents for people, each in English and Chinese, read into what tests ask of them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.join(__dirname, '../..');

export interface CodeBlock {
  /** Empty when none is named. */
  readonly language: string;
  readonly text: string;
}

export interface Heading {
  readonly level: number;
  readonly text: string;
}

export interface Document {
  /** Its path in the repository. */
  readonly name: string;
  readonly text: string;
  /** `text` without its code blocks. */
  readonly prose: string;
  readonly blocks: readonly CodeBlock[];
  readonly headings: readonly Heading[];
  /** By table its rows, without the line below the head. */
  readonly tables: readonly (readonly string[])[];
}

/** A document in both languages. */
export interface Pair {
  readonly name: string;
  readonly english: Document;
  readonly chinese: Document;
}

const FENCED = /^( *)```(\w*)\n(.*?)^\1```$/gms;

/** @param name Its path in the repository. Throws when there is none. */
export function readDocument(name: string): Document {
  const text = readFileSync(path.join(ROOT, name), 'utf8');
  const prose = text.replace(FENCED, '');
  return {
    name,
    text,
    prose,
    blocks: [...text.matchAll(FENCED)].map(([, , language = '', block = '']) => ({ language, text: block })),
    headings: [...prose.matchAll(/^(#+) (.+)$/gm)].map(([, marks = '', heading = '']) => ({
      level: marks.length,
      text: heading,
    })),
    tables: [...prose.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) =>
      table.split('\n').filter((line) => line !== '' && !/^[|-]+$/.test(line)),
    ),
  };
}

function inChinese(name: string): string {
  return name.replace(/\.md$/, '.zh-CN.md');
}

const names = [
  ...['README.md', 'CONTRIBUTING.md'],
  ...readdirSync(path.join(ROOT, 'docs'))
    .filter((name) => /^[^.]+\.md$/.test(name))
    .map((name) => `docs/${name}`),
].filter((name) => readdirSync(path.join(ROOT, path.dirname(name))).includes(path.basename(name)));

/** Every document of the repository but the change log, which is in English alone. */
export const PAIRS: readonly Pair[] = names.map((name) => ({
  name,
  english: readDocument(name),
  chinese: readDocument(inChinese(name)),
}));

export const DOCUMENTS: readonly Document[] = PAIRS.flatMap(({ english, chinese }) => [english, chinese]);

/** A document in both languages, for what a test asks of one subject. @param name Its path in the repository. */
export function bothOf(name: string): readonly Document[] {
  return [readDocument(name), readDocument(inChinese(name))];
}

/** What stands between single backquotes. */
export function codeSpans(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
}

/** The anchors of its headings, as GitHub makes them. */
export function anchors({ headings }: Document): string[] {
  return headings.map(({ text }) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}
