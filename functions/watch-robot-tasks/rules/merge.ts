/**
 * Brings together what this instance knows and could not save, and what another instance saved meanwhile.
 *
 *             base: what was stored when this instance last knew
 *             /                                              \
 *   own: what it knows now, unsaved             stored: what another one saved
 *             \                                              /
 *              what to go on from: of each record, the side that changed it
 *
 * Where both changed a record, the later message counts. Where nobody can say which was later, the record is uncertain:
 * the channel is told once more how things stand.
 */
import { isDeepStrictEqual } from 'node:util';
import { RUNNING_STATUS } from '../../../shared/robot-task';
import {
  GONE_AFTER_POLLS,
  type Failure,
  type LastSent,
  type Progress,
  type TrackedTask,
  type WatchState,
} from '../../../shared/state/state';
import { keepRecent } from './history';

export interface Sides {
  readonly base: WatchState;
  readonly own: WatchState;
  /** Epoch milliseconds of the poll that `own` is from. */
  readonly ownAt: number;
  readonly stored: WatchState;
}

/** The state to go on from. `now` in epoch milliseconds. Linear in the number of tasks. */
export function merge(sides: Sides, now: number): WatchState {
  const { own, ownAt, stored } = sides;
  const [newest, older] = ownAt > stored.savedAt ? [own, stored] : [stored, own];
  const unconfirmed = byKey([...older.unconfirmed, ...newest.unconfirmed], ({ channel }) => channel);
  return {
    ...stored,
    tasks: mergeTasks(sides),
    failures: mergeFailures(sides),
    unconfirmed: [...unconfirmed.values()],
    progress: mergeProgress(newest, older.progress),
    balance: newest.balance,
    history: keepRecent([...stored.history, ...own.history], now),
  };
}

/**
 * The counts as they were seen last, since whoever saw them first. Whoever came later may not have seen them all, or may have
 * seen that a task does not run.
 */
function mergeProgress({ progress, tasks }: WatchState, older: readonly Progress[]): Progress[] {
  const before = byKey(older, ({ id }) => id);
  for (const { task } of tasks) if (task.status !== RUNNING_STATUS) before.delete(task.id);
  const merged = progress.map((entry) => {
    const earlier = before.get(entry.id);
    before.delete(entry.id);
    const isSame = earlier?.finishCount === entry.finishCount && earlier.totalCount === entry.totalCount;
    return isSame ? { ...entry, since: Math.min(entry.since, earlier.since) } : entry;
  });
  return [...merged, ...before.values()];
}

function mergeTasks({ base, own, ownAt, stored }: Sides): TrackedTask[] {
  const idOf = ({ task }: TrackedTask) => task.id;
  const [bases, owns, storeds] = [byKey(base.tasks, idOf), byKey(own.tasks, idOf), byKey(stored.tasks, idOf)];
  return [...new Set([...storeds.keys(), ...owns.keys()])].flatMap((id): TrackedTask[] => {
    const [ours, theirs] = [owns.get(id), storeds.get(id)];
    const sent = mergeSent(
      { base: bases.get(id)?.sent, own: ours?.sent, stored: theirs?.sent },
      stored.savedAt,
      (a, b) => a.condition === b.condition && a.since === b.since,
    );
    const sight = mergeSight(ours, theirs, ownAt, stored.savedAt);
    return sight === undefined || (sight.condition === null && sent.length === 0) ? [] : [{ ...sight, sent }];
  });
}

/** How the task was seen last, by whomever. */
function mergeSight(
  own: TrackedTask | undefined,
  stored: TrackedTask | undefined,
  ownAt: number,
  savedAt: number,
): TrackedTask | undefined {
  if (own === undefined) {
    // Polls of this instance, which did not ask for it, interrupt a row of unknown answers.
    const isInterrupted = stored !== undefined && ownAt > savedAt && stored.unknownPolls < GONE_AFTER_POLLS;
    return isInterrupted ? { ...stored, unknownPolls: 0 } : stored;
  }
  if (savedAt >= ownAt) return stored ?? outside(own, savedAt);
  const isSame = stored?.condition === own.condition;
  // Whoever saved since it began did not see it stand: it began anew.
  const since = Math.max(own.since, isSame ? stored.since : savedAt);
  if (since === own.since) return own;
  const { hasHeld, begin, ...rest } = own;
  return { ...rest, since };
}

function outside({ hasHeld, begin, ...tracked }: TrackedTask, since: number): TrackedTask {
  return { ...tracked, condition: null, since };
}

function mergeFailures({ base, own, ownAt, stored }: Sides): Failure[] {
  const keyOf = ({ subject, channel }: Failure) => `${subject} ${channel ?? ''}`;
  const [bases, owns, storeds] = [
    byKey(base.failures, keyOf),
    byKey(own.failures, keyOf),
    byKey(stored.failures, keyOf),
  ];
  return [...new Set([...storeds.keys(), ...owns.keys()])].flatMap((key): Failure[] => {
    const [ours, theirs] = [owns.get(key), storeds.get(key)];
    const sent = mergeSent(
      { base: bases.get(key)?.sent, own: ours?.sent, stored: theirs?.sent },
      stored.savedAt,
      () => true,
    );
    const newest = ownAt > stored.savedAt ? ours : theirs;
    const known = newest ?? ours ?? theirs;
    if (known === undefined) return [];
    const polls = newest === undefined ? 0 : known.polls;
    return polls === 0 && sent.length === 0 ? [] : [{ ...known, polls, sent }];
  });
}

interface Records<T> {
  readonly base: readonly T[] | undefined;
  readonly own: readonly T[] | undefined;
  readonly stored: readonly T[] | undefined;
}

function mergeSent<T extends LastSent>(
  { base = [], own = [], stored = [] }: Records<T>,
  savedAt: number,
  isSame: (a: T, b: T) => boolean,
): T[] {
  const channelOf = ({ channel }: LastSent) => channel;
  const [bases, owns, storeds] = [byKey(base, channelOf), byKey(own, channelOf), byKey(stored, channelOf)];
  return [...new Set([...storeds.keys(), ...owns.keys()])].flatMap((channel) => {
    const sides = { base: bases.get(channel), own: owns.get(channel), stored: storeds.get(channel) };
    const merged = mergeRecord(sides, savedAt, isSame);
    return merged === undefined ? [] : [merged];
  });
}

/** Absent = the channel knows nothing of the subject, or was told that it is over. */
function mergeRecord<T extends LastSent>(
  { base, own, stored }: { base: T | undefined; own: T | undefined; stored: T | undefined },
  savedAt: number,
  isSame: (a: T, b: T) => boolean,
): T | undefined {
  if (own === undefined || isDeepStrictEqual(own, base)) return stored;
  if (base !== undefined && isDeepStrictEqual(stored, base)) return own;
  if (stored === undefined) {
    if (own.isOver === true) return undefined;
    // Whoever saved later may never have known of it, or have told its end.
    return own.at > savedAt ? own : { ...own, uncertain: true };
  }
  const [later, earlier] = stored.at > own.at ? [stored, own] : [own, stored];
  const isSaidTwice = earlier.isOver === later.isOver && isSame(later, earlier);
  // Which one arrived first, nobody knows. The channel may believe the one that says that something stands.
  if (own.at === stored.at && !isSaidTwice) return { ...(own.isOver ? stored : own), uncertain: true };
  // The same was told twice, and one of the two surely arrived.
  if (later.uncertain !== true || earlier.uncertain === true || !isSaidTwice) return later;
  const { uncertain, ...certain } = later;
  return certain as T;
}

function byKey<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T> {
  return new Map(items.map((item) => [keyOf(item), item]));
}
