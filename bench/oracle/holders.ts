/** Who holds which stop, by the two documents that say it: the watch's state, and the operators' record. */
import { holdersAt, type Hold, type OperatorsRecord } from '../../shared/operators/record';
import { stands, type WatchState } from '../../shared/state/state';
import type { Holder } from './sights';

/**
 * For a Scene. `saved`: the state with which the poll ended; null where nobody knows which stops it knew: then each act that still
 * counts may be of one of them. `now` in epoch milliseconds. `nameOf`: an act as messages name it.
 */
export function holdersIn(
  record: OperatorsRecord,
  saved: WatchState | null,
  now: number,
  nameOf: (hold: Hold) => string,
): Map<string, Holder> {
  const holding = holdersAt(record, now);
  const acts = record.acknowledged
    .filter((act) => holding(act) !== null)
    .map((act): [string, Holder] => [act.id, { name: nameOf(act), isSure: saved !== null }]);
  if (saved === null) return new Map(acts);
  const held = saved.tasks
    .filter(stands)
    .filter(({ task: { id }, condition, since }) => holding({ id, condition, since }) !== null);
  const ids = new Set(held.map(({ task }) => task.id));
  return new Map(acts.filter(([id]) => ids.has(id)));
}
