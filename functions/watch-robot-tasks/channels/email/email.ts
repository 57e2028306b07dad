/** E-mail, by the receiver's own SMTP server. nodemailer is loaded when the first one is sent. */
import { endWithin } from '../../../../shared/runtime/deadline';
import { isLoopback } from '../../../../shared/runtime/environment';
import type { Text } from '../../../../shared/text';
import type { Message } from '../../rules/message';
import type { ChannelConfig, ChannelKind, CreateChannel, Delivery, DeliveryFailure } from '../channel';
import { renderMessage } from '../chat/render';
import { sayOr } from '../../text/wording';
import { notMade, toDelivery } from '../http/verdict';
import { none, urlSetting } from '../settings';
import { htmlPart } from './html';
import { createLoginPause } from './login-pause';
import { plainPart } from './plain';
import { deliveryOf, rejectedIn } from './recipients';
import { domainOf, from, recipientId, smtpUrl, to, type EmailSettings } from './settings';
import { failureOf, isLate, tooLate } from './verdict';

const NAME: Text = { en: 'The mail server', 'zh-CN': '邮件服务器' };
/** Of the tasks that a mail is about, so many are what a mail program can sort it by. */
const MAX_REFERENCES = 20;
/** Of one reply. */
const MAX_REPLY_BYTES = 64 * 1024;

export const email = {
  type: 'email',
  name: NAME,
  settings: {
    url: urlSetting(smtpUrl, 'must be the URL of the mail server'),
    from,
    to,
    secret: none('user name and password stand in the url'),
    mention: none('an e-mail goes to the list in to'),
  },
  mentionsPeople: false,
  receivers: (config) => settingsOf(config).to.map(recipientId),
} as const satisfies ChannelKind;

function settingsOf({ more }: ChannelConfig): EmailSettings {
  return more as unknown as EmailSettings;
}

export const createEmail: CreateChannel = (config, options) => {
  const settings = settingsOf(config);
  const url = new URL(config.url);
  const domain = domainOf(settings.from.address);
  const pause = createLoginPause(options.clock);

  async function deliver(
    mail: ReturnType<typeof mailOf>,
    recipients: readonly string[],
    timeoutMs: number,
  ): Promise<Delivery> {
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({ ...connectionTo(url, timeoutMs), name: domain });
    const envelope = { from: settings.from.address, to: [...recipients] };
    try {
      const info: unknown = await transport.sendMail({ ...mail, envelope });
      return deliveryOf(recipients, rejectedIn(info));
    } finally {
      transport.close();
    }
  }

  function mailOf(message: Message) {
    const fits = () => true;
    const plain = renderMessage(message, config, options, { ...plainPart, fits });
    const html = renderMessage(message, config, options, { ...htmlPart, fits });
    const references = tasksOf(message).flatMap((id) =>
      sayOr(options, [], () => [`<task-${id.replace(/\W/g, '')}@${domain}>`]),
    );
    return {
      from: { ...settings.from },
      to: [...settings.to],
      subject: plain.title,
      date: new Date(message.now),
      messageId: `<${message.id.replace(/[^\w-]/g, '')}-${config.id}@${domain}>`,
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
      const paused = message.kind === 'test' ? null : pause.refusal();
      if (paused !== null) return paused;
      let mail: ReturnType<typeof mailOf>;
      try {
        mail = mailOf(message);
      } catch (error) {
        return toDelivery(notMade(error));
      }
      try {
        const delivery = await endWithin(
          options.clock,
          timeoutMs,
          () => deliver(mail, recipientsOf(message, settings), timeoutMs),
          tooLate,
        );
        pause.end();
        return delivery;
      } catch (error) {
        const { failure, isLoginRefused, rejectedErrors } = failureOf(error, isLate(error), url);
        if (isLoginRefused) return pause.begin(failure);
        return forSome(failure, message, settings, rejectedErrors);
      }
    },
  };
};

function connectionTo(url: URL, timeoutMs: number) {
  const isSecure = url.protocol === 'smtps:';
  const user = decodeURIComponent(url.username);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (isSecure ? 465 : 587) : Number(url.port),
    secure: isSecure,
    // A password never travels in the clear.
    requireTLS: !isSecure && !isLoopback(url.hostname),
    ...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(url.password) } }),
    // Before the race's own end, so that the error says what was waited for.
    connectionTimeout: timeoutMs * 0.8,
    greetingTimeout: timeoutMs * 0.5,
    socketTimeout: timeoutMs,
    maxResponseSize: MAX_REPLY_BYTES,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function recipientsOf(message: Message, { to: everybody }: EmailSettings): readonly string[] {
  const asked = message.kind === 'alert' ? message.receivers : undefined;
  return asked === undefined
    ? everybody
    : everybody.filter((recipient) => asked.includes(recipientId(recipient)));
}

/** Where others of the channel have the mail, each that was refused is a case of its own. */
function forSome(
  failure: DeliveryFailure,
  message: Message,
  settings: EmailSettings,
  rejectedErrors: readonly unknown[],
): DeliveryFailure {
  const recipients = recipientsOf(message, settings);
  if (rejectedErrors.length === 0 || recipients.length === settings.to.length) return failure;
  const delivery = deliveryOf(recipients, rejectedErrors);
  return delivery.ok ? failure : delivery;
}

/** The ids of the tasks that a message is about: a mail program keeps together what names the same. */
function tasksOf(message: Message): string[] {
  if (message.kind === 'test') return [];
  const { firing, repeated, resolved } = message;
  const ids = [...firing, ...repeated, ...resolved].map(({ task }) => task.id);
  return [...new Set(ids)].slice(0, MAX_REFERENCES);
}
