import { beijingShort } from '../../../shared/beijing-time';
import type { Language } from '../../../shared/text';
import type { Notice } from '../rules/message';
import { oneLine } from './user-text';
import type { Words } from './words';

const REASON_CHARACTERS = 300;
const ID_CHARACTERS = 40;
/** Codes and request ids at the end of a reason: support asks for them, and half of one is of no use. */
const CODES = /[（(][^()（）]{1,200}[）)][.。]?$/u;

/** One piece of news about the watch itself, on one line. `now` in epoch milliseconds. */
export function noticeLine(
  { subject, channel, state, since, reason }: Notice,
  now: number,
  words: Words,
  language: Language,
  escape: (value: string) => string,
): string {
  const time = beijingShort(since, now);
  const id = escape(oneLine(channel ?? '', ID_CHARACTERS));
  if (state === 'working') return words.working(subject, id, time);
  const sentence = reason === null ? '' : escape(shorten(reason[language]));
  return words.failing(subject, id, time, sentence || words.unknown);
}

function shorten(reason: string): string {
  if (reason.length <= REASON_CHARACTERS) return oneLine(reason, REASON_CHARACTERS);
  const codes = CODES.exec(reason)?.[0] ?? '';
  const sentence = reason.slice(0, reason.length - codes.length);
  return oneLine(sentence, REASON_CHARACTERS - codes.length) + codes;
}
