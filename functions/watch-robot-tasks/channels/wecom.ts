/**
 * WeCom group robot. https://developer.work.weixin.qq.com/document/path/91770
 * With a mention it is sent a text message, the only kind in which a mobile number is mentioned; else markdown.
 */
import { byteLength, format, type Markup } from '../text/markup';
import { disarmMarkup } from '../text/user-text';
import type { Message } from '../message';
import type { Channel } from './channel';
import { mentioned, renderMessage } from './chat';
import type { ChannelConfig } from './config';
import type { ChannelOptions } from './create';
import { createHttpChannel } from './http-channel';
import { plain } from './plain';
import {
  busy,
  DELIVERED,
  jsonObject,
  later,
  notAnAnswer,
  refused,
  statusVerdict,
  unknownCode,
  type Verdict,
} from './verdict';

/** Of the content, as UTF-8. */
const MAX_TEXT_BYTES = 2048;
const MAX_MARKDOWN_BYTES = 4096;

const NAME = 'WeCom';

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

export function createWeCom(config: ChannelConfig, options: ChannelOptions): Channel {
  return createHttpChannel(config, options.clock, {
    request: (message) => ({
      url: config.url,
      headers: {},
      body: JSON.stringify(payload(message, config, options)),
    }),
    verdict,
  });
}

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

function verdict(status: number, body: string): Verdict {
  const code = jsonObject(body)?.['errcode'];
  if (typeof code === 'number') {
    if (code === 0 && status === 200) return DELIVERED;
    if (code !== 0) return codeVerdict(code);
  }
  return status === 200 ? notAnAnswer(NAME, status) : statusVerdict(NAME, status);
}

function codeVerdict(code: number): Verdict {
  switch (code) {
    case -1:
      return busy(`${NAME} is busy (errcode -1)`);
    case 45009:
      return later(`${NAME} throttles this robot: it takes 20 messages a minute (errcode ${code})`);
    case 93000:
      return refused(
        `${NAME} knows no robot with this key, or it was removed: copy the webhook URL again (errcode ${code})`,
      );
    case 40058:
    case 44004:
      return refused(
        `${NAME} cannot read the message: this is a bug of robot-task-watch, please report it (errcode ${code})`,
      );
    default:
      return unknownCode(NAME, code);
  }
}
