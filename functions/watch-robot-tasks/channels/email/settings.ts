/** The settings of an e-mail channel, checked. No message repeats a value. */
import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import * as v from 'valibot';

const MAX_RECIPIENTS = 20;

const addressMessage = 'must be a mail address such as ops@example.com';
const ADDRESS = /^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/;
const address = v.pipe(v.string(addressMessage), v.regex(ADDRESS, addressMessage));

/** `ops@example.com`, or with a name: `Robot tasks <ops@example.com>`. */
const NAMED = /^"?([^"<>\p{Cc}]{1,100}?)"?\s*<([^<>]+)>$/u;
const fromMessage = `${addressMessage}, or have a name before it: Robot tasks <ops@example.com>`;

export interface Sender {
  /** Empty where there is none. */
  readonly name: string;
  readonly address: string;
}

export interface EmailSettings {
  readonly from: Sender;
  readonly to: readonly string[];
}

export const from = v.pipe(
  v.string(fromMessage),
  v.transform((value): Sender => {
    const [, name = '', named] = NAMED.exec(value.trim()) ?? [];
    return { name: name.trim(), address: named ?? value.trim() };
  }),
  v.check((sender) => ADDRESS.test(sender.address), fromMessage),
);

export const to = v.pipe(
  v.array(address, 'must be a list of mail addresses'),
  v.minLength(1, 'must name at least one mail address'),
  v.maxLength(MAX_RECIPIENTS, `must not name more than ${MAX_RECIPIENTS}`),
);

/** `smtps://user:password@host:465`, or `smtp://user:password@host:587`, where STARTTLS follows. Throws a sentence. */
export function smtpUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : null;
  // They end the part of a URL in which user name and password stand.
  if (/^smtps?:\/\//i.test(value) && /[#?]/.test(value)) {
    throw new Error('has a # or a ?: in user name and password write %23 and %3F');
  }
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '' || !/^\/?$/.test(url.pathname)) {
    throw new Error(
      'must be smtps://user:password@host:465 or smtp://user:password@host:587 (in user name and password / is %2F and : is %3A)',
    );
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

/** As state and log name a recipient: 8 hex digits of the SHA-256 of the address. */
export function recipientId(recipient: string): string {
  return createHash('sha256').update(recipient).digest('hex').slice(0, 8);
}

/** The domain in the letters that SMTP and message ids take. */
export function domainOf(mailAddress: string): string {
  const domain = mailAddress.slice(mailAddress.lastIndexOf('@') + 1);
  return domainToASCII(domain) || 'localhost';
}
