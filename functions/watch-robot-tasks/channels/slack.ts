/** Slack incoming webhook. https://api.slack.com/messaging/webhooks */
import { format, type Markup } from '../text/markup';
import { disarm } from '../text/user-text';
import type { Channel } from './channel';
import { mentioned, renderMessage } from './chat';
import type { ChannelConfig } from './config';
import type { ChannelOptions } from './create';
import { createHttpChannel } from './http-channel';
import { busy, DELIVERED, notAnAnswer, refused, statusVerdict, type Verdict } from './verdict';

/** Slack cuts a much longer text by itself; this is what it advises to keep to. */
const MAX_CHARACTERS = 4000;

const NAME = 'Slack';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** Slack has no escape for its emphasis, so the marks are replaced by look-alikes. */
const LOOK_ALIKES: Readonly<Record<string, string>> = { '*': '∗', '`': 'ˋ', '~': '∼', _: '＿' };
/** An underscore inside a word is no emphasis, and names are full of them. */
const EMPHASIS = /[*`~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

const mrkdwn: Markup = {
  escape: (value) =>
    disarm(value)
      .replace(EMPHASIS, (mark) => LOOK_ALIKES[mark] ?? '')
      // :word: would become an emoji.
      .replace(/:(?=[\w+-]+:)/g, ':\u200b')
      .replace(/[&<>]/g, (character) => ENTITIES[character] ?? ''),
  title: (text) => `*${text}*`,
  heading: (text) => `*${text}*`,
  name: (text) => `*${text}*`,
  line: (text) => `• ${text}`,
  link: (label, url) => `<${url.replaceAll('&', '&amp;')}|${label}>`,
};

export function createSlack(config: ChannelConfig, options: ChannelOptions): Channel {
  return createHttpChannel(config, options.clock, {
    request: (message) => {
      const mentions = mentioned(message, config).map((id) => (id === 'all' ? '<!channel>' : `<@${id}>`));
      const ending = mentions.length === 0 ? '' : `\n\n${mentions.join(' ')}`;
      const text = renderMessage(message, config, options, {
        escape: mrkdwn.escape,
        render: (rendered) => `${format(rendered, mrkdwn)}${ending}`,
        fits: (rendered) => rendered.length <= MAX_CHARACTERS,
      });
      return {
        url: config.url,
        headers: {},
        body: JSON.stringify({ text, mrkdwn: true, unfurl_links: false, unfurl_media: false }),
      };
    },
    verdict,
  });
}

/** Errors are words: https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks */
function verdict(status: number, body: string): Verdict {
  const word = body.trim();
  if (status === 200) return word === 'ok' ? DELIVERED : notAnAnswer(NAME, status);
  switch (word) {
    case 'rate_limited':
      return busy(
        `${NAME} throttles this webhook: it takes about one message a second (HTTP ${status}, rate_limited)`,
      );
    case 'no_service':
    case 'no_service_id':
    case 'no_team':
    case 'invalid_token':
      return refused(
        `${NAME} knows no such webhook, or it was removed: make a new one (HTTP ${status}, ${word})`,
      );
    case 'channel_is_archived':
    case 'channel_not_found':
      return refused(
        `${NAME} says that the webhook's channel is archived or gone: choose another (HTTP ${status}, ${word})`,
      );
    case 'action_prohibited':
    case 'posting_to_general_channel_denied':
      return refused(
        `${NAME} does not let this webhook post there: ask the workspace's admin (HTTP ${status}, ${word})`,
      );
    case 'user_not_found':
      return refused(
        `${NAME} knows no member with a mentioned id: check the channel's mention (HTTP ${status}, ${word})`,
      );
    case 'invalid_payload':
    case 'no_text':
      return refused(
        `${NAME} cannot read the message: this is a bug of robot-task-watch, please report it (HTTP ${status}, ${word})`,
      );
    default:
      return statusVerdict(NAME, status);
  }
}
