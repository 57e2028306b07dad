import { randomUUID } from 'node:crypto';
import type { Channel } from './channels/channel';
import { deliver, type DeliverOptions } from './poll/deliver';
import type { Heartbeat } from './heartbeat';

/** How one receiver took its test. `reason` is in English, for whoever runs the test. */
export type TestResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly permanent: boolean; readonly reason: string };

/** What each channel made of a test message, by its id, and what the dead-man switch made of a call, if there is one. */
export interface TestResults {
  readonly channels: Readonly<Record<string, TestResult>>;
  readonly heartbeat?: TestResult;
}

/** Sends every channel a test message, and the dead-man switch its call, by `deadline` (epoch milliseconds). */
export async function testChannels(
  channels: readonly Channel[],
  heartbeat: Heartbeat | null,
  deadline: number,
  options: DeliverOptions,
): Promise<TestResults> {
  const message = { kind: 'test', id: randomUUID(), now: options.clock.now() } as const;
  const [deliveries, beat] = await Promise.all([
    deliver(
      channels,
      channels.map(({ id }) => ({ channel: id, message })),
      deadline,
      options,
    ),
    heartbeat === null ? undefined : tryHeartbeat(heartbeat, deadline),
  ]);
  const verdicts = [...deliveries].map(([{ channel }, delivery]): [string, TestResult] => {
    if (delivery.ok) return [channel, delivery];
    return [channel, { ok: false, permanent: delivery.permanent, reason: delivery.reason.en }];
  });
  return { channels: Object.fromEntries(verdicts), ...(beat === undefined ? {} : { heartbeat: beat }) };
}

async function tryHeartbeat(heartbeat: Heartbeat, deadline: number): Promise<TestResult> {
  try {
    await heartbeat('completed', deadline);
    return { ok: true };
  } catch (error) {
    return { ok: false, permanent: false, reason: (error as Error).message };
  }
}
