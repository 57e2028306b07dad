/**
 * Feishu (Lark) custom bot. https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
 * An interactive card. What others wrote stands in plain_text elements only, where no markup is read.
 */
import { createHmac } from 'node:crypto';
import { byteLength, formatEntry } from '../text/markup';
import type { MessageText } from '../text/message-text';
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
  notAnAnswer,
  refused,
  statusVerdict,
  unknownCode,
  type Verdict,
} from './verdict';

/** The whole body, signature included. */
const MAX_BODY_BYTES = 20_000;

const NAME = 'Feishu';

const COLOURS: Readonly<Record<MessageText['tone'], string>> = {
  stopped: 'red',
  warning: 'orange',
  recovered: 'green',
  info: 'blue',
};

export function createFeishu(config: ChannelConfig, options: ChannelOptions): Channel {
  return createHttpChannel(config, options.clock, {
    request: (message, now) => ({
      url: config.url,
      headers: {},
      body: bodyOf(message, now, config, options),
    }),
    verdict,
  });
}

function bodyOf(message: Message, now: number, config: ChannelConfig, options: ChannelOptions): string {
  const signature = config.secret === null ? {} : sign(config.secret, now);
  const mention = mentioned(message, config);
  return renderMessage(message, config, options, {
    escape: plain.escape,
    render: (text) => JSON.stringify({ ...signature, msg_type: 'interactive', card: card(text, mention) }),
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
  const link = text.link === null ? [] : [button(text.link.label, text.link.url)];
  const mentions =
    mention.length === 0 ? [] : [ourMarkdown(mention.map((id) => `<at id=${id}></at>`).join(' '))];
  return {
    config: { wide_screen_mode: true },
    header: { template: COLOURS[text.tone], title: { tag: 'plain_text', content: text.title } },
    elements: [...separated, ...link, ...mentions],
  };
}

/** For our own words only: never for what others wrote. */
function ourMarkdown(content: string) {
  return { tag: 'div', text: { tag: 'lark_md', content } };
}

function button(label: string, url: string) {
  return {
    tag: 'action',
    actions: [{ tag: 'button', type: 'default', text: { tag: 'plain_text', content: label }, url }],
  };
}

function verdict(status: number, body: string): Verdict {
  const answer = jsonObject(body);
  const code = answer?.['code'];
  if (typeof code === 'number') {
    if (code === 0 && status === 200) return DELIVERED;
    if (code !== 0) return codeVerdict(code, status, String(answer?.['msg']));
  }
  return status === 200 ? notAnAnswer(NAME, status) : statusVerdict(NAME, status);
}

function codeVerdict(code: number, status: number, msg: string): Verdict {
  switch (code) {
    case 11232:
      return busy(`${NAME} throttles this bot: it takes 5 messages a second and 100 a minute (code ${code})`);
    case 9499:
      // One code for two things.
      return /too many/i.test(msg)
        ? busy(`${NAME} throttles this bot (code ${code})`)
        : refused(
            `${NAME} cannot read the message: this is a bug of robot-task-watch, please report it (code ${code})`,
          );
    case 19001:
      return refused(`${NAME} knows no bot with this token: copy the webhook URL again (code ${code})`);
    case 19021:
      return refused(`${NAME} refuses the signature: check the secret and the clock (code ${code})`);
    case 19022:
      return refused(
        `${NAME} refuses the sender's IP address: use a signature or a keyword as the bot's security setting instead (code ${code})`,
      );
    case 19024:
      return refused(
        `${NAME} misses the bot's keyword: make 机器人任务 (in English: Robot task) one of its keywords (code ${code})`,
      );
    default:
      return status >= 500 ? statusVerdict(NAME, status) : unknownCode(NAME, code);
  }
}
