/** E-mail, by the receiver's own SMTP server. nodemailer is loaded when the first one is sent. */
import * as v from 'valibot';
import { endWithin } from '../../../../shared/runtime/deadline';
import { isLoopback } from '../../../../shared/runtime/environment';
import type { Text } from '../../../../shared/text';
import type { Message } from '../../rules/message';
import type { ChannelConfig, ChannelKind, ChannelOptions, Delivery } from '../channel';
import { renderMessage } from '../chat/render';
import { none, urlSetting } from '../settings';
import { htmlPart } from './html';
import { plainPart } from './plain';
import { failureOf, isLate, refusedRecipient, tooLate } from './verdict';

const NAME: Text = { en: 'The mail server', 'zh-CN': '邮件服务器' };
const MAX_RECIPIENTS = 20;
/** Of the tasks that a mail is about, so many are what a mail program can sort it by. */
const MAX_REFERENCES = 20;

const addressMessage = 'must be a mail address such as ops@example.com';
const address = v.pipe(v.string(addressMessage), v.regex(/^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/, addressMessage));

export const email = {
  type: 'email',
  name: NAME,
  settings: {
    url: urlSetting(smtpUrl, 'must be the URL of the mail server'),
    from: address,
    to: v.pipe(
      v.array(address, 'must be a list of mail addresses'),
      v.minLength(1, 'must name at least one mail address'),
      v.maxLength(MAX_RECIPIENTS, `must not name more than ${MAX_RECIPIENTS}`),
    ),
    secret: none('user name and password stand in the url'),
    mention: none('an e-mail goes to the list in to'),
  },
  mentionsPeople: false,
  create: (config, options) => createEmailChannel(config, options),
} as const satisfies ChannelKind;

/** `smtps://user:password@host:465`, or `smtp://user:password@host:587`, where STARTTLS follows. */
function smtpUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '' || !/^\/?$/.test(url.pathname)) {
    throw new Error('must be smtps://user:password@host:465 or smtp://user:password@host:587');
  }
  if (!isDecodable(url.username) || !isDecodable(url.password)) {
    throw new Error('has a % in its user name or password that stands for nothing: write %25');
  }
  return url;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

interface EmailSettings {
  readonly from: string;
  readonly to: readonly string[];
}

function createEmailChannel(
  config: ChannelConfig,
  options: ChannelOptions,
): ReturnType<ChannelKind['create']> {
  const { to, from } = config.more as unknown as EmailSettings;
  const url = new URL(config.url);
  const user = decodeURIComponent(url.username);
  const isSecure = url.protocol === 'smtps:';

  async function deliver(message: Message, timeoutMs: number): Promise<Delivery> {
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? (isSecure ? 465 : 587) : Number(url.port),
      secure: isSecure,
      // A password never travels in the clear.
      requireTLS: !isSecure && !isLoopback(url.hostname),
      ...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(url.password) } }),
      ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      const { rejected } = await transport.sendMail(mailOf(message));
      // Whoever tries the channel is to hear of each address; an alert that reached somebody is not sent again.
      return message.kind === 'test' && rejected.length > 0 ? refusedRecipient : { ok: true };
    } finally {
      transport.close();
    }
  }

  function mailOf(message: Message) {
    const fits = () => true;
    const plain = renderMessage(message, config, options, { ...plainPart, fits });
    const html = renderMessage(message, config, options, { ...htmlPart, fits });
    const references = tasksOf(message).map((id) => `<task-${id.replace(/\W/g, '')}@robot-task-watch>`);
    return {
      from,
      to: [...to],
      subject: plain.title,
      date: new Date(message.now),
      messageId: `<${message.id.replace(/[^\w-]/g, '')}-${config.id}@robot-task-watch>`,
      ...(references.length === 0 ? {} : { references, inReplyTo: references[0] ?? '' }),
      headers: { 'Auto-Submitted': 'auto-generated' },
      text: plain.text,
      html,
    };
  }

  return {
    id: config.id,
    type: config.type,
    statuses: config.statuses,
    async send(message, deadline) {
      const timeoutMs = deadline - options.clock.now();
      try {
        return await endWithin(options.clock, timeoutMs, () => deliver(message, timeoutMs), tooLate);
      } catch (error) {
        return failureOf(error, isLate(error));
      }
    },
  };
}

/** The ids of the tasks that a message is about: a mail program keeps together what names the same. */
function tasksOf(message: Message): string[] {
  if (message.kind === 'test') return [];
  const { firing, repeated, resolved } = message;
  const ids = [...firing, ...repeated, ...resolved].map(({ task }) => task.id);
  return [...new Set(ids)].slice(0, MAX_REFERENCES);
}
