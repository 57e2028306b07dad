import { randomUUID } from 'node:crypto';
import type { Channel } from '../channels/channel';
import { deliver, type DeliverOptions } from './deliver';
import type { Heartbeat } from './heartbeat';

/** How one receiver took its test. `reason` is in English, for whoever runs the test. */
export type Verdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly permanent: boolean; readonly reason: string };

/** What each channel made of a test message, by its id, and what the dead-man switch made of a call, if there is one. */
export interface ChannelVerdicts {
  readonly channels: Readonly<Record<string, Verdict>>;
  readonly heartbeat?: Verdict;
}

/** Sends every channel a test message, and the dead-man switch its call, by `deadline` (epoch milliseconds). */
export async function testChannels(
  channels: readonly Channel[],
  heartbeat: Heartbeat | null,
  deadline: number,
  options: DeliverOptions,
): Promise<ChannelVerdicts> {
  const message = { kind: 'test', id: randomUUID(), now: options.clock.now() } as const;
  const [deliveries, beat] = await Promise.all([
    deliver(channels, new Map(channels.map(({ id }) => [id, message])), deadline, options),
    heartbeat === null ? undefined : tryHeartbeat(heartbeat, deadline),
  ]);
  const verdicts = [...deliveries].map(([id, delivery]): [string, Verdict] => {
    if (delivery.ok) return [id, delivery];
    return [id, { ok: false, permanent: delivery.permanent, reason: delivery.reason.en }];
  });
  return { channels: Object.fromEntries(verdicts), ...(beat === undefined ? {} : { heartbeat: beat }) };
}

async function tryHeartbeat(heartbeat: Heartbeat, deadline: number): Promise<Verdict> {
  try {
    await heartbeat('completed', deadline);
    return { ok: true };
  } catch (error) {
    return { ok: false, permanent: false, reason: (error as Error).message };
  }
}
