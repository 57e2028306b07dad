/** A DingTalk custom robot. https://open.dingtalk.com/document/orgapp/custom-robot-access */
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
  type RobotRequest,
  type RobotSettings,
} from './robot';

const HOUR_MS = 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;
const PUNISHMENT_MS = 10 * MINUTE_MS;
const MAX_BODY_BYTES = 20_000;

export function playDingTalk({ token, secret, keyword }: RobotSettings): Robot {
  const takes = createRate(20, MINUTE_MS);
  let punishedUntil = 0;

  function refusal(request: RobotRequest, now: number): [code: number, message: string] | null {
    if (request.url.searchParams.get('access_token') !== token) return [300005, 'token is not exist'];
    const signature = secret === null ? null : signatureProblem(request.url, secret, now);
    if (signature !== null) return [310000, signature];
    if (Buffer.byteLength(request.body) > MAX_BODY_BYTES)
      return [460101, 'message too long, exceed 20000 bytes'];
    const message = objectOf(request.body);
    if (Object.keys(message).length === 0) return [40035, 'missing parameter json'];
    const { text } = contentOf(message);
    if (text === '') return [400, 'content is empty'];
    if (keyword !== null && !text.includes(keyword)) return [310000, 'keywords not in content'];
    if (now < punishedUntil) return [130101, 'send too fast, exceed 20 times per minute'];
    if (!takes(now)) {
      punishedUntil = now + PUNISHMENT_MS;
      return [130101, 'send too fast, exceed 20 times per minute'];
    }
    return null;
  }

  return {
    path: `/robot/send?access_token=${token}`,
    // The gateway's own answer: no errcode, and HTTP 200.
    throttled: json({ status: 1111, wait: 5, source: 'x5', punish: 'deny', uuid: '0' }),
    receive(request, now) {
      const problem = refusal(request, now);
      if (problem !== null)
        return { answer: json({ errcode: problem[0], errmsg: problem[1] }), message: null };
      const message = objectOf(request.body);
      const { title, text, source } = contentOf(message);
      return {
        answer: json({ errcode: 0, errmsg: 'ok' }),
        message: { title, text, mentions: mentionsOf(fields(message['at']), source) },
      };
    },
  };
}

/** The signature is in the query, once percent-encoded; one that was encoded twice does not match. */
function signatureProblem(url: URL, secret: string, now: number): string | null {
  const timestamp = url.searchParams.get('timestamp') ?? '';
  if (!/^\d{13}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > HOUR_MS) return 'invalid timestamp';
  const expected = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
  return url.searchParams.get('sign') === expected ? null : 'sign not match';
}

function contentOf(message: Readonly<Record<string, unknown>>) {
  if (message['msgtype'] === 'markdown') {
    const { title, text: source } = fields(message['markdown']);
    return { title: textOf(title), text: markdownAsSeen(textOf(source)), source: textOf(source) };
  }
  const content = message['msgtype'] === 'text' ? textOf(fields(message['text'])['content']) : '';
  return { title: content.split('\n', 1)[0] ?? '', text: content, source: content };
}

/** A mobile is notified when the list names it and the text holds it behind an @. */
function mentionsOf(at: Readonly<Record<string, unknown>>, source: string): string[] {
  if (at['isAtAll'] === true) return ['all'];
  return listOf(at['atMobiles'])
    .map(textOf)
    .filter((mobile) => mobile !== '' && source.includes(`@${mobile}`));
}
