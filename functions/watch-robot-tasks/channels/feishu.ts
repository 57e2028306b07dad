/**
 * Feishu (Lark) custom bot. https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
 * An interactive card. What others wrote stands in plain_text elements only, where no markup is read.
 */
import { createHmac } from 'node:crypto';
import { toJson } from '../text/json';
import { byteLength, formatEntry } from '../text/markup';
import type { MessageText } from '../text/message-text';
import type { ExchangeAnswer } from '../../../shared/runtime/http-exchange';
import type { Text } from '../../../shared/text';
import type { Message } from '../rules/message';
import type { ChannelConfig, ChannelKind, ChannelOptions, CreateChannel } from './channel';
import { chatVerdict, type Meanings } from './chat/codes';
import { mentioned, renderMessage } from './chat/render';
import { createHttpChannel } from './http/http-channel';
import { plain } from './chat/plain';
import { mentionOf, robotUrl, signingKey } from './settings';
import { busy, ourBug, refused, type Verdict } from './http/verdict';

/** The whole body, signature included. */
const MAX_BODY_BYTES = 20_000;

const NAME: Text = { en: 'Feishu', 'zh-CN': '飞书' };

const COLOURS: Readonly<Record<MessageText['tone'], string>> = {
  stopped: 'red',
  warning: 'orange',
  recovered: 'green',
  info: 'blue',
};

export const feishu = {
  type: 'feishu',
  name: NAME,
  settings: {
    url: robotUrl,
    secret: signingKey,
    mention: mentionOf(/^ou_[A-Za-z0-9_-]{1,64}$/, 'open ids (ou_…)'),
  },
  mentionsPeople: true,
} as const satisfies ChannelKind;

export const createFeishu: CreateChannel = (config, options) =>
  createHttpChannel(config, options.clock, {
    request: (message, now) => ({
      url: config.url,
      headers: {},
      body: bodyOf(message, now, config, options),
    }),
    verdict,
  });

function bodyOf(message: Message, now: number, config: ChannelConfig, options: ChannelOptions): string {
  const signature = config.secret === null ? {} : sign(config.secret, now);
  const mention = mentioned(message, config);
  return renderMessage(message, config, options, {
    escape: plain.escape,
    render: (text) => toJson({ ...signature, msg_type: 'interactive', card: card(text, mention) }),
    fits: (body) => byteLength(body) <= MAX_BODY_BYTES,
  });
}

/** The text that is signed is the key, and the signed message is empty: that is how Feishu defines it. */
function sign(secret: string, now: number) {
  const timestamp = String(Math.floor(now / 1000));
  return { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64') };
}

function card(text: MessageText, mention: readonly string[]) {
  const sections = text.sections.map(({ heading, entries }) => [
    ...(heading === null ? [] : [ourMarkdown(`**${heading}**`)]),
    ...entries.map((entry) => ({
      tag: 'div',
      text: { tag: 'plain_text', content: formatEntry(entry, plain) },
    })),
  ]);
  const separated = sections.flatMap((elements, index) =>
    index === 0 ? elements : [{ tag: 'hr' }, ...elements],
  );
  const mentions =
    mention.length === 0 ? [] : [ourMarkdown(mention.map((id) => `<at id=${id}></at>`).join(' '))];
  return {
    config: { wide_screen_mode: true },
    header: { template: COLOURS[text.tone], title: { tag: 'plain_text', content: text.title } },
    elements: [...separated, ...buttons(text.links), ...mentions, note(text.closing)],
  };
}

/** For our own words only: never for what others wrote. */
function ourMarkdown(content: string) {
  return { tag: 'div', text: { tag: 'lark_md', content } };
}

function buttons(links: MessageText['links']) {
  const actions = links.map(({ label, url }, index) => ({
    tag: 'button',
    type: index === 0 ? 'primary' : 'default',
    text: { tag: 'plain_text', content: label },
    url,
  }));
  return actions.length === 0 ? [] : [{ tag: 'action', actions }];
}

function note(content: string) {
  return { tag: 'note', elements: [{ tag: 'plain_text', content }] };
}

const CODES: Meanings = [
  [
    [11232],
    busy({
      en: 'Feishu throttles this bot: it takes 5 messages a second and 100 a minute',
      'zh-CN': '飞书对该机器人限流：每秒最多 5 条，每分钟最多 100 条',
    }),
  ],
  [
    [9499],
    (said) =>
      /too many/i.test(said)
        ? busy({ en: 'Feishu throttles this bot', 'zh-CN': '飞书对该机器人限流' })
        : ourBug(NAME),
  ],
  [
    [19001],
    refused({
      en: 'Feishu knows no bot with this token: copy the webhook URL again',
      'zh-CN': '飞书查不到这个 token 对应的机器人，请重新复制 Webhook 地址',
    }),
  ],
  [
    [19021],
    refused({
      en: 'Feishu refuses the signature: check the secret and the clock',
      'zh-CN': '飞书签名校验失败，请检查签名密钥和时钟',
    }),
  ],
  [
    [19022],
    refused({
      en: "Feishu refuses the sender's IP address: use a signature or a keyword as the bot's security setting instead",
      'zh-CN': '飞书拒绝了来源 IP，请把机器人的安全设置改为签名校验或自定义关键词',
    }),
  ],
  [
    [19024],
    refused({
      en: "Feishu misses the bot's keyword: make 机器人任务 (in English: Robot task) one of its keywords",
      'zh-CN': '飞书要求消息含自定义关键词，请把“机器人任务”（英文提醒用 Robot task）设为关键词',
    }),
  ],
];

/** Older robots answer with StatusCode, newer ones with code. */
function verdict(answer: ExchangeAnswer): Verdict {
  return chatVerdict(answer, {
    name: NAME,
    meanings: CODES,
    label: 'code',
    codeIn: ({ code, StatusCode }) => code ?? StatusCode,
    saidIn: ({ msg, StatusMessage }) => msg ?? StatusMessage,
  });
}
