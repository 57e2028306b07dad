/** A mail with several recipients: each counts by itself, and a success for some is none for the channel. */
import { joinTexts, type Text } from '../../../../shared/text';
import * as v from 'valibot';
import type { Delivery, DeliveryFailure } from '../channel';
import { domainOf, recipientId } from './settings';
import { recipientFailure } from './verdict';

const rejectionSchema = v.object({ recipient: v.string() });
const infoSchema = v.object({ rejectedErrors: v.optional(v.array(v.unknown()), []) });

/** The `rejectedErrors` of what nodemailer says of a mail that at least one recipient took. */
export function rejectedIn(info: unknown): readonly unknown[] {
  return v.parse(infoSchema, info).rejectedErrors;
}

/** How each of `recipients` took a mail, given nodemailer's `rejectedErrors`. */
export function deliveryOf(recipients: readonly string[], rejectedErrors: readonly unknown[]): Delivery {
  const failures = new Map<string, DeliveryFailure>();
  for (const error of rejectedErrors) {
    const parsed = v.safeParse(rejectionSchema, error);
    const refused = recipients.find(
      (recipient) => parsed.success && canonical(recipient) === canonical(parsed.output.recipient),
    );
    // Whom it is about cannot be told: then it may be anybody.
    for (const recipient of refused === undefined ? recipients : [refused])
      failures.set(recipient, recipientFailure(error));
  }
  if (failures.size === 0) return { ok: true };
  const forGood = [...failures].filter(([, { permanent }]) => permanent);
  const forNow = [...failures].filter(([, { permanent }]) => !permanent);
  return {
    ok: false,
    permanent: forNow.length === 0,
    mayHaveArrived: false,
    reason: joinTexts([
      ...counted(forGood, recipients.length, {
        en: 'The mail server refuses some of the recipients: check `to`',
        'zh-CN': '邮件服务器拒绝了部分收件人，请检查 to',
      }),
      ...counted(forNow, recipients.length, {
        en: 'The mail server refuses some of the recipients for now, they are tried again',
        'zh-CN': '邮件服务器暂时拒绝了部分收件人，会再次发送',
      }),
    ]),
    receivers: new Map(
      recipients.map((recipient) => [recipientId(recipient), failures.get(recipient) ?? { ok: true }]),
    ),
  };
}

function counted(failures: readonly [string, DeliveryFailure][], all: number, said: Text): Text[] {
  if (failures.length === 0) return [];
  const ids = failures.map(([recipient]) => recipientId(recipient));
  const { length } = failures;
  return [
    {
      en: `${said.en} (${length} of ${all}: ${ids.join(', ')}).`,
      'zh-CN': `${said['zh-CN']}（${all} 个中的 ${length} 个：${ids.join('、')}）。`,
    },
  ];
}

/** The mail library writes domains in its own way. */
function canonical(address: string): string {
  return `${address.slice(0, address.lastIndexOf('@'))}@${domainOf(address)}`.toLowerCase();
}
