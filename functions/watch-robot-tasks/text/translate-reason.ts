/** Turns the English sentences of a stored reason into Chinese, when it is told. */
import { REASONS, RECEIVERS } from './reasons-zh-cn';

/** More of a reason than is ever shown. What comes behind stays as it is, so that a long one costs no more. */
const MAX_CHARACTERS = 2000;

/** A code, a number, a request id, a field's name. */
const WORD = '[\\w.:-]{0,99}\\w';
const PLACES: Readonly<Record<string, string>> = {
  receiver: Object.keys(RECEIVERS).join('|'),
  /** A path, a table, a host: anything. */
  place: '.{1,1000}?',
  answer: `(?:HTTP )?${WORD}`,
};

/** What can stand around a sentence: the list or the sentence that it explains, its codes, and its full stop. */
const BEFORE = '(?<colon>: )?';
const BEHIND = '(?<stop>\\.)?(?: \\((?<codes>[^()]{1,300})\\))?(?<end>\\.)?(?<blank> )?';

interface Sentence {
  readonly pattern: RegExp;
  readonly chinese: string;
}

let compiled: readonly Sentence[] | undefined;

/**
 * `reason` with every sentence in Chinese that has a translation. All else stays as it is: sentences that are not known,
 * codes, paths, lists of statuses. Nothing is escaped here.
 */
export function translateReason(reason: string): string {
  const start = reason.slice(0, MAX_CHARACTERS);
  return (compiled ??= compile()).reduce(translate, start) + reason.slice(MAX_CHARACTERS);
}

/** The longest first: a shorter sentence can be the beginning of a longer one. */
function compile(): Sentence[] {
  return Object.entries(REASONS)
    .sort(([a], [b]) => b.length - a.length)
    .map(([english, chinese]) => ({ pattern: patternOf(english), chinese }));
}

function patternOf(english: string): RegExp {
  const body = english
    .replace(/[\\^$.*+?()[\]|/]/g, '\\$&')
    .replace(/\{(\w+)\}/g, (_place, name: string) => `(?<${name}>${PLACES[name] ?? WORD})`);
  return new RegExp(BEFORE + body + BEHIND, 'gu');
}

function translate(text: string, { pattern, chinese }: Sentence): string {
  return text.replace(pattern, (...match: unknown[]) => {
    const found = match.at(-1) as Readonly<Record<string, string | undefined>>;
    const { colon, stop, codes, end, blank = '' } = found;
    const sentence = chinese.replace(/\{(\w+)\}/g, (_place, name: string) => {
      const value = found[name] ?? '';
      return name === 'receiver' ? (RECEIVERS[value] ?? value) : value;
    });
    return [
      colon === undefined ? '' : '：',
      sentence,
      codes === undefined ? '' : `（${codes.replaceAll(', ', '，').replace('request id ', '请求 ID ')}）`,
      stop === undefined && end === undefined ? blank : '。',
    ].join('');
  });
}
