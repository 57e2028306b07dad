/**
 * DingTalk custom robot. https://open.dingtalk.com/document/orgapp/custom-robot-access
 * With a mention it is sent a text message, because a mention in markdown may reach nobody; else markdown.
 */
import { createHmac } from 'node:crypto';
import { toJson } from '../text/json';
import { byteLength, format, type Markup } from '../text/markup';
import { disarm, disarmMarkup } from '../text/user-text';
import type { ExchangeAnswer } from '../../../shared/runtime/http-exchange';
import type { Text } from '../../../shared/text';
import type { Message } from '../rules/message';
import type { ChannelConfig, ChannelKind, ChannelOptions, CreateChannel } from './channel';
import { chatVerdict, ERRCODE, type Meanings } from './chat/codes';
import { mentioned, renderMessage } from './chat/render';
import { createHttpChannel } from './http/http-channel';
import { plain } from './chat/plain';
import { mobiles, robotUrl, signingKey } from './settings';
import { busy, jsonObject, later, ourBug, refused, withCode, type Verdict } from './http/verdict';

/** The whole body; a larger one is refused with 460101. */
const MAX_BODY_BYTES = 20_000;

const NAME: Text = { en: 'DingTalk', 'zh-CN': '钉钉' };
const TOO_OFTEN: Text = {
  en: 'DingTalk throttles this robot: it takes 20 messages a minute and then none for 10 minutes',
  'zh-CN': '钉钉对该机器人限流：每分钟最多 20 条，超过后 10 分钟内都不接收',
};

const markdown: Markup = {
  // The backslash is CommonMark's; the zero-width spaces hold in a client that does not know it.
  escape: (value) => disarmMarkup(value, /[\]<]/g).replace(/[\\`*_[\]()~|<>!&#]/g, '\\$&'),
  title: (text) => `### ${text}`,
  heading: (text) => `**${text}**\n`,
  name: (text) => `**${text}**\n`,
  line: (text) => `- ${text}`,
  link: (label, url) => `[${label}](${url})`,
  // A single line break is joined into one line by DingTalk on phones.
  betweenLinks: '\n\n',
};

export const dingtalk = {
  type: 'dingtalk',
  name: NAME,
  settings: { url: robotUrl, secret: signingKey, mention: mobiles },
  mentionsPeople: true,
} as const satisfies ChannelKind;

export const createDingtalk: CreateChannel = (config, options) =>
  createHttpChannel(config, options.clock, {
    request: (message, now) => ({
      url: signedUrl(config, now),
      headers: {},
      body: bodyOf(message, config, options),
    }),
    verdict,
  });

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
      render: (text) => toJson({ msgtype: 'markdown', markdown: { title, text: format(text, markdown) } }),
      fits,
    });
  }
  const isAtAll = mention.includes('all');
  const atMobiles = isAtAll ? [] : mention;
  const names = isAtAll ? '@所有人' : mention.map((mobile) => `@${mobile}`).join(' ');
  return renderMessage(message, config, options, {
    escape: plain.escape,
    render: (text) =>
      toJson({
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

const CODES: Meanings = [
  [[-1], busy({ en: 'DingTalk is busy', 'zh-CN': '钉钉系统繁忙' })],
  [[130101, 410100], later(TOO_OFTEN)],
  [[310000], (said) => refused(securityReason(said))],
  [
    [300001, 300005, 400101],
    refused({
      en: 'DingTalk knows no robot with this token: copy the webhook URL again',
      'zh-CN': '钉钉查不到这个 token 对应的机器人，请重新复制 Webhook 地址',
    }),
  ],
  [
    [400013, 400102, 400106],
    refused({
      en: 'DingTalk says that the robot is stopped or its group is gone: check it in the group',
      'zh-CN': '钉钉提示机器人已停用或群已解散，请到群里检查',
    }),
  ],
  [[40035, 43002, 43004, 460101], ourBug(NAME)],
];

function verdict(answer: ExchangeAnswer): Verdict {
  // The gateway's throttle, which has no errcode and comes as HTTP 200.
  if (jsonObject(answer.body)?.['status'] === 1111) return later(withCode(TOO_OFTEN, 'status 1111'));
  return chatVerdict(answer, { name: NAME, meanings: CODES, ...ERRCODE });
}

/** One code stands for all the robot's security settings; only the message tells which, in either language. */
function securityReason(errmsg: string): Text {
  if (/keyword|关键词/i.test(errmsg)) {
    return {
      en: "DingTalk misses the robot's keyword: make 机器人任务 (in English: Robot task) one of its keywords",
      'zh-CN': '钉钉要求消息含自定义关键词，请把“机器人任务”（英文提醒用 Robot task）设为关键词',
    };
  }
  if (/whitelist|\bip\b|ip ?地址|白名单|ip不/i.test(errmsg)) {
    return {
      en: "DingTalk refuses the sender's IP address: use a signature or a keyword as the robot's security setting instead",
      'zh-CN': '钉钉拒绝了来源 IP，请把机器人的安全设置改为加签或自定义关键词',
    };
  }
  if (/sign|timestamp|签名|加签|时间戳/i.test(errmsg)) {
    return {
      en: 'DingTalk refuses the signature: check the secret and the clock',
      'zh-CN': '钉钉签名校验失败，请检查签名密钥和时钟',
    };
  }
  return {
    en: "DingTalk's security settings refuse the message: check the secret, the clock, the keywords and the IP list",
    'zh-CN': '钉钉的安全设置拦截了消息，请检查签名密钥、时钟、自定义关键词和 IP 白名单',
  };
}
