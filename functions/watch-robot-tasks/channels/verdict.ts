import type { Delivery } from './channel';

/** A Delivery, and for a failure whether the same message may be tried again within this poll. */
export type Verdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly permanent: boolean; readonly reason: string; readonly retry: boolean };

/** What a receiver answered, or what kept it from answering. */
export type Answer =
  | {
      readonly status: number;
      /** At most 64 kB. */
      readonly body: string;
      /** The Retry-After header as it came; null without one. */
      readonly retryAfter: string | null;
    }
  | {
      readonly failure: Extract<Verdict, { ok: false }>;
      /** The connection was lost after it stood: the receiver may have the message. */
      readonly mayHaveArrived: boolean;
    };

export const DELIVERED = { ok: true } as const;

/** A person has to change something. `reason` says what. */
export function refused(reason: string) {
  return { ok: false, permanent: true, reason, retry: false } as const;
}

/** It may pass by itself, but not within seconds: the next poll tries again. */
export function later(reason: string) {
  return { ok: false, permanent: false, reason, retry: false } as const;
}

/** It may pass within seconds: worth another try in this poll. */
export function busy(reason: string) {
  return { ok: false, permanent: false, reason, retry: true } as const;
}

export function toDelivery(verdict: Verdict): Delivery {
  if (verdict.ok) return DELIVERED;
  return { ok: false, permanent: verdict.permanent, reason: verdict.reason };
}

/** What an HTTP status other than 2xx means, when the body says nothing that the receiver's document explains. */
export function statusVerdict(receiver: string, status: number): Verdict {
  if (status === 429) return busy(`${receiver} is throttling (HTTP 429)`);
  if (status >= 500 || status === 408 || status === 425) {
    return busy(`${receiver} is not working properly (HTTP ${status})`);
  }
  if (status >= 300 && status < 400) {
    return refused(
      `${receiver} answers with a redirect (HTTP ${status}), which is not followed: set the final URL`,
    );
  }
  if (status === 413) return refused(`${receiver} finds the message too large (HTTP 413)`);
  return refused(`${receiver} refuses the message (HTTP ${status}): check the channel's url`);
}

/** A success status with a body that is no answer of this receiver: a proxy's page, an empty body, another service. */
export function notAnAnswer(receiver: string, status: number): Verdict {
  return later(
    `${receiver}'s answer (HTTP ${status}) does not say that the message was taken: if this goes on, check the channel's url`,
  );
}

/** A code that the receiver's document, as known here, does not explain. */
export function unknownCode(receiver: string, code: number): Verdict {
  return later(`${receiver} refuses the message with code ${code}: look the code up in its documentation`);
}

/** The body as a JSON object; null when it is anything else. */
export function jsonObject(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
