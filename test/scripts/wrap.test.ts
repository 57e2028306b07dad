import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { widthOf } from '../../scripts/terminal';
import { columns, wrap, wrapCommand, wrapLines } from '../../scripts/wrap';

const words = fc.array(
  fc.constantFrom(
    'a',
    'poll',
    'stopped:',
    '欠费暂停',
    '云杉',
    '，',
    '、',
    '。',
    '「',
    '（双十一）',
    '998 / 1000',
    '🔴',
    ' ',
  ),
  {
    maxLength: 30,
  },
);

test('a line takes no more columns than there are, and loses nothing but the blanks at its breaks', () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 14, max: 60 }), (pieces, width) => {
      const text = pieces.join(' ');
      const lines = wrap(text, width);
      const close = pieces.join('');
      expect(wrap(close, width).join('').replace(/\s/g, '')).toBe(close.replace(/\s/g, ''));
      for (const line of lines) expect(columns(line)).toBeLessThanOrEqual(width);
      expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
    }),
  );
});

test.each([
  { name: 'between words', text: 'one two three', width: 8, lines: ['one two', 'three'] },
  {
    name: 'between Chinese characters, but not before their punctuation',
    text: '欠费暂停，请充值。',
    width: 8,
    lines: ['欠费暂', '停，请充', '值。'],
  },
  {
    name: 'with the Chinese punctuation of a word of Latin letters',
    text: '请检查 AccessKey、角色。',
    width: 16,
    lines: ['请检查', 'AccessKey、角', '色。'],
  },
  {
    name: 'never inside an address',
    text: 'see https://example.com/a/long/one now',
    width: 12,
    lines: ['see', 'https://example.com/a/long/one', 'now'],
  },
  {
    name: 'never inside a command between backticks',
    text: 'or run (`npm run deploy`), then look',
    width: 14,
    lines: ['or run', '(`npm run deploy`),', 'then look'],
  },
  { name: 'not at all where it fits', text: 'short', width: 80, lines: ['short'] },
])('it breaks $name', ({ text, width, lines }) => {
  expect(wrap(text, width)).toEqual(lines);
});

test('lines that follow are indented', () => {
  expect(wrap('one two three', 9, '  ')).toEqual(['one two', '  three']);
});

test.each([
  { name: 'blanks', text: '  one two three', lines: ['  one two', '  three'] },
  { name: 'a mark', text: '✗ one two three', lines: ['✗ one two', '  three'] },
  { name: 'an option', text: '  --a  one two', lines: ['  --a  one', '       two'] },
  { name: 'nothing', text: 'one two three\n\nfour', lines: ['one two', 'three', '', 'four'] },
])('a line goes on below where its text began, behind $name', ({ text, lines }) => {
  expect(wrapLines(text, 10).split('\n')).toEqual(lines);
});

test.each([
  { name: 'a terminal', stream: { isTTY: true, columns: 80 }, width: 80 },
  { name: 'a terminal that does not say', stream: { isTTY: true, columns: 0 }, width: Infinity },
  { name: 'a pipe', stream: { isTTY: false, columns: 80 }, width: Infinity },
])('$name is $width columns wide', ({ stream, width }) => {
  expect(widthOf(stream)).toBe(width);
});

test('a command on several lines is the same command', () => {
  const command = `printf '%s|' -H 'Authorization: Bearer a b' "x y" --last 'https://example.com/a?b=c&d=e'`;
  const lines = wrapCommand(command, 30);
  expect(lines.length).toBeGreaterThan(2);
  const run = (text: string) => execFileSync('/bin/sh', ['-c', text], { encoding: 'utf8' });
  expect(run(lines.join('\n'))).toBe(run(command));
});
