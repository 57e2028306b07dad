import type { Clock } from '../../../shared/runtime/clock';
import { endWithin } from '../../../shared/runtime/deadline';
import type { Logger } from '../../../shared/runtime/log';
import type { Text } from '../../../shared/text';
import type { Channel } from '../channels/channel';
import type { Delivery } from '../rules/delivery';
import type { Message } from '../rules/message';

export interface DeliverOptions {
  readonly clock: Clock;
  readonly log: Logger;
}

/** What a channel gets beyond its deadline to say itself why it failed. */
const GRACE_MS = 250;

/**
 * Sends every message to its channel, all at once. Resolves soon after `deadline` (epoch milliseconds) at the latest: a
 * channel that breaks its promise not to throw and to end in time counts as failed and holds up nobody.
 */
export async function deliver<T extends { readonly channel: string; readonly message: Message }>(
  channels: readonly Channel[],
  messages: readonly T[],
  deadline: number,
  options: DeliverOptions,
): Promise<Map<T, Delivery>> {
  const deliveries = messages.map(async (outgoing): Promise<[T, Delivery][]> => {
    const channel = channels.find(({ id }) => id === outgoing.channel);
    return channel === undefined
      ? []
      : [[outgoing, await send(channel, outgoing.message, deadline, options)]];
  });
  return new Map((await Promise.all(deliveries)).flat());
}

async function send(
  channel: Channel,
  message: Message,
  deadline: number,
  { clock, log }: DeliverOptions,
): Promise<Delivery> {
  try {
    return await endWithin(
      clock,
      deadline + GRACE_MS - clock.now(),
      () => channel.send(message, deadline),
      () => new Late(),
    );
  } catch (error) {
    const isLate = error instanceof Late;
    // What an unexpected error says may hold the URL: it goes to the log, which masks secrets, and nowhere else.
    if (!isLate) log.error({ err: error, channel: channel.id }, 'a channel failed unexpectedly');
    // The channel may have sent the message all the same.
    return { ok: false, permanent: false, mayHaveArrived: true, reason: isLate ? LATE : UNEXPECTED };
  }
}

class Late extends Error {}

const LATE: Text = { en: 'It did not answer in time.', 'zh-CN': '在时限内没有应答。' };
const UNEXPECTED: Text = {
  en: 'It failed unexpectedly: see the log of the function.',
  'zh-CN': '意外出错，请查看函数日志。',
};
