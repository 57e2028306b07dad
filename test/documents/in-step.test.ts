/** A document says the same in English and in Chinese. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { codeSpans, DOCUMENTS, PAIRS, ROOT, type CodeBlock, type Document } from './document';

/** What a block says to a machine: without the comments, which are translated. */
function commands({ language, text }: CodeBlock): string {
  return language === 'json' ? text : text.replace(/(^|\s+)# .*$/gm, '');
}

function sum(count: (document: Document) => number): number {
  return DOCUMENTS.reduce((total, document) => total + count(document), 0);
}

test('There is enough to compare', () => {
  expect(PAIRS.length).toBeGreaterThan(8);
  expect(sum(({ headings }) => headings.length)).toBeGreaterThan(45);
  expect(sum(({ blocks }) => blocks.length)).toBeGreaterThan(40);
  expect(sum(({ tables }) => tables.length)).toBeGreaterThan(20);
  expect(sum(({ prose }) => codeSpans(prose).length)).toBeGreaterThan(400);
});

test('No Chinese document is without its English one', () => {
  const files = readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  const known = DOCUMENTS.map(({ name }) => path.basename(name));
  expect(files.filter((name) => !known.includes(name))).toEqual([]);
});

describe.each(PAIRS)('$name is in step with its Chinese version', ({ english, chinese }) => {
  const both = [english, chinese];

  test('Their headings have the same levels in the same order', () => {
    const levels = both.map(({ headings }) => headings.map(({ level }) => level));
    expect(levels[0]?.[0]).toBe(1);
    expect(levels[1]).toEqual(levels[0]);
  });

  test('Their code blocks are in the same languages, and as many lines long', () => {
    const [expected, actual] = both.map(({ blocks }) =>
      blocks.map(({ language, text }) => ({ language, lines: text.split('\n').length })),
    );
    expect(actual).toEqual(expected);
  });

  test('Their commands, JSON documents and log queries are the same but for the comments', () => {
    const [expected, actual] = both.map(({ blocks }) =>
      blocks
        .filter(({ language, text }) => language !== '' || text.includes('__topic__'))
        .map((block) => commands(block)),
    );
    expect(actual).toEqual(expected);
  });

  test('Their tables have the same rows: the same names, values and numbers in each', () => {
    const [expected, actual] = both.map(({ tables }) =>
      tables.map((rows) =>
        rows.map((row) => ({
          names: codeSpans(row).sort(),
          numbers: (row.replace(/`[^`]+`/g, '').match(/\d+(?:[.,]\d+)*/g) ?? []).sort(),
        })),
      ),
    );
    expect(actual).toEqual(expected);
  });

  test('Their prose names the same commands, variables and files', () => {
    const [expected, actual] = both.map(({ prose }) => {
      const spans = codeSpans(prose).filter((span) =>
        /^(npm|npx|node) |^[A-Z][A-Z0-9_]+$|^[\w./-]+\.\w+$/.test(span),
      );
      return [...new Set(spans)].sort();
    });
    expect(actual).toEqual(expected);
  });

  test('Each links to the other one near its top', () => {
    expect(english.text.slice(0, 400)).toContain(`](${path.basename(chinese.name)})`);
    expect(chinese.text.slice(0, 400)).toContain(`](${path.basename(english.name)})`);
  });
});
