/**
 * DingTalk custom robot. https://open.dingtalk.com/document/orgapp/custom-robot-access
 * With a mention it is sent a text message, because a mention in markdown may reach nobody; else markdown.
 */
import { createHmac } from 'node:crypto';
import { byteLength, format, type Markup } from '../text/markup';
import { disarm, disarmMarkup } from '../text/user-text';
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

/** The whole body; a larger one is refused with 460101. */
const MAX_BODY_BYTES = 20_000;

const NAME = 'DingTalk';
const TOO_OFTEN = `${NAME} throttles this robot: it takes 20 messages a minute and then none for 10 minutes`;

const markdown: Markup = {
  // The backslash is CommonMark's; the zero-width spaces hold in a client that does not know it.
  escape: (value) => disarmMarkup(value, /[\]<]/g).replace(/[\\`*_[\]()~|<>!&#]/g, '\\$&'),
  title: (text) => `### ${text}`,
  heading: (text) => `**${text}**\n`,
  name: (text) => `**${text}**\n`,
  line: (text) => `- ${text}`,
  link: (label, url) => `[${label}](${url})`,
};

export function createDingTalk(config: ChannelConfig, options: ChannelOptions): Channel {
  return createHttpChannel(config, options.clock, {
    request: (message, now) => ({
      url: signedUrl(config, now),
      headers: {},
      body: bodyOf(message, config, options),
    }),
    verdict,
  });
}

function bodyOf(message: Message, config: ChannelConfig, options: ChannelOptions): string {
  const fits = (body: string) => byteLength(body) <= MAX_BODY_BYTES;
  const mention = mentioned(message, config);
  if (mention.length === 0) {
    // The title is what a phone's notification shows: it knows no markup.
    const title = renderMessage(message, config, options, {
      escape: disarm,
      render: (text) => text.title,
      fits: () => true,
    });
    return renderMessage(message, config, options, {
      escape: markdown.escape,
      render: (text) =>
        JSON.stringify({ msgtype: 'markdown', markdown: { title, text: format(text, markdown) } }),
      fits,
    });
  }
  const isAtAll = mention.includes('all');
  const atMobiles = isAtAll ? [] : mention;
  const names = isAtAll ? '@所有人' : mention.map((mobile) => `@${mobile}`).join(' ');
  return renderMessage(message, config, options, {
    escape: plain.escape,
    render: (text) =>
      JSON.stringify({
        msgtype: 'text',
        text: { content: `${format(text, plain)}\n\n${names}` },
        at: { atMobiles, isAtAll },
      }),
    fits,
  });
}

/** The signature is encoded once, by URLSearchParams: a second time and DingTalk answers 310000. */
function signedUrl({ url, secret }: ChannelConfig, now: number): string {
  if (secret === null) return url;
  const signed = new URL(url);
  const sign = createHmac('sha256', secret).update(`${now}\n${secret}`).digest('base64');
  signed.searchParams.set('timestamp', String(now));
  signed.searchParams.set('sign', sign);
  return signed.href;
}

function verdict(status: number, body: string): Verdict {
  const answer = jsonObject(body);
  const code = answer?.['errcode'];
  if (typeof code === 'number') {
    if (code === 0 && status === 200) return DELIVERED;
    if (code !== 0) return codeVerdict(code, String(answer?.['errmsg']));
  }
  // The gateway's throttle, which has no errcode and comes as HTTP 200.
  if (answer?.['status'] === 1111) return later(`${TOO_OFTEN} (status 1111)`);
  return status === 200 ? notAnAnswer(NAME, status) : statusVerdict(NAME, status);
}

function codeVerdict(code: number, errmsg: string): Verdict {
  switch (code) {
    case -1:
      return busy(`${NAME} is busy (errcode -1)`);
    case 130101:
    case 410100:
      return later(`${TOO_OFTEN} (errcode ${code})`);
    case 310000:
      return refused(`${securityReason(errmsg)} (errcode ${code})`);
    case 300001:
    case 300005:
    case 400101:
      return refused(`${NAME} knows no robot with this token: copy the webhook URL again (errcode ${code})`);
    case 400013:
    case 400102:
    case 400106:
      return refused(
        `${NAME} says that the robot is stopped or its group is gone: check it in the group (errcode ${code})`,
      );
    case 40035:
    case 43002:
    case 43004:
    case 460101:
      return refused(
        `${NAME} cannot read the message: this is a bug of robot-task-watch, please report it (errcode ${code})`,
      );
    default:
      return unknownCode(NAME, code);
  }
}

/** One code stands for all the robot's security settings; only the message tells which. */
function securityReason(errmsg: string): string {
  if (/keyword/i.test(errmsg)) {
    return `${NAME} misses the robot's keyword: make 机器人任务 (in English: Robot task) one of its keywords`;
  }
  if (/whitelist|\bip\b/i.test(errmsg)) {
    return `${NAME} refuses the sender's IP address: use a signature or a keyword as the robot's security setting instead`;
  }
  if (/sign|timestamp/i.test(errmsg)) return `${NAME} refuses the signature: check the secret and the clock`;
  return `${NAME}'s security settings refuse the message: check the secret, the clock, the keywords and the IP list`;
}
