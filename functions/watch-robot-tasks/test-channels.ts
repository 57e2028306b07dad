import { randomUUID } from 'node:crypto';
import type { Channel, Delivery } from './channels/channel';
import { deliver, type DeliverOptions } from './deliver';
import type { TestMessage } from './message';

/** How each channel took a test message, by its id; `reason` says what to mend. */
export interface ChannelVerdicts {
  readonly channels: Readonly<Record<string, Delivery>>;
}

/** Sends a test message to every channel at once. Resolves soon after `deadline` (epoch milliseconds) at the latest. */
export async function testChannels(
  channels: readonly Channel[],
  deadline: number,
  options: DeliverOptions,
): Promise<ChannelVerdicts> {
  const now = options.clock.now();
  const messages = channels.map(({ id }): [string, TestMessage] => [
    id,
    { kind: 'test', id: randomUUID(), now },
  ]);
  return { channels: Object.fromEntries(await deliver(channels, new Map(messages), deadline, options)) };
}
