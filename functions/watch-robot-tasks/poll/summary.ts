import type { Decision } from '../rules/decide';
import type { Delivery } from '../rules/delivery';
import type { Outgoing } from '../rules/message';

/** What one poll did, in numbers. */
export interface Summary {
  /** Statuses whose list was read whole. */
  readonly polled: number;
  /** Tasks that are in a watched condition, as far as is known. */
  readonly stopped: number;
  /** Tasks in a watched condition that were created too long ago to be told; only where there is such a limit. */
  readonly ignored?: number;
  /** Tasks that at least one channel was to be told of. */
  readonly fired: number;
  readonly repeated: number;
  readonly resolved: number;
  /** By channel id: how many tasks and notices it was told of. */
  readonly delivered: Readonly<Record<string, number>>;
  /** By channel id: why its message did not arrive. */
  readonly failed: Readonly<Record<string, string>>;
}

export function summarize(
  polled: number,
  { alerts, stopped, ignored }: Decision,
  deliveries: ReadonlyMap<Outgoing, Delivery>,
): Summary {
  const count = (news: 'firing' | 'repeated' | 'resolved') =>
    new Set(alerts.flatMap(({ message }) => message[news].map(({ task }) => task.id))).size;
  const delivered = new Map<string, number>();
  const failed = new Map<string, string>();
  for (const [{ channel, tellings }, delivery] of deliveries) {
    if (!delivery.ok) failed.set(channel, delivery.reason.en);
    else delivered.set(channel, Math.max(delivered.get(channel) ?? 0, tellings.length));
  }
  // Of several receivers, one that failed has the channel fail.
  for (const channel of failed.keys()) delivered.delete(channel);
  return {
    ...{ polled, stopped },
    ...(ignored === null ? {} : { ignored }),
    ...{ fired: count('firing'), repeated: count('repeated'), resolved: count('resolved') },
    ...{ delivered: Object.fromEntries(delivered), failed: Object.fromEntries(failed) },
  };
}
