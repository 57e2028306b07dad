import type { Clock } from '../../../../shared/runtime/clock';
import type { ExchangeAnswer } from '../../../../shared/runtime/http-exchange';
import type { Message } from '../../rules/message';
import type { Channel, ChannelConfig } from '../channel';
import { isAnswer, post, type PostRequest } from './post';
import { notMade, toDelivery, type Answer, type Verdict } from './verdict';

/** What makes one kind of receiver different from another. */
export interface Protocol {
  /**
   * The request that carries `message`, signed for the time `now` (epoch milliseconds). `brevity` counts how often the
   * receiver has found it too large: each time, a shorter one is asked for.
   */
  request(message: Message, now: number, brevity: number): PostRequest;
  /** What an answer means: delivered only on the receiver's own OK. */
  verdict(answer: ExchangeAnswer, message: Message): Verdict;
  /** The receiver knows a message again by its id; a chat shows it twice. */
  readonly dropsDuplicates?: boolean;
  /** `request` can make a shorter message. */
  readonly canShorten?: boolean;
}

const MAX_TRIES = 3;
const MAX_BREVITY = 4;
/** Before the second and the third try, when the receiver names no time. */
const WAITS_MS = [1000, 2500];

/** A channel that posts over HTTP: what can pass within seconds is tried again while the deadline allows. */
export function createHttpChannel(config: ChannelConfig, clock: Clock, protocol: Protocol): Channel {
  async function attempt(
    message: Message,
    deadline: number,
    brevity: number,
  ): Promise<{ verdict: Verdict; answer: Answer }> {
    const now = clock.now();
    const answer = await post(protocol.request(message, now, brevity), deadline - now);
    return {
      answer,
      verdict: isAnswer(answer) ? protocol.verdict(answer, message) : answer.failure,
    };
  }

  async function sendByDeadline(message: Message, deadline: number): Promise<Verdict> {
    let brevity = 0;
    for (let tries = 1; ; tries++) {
      const { verdict, answer } = await attempt(message, deadline, brevity);
      if (verdict.ok) return verdict;
      if (verdict.isTooLarge === true && protocol.canShorten === true && brevity < MAX_BREVITY) {
        brevity += 1;
        tries -= 1;
        continue;
      }
      if (!verdict.retry || tries === MAX_TRIES) return verdict;
      // A second copy would be seen: whether to send it is the next poll's to decide.
      if (verdict.mayHaveArrived && protocol.dropsDuplicates !== true) return verdict;
      const asked = isAnswer(answer) ? retryAfterMs(answer.retryAfter, clock.now()) : null;
      const wait = asked ?? WAITS_MS[tries - 1] ?? 0;
      if (clock.now() + wait >= deadline) return verdict;
      await clock.sleep(wait);
    }
  }

  return {
    id: config.id,
    type: config.type,
    statuses: config.statuses,
    async send(message, deadline) {
      try {
        return toDelivery(await sendByDeadline(message, deadline));
      } catch (error) {
        // A bug of ours must not keep the other channels waiting.
        return toDelivery(notMade(error));
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
