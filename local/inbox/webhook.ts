/** A receiver that verifies Standard Webhooks. https://github.com/standard-webhooks/standard-webhooks */
import { createHmac, timingSafeEqual } from 'node:crypto';
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

/** The tolerance that the specification's own libraries have. */
const TOLERANCE_S = 5 * 60;
const IDS_KEPT = 1000;

export function playWebhook({ token, secret }: RobotSettings): Robot {
  const received = new Set<string>();
  const path = `/hooks/${token}`;
  return {
    path,
    throttled: { ...json({ error: 'too many requests' }, 429), headers: { 'retry-after': '1' } },
    receive(request, now) {
      if (request.url.pathname !== path) return { answer: json({ error: 'not found' }, 404), message: null };
      if (secret !== null && !isSigned(request, secret, now)) {
        return { answer: json({ error: 'signature does not match' }, 401), message: null };
      }
      const document = objectOf(request.body);
      const type = textOf(document['type']);
      if (type === '') return { answer: json({ error: 'not a webhook document' }, 400), message: null };
      const id = textOf(request.headers['webhook-id']);
      const isKnown = received.has(id);
      remember(received, id);
      return {
        answer: json({ received: true }),
        message: isKnown ? null : { title: type, text: asSeen(type, fields(document['data'])), mentions: [] },
      };
    },
  };
}

function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  const [oldest] = ids;
  if (ids.size > IDS_KEPT && oldest !== undefined) ids.delete(oldest);
}

function isSigned({ headers, body }: RobotRequest, secret: string, now: number): boolean {
  const id = textOf(headers['webhook-id']);
  const timestamp = textOf(headers['webhook-timestamp']);
  if (id === '' || !/^\d+$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_S)
    return false;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return textOf(headers['webhook-signature'])
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice('v1,'.length), 'base64'))
    .some((signature) => signature.length === expected.length && timingSafeEqual(signature, expected));
}

/** A line for each task; nobody reads the document as it is. */
function asSeen(type: string, data: Readonly<Record<string, unknown>>): string {
  const lines = ['firing', 'repeated', 'resolved'].flatMap((list) =>
    listOf(data[list]).map((entry) => {
      const { task, status, previousStatus } = fields(entry);
      const { id, taskName } = fields(task);
      return `${list}: ${textOf(id)} ${textOf(taskName)}: ${textOf(previousStatus) || '-'} → ${textOf(status) || '-'}`;
    }),
  );
  const held = listOf(data['acknowledged']).map((entry) => {
    const { task, condition, by, until } = fields(entry);
    const { id, taskName } = fields(task);
    const end = textOf(until) === '' ? '' : ` until ${textOf(until)}`;
    return `acknowledged: ${textOf(id)} ${textOf(taskName)}: ${textOf(condition)} by ${textOf(by) || 'nobody'}${end}`;
  });
  const notices = listOf(data['notices']).map((entry) => {
    const { subject, state, reason } = fields(entry);
    return `notice: ${textOf(subject)} ${textOf(state)} ${textOf(reason)}`.trimEnd();
  });
  return [type, ...lines, ...held, ...notices].join('\n');
}
