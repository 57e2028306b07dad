/**
 * A receiver of one's own: one JSON document, signed by Standard Webhooks.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac } from 'node:crypto';
import * as v from 'valibot';
import type { ExchangeAnswer } from '../../../shared/runtime/http-exchange';
import type { Text } from '../../../shared/text';
import { webhookDocument } from '../text/webhook-document';
import type { ChannelKind, CreateChannel } from './channel';
import { createHttpChannel } from './http/http-channel';
import { DELIVERED, refused, statusVerdict, withCode, type Verdict } from './http/verdict';
import { none, robotUrl } from './settings';

const NAME: Text = { en: "The webhook's receiver", 'zh-CN': 'Webhook 接收方' };

const keys = v.optional(
  v.pipe(
    v.string('must be a text'),
    v.check(
      (secrets) => secrets.split(' ').every(isSigningSecret),
      'must be whsec_<base64> of 24 to 64 bytes (several, separated by one space, while a secret is being replaced)',
    ),
  ),
);

/** The standard asks for 24 to 64 bytes: a shorter key can be guessed. */
function isSigningSecret(text: string): boolean {
  const [, base64] = /^whsec_([A-Za-z0-9+/]{32,86}={0,2})$/.exec(text) ?? [];
  const { length } = Buffer.from(base64 ?? '', 'base64');
  return length >= 24 && length <= 64;
}

export const webhook = {
  type: 'webhook',
  name: NAME,
  settings: { url: robotUrl, secret: keys, mention: none('a webhook mentions nobody') },
  mentionsPeople: false,
} as const satisfies ChannelKind;

export const createWebhook: CreateChannel = (config, options) =>
  createHttpChannel(config, options.clock, {
    dropsDuplicates: true,
    canShorten: true,
    request: (message, now, brevity) => {
      // A header takes visible ASCII only.
      const id = encodeURIComponent(message.id);
      const timestamp = String(Math.floor(now / 1000));
      const body = webhookDocument(message, config.id, options, brevity);
      const signature = config.secret === null ? null : sign(config.secret, `${id}.${timestamp}.${body}`);
      return {
        url: config.url,
        headers: {
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          ...(signature === null ? {} : { 'webhook-signature': signature }),
        },
        body,
      };
    },
    verdict,
  });

/** One signature by each secret: while a secret is being replaced the receiver may know either. */
function sign(secrets: string, content: string): string {
  return secrets
    .split(' ')
    .map((secret) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .map((key) => `v1,${createHmac('sha256', key).update(content).digest('base64')}`)
    .join(' ');
}

/** Whatever the body says, and however long it is: the status is the answer. */
function verdict({ status }: ExchangeAnswer): Verdict {
  if (status >= 200 && status < 300) return DELIVERED;
  const coded = (reason: Text) => withCode(reason, `HTTP ${status}`);
  if (status === 401 || status === 403) {
    return refused(
      coded({
        en: `${NAME.en} refuses the signature or the sender: check the secret on both sides and the clock`,
        'zh-CN': `${NAME['zh-CN']}拒绝了签名或发送方，请检查两端的签名密钥和时钟`,
      }),
    );
  }
  if (status === 410) {
    return refused(
      coded({
        en: `${NAME.en} wants no more messages: remove the channel or set a new url`,
        'zh-CN': `${NAME['zh-CN']}不再接收消息，请移除该通道或换一个 url`,
      }),
    );
  }
  return statusVerdict(NAME, status);
}
