import { beijingShort } from '../../../shared/beijing-time';
import type { Notice } from '../rules/message';
import type { TextOptions } from './message-text';
import { oneLine } from './user-text';
import { sayOr } from './wording';
import type { Words } from './words';

const REASON_CHARACTERS = 300;
const ID_CHARACTERS = 40;
/** Request ids and codes at the end of a reason: support asks for them, and half of one is of no use. */
const CODES = /(?:请求 ID：|Request ids: )[^。\s]+(?:, [^。\s]+)*[。.]$|[（(][^()（）]{1,200}[）)][.。]?$/u;

/** One piece of news about the watch itself, on one line. `now` in epoch milliseconds. */
export function noticeLine(notice: Notice, now: number, words: Words, options: TextOptions): string {
  const { subject, state, since, reason } = notice;
  return sayOr(options, words.unsayable, () => {
    const time = beijingShort(since, now);
    const id = channelName(notice, options);
    if (state === 'working') return words.working(subject, id, time);
    const sentence = reason === null ? '' : options.escape(shorten(reason[options.language]));
    return words.failing(subject, id, time, sentence || words.unknown);
  });
}

/** The id of the channel that a notice is about, ready to stand in a sentence. */
export function channelName({ channel }: Notice, options: TextOptions): string {
  return options.escape(oneLine(channel ?? '', ID_CHARACTERS));
}

function shorten(reason: string): string {
  if (reason.length <= REASON_CHARACTERS) return oneLine(reason, REASON_CHARACTERS);
  const codes = CODES.exec(reason)?.[0] ?? '';
  const start = reason.slice(0, REASON_CHARACTERS - codes.length - 2);
  // Whole sentences, where there is one; else nothing of what is in parentheses.
  const end = Math.max(start.lastIndexOf('。'), start.lastIndexOf('. ')) + 1;
  const kept = end > 0 ? start.slice(0, end) : `${start.replace(/[（(][^()（）]*$/u, '')}…`;
  return oneLine(`${kept} ${codes}`.replace(/([。…]) (?=[请（])/u, '$1'), REASON_CHARACTERS);
}
