import type { Clock } from '../../../shared/clock';
import type { Message } from '../message';
import type { Channel, Delivery } from './channel';
import type { ChannelConfig } from './config';
import { post, type PostRequest } from './post';
import { later, toDelivery, type Answer, type Verdict } from './verdict';

/** What makes one kind of receiver different from another. */
export interface Protocol {
  /** The request that carries `message`, signed for the time `now` (epoch milliseconds). */
  request(message: Message, now: number): PostRequest;
  /** What an answer means: delivered only on the receiver's own OK. */
  verdict(status: number, body: string): Verdict;
  /** The receiver knows a message again by its id; a chat shows it twice. */
  readonly dropsDuplicates?: boolean;
}

const MAX_TRIES = 3;
/** Before the second and the third try, when the receiver names no time. */
const WAITS_MS = [1000, 2500];

/** A channel that posts over HTTP: what can pass within seconds is tried again while the deadline allows. */
export function createHttpChannel(config: ChannelConfig, clock: Clock, protocol: Protocol): Channel {
  async function attempt(message: Message, deadline: number): Promise<{ verdict: Verdict; answer: Answer }> {
    const now = clock.now();
    const answer = await post(protocol.request(message, now), deadline - now);
    return {
      answer,
      verdict: 'failure' in answer ? answer.failure : protocol.verdict(answer.status, answer.body),
    };
  }

  async function sendByDeadline(message: Message, deadline: number): Promise<Verdict> {
    for (let tries = 1; ; tries++) {
      const { verdict, answer } = await attempt(message, deadline);
      if (verdict.ok || !verdict.retry || tries === MAX_TRIES) return verdict;
      // The next poll is soon enough where a second copy would be seen.
      if ('failure' in answer && answer.mayHaveArrived && protocol.dropsDuplicates !== true) return verdict;
      const asked = 'failure' in answer ? null : retryAfterMs(answer.retryAfter, clock.now());
      const wait = asked ?? WAITS_MS[tries - 1] ?? 0;
      if (clock.now() + wait >= deadline) return verdict;
      await clock.sleep(wait);
    }
  }

  return {
    id: config.id,
    type: config.type,
    statuses: config.statuses,
    async send(message, deadline): Promise<Delivery> {
      try {
        return toDelivery(await sendByDeadline(message, deadline));
      } catch (error) {
        // A bug of ours must not keep the other channels waiting, and its message may hold anything.
        const name = error instanceof Error ? error.name : 'an error';
        return toDelivery(
          later(`The message could not be made (${name}): this is a bug of robot-task-watch`),
        );
      }
    },
  };
}

/** Retry-After is seconds or an HTTP date (RFC 9110). Null when there is none that can be read. */
function retryAfterMs(header: string | null, now: number): number | null {
  const value = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const time = /[a-z]/i.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? null : Math.max(0, time - now);
}
