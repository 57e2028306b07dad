/** What an operator's act makes of the record. */
import {
  endOf,
  isOf,
  type Acknowledgement,
  type OperatorsRecord,
  type Stop,
} from '../../../shared/operators/record';

/** Who acts, and how long it is to be quiet: `until` in epoch milliseconds; null: it is taken. */
export interface Act {
  readonly by: string;
  readonly until: number | null;
}

/** The record after an operator took or muted `stops` at `now`: the same record where that changes nothing. */
export function take(
  record: OperatorsRecord,
  stops: readonly Stop[],
  act: Act,
  now: number,
): OperatorsRecord {
  const before = new Map(record.acknowledged.map((held) => [held.id, held]));
  const changed = stops
    .filter((stop) => !isSame(before.get(stop.id), stop, act, now))
    .map(({ id, condition, since }): Acknowledgement => ({ id, condition, since, ...act, at: now }));
  if (changed.length === 0) return record;
  const ids = new Set(changed.map(({ id }) => id));
  const kept = record.acknowledged.filter(({ id }) => !ids.has(id));
  return { ...record, acknowledged: [...changed, ...kept] };
}

/** What is over is taken anew. */
function isSame(held: Acknowledgement | undefined, stop: Stop, { by, until }: Act, now: number): boolean {
  return (
    held !== undefined && isOf(held, stop) && held.by === by && held.until === until && now < endOf(held)
  );
}

/** The record after whoever holds the task gave it back. */
export function giveBack(record: OperatorsRecord, id: string): OperatorsRecord {
  const acknowledged = record.acknowledged.filter((held) => held.id !== id);
  return acknowledged.length === record.acknowledged.length ? record : { ...record, acknowledged };
}
