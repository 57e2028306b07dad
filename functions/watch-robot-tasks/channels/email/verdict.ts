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
  originalCode: v.optional(v.string(), ''),
  /** What was waited for. */
  timeoutType: v.optional(v.string(), ''),
  /** The server's reply code, and its reply. */
  responseCode: v.optional(v.number()),
  response: v.optional(v.string(), ''),
  /** The SMTP command that failed; CONN where it was none. */
  command: v.optional(v.string(), ''),
  rejectedErrors: v.optional(v.array(v.unknown()), []),
});
type MailError = v.InferOutput<typeof errorSchema>;

class LateError extends Error {}

/** The race's own error. */
export const tooLate = (): Error => new LateError('too late');

export function isLate(error: unknown): boolean {
  return error instanceof LateError;
}

export interface MailFailure {
  readonly failure: DeliveryFailure;
  /** User name and password are refused, and not only for now. */
  readonly isLoginRefused: boolean;
  /** What nodemailer says of each recipient, where it got so far. */
  readonly rejectedErrors: readonly unknown[];
}

/** Never holds the server's own words, which can repeat an address or a user name. `url` is the server's. */
export function failureOf(error: unknown, isTooLate: boolean, url: URL): MailFailure {
  const parsed = v.safeParse(errorSchema, error);
  const said = parsed.success && !isTooLate ? parsed.output : null;
  const verdict = isTooLate ? LATE : said === null ? outOfReach('') : verdictOf(said, url);
  return {
    failure: failure(verdict),
    isLoginRefused: said?.code === 'EAUTH' && verdict.permanent,
    rejectedErrors: said?.rejectedErrors ?? [],
  };
}

/** How one recipient was refused. */
export function recipientFailure(error: unknown): DeliveryFailure {
  const parsed = v.safeParse(errorSchema, error);
  return failure(replyVerdict(parsed.success ? { ...parsed.output, command: 'RCPT TO' } : NOTHING_SAID));
}

const NOTHING_SAID: MailError = {
  ...{ code: '', originalCode: '', timeoutType: '', response: '', command: 'RCPT TO', rejectedErrors: [] },
  responseCode: 550,
};

const LATE = unsure(later({ en: 'No answer came before the deadline.', 'zh-CN': '在时限内没有收到应答。' }));

function verdictOf(said: MailError, url: URL): FailureVerdict {
  if (said.code === 'ETLS' && (said.responseCode ?? 500) >= 500 && !isCertificateCode(said.originalCode)) {
    return refused({
      en: 'The mail server offers no encryption (STARTTLS), and without it nothing is sent: use smtps:// and its port.',
      'zh-CN': '邮件服务器不支持加密（STARTTLS），不加密就不发送；请改用 smtps:// 及其端口。',
    });
  }
  if (said.code === 'EAUTH' || said.responseCode !== undefined) return replyVerdict(said);
  return connectionVerdict(said, url);
}

/** By the command that the server refuses, for good and for now; the first that fits counts. */
const REFUSALS: readonly (readonly [command: RegExp, forGood: Text, forNow: Text | null])[] = [
  [
    /^AUTH|^API$/,
    {
      en: 'The mail server refuses user name or password: check both in the url (many providers want an authorization code instead of the password; in a URL, @ is %40)',
      'zh-CN':
        '邮件服务器拒绝了用户名或密码，请检查 url 里的两者（许多邮箱要用授权码代替密码；URL 里的 @ 写成 %40）',
    },
    {
      en: 'The mail server cannot check the password just now; the next poll tries again',
      'zh-CN': '邮件服务器暂时无法验证密码，下次轮询会再试',
    },
  ],
  [
    /^STARTTLS$/,
    // For good it is another error.
    { en: 'The mail server refuses encryption (STARTTLS)', 'zh-CN': '邮件服务器拒绝加密（STARTTLS）' },
    {
      en: 'The mail server cannot encrypt just now (STARTTLS); the next poll tries again',
      'zh-CN': '邮件服务器暂时无法加密（STARTTLS），下次轮询会再试',
    },
  ],
  [
    /^(?:EHLO|HELO)$/,
    {
      en: 'The mail server refuses our name (EHLO), which is the domain of `from`: that has to exist in DNS',
      'zh-CN': '邮件服务器拒绝了我们报出的名称（EHLO），即 from 的域名：该域名须能在 DNS 中查到',
    },
    null,
  ],
  [
    /^RCPT TO$/,
    {
      en: 'The mail server refuses the recipients: check `to`',
      'zh-CN': '邮件服务器拒绝了收件人，请检查 to',
    },
    null,
  ],
  [
    /^MAIL FROM$/,
    {
      en: 'The mail server refuses the sender: set `from` to the address that belongs to the user name',
      'zh-CN': '邮件服务器拒绝了发件人，请把 from 设为用户名对应的地址',
    },
    null,
  ],
  [
    /^CONN$/,
    {
      en: 'The mail server refuses the connection: perhaps it does not take mail from this network',
      'zh-CN': '邮件服务器拒绝了连接，可能不接受来自该网络的邮件',
    },
    null,
  ],
  [
    /^/,
    {
      en: 'The mail server refuses the message: look the code up at your provider',
      'zh-CN': '邮件服务器拒收邮件，请向邮箱服务商查询该代码',
    },
    null,
  ],
];

const LATER: Text = {
  en: 'The mail server wants it later: it delays unknown senders (greylisting) or is over a limit; the next poll tries again',
  'zh-CN': '邮件服务器要求稍后再试：可能是对陌生发件人的延迟（灰名单），也可能超出限额；下次轮询会再试',
};

function replyVerdict({ code, responseCode = 0, response, command }: MailError): FailureVerdict {
  const isLogin = code === 'EAUTH' || [530, 534, 535, 538].includes(responseCode);
  const asked = isLogin ? 'AUTH' : command;
  const [, forGood, forNow] = REFUSALS.find(([commands]) => commands.test(asked)) ?? [/^/, LATER, null];
  const coded = (reason: Text) =>
    responseCode === 0 ? ended(reason) : withCode(reason, replyCode(responseCode, response));
  const isForNow = responseCode >= 400 && responseCode < 500;
  const verdict = isForNow ? later(coded(forNow ?? LATER)) : refused(coded(forGood));
  // A server that closes says nothing of the text that it may have.
  return command === 'CONN' && code === 'ECONNECTION' ? unsure(verdict) : verdict;
}

/**
 * What a provider's help page explains: the code, and the letters or digits after it (163's `554 DT:SPM`, `550 5.7.1`). What
 * follows them is free text.
 */
function replyCode(responseCode: number, response: string): string {
  const [, detail] = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3}|[A-Z]{2}:[A-Z0-9]{2,4})(?![\w.:])/.exec(response) ?? [];
  return `SMTP ${responseCode}${detail === undefined ? '' : ` ${detail}`}`;
}

function ended(reason: Text): Text {
  return { en: `${reason.en}.`, 'zh-CN': `${reason['zh-CN']}。` };
}

/** There was no conversation at all. */
const NEVER_CONNECTED = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EDNS|ETLS)$/;
/** What is not TLS at all, where TLS was spoken to it. */
const NO_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL|^EPROTO$/;

function connectionVerdict({ code, originalCode, timeoutType }: MailError, url: URL): FailureVerdict {
  if (NO_TLS.test(originalCode)) {
    return refused(
      withCode(
        {
          en: "The mail server's port does not begin with TLS: write smtp:// for it (usually port 587), or use the port for smtps:// (usually 465)",
          'zh-CN':
            '邮件服务器的这个端口不是一开始就加密的：请改写 smtp://（一般是 587 端口），或换用 smtps:// 的端口（一般是 465）',
        },
        originalCode,
      ),
    );
  }
  if (isCertificateCode(originalCode)) {
    return refused(
      withCode(
        {
          en: "The mail server's TLS certificate is not accepted: check the host in the url",
          'zh-CN': '邮件服务器的 TLS 证书不可信，请检查 url 里的主机名',
        },
        originalCode,
      ),
    );
  }
  if (timeoutType === 'GREETING_TIMEOUT' && url.protocol === 'smtp:') {
    return later({
      en: 'The mail server says nothing: if its port begins with TLS (usually 465), write smtps:// for it.',
      'zh-CN': '邮件服务器没有任何回应：如果这个端口一开始就加密（一般是 465），请改写 smtps://。',
    });
  }
  if (timeoutType === 'CONNECT_TIMEOUT' && url.port === '25') {
    return later({
      en: 'The mail server cannot be reached on port 25, which Alibaba Cloud closes: use smtps:// with port 465, or smtp:// with port 587.',
      'zh-CN':
        '无法连接邮件服务器的 25 端口：阿里云不开放该端口，请改用 smtps:// 的 465 端口或 smtp:// 的 587 端口。',
    });
  }
  const verdict = outOfReach(originalCode === '' ? code : originalCode);
  return timeoutType === '' || timeoutType === 'SOCKET_TIMEOUT'
    ? verdict
    : { ...verdict, mayHaveArrived: false };
}

/** `known` is nodemailer's code or Node's; empty when there is none. */
function outOfReach(known: string): FailureVerdict {
  const cause = networkCause(known);
  const codes: Text =
    cause === null
      ? { en: known, 'zh-CN': known }
      : { en: `${cause.en}, ${known}`, 'zh-CN': `${cause['zh-CN']}，${known}` };
  const verdict = later({
    en: `The connection to the mail server failed: check host and port in the url (${codes.en}).`,
    'zh-CN': `连接邮件服务器失败，请检查 url 里的主机名和端口（${codes['zh-CN']}）。`,
  });
  // Once there was a conversation, nobody knows whether the text was taken.
  return NEVER_CONNECTED.test(known) ? verdict : unsure(verdict);
}

function failure(verdict: FailureVerdict): DeliveryFailure {
  return toDelivery(verdict) as DeliveryFailure;
}
