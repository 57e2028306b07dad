import type { Clock } from '../../shared/clock';
import type { Logger } from '../../shared/log';
import type { Channel, Delivery } from './channels/channel';
import type { Message } from './message';

export interface DeliverOptions {
  readonly clock: Clock;
  readonly log: Logger;
}

/** What a channel gets beyond its deadline to say itself why it failed. */
const GRACE_MS = 250;

/**
 * Sends each channel its message, all at once. Resolves soon after `deadline` (epoch milliseconds) at the latest: a channel
 * that breaks its promise not to throw and to end in time counts as failed and holds up nobody.
 */
export async function deliver<T extends Message>(
  channels: readonly Channel[],
  messages: ReadonlyMap<string, T>,
  deadline: number,
  options: DeliverOptions,
): Promise<Map<string, Delivery>> {
  const deliveries = channels.map(async (channel): Promise<[string, Delivery][]> => {
    const message = messages.get(channel.id);
    return message === undefined ? [] : [[channel.id, await send(channel, message, deadline, options)]];
  });
  return new Map((await Promise.all(deliveries)).flat());
}

async function send(
  channel: Channel,
  message: Message,
  deadline: number,
  { clock, log }: DeliverOptions,
): Promise<Delivery> {
  const timer = new AbortController();
  const tooLate = clock
    .sleep(deadline + GRACE_MS - clock.now(), timer.signal)
    .then((): Delivery => ({ ok: false, permanent: false, reason: 'It did not answer in time.' }));
  const sent = Promise.resolve()
    .then(() => channel.send(message, deadline))
    .catch((error: unknown): Delivery => {
      // What an unexpected error says may hold the URL: it goes to the log, which masks secrets, and nowhere else.
      log.error({ err: error, channel: channel.id }, 'a channel failed unexpectedly');
      return { ok: false, permanent: false, reason: 'It failed unexpectedly: see the log of the function.' };
    });
  // The race decides; the timer's rejection, when it is called off, is nobody's business any more.
  tooLate.catch(() => undefined);
  try {
    return await Promise.race([sent, tooLate]);
  } finally {
    timer.abort();
  }
}
