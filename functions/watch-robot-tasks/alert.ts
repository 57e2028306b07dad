import { createHash } from 'node:crypto';
import type { Alert, ResolvedTask, StoppedTask } from './message';
import type { ObservedTask } from './observe';
import type { Told } from './state';

/** What is alerted, and when. */
export interface Policy {
  /** The watched statuses. */
  readonly statuses: readonly string[];
  /** Milliseconds for which a status must hold before it is told; a status that is not in it is told at once. */
  readonly pending: ReadonlyMap<string, number>;
  /** Milliseconds after which a channel is told again; 0 = never. */
  readonly repeatInterval: number;
  readonly channels: readonly Route[];
}

/** A channel as far as the decision is concerned. */
export interface Route {
  readonly id: string;
  /** The statuses this channel wants to hear of; null = every watched one. */
  readonly statuses: readonly string[] | null;
}

/** What one poll's alerts have in common. */
export type Circumstances = Pick<Alert, 'now' | 'notices' | 'watchStatus' | 'duplicatesPossible'>;

/**
 * Everything that `channel` does not know yet, or is to be reminded of; null when there is nothing.
 *
 * The alert's id depends on the news alone: on when the channel was last told of a task, or else on when the task was
 * first seen. So it is the same whenever the same news is sent again, with one exception: after a crash before the first
 * sight of a task was saved, that sight is a later one.
 */
export function alertFor(
  channel: Route,
  observed: readonly ObservedTask[],
  policy: Policy,
  circumstances: Circumstances,
): Alert | null {
  const firing: StoppedTask[] = [];
  const repeated: StoppedTask[] = [];
  const resolved: ResolvedTask[] = [];
  const facts: unknown[] = [channel.id];
  for (const item of observed) {
    const { task, since, told: all } = item.tracked;
    const told = all.find((entry) => entry.channel === channel.id) ?? null;
    const news = newsFor(channel, item, told, policy, circumstances.now);
    if (news === null) continue;
    const status = item.evidence === 'gone' ? null : task.status;
    facts.push(news.kind, task.id, status, told?.status, told?.at ?? since);
    if (news.kind === 'resolved') {
      const { status: previousStatus, since: stoppedSince } = news.told;
      resolved.push({ task, status, previousStatus, since: stoppedSince });
    } else if (news.kind === 'repeated') {
      repeated.push({ task, status: task.status, previousStatus: null, since });
    } else {
      const previousStatus = told === null || told.status === task.status ? null : told.status;
      firing.push({ task, status: task.status, previousStatus, since });
    }
  }
  const { notices } = circumstances;
  if (firing.length + repeated.length + resolved.length + notices.length === 0) return null;
  for (const { subject, channel: failing, state, since } of notices)
    facts.push(subject, failing, state, since);
  const id = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32);
  return { kind: 'alert', id, ...circumstances, firing, repeated, resolved };
}

type News =
  | { readonly kind: 'firing' }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'resolved'; readonly told: Told };

/**
 * Level-triggered: what the channel was last told against what is. A task that this poll could not observe counts as it
 * was last observed, but a pending time does not pass unseen, and neither "still so" nor "no longer so" is said unseen,
 * nor "so once more" of a stop whose end the channel may have been told.
 */
function newsFor(
  channel: Route,
  { tracked, evidence }: ObservedTask,
  told: Told | null,
  policy: Policy,
  now: number,
): News | null {
  const { status } = tracked.task;
  const resolved: News | null = told === null ? null : { kind: 'resolved', told };
  const isDoubtful = told?.doubtful === true;
  if (evidence === 'gone') return resolved;
  if (!isWanted(channel, status, policy)) {
    return evidence === 'seen' && told?.status !== status ? resolved : null;
  }
  if (told?.status === status && !isDoubtful) {
    const isDue = policy.repeatInterval > 0 && now - told.at >= policy.repeatInterval;
    return isDue && evidence === 'seen' ? { kind: 'repeated' } : null;
  }
  const pending = policy.pending.get(status) ?? 0;
  if (evidence === 'seen') return now - tracked.since >= pending ? { kind: 'firing' } : null;
  const hadHeld = pending === 0 || tracked.hasHeld === true;
  return evidence === 'unread' && hadHeld && !isDoubtful ? { kind: 'firing' } : null;
}

function isWanted(channel: Route, status: string, policy: Policy): boolean {
  return policy.statuses.includes(status) && (channel.statuses === null || channel.statuses.includes(status));
}
