/**
 * WeCom group robot. https://developer.work.weixin.qq.com/document/path/91770
 * With a mention it is sent a text message, the only kind in which a mobile number is mentioned; else markdown.
 */
import { toJson } from '../text/json';
import { byteLength, format, type Markup } from '../text/markup';
import { disarmMarkup } from '../text/user-text';
import type { ExchangeAnswer } from '../../../shared/runtime/http-exchange';
import type { Text } from '../../../shared/text';
import type { Message } from '../rules/message';
import type { ChannelConfig, ChannelKind, ChannelOptions, CreateChannel } from './channel';
import { chatVerdict, ERRCODE, type Meanings } from './chat/codes';
import { mentioned, renderMessage } from './chat/render';
import { createHttpChannel } from './http/http-channel';
import { plain } from './chat/plain';
import { mobiles, none, robotUrl } from './settings';
import { busy, later, ourBug, refused, type Verdict } from './http/verdict';

/** Of the content, as UTF-8. */
const MAX_TEXT_BYTES = 2048;
const MAX_MARKDOWN_BYTES = 4096;

const NAME: Text = { en: 'WeCom', 'zh-CN': '企业微信' };

const LOOK_ALIKES: Readonly<Record<string, string>> = { '*': '∗', '`': 'ˋ' };

const markdown: Markup = {
  // WeCom shows a backslash instead of escaping by it, so what would be read as markup is parted or replaced.
  escape: (value) => disarmMarkup(value, /[[\]<]/g).replace(/[*`]/g, (mark) => LOOK_ALIKES[mark] ?? ''),
  title: (text) => `### ${text}`,
  heading: (text) => `**${text}**`,
  name: (text) => `**${text}**`,
  line: (text) => `> ${text}`,
  link: (label, url) => `[${label}](${url})`,
};

export const wecom = {
  type: 'wecom',
  name: NAME,
  settings: { url: robotUrl, secret: none('a WeCom robot has none'), mention: mobiles },
  mentionsPeople: true,
} as const satisfies ChannelKind;

export const createWecom: CreateChannel = (config, options) =>
  createHttpChannel(config, options.clock, {
    request: (message) => ({
      url: config.url,
      headers: {},
      body: toJson(payload(message, config, options)),
    }),
    verdict,
  });

function payload(message: Message, config: ChannelConfig, options: ChannelOptions) {
  const content = (markup: Markup, maxBytes: number) =>
    renderMessage(message, config, options, {
      escape: markup.escape,
      render: (text) => format(text, markup),
      fits: (text) => byteLength(text) <= maxBytes,
    });
  const mention = mentioned(message, config);
  if (mention.length === 0) {
    return { msgtype: 'markdown', markdown: { content: content(markdown, MAX_MARKDOWN_BYTES) } };
  }
  const mobiles = mention.includes('all') ? ['@all'] : mention;
  return {
    msgtype: 'text',
    text: { content: content(plain, MAX_TEXT_BYTES), mentioned_mobile_list: mobiles },
  };
}

const CODES: Meanings = [
  [[-1], busy({ en: 'WeCom is busy', 'zh-CN': '企业微信系统繁忙' })],
  [
    [45009],
    later({
      en: 'WeCom throttles this robot: it takes 20 messages a minute',
      'zh-CN': '企业微信对该机器人限流：每分钟最多 20 条',
    }),
  ],
  [
    [93000],
    refused({
      en: 'WeCom knows no robot with this key, or it was removed: copy the webhook URL again',
      'zh-CN': '企业微信查不到这个 key 对应的机器人，可能已被移除，请重新复制 Webhook 地址',
    }),
  ],
  [[40058, 44004], ourBug(NAME)],
];

function verdict(answer: ExchangeAnswer): Verdict {
  return chatVerdict(answer, { name: NAME, meanings: CODES, ...ERRCODE });
}
