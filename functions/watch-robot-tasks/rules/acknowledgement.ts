/** What it changes that an operator took a stop, muted it, or started the task. */
import { isDeepStrictEqual } from 'node:util';
import {
  endOf,
  holdersAt,
  starterOf,
  type Hold,
  type OperatorsRecord,
} from '../../../shared/operators/record';
import { RUNNING_STATUS } from '../../../shared/robot-task';
import { stands, type Told, type TrackedTask } from '../../../shared/state/state';
import type { Situation } from './reason';

/** What is known of the operators' acts at one poll. */
export interface Operators {
  /** Who holds the stop in which the task stands; null: nobody. Undefined: nobody can say, which counts as nobody. */
  holderOf(tracked: TrackedTask): Hold | null | undefined;
  /** Who started a task that no longer is in a stop since then (epoch milliseconds); null: nobody, as far as is known. */
  starterOf(tracked: TrackedTask, since: number): string | null;
}

/** What a start makes of a task, at last or on the way. */
const STARTED: readonly string[] = [RUNNING_STATUS, 'INIT', 'READY', 'DISPATCH'];

/** `record` is null where it cannot be read; `now` in epoch milliseconds. */
export function operatorsAt(record: OperatorsRecord | null, now: number): Operators {
  if (record === null) return { holderOf: () => undefined, starterOf: () => null };
  const holders = record.acknowledged.length === 0 ? null : holdersAt(record, now);
  return {
    holderOf(tracked) {
      if (holders === null || !stands(tracked)) return null;
      const { condition, since } = tracked;
      const held = holders({ id: tracked.task.id, condition, since });
      return held === null ? null : { by: held.by, at: held.at, until: held.until };
    },
    starterOf({ task: { id, status }, condition, since: until }, since) {
      if (condition !== null || !STARTED.includes(status)) return null;
      return starterOf(record, { id, since, until })?.by ?? null;
    },
  };
}

/**
 * What a channel that knows of a stop is to be told of who holds it: held, released, or a reminder, because nobody asks for
 * quiet any more. Null: nothing.
 */
export function reasonOfHolder(
  last: Told,
  { holder, since, isSeen }: Situation,
  now: number,
): 'held' | 'released' | 'reminder' | null {
  if (holder === undefined) return null;
  if (holder !== null) return last.sure && isDeepStrictEqual(last.held, holder) ? null : 'held';
  if (last.held === undefined) return null;
  // It was for another stop, or its time has passed.
  const hasEnded = last.since !== since || now >= endOf(last.held);
  if (!hasEnded) return 'released';
  return isSeen ? 'reminder' : null;
}
