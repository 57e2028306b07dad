/** What the tables of docs/operate.md quote in their first column is what the product really says and logs. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bothOf, codeSpans, ROOT } from './document';

const SOURCES = ['functions', 'shared', 'scripts', 'local']
  .flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      path.join(ROOT, folder, file),
    ),
  )
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n')
  // What a template puts in differs.
  .replace(/\$\{[^}]*\}/g, '…');

/** The quotations in the first cells of the tables whose first column holds messages. */
function quotations(tables: readonly (readonly string[])[]): string[] {
  const rows = tables
    .filter(([head = '']) => /^\| (?:message|what you see|消息|看到的) \|/.test(head))
    .flatMap((table) => table.slice(1));
  const cells = rows.map((row) => row.split(' | ')[0] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/"([^"]+)"|“([^”]+)”/g)].map(([, a, b]) => a ?? b ?? ''));
}

/** Pieces between what differs: a number that the code puts in differs as well. */
function pieces(quotation: string): string[] {
  return quotation
    .split(/…|\b\d{3,}\b/)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
}

test.each(bothOf('docs/operate.md'))('Every message that $name explains is in the code', ({ tables }) => {
  const quoted = quotations(tables);
  expect(quoted.length).toBeGreaterThan(40);
  const unknown = quoted.filter((quotation) => !pieces(quotation).every((piece) => SOURCES.includes(piece)));
  expect(unknown).toEqual([]);
});

test('What the Chinese tables quote of messages and of the page is Chinese', () => {
  const chinese = bothOf('docs/operate.md').find(({ name }) => name.includes('zh-CN'));
  const texts = chinese?.text.split(/^### /m) ?? [];
  const quoted = texts
    .filter((part) => /^(?:群里的消息|机器人拒收|页面和 HTTP)/.test(part))
    .flatMap((part) => [...part.matchAll(/“([^”]+)”/g)].map(([, quotation = '']) => quotation));
  expect(quoted.length).toBeGreaterThan(30);
  expect(quoted.filter((quotation) => !/\p{Script=Han}/u.test(quotation))).toEqual([]);
});

/** The messages of all log lines of the functions. */
const LOGGED = [
  ...SOURCES.matchAll(/\blog(?:\.\w+|\[[^\]]*\])\([^;]*?'([^'\n]+)',?\s*\);/g),
  ...SOURCES.matchAll(/createLogger\([^;]*?\)\.error\([^;]*?'([^'\n]+)',?\s*\);/g),
].map(([, message = '']) => message);

test.each(bothOf('docs/operate.md'))('The table of log lines in $name has every one', ({ tables }) => {
  const table = tables.find(([head = '']) => head.startsWith('| `msg`')) ?? [];
  const told = table.slice(1).flatMap((row) => codeSpans(row.split(' | ')[0] ?? ''));
  expect(LOGGED.length).toBeGreaterThan(12);
  expect(told.sort()).toEqual([...new Set(LOGGED)].sort());
});
