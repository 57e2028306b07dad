/** What a mail server's refusal means, and what a person can do. */
import { networkCause, isCertificateCode } from '../../../../shared/runtime/network';
import type { Text } from '../../../../shared/text';
import * as v from 'valibot';
import type { DeliveryFailure } from '../channel';
import { later, refused, toDelivery, unsure, withCode, type FailureVerdict } from '../http/verdict';

/** nodemailer's errors: https://nodemailer.com/smtp/ */
const errorSchema = v.object({
  code: v.optional(v.string(), ''),
  /** Node's own code, where nodemailer puts another in its place. */
  originalCode: v.optional(v.string()),
  /** The server's reply code. */
  responseCode: v.optional(v.number()),
  /** The SMTP command that failed; CONN before the first one. */
  command: v.optional(v.string(), ''),
});

class LateError extends Error {}

/** The race's own error. */
export const tooLate = (): Error => new LateError('too late');

export function isLate(error: unknown): boolean {
  return error instanceof LateError;
}

export const refusedRecipient: DeliveryFailure = failure(
  refused({
    en: 'The mail server refuses one of the addresses: check `to`.',
    'zh-CN': '邮件服务器拒绝了其中一个收件地址，请检查 to。',
  }),
);

/** Never holds the server's own words, which can repeat an address or a user name. */
export function failureOf(error: unknown, isTooLate: boolean): DeliveryFailure {
  if (isTooLate) {
    return failure(
      unsure(later({ en: 'No answer came before the deadline.', 'zh-CN': '在时限内没有收到应答。' })),
    );
  }
  const parsed = v.safeParse(errorSchema, error);
  if (!parsed.success) return failure(connectionVerdict('', ''));
  const { code, originalCode, responseCode, command } = parsed.output;
  return failure(
    responseCode === undefined || code === 'ETLS'
      ? connectionVerdict(code, originalCode ?? '')
      : replyVerdict(responseCode, code, command),
  );
}

function replyVerdict(reply: number, code: string, command: string): FailureVerdict {
  const coded = (reason: Text) => withCode(reason, `SMTP ${reply}`);
  if (code === 'EAUTH' || [530, 534, 535, 538].includes(reply)) {
    return refused(
      coded({
        en: 'The mail server refuses user name or password: check both in the url (many providers want an authorization code instead of the password; in a URL, @ is %40)',
        'zh-CN':
          '邮件服务器拒绝了用户名或密码，请检查 url 里的两者（许多邮箱要用授权码代替密码；URL 里的 @ 写成 %40）',
      }),
    );
  }
  if (reply >= 400 && reply < 500) {
    return later(
      coded({
        en: 'The mail server wants it later: it delays unknown senders (greylisting) or is over a limit; the next poll tries again',
        'zh-CN': '邮件服务器要求稍后再试：可能是对陌生发件人的延迟（灰名单），也可能超出限额；下次轮询会再试',
      }),
    );
  }
  if (command === 'RCPT TO') {
    return refused(
      coded({
        en: 'The mail server refuses the recipients: check `to`',
        'zh-CN': '邮件服务器拒绝了收件人，请检查 to',
      }),
    );
  }
  if (command === 'MAIL FROM') {
    return refused(
      coded({
        en: 'The mail server refuses the sender: set `from` to the address that belongs to the user name',
        'zh-CN': '邮件服务器拒绝了发件人，请把 from 设为用户名对应的地址',
      }),
    );
  }
  return refused(
    coded({
      en: 'The mail server refuses the message: look the code up at your provider',
      'zh-CN': '邮件服务器拒收邮件，请向邮箱服务商查询该代码',
    }),
  );
}

/** There was no conversation at all. */
const NEVER_CONNECTED = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EDNS|ETLS)$/;

/** `code` is nodemailer's, `systemCode` Node's; empty when there is none. */
function connectionVerdict(code: string, systemCode: string): FailureVerdict {
  if (isCertificateCode(systemCode)) {
    return refused(
      withCode(
        {
          en: "The mail server's TLS certificate is not accepted: check the host in the url",
          'zh-CN': '邮件服务器的 TLS 证书不可信，请检查 url 里的主机名',
        },
        systemCode,
      ),
    );
  }
  if (code === 'ETLS') {
    return refused({
      en: 'The mail server offers no encryption (STARTTLS), and without it nothing is sent: use smtps:// and its port.',
      'zh-CN': '邮件服务器不支持加密（STARTTLS），不加密就不发送；请改用 smtps:// 及其端口。',
    });
  }
  const known = systemCode === '' ? code : systemCode;
  const cause = networkCause(known);
  const failed: Text = {
    en: 'The connection to the mail server failed: check host and port in the url',
    'zh-CN': '连接邮件服务器失败，请检查 url 里的主机名和端口',
  };
  const codes: Text =
    cause === null
      ? { en: known, 'zh-CN': known }
      : { en: `${cause.en}, ${known}`, 'zh-CN': `${cause['zh-CN']}，${known}` };
  const verdict = later({
    en: `${failed.en} (${codes.en}).`,
    'zh-CN': `${failed['zh-CN']}（${codes['zh-CN']}）。`,
  });
  // Once there was a conversation, nobody knows whether the text was taken.
  return NEVER_CONNECTED.test(known) ? verdict : unsure(verdict);
}

function failure(verdict: FailureVerdict): DeliveryFailure {
  return toDelivery(verdict) as DeliveryFailure;
}
