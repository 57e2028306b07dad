/** What operators did: who took or muted a stop, and who started a task. The query function writes it, the watch reads it. */

/** Who holds a stop. */
export interface Hold {
  /** The operator's name, for people. */
  readonly by: string;
  /** Epoch milliseconds, as `until` is. */
  readonly at: number;
  /** Until when the operator wants quiet; null: taken. */
  readonly until: number | null;
}

/** An operator holds a stop: the task stands in exactly this condition since exactly then. */
export interface Acknowledgement extends Hold {
  readonly id: string;
  readonly condition: string;
  /** Epoch milliseconds, as the watch's state has it. */
  readonly since: number;
}

/** A start that upstream took. */
export interface AcceptedStart {
  readonly id: string;
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface OperatorsRecord {
  /** At most one for each task. */
  readonly acknowledged: readonly Acknowledgement[];
  readonly started: readonly AcceptedStart[];
}

export const EMPTY_RECORD: OperatorsRecord = { acknowledged: [], started: [] };

/** A stop, as an acknowledgement names it. */
export type Stop = Pick<Acknowledgement, 'id' | 'condition' | 'since'>;

const DAY_MS = 24 * 60 * 60 * 1000;

/** For so long a stop can be muted. */
export const LONGEST_MUTE_MS = 7 * DAY_MS;

/** Who took a stop and said no end has forgotten it by then. */
const LONGEST_TAKEN_MS = DAY_MS;

/** Epoch milliseconds at which an acknowledgement ends, if the stop does not end before. */
export function endOf({ at, until }: Hold): number {
  return until ?? at + LONGEST_TAKEN_MS;
}

/** Who holds a stop at `now` (epoch milliseconds); null: nobody does. */
export type HolderOf = (stop: Stop) => Acknowledgement | null;

export function holdersAt({ acknowledged }: OperatorsRecord, now: number): HolderOf {
  const byId = new Map(acknowledged.map((held) => [held.id, held]));
  return (stop) => {
    const held = byId.get(stop.id);
    const isHeld = held !== undefined && isOf(held, stop) && isCredible(held, now) && now < endOf(held);
    return isHeld ? held : null;
  };
}

/** More than two machines' clocks differ by. */
const MOST_AHEAD_MS = 10 * 60 * 1000;

/** Whether an operator can have done so: nothing else may keep a stop quiet. */
function isCredible({ at, until }: Hold, now: number): boolean {
  return at <= now + MOST_AHEAD_MS && (until === null || until - at <= LONGEST_MUTE_MS);
}

/** Whether it names this stop, and not another one of the same task. */
export function isOf(held: Acknowledgement, { id, condition, since }: Stop): boolean {
  return held.id === id && held.condition === condition && held.since === since;
}

const MOST_BEFORE_MS = 10 * 60 * 1000;
/** A poll tells the time at its begin and reads the lists after that. */
const POLL_MS = 60 * 1000;

/**
 * The start that ended a stop: the newest one, at most 10 minutes before the task was first seen to run (`until`), and
 * before it stopped again (`next`). Null where nobody started it here.
 */
export function starterOf(
  { started }: OperatorsRecord,
  { id, since, until }: { readonly id: string; readonly since: number; readonly until: number },
  next = Infinity,
): AcceptedStart | null {
  const from = Math.max(since, until - MOST_BEFORE_MS);
  const to = Math.min(until + POLL_MS, next);
  return started
    .filter(({ id: of, at }) => of === id && at >= from && at <= to)
    .reduce<AcceptedStart | null>((newest, start) => (start.at >= (newest?.at ?? 0) ? start : newest), null);
}

const MOST_STANDING = 10_000;
export const MOST_OVER = 200;
export const KEPT_OVER_MS = 7 * DAY_MS;
export const MOST_ENTRIES = MOST_STANDING + MOST_OVER;

/**
 * The record within its bounds, newest first: of what belongs to one of `stops`, the newest 10,000; of what is over, the
 * newest 200 of the last 7 days. Where nobody knows what stands (null), all of it may.
 */
export function bounded(
  record: OperatorsRecord,
  stops: ReadonlyMap<string, Stop> | null,
  now: number,
): OperatorsRecord {
  function kept<T extends { readonly at: number }>(
    entries: readonly T[],
    isStanding: (entry: T) => boolean,
  ): T[] {
    const newest = entries.toSorted((a, b) => b.at - a.at);
    const standing = newest.filter(isStanding).slice(0, MOST_STANDING);
    const over = newest.filter((entry) => !isStanding(entry) && now - entry.at < KEPT_OVER_MS);
    return [...standing, ...over.slice(0, MOST_OVER)].sort((a, b) => b.at - a.at);
  }
  const stopOf = ({ id }: { readonly id: string }) => stops?.get(id);
  return {
    acknowledged: kept(record.acknowledged, (held) => {
      const stop = stopOf(held);
      return stops === null || (stop !== undefined && isOf(held, stop));
    }),
    started: kept(
      record.started,
      (start) => stops === null || (stopOf(start)?.since ?? Infinity) <= start.at,
    ),
  };
}
