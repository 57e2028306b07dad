/** Slack incoming webhook. https://api.slack.com/messaging/webhooks */
import { toJson } from '../text/json';
import { format, type Markup } from '../text/markup';
import { disarm } from '../text/user-text';
import type { ExchangeAnswer } from '../../../shared/runtime/http-exchange';
import type { Text } from '../../../shared/text';
import type { ChannelKind, CreateChannel } from './channel';
import { meaningOf, type Meanings } from './chat/codes';
import { mentioned, renderMessage } from './chat/render';
import { createHttpChannel } from './http/http-channel';
import {
  busy,
  DELIVERED,
  jsonObject,
  notAnAnswer,
  ourBug,
  refused,
  statusVerdict,
  type Verdict,
} from './http/verdict';
import { mentionOf, none, robotUrl } from './settings';

/** Slack cuts a much longer text by itself; this is what it advises to keep to. */
const MAX_CHARACTERS = 4000;

const NAME: Text = { en: 'Slack', 'zh-CN': 'Slack ' };

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

export const slack = {
  type: 'slack',
  name: NAME,
  settings: {
    url: robotUrl,
    secret: none('a Slack webhook has none'),
    mention: mentionOf(/^[UW][A-Z0-9]{1,31}$/, 'member ids (U… or W…)'),
  },
  mentionsPeople: true,
} as const satisfies ChannelKind;

export const createSlack: CreateChannel = (config, options) =>
  createHttpChannel(config, options.clock, {
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
        body: toJson({ text, mrkdwn: true, unfurl_links: false, unfurl_media: false }),
      };
    },
    verdict,
  });

/** https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks */
const WORDS: Meanings = [
  [
    ['rate_limited'],
    busy({
      en: 'Slack throttles this webhook: it takes about one message a second',
      'zh-CN': 'Slack 对该 Webhook 限流：大约每秒 1 条',
    }),
  ],
  [
    ['no_service', 'no_service_id', 'no_team', 'invalid_token'],
    refused({
      en: 'Slack knows no such webhook, or it was removed: make a new one',
      'zh-CN': 'Slack 查不到这个 Webhook，可能已被移除，请新建一个',
    }),
  ],
  [
    ['channel_is_archived', 'channel_not_found'],
    refused({
      en: "Slack says that the webhook's channel is archived or gone: choose another",
      'zh-CN': 'Slack 提示 Webhook 对应的频道已归档或不存在，请换一个频道',
    }),
  ],
  [
    ['action_prohibited', 'posting_to_general_channel_denied'],
    refused({
      en: "Slack does not let this webhook post there: ask the workspace's admin",
      'zh-CN': 'Slack 不允许该 Webhook 在那里发消息，请联系工作区管理员',
    }),
  ],
  [
    ['user_not_found'],
    refused({
      en: "Slack knows no member with a mentioned id: check the channel's mention",
      'zh-CN': 'Slack 查不到要 @ 的成员，请检查通道的 mention',
    }),
  ],
  [['invalid_payload', 'no_text'], ourBug(NAME)],
];

/** Slack answers with words; the trigger of a workflow with JSON. */
function verdict({ status, body }: ExchangeAnswer): Verdict {
  const answer = jsonObject(body);
  const word = typeof answer?.['error'] === 'string' ? answer['error'] : body.trim();
  if (status === 200 && (word === 'ok' || answer?.['ok'] === true)) return DELIVERED;
  return (
    meaningOf(word, '', `HTTP ${status}, ${word}`, WORDS) ??
    (status === 200 ? notAnAnswer(NAME, status) : statusVerdict(NAME, status))
  );
}
