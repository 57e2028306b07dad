/** A Feishu custom bot. https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot */
import { createHmac } from 'node:crypto';
import { markdownAsSeen } from './as-seen';
import { createRate } from './rate';
import {
  fields,
  json,
  listOf,
  objectOf,
  textOf,
  type Robot,
  type RobotSettings,
  type SeenMessage,
} from './robot';

const HOUR_S = 60 * 60;
const MAX_BODY_BYTES = 20 * 1024;

export function playFeishu({ token, secret, keyword }: RobotSettings): Robot {
  const takesASecond = createRate(5, 1000);
  const takesAMinute = createRate(100, 60 * 1000);
  const throttled = json({
    code: 11232,
    data: {},
    msg: 'frequency limited psm[lark.oapi.app_platform_runtime]',
  });
  const path = `/open-apis/bot/v2/hook/${token}`;
  return {
    path,
    throttled,
    receive({ url, body }, now) {
      const refuse = (code: number, msg: string, status = 200) => ({
        answer: json({ code, data: {}, msg }, status),
        message: null,
      });
      if (url.pathname !== path) return refuse(19001, 'param invalid: incoming webhook access token invalid');
      const message = objectOf(body);
      const seen = messageAsSeen(message);
      if (seen === null || Buffer.byteLength(body) > MAX_BODY_BYTES) return refuse(9499, 'Bad Request', 400);
      if (secret !== null && !isSigned(message, secret, now)) {
        return refuse(19021, 'sign match fail or timestamp is not within one hour from current time');
      }
      if (keyword !== null && !`${seen.title}\n${seen.text}`.includes(keyword))
        return refuse(19024, 'Key Words Not Found');
      if (!takesASecond(now) || !takesAMinute(now)) return { answer: throttled, message: null };
      return {
        answer: json({ StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' }),
        message: seen,
      };
    },
  };
}

/** Timestamp and secret together are the key, and nothing is what it signs. The timestamp is in seconds. */
function isSigned(message: Readonly<Record<string, unknown>>, secret: string, now: number): boolean {
  const timestamp = textOf(message['timestamp']);
  if (!/^\d{10}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > HOUR_S) return false;
  return message['sign'] === createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
}

const AT = /<at (?:user_id|id)="?([^">\s]+)"?>[^<]*<\/at>/g;

function messageAsSeen(message: Readonly<Record<string, unknown>>): SeenMessage | null {
  if (message['msg_type'] === 'text') {
    const source = textOf(fields(message['content'])['text']);
    return source === ''
      ? null
      : { title: source.split('\n', 1)[0] ?? '', ...withMentions(source, (text) => text) };
  }
  if (message['msg_type'] !== 'interactive') return null;
  const card = fields(message['card']);
  const title = textOf(fields(fields(card['header'])['title'])['content']);
  const elements = listOf(card['elements']).map(elementAsSeen);
  return {
    title,
    text: [title, ...elements.map(({ text }) => text)].join('\n'),
    mentions: elements.flatMap(({ mentions }) => mentions),
  };
}

function elementAsSeen(element: unknown): { text: string; mentions: string[] } {
  const { tag, text, actions, elements } = fields(element);
  if (tag === 'hr') return { text: '———', mentions: [] };
  if (tag === 'action') return { text: listOf(actions).map(buttonAsSeen).join('  '), mentions: [] };
  if (tag === 'note') {
    return {
      text: listOf(elements)
        .map((item) => textOf(fields(item)['content']))
        .join(' '),
      mentions: [],
    };
  }
  const content = textOf(fields(text)['content']);
  // Only lark_md reads markup; in plain_text an <at …> is just that.
  return fields(text)['tag'] === 'lark_md'
    ? withMentions(content, markdownAsSeen)
    : { text: content, mentions: [] };
}

function buttonAsSeen(action: unknown): string {
  const { text, url } = fields(action);
  return `[${textOf(fields(text)['content'])}] ${textOf(url)}`;
}

function withMentions(
  source: string,
  asSeen: (text: string) => string,
): { text: string; mentions: string[] } {
  const mentions = [...source.matchAll(AT)].map(([, id = '']) => id);
  return { text: asSeen(source.replace(AT, (_, id: string) => `@${id}`)), mentions };
}
