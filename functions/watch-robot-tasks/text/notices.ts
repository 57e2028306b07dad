import { beijingMinute } from '../../../shared/beijing-time';
import type { Notice } from '../message';
import { oneLine } from './user-text';
import type { Words } from './words';

const REASON_CHARACTERS = 300;

/** One piece of news about the watch itself, on one line. */
export function noticeLine(notice: Notice, words: Words, escape: (value: string) => string): string {
  const time = beijingMinute(notice.since);
  const reason = escape(oneLine(words.reason(notice.reason ?? ''), REASON_CHARACTERS)) || words.unknown;
  const isFailing = notice.state === 'failing';
  switch (notice.subject) {
    case 'poll':
      return isFailing ? words.pollFailing(time, reason) : words.pollWorking(time);
    case 'store':
      return isFailing ? words.storeFailing(time, reason) : words.storeWorking(time);
    case 'channel': {
      const id = escape(oneLine(notice.channel ?? '', 40));
      return isFailing ? words.channelFailing(id, time, reason) : words.channelWorking(id, time);
    }
  }
}
