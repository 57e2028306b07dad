/** The stops that are over, for people who look back. */
import { stands, type EndedStop } from '../../../shared/state/state';
import type { ObservedTask } from './observe';
import type { Policy } from './policy';

const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
const KEPT_STOPS = 200;

/** The stops that this poll has seen to be over. One that had not held for its pending time was none. */
export function endedStops(observed: readonly ObservedTask[], { pending }: Policy, now: number): EndedStop[] {
  return observed.flatMap(({ tracked, before: stop, evidence }): EndedStop[] => {
    if (stop === null || !stands(stop)) return [];
    if (evidence !== 'gone' && tracked.condition === stop.condition) return [];
    if (stop.hasHeld !== true && (pending.get(stop.condition) ?? 0) > 0) return [];
    const { id, taskName, status } = tracked.task;
    const { condition, since } = stop;
    return [{ id, taskName, condition, since, until: now, became: evidence === 'gone' ? null : status }];
  });
}

/** `stops` without those that ended too long ago, each once, newest first, and no more than are kept. */
export function keepRecent(stops: readonly EndedStop[], now: number): EndedStop[] {
  const recent = stops.filter(({ until }) => now - until <= KEPT_MS).toSorted((a, b) => b.until - a.until);
  const byStop = new Map(recent.map((stop) => [`${stop.id} ${stop.since} ${stop.condition}`, stop]));
  return [...byStop.values()].slice(0, KEPT_STOPS);
}
