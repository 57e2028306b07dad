import fc from 'fast-check';
import { anyCharacter } from '../../../stand-ins/any-character';
import { disarm, oneLine } from '../../../../functions/watch-robot-tasks/text/user-text';

const anyText = fc.oneof(fc.string({ unit: anyCharacter }), fc.string({ unit: 'grapheme' }), fc.string());

describe('oneLine', () => {
  it.each([
    { name: 'a short text as it is', text: '春季回访 (2)', line: '春季回访 (2)' },
    { name: 'line breaks and tabs as blanks', text: ' a\r\n\tb\u2028c ', line: 'a b c' },
    { name: 'half a character as a replacement mark', text: 'a\ud83db', line: 'a\ufffdb' },
    { name: 'a whole emoji as it is', text: '📞', line: '📞' },
    { name: 'no mark that turns the direction', text: 'a\u202eb', line: 'a b' },
    { name: 'ten characters as ten', text: '0123456789', line: '0123456789' },
    { name: 'eleven characters as nine and an ellipsis', text: '0123456789a', line: '012345678…' },
    { name: 'eleven emojis as nine and an ellipsis', text: '📞'.repeat(11), line: `${'📞'.repeat(9)}…` },
    { name: 'nothing of nothing', text: ' \n ', line: '' },
  ])('gives $name', ({ text, line }) => {
    expect(oneLine(text, 10)).toBe(line);
  });

  it('never gives more characters than asked for, a line break or half a character', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 80 }), (text, length) => {
        const line = oneLine(text, length);
        expect(Array.from(line).length).toBeLessThanOrEqual(length);
        expect(line).not.toMatch(/[\p{Cc}\p{Surrogate}\u2028\u2029]/u);
      }),
    );
  });

  it('does not change what it gave', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const line = oneLine(text, 30);
        expect(oneLine(line, 30)).toBe(line);
      }),
    );
  });
});

describe('disarm', () => {
  it('changes nothing that can be seen', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(disarm(text).replaceAll('\u200b', '')).toBe(text.replaceAll('\u200b', ''));
      }),
    );
  });

  it.each(['@all', '＠all', 'https://evil.example/x', 'www.evil.example', 'evil.com', '例子.公司'])(
    'parts %s',
    (text) => {
      expect(disarm(text)).not.toBe(text);
    },
  );

  it.each(['2019.06.14', '10:15:30', 'batch_2024_01', '1.5'])('leaves %s as it is', (text) => {
    expect(disarm(text)).toBe(text);
  });
});
