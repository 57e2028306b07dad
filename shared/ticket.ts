/**
 * Tickets: what lets a person in who taps the link in an alert. The watch signs them, the query function checks them.
 * `rtw1.<base64url of {"exp":<epoch seconds>}>.<base64url of HMAC-SHA256(secret, all before the second dot)>`
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { list } from './runtime/environment';

const PREFIX = 'rtw1.';
const PAYLOAD = /^\{"exp":(\d{1,12})\}$/;
const MIN_SECRET = 32;

/** A ticket that is good until `expiresAt` (epoch milliseconds), rounded up to a second. */
export function signTicket(secret: string, expiresAt: number): string {
  const payload = Buffer.from(`{"exp":${Math.ceil(expiresAt / 1000)}}`).toString('base64url');
  const signed = PREFIX + payload;
  return `${signed}.${signatureOf(secret, signed).toString('base64url')}`;
}

/** invalid: not signed by one of the secrets, or of another shape. */
export type TicketState = 'valid' | 'expired' | 'invalid';

/** Checks a ticket at `now` (epoch milliseconds). The time it takes tells nothing of the secrets. */
export function checkTicket(secrets: readonly string[], ticket: string, now: number): TicketState {
  const [prefix, payload, signature, ...rest] = ticket.split('.');
  if (`${prefix ?? ''}.` !== PREFIX || payload === undefined || signature === undefined || rest.length > 0) {
    return 'invalid';
  }
  const bytes = decode(signature);
  const text = decode(payload)?.toString('latin1') ?? '';
  const expires = PAYLOAD.exec(text)?.[1];
  const isSigned = secrets
    .map((secret) => isSame(signatureOf(secret, PREFIX + payload), bytes ?? Buffer.alloc(0)))
    .some(Boolean);
  if (!isSigned || expires === undefined) return 'invalid';
  return Number(expires) * 1000 > now ? 'valid' : 'expired';
}

/** Whether a credential is meant to be a ticket. */
export function isTicket(credential: string): boolean {
  return credential.startsWith(PREFIX);
}

/** LINK_SECRET: the first signs, each is accepted. Throws an Error that completes "LINK_SECRET …". */
export function parseLinkSecrets(value: string): string[] {
  const secrets = list(value);
  if (secrets.length === 0 || secrets.some((secret) => secret.length < MIN_SECRET)) {
    throw new Error(
      `must have at least ${MIN_SECRET} characters (two of them, separated by a comma, while it is being replaced)`,
    );
  }
  return secrets;
}

function signatureOf(secret: string, signed: string): Buffer {
  return createHmac('sha256', secret).update(signed).digest();
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Null for what base64url would not write so: one ticket has one spelling. */
function decode(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
}
