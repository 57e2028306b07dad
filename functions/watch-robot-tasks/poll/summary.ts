import type { Delivery } from '../channels/channel';
import type { Decision } from '../rules/decide';
import type { Alert } from '../rules/message';

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
  deliveries: ReadonlyMap<string, Delivery>,
): Summary {
  const count = (news: 'firing' | 'repeated' | 'resolved') =>
    new Set([...alerts.values()].flatMap((alert) => alert[news].map(({ task }) => task.id))).size;
  const delivered: [string, number][] = [];
  const failed: [string, string][] = [];
  for (const [channel, delivery] of deliveries) {
    if (!delivery.ok) failed.push([channel, delivery.reason.en]);
    else delivered.push([channel, size(alerts.get(channel))]);
  }
  return {
    polled,
    stopped,
    ...(ignored === null ? {} : { ignored }),
    fired: count('firing'),
    repeated: count('repeated'),
    resolved: count('resolved'),
    delivered: Object.fromEntries(delivered),
    failed: Object.fromEntries(failed),
  };
}

function size(alert: Alert | undefined): number {
  if (alert === undefined) return 0;
  return alert.firing.length + alert.repeated.length + alert.resolved.length + alert.notices.length;
}
