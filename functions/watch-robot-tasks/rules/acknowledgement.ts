/** What it changes that an operator took a stop, muted it, or started the task. */
import { holdersAt, starterOf, type Hold, type OperatorsRecord } from '../../../shared/operators/record';
import { RUNNING_STATUS } from '../../../shared/robot-task';
import { stands, type TrackedTask } from '../../../shared/state/state';

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
