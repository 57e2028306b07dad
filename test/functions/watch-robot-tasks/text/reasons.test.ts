/**
 * Every reason that a notice can give is told in Chinese. The literals of the source are read, so that a new sentence
 * without a translation fails here; told-reasons.test.ts shows that sentences fit together. What this does not see: a
 * sentence of one word, one that is put together from pieces by `+` or join, and one of a vendor's package.
 */
import fc from 'fast-check';
import { REASONS, RECEIVERS } from '../../../../functions/watch-robot-tasks/text/reasons-zh-cn';
import { translateReason } from '../../../../functions/watch-robot-tasks/text/translate-reason';
import { englishLeft } from './english-left';
import { PLACE, sentencesIn, sentencesInSource } from './sentences-in-source';

/** Literals that no notice tells as they stand. */
const NEVER_TOLD = [
  // Half of a sentence, which the tests below tell whole.
  'an error',
  'unknown error',
  `request id ${PLACE}`,
  "The webhook's receiver",
  // For the log, the invocation's result or the receiver.
  'There was no time left to ask.',
  'The answer does not end.',
  `The poll is incomplete. ${PLACE}`,
  `The text is longer than ${PLACE} characters`,
  `<at id=${PLACE}></at>`,
  'no row',
  `${PLACE} bytes at ${PLACE}`,
  // What is kept aside, and why.
  `The state file could not be used (${PLACE}). It is kept as ${PLACE}.corrupt-${PLACE}.`,
  `The state in ${PLACE} could not be used (${PLACE}). It is kept in the row watch.corrupt-${PLACE}.`,
  'it is too large to be a state',
  'it has no version',
  'it has no document',
  'its document cannot be decompressed',
];

/** What is put together from more than one literal. */
const TOLD_WHOLE = [
  `Tablestore answers OTSServerBusy, request ${PLACE}`,
  `The state file /x cannot be used: the system gives this error code (unknown error).`,
  'The message could not be made (an error): this is a bug of robot-task-watch',
];

const SENTENCES = sentencesInSource().filter(({ text }) => !NEVER_TOLD.includes(text));

describe('a sentence in the source', () => {
  it.each(SENTENCES)('is told in Chinese, $file: $text', ({ text }) => {
    const chinese = translateReason(text);
    expect({ chinese, english: englishLeft(chinese) }).toEqual({ chinese, english: [] });
  });

  it.each(TOLD_WHOLE)('is told in Chinese: %s', (text) => {
    expect(englishLeft(translateReason(text))).toEqual([]);
  });

  it('is found, in the files that give reasons', () => {
    expect(SENTENCES.length).toBeGreaterThan(100);
    expect(new Set(SENTENCES.map(({ file }) => file))).toContain('shared/dyvmsapi/paging.ts');
  });

  it('is found in a literal, a template and a constant, and shows when it has no translation', () => {
    const code = `
      import x from 'not a sentence';
      const NAME = 'DingTalk';
      refused(\`\${NAME} has a new whim: do this (errcode \${code})\`);
      const remedies = [{ remedy: "turn it off and on" }];
      log.warn({ reason: 'for the log' }, 'not a reason');`;
    const found = sentencesIn(code);
    expect(found).toEqual(['DingTalk has a new whim: do this (errcode X1)', 'turn it off and on']);
    for (const text of found) expect(englishLeft(translateReason(text))).not.toEqual([]);
  });

  it('is left out only as long as it is there', () => {
    const texts = sentencesInSource().map(({ text }) => text);
    expect(NEVER_TOLD.filter((text) => !texts.includes(text))).toEqual([]);
  });
});

describe('a translation', () => {
  const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

  it.each(Object.entries(REASONS))('of "%s" has the same places', (english, chinese) => {
    expect(places(chinese)).toEqual(places(english));
  });

  it.each(Object.keys(REASONS))('of "%s" is of a sentence that the source has', (english) => {
    const pieces = english.split(/\{\w+\}/);
    const hasAll = (text: string) =>
      pieces.reduce((from, piece) => (from < 0 ? from : text.indexOf(piece, from)), 0) >= 0;
    expect([...SENTENCES.map(({ text }) => text), ...TOLD_WHOLE].some(hasAll)).toBe(true);
  });
});

describe('any other reason', () => {
  it.each([
    'Dyvmsapi refuses the AccessKey.',
    'Somebody: something else (code 7, request id 8). And on.',
    '上游拒绝了密钥，请检查 AccessKey（HTTP 403）。',
    '{receiver} is busy',
    '$& $<receiver> $1',
    '',
  ])('stays as it is: %s', (reason) => {
    expect(translateReason(reason)).toBe(reason);
  });

  it('stays as it is around a sentence that is known', () => {
    expect(
      translateReason(
        'ARREARS_STOP: Something new. (X, request id 1) SYSTEM_STOP: Upstream did not answer in time.',
      ),
    ).toBe('ARREARS_STOP: Something new. (X, request id 1) SYSTEM_STOP：上游在时限内没有应答。');
  });

  it('keeps a value that looks like a pattern', () => {
    expect(translateReason('The state in $& {place} cannot be used')).toBe('$& {place} 里的状态无法使用');
  });

  it('passes through, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (reason) => {
        expect(translateReason(reason)).toBe(reason);
      }),
    );
  });

  it('loses nothing but its English words, however its parts are mixed', () => {
    const parts = fc.oneof(
      fc.constantFrom(...Object.keys(REASONS).flatMap((key) => key.split(/(\{\w+\})/))),
      fc.constantFrom(...Object.keys(RECEIVERS), ': ', '. ', ' (', ') ', ', request id '),
      fc.integer({ min: 10_000 }).map((value) => `#${value}#`),
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 30 }), (mixed) => {
        const reason = mixed.join('');
        const values = (text: string) => text.match(/#\d+#/g) ?? [];
        expect(values(translateReason(reason)).sort()).toEqual(values(reason).sort());
      }),
      { numRuns: 300 },
    );
  });

  it('is not searched beyond what can be shown, however long it is', () => {
    const endless = 'The state in The state file ('.repeat(300_000);
    expect(translateReason(endless)).toBe(endless);
    const late = `${'x'.repeat(10_000)} Upstream did not answer in time.`;
    expect(translateReason(late)).toBe(late);
  });
});
