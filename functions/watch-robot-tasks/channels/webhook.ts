/**
 * A receiver of one's own: one JSON document, signed by Standard Webhooks.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac } from 'node:crypto';
import type { Channel } from './channel';
import type { ChannelConfig } from './config';
import type { ChannelOptions } from './create';
import { createHttpChannel } from './http-channel';
import { DELIVERED, refused, statusVerdict, type Verdict } from './verdict';
import { webhookDocument } from './webhook-document';

const NAME = "The webhook's receiver";

export function createWebhook(config: ChannelConfig, options: ChannelOptions): Channel {
  return createHttpChannel(config, options.clock, {
    dropsDuplicates: true,
    request: (message, now) => {
      // A header takes visible ASCII only.
      const id = encodeURIComponent(message.id);
      const timestamp = String(Math.floor(now / 1000));
      const body = webhookDocument(message, config.id);
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
}

/** One signature by each secret: while a secret is being replaced the receiver may know either. */
function sign(secrets: string, content: string): string {
  return secrets
    .split(' ')
    .map((secret) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .map((key) => `v1,${createHmac('sha256', key).update(content).digest('base64')}`)
    .join(' ');
}

function verdict(status: number): Verdict {
  if (status >= 200 && status < 300) return DELIVERED;
  if (status === 401 || status === 403) {
    return refused(
      `${NAME} refuses the signature or the sender: check the secret on both sides and the clock (HTTP ${status})`,
    );
  }
  if (status === 410)
    return refused(`${NAME} wants no more messages: remove the channel or set a new url (HTTP 410)`);
  return statusVerdict(NAME, status);
}
