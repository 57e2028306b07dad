/** A Slack incoming webhook. https://api.slack.com/messaging/webhooks */
import { createRate } from './rate';
import { objectOf, textOf, type Robot, type RobotSettings } from './robot';

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

export function playSlack({ token }: RobotSettings): Robot {
  const takes = createRate(1, 1000);
  const throttled = { status: 429, headers: { 'retry-after': '1' }, body: 'rate_limited' };
  const path = `/services/T0INBOX/B0INBOX/${token}`;
  return {
    path,
    throttled,
    receive({ url, body }, now) {
      if (url.pathname !== path) return { answer: { status: 404, body: 'no_service' }, message: null };
      const { text } = objectOf(body);
      if (typeof text !== 'string')
        return { answer: { status: 400, body: 'invalid_payload' }, message: null };
      if (text === '') return { answer: { status: 400, body: 'no_text' }, message: null };
      if (!takes(now)) return { answer: throttled, message: null };
      const seen = asSeen(text);
      const mentions = [...text.matchAll(/<(?:@([UW]\w+)|!(channel|here|everyone))(?:\|[^>]*)?>/g)];
      return {
        answer: { status: 200, body: 'ok' },
        message: {
          title: textOf(seen.split('\n', 1)[0]),
          text: seen,
          mentions: mentions.map(([, member]) => member ?? 'all'),
        },
      };
    },
  };
}

function asSeen(source: string): string {
  return source
    .replace(/<(https?:[^|>]+)\|([^>]+)>/g, '$2 ($1)')
    .replace(/<[@!](\w+)(?:\|[^>]*)?>/g, '@$1')
    .replace(/^\*(.+)\*$/gm, '$1')
    .replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}
