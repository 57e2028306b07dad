/**
 * What an instance knows beyond what is stored, after another one saved meanwhile: what is stored, and laid over it what this
 * one told since its base. Where another message can have come after the last one, the record is unsure: the channel is told
 * once more how things stand. The price is a duplicate after two instances truly were at work at once.
 */
import { isDeepStrictEqual } from 'node:util';
import { RUNNING_STATUS } from '../../../shared/robot-task';
import {
  failureSubject,
  stands,
  taskSubject,
  unsure,
  type Progress,
  type Told,
  type ToldTable,
  type TrackedTask,
  type WatchState,
} from '../../../shared/state/state';
import { overlayEnded } from './ended';
import { keepRecent } from './history';
import { saysTheSame } from './told';

export interface Sides {
  /** What was stored when this instance last knew. */
  readonly base: WatchState;
  /** What it knows now, unsaved. */
  readonly own: WatchState;
  /** Epoch milliseconds of the poll that `own` is from. */
  readonly ownAt: number;
  /** What another one saved. */
  readonly stored: WatchState;
}

/** The state to go on from. `longestPoll` and `now` in (epoch) milliseconds. Linear in the number of tasks. */
export function overlay(sides: Sides, longestPoll: number, now: number): WatchState {
  const { own, ownAt, stored } = sides;
  const isOwnNewest = ownAt > stored.savedAt;
  const [newest, older] = isOwnNewest ? [own, stored] : [stored, own];
  const told = overlayTold(sides, longestPoll, now);
  const known = new Set(newest.tasks.map(({ task }) => task.id));
  const others = older.tasks.filter(({ task }) => !known.has(task.id));
  const toldOnly = others.filter(({ task }) => told.has(taskSubject(task.id)));
  const failing = new Set(newest.failures.map(failureSubject));
  return {
    ...stored,
    told,
    tasks: isOwnNewest
      ? [...seenAgain(sides), ...others.map(({ doubt, ...tracked }) => tracked)]
      : [...stored.tasks, ...toldOnly.map(({ hasHeld, ...tracked }) => ({ ...tracked, condition: null }))],
    failures: [
      ...newest.failures,
      ...older.failures
        .filter((failure) => !failing.has(failureSubject(failure)))
        .map((failure) => ({ ...failure, state: 'working' as const })),
    ],
    channels: newest.channels,
    progress: overlayProgress(newest, older.progress),
    balance: newest.balance,
    ended: overlayEnded(own.ended, stored.ended),
    history: keepRecent([...stored.history, ...own.history], now),
  };
}

function overlayTold({ base, own, ownAt, stored }: Sides, longestPoll: number, now: number): ToldTable {
  const told = new Map(stored.told);
  // An end that the other one did not see, of what it still says that it stands, is unsure: what is told of that next follows
  // the end, and must not pass for the message of before.
  const standing = ownAt > stored.savedAt ? new Map<string, number>() : standingSince(stored);
  for (const [subject, records] of own.told) {
    const earlier = base.told.get(subject) ?? [];
    if (records === earlier) continue;
    for (const ours of records) {
      const isSameEar = ({ channel, receiver }: Told) =>
        channel === ours.channel && receiver === ours.receiver;
      const before = earlier.find(isSameEar);
      if (isDeepStrictEqual(ours, before)) continue;
      const current = told.get(subject) ?? [];
      const theirs = current.find(isSameEar);
      const isUntouched = theirs !== undefined && isDeepStrictEqual(theirs, before);
      const last = isUntouched ? ours : lastOf(ours, theirs, stored.savedAt, longestPoll, now);
      const isInDoubt = last.over === true && (standing.get(subject) ?? Infinity) <= last.at;
      const others = current.filter((record) => record !== theirs);
      told.set(subject, [...others, isInDoubt ? unsure(last, now) : last]);
    }
  }
  return told;
}

/** Of every task and failure that stands: epoch milliseconds since when. */
function standingSince({ tasks, failures }: WatchState): ReadonlyMap<string, number> {
  const failing = failures.filter(({ state }) => state === 'failing');
  return new Map([
    ...tasks.filter(stands).map(({ task, since }) => [taskSubject(task.id), since] as const),
    ...failing.map((failure) => [failureSubject(failure), failure.since] as const),
  ]);
}

/** Of what both may have told since the base, what came last: unsure where their polls can have overlapped. */
function lastOf(
  ours: Told,
  theirs: Told | undefined,
  savedAt: number,
  longestPoll: number,
  now: number,
): Told {
  const lead = ours.at - (theirs?.at ?? savedAt);
  // Whoever saved without a record may never have known of it, or have told its end.
  if (theirs === undefined)
    return lead > longestPoll || (ours.sure && ours.over === true) ? ours : unsure(ours, now);
  const [earlier, later] = lead > 0 ? [theirs, ours] : [ours, theirs];
  if (Math.abs(lead) > longestPoll) {
    // Who holds a stop, or that it still stands, may have been told by one who had not heard of the other word.
    const isFollowing =
      later.over === true ||
      later.since - earlier.at > longestPoll ||
      (ours.condition === theirs.condition && ours.over === theirs.over);
    // What another one only meant to send may have been refused: then what this one told is the last word.
    return isFollowing && (later === ours || theirs.sure) ? later : unsure(later, now);
  }
  if (ours.sure && theirs.sure && saysTheSame(ours, theirs)) return later;
  // The channel may believe the one that says that something stands.
  const standing = [later, ours, theirs].find(({ over }) => over !== true) ?? later;
  return unsure(standing, now);
}

/** This instance's tasks, seen after those that are stored. What the other one did not see stand began anew. */
function seenAgain({ own, stored }: Sides): TrackedTask[] {
  const theirs = new Map(stored.tasks.map((tracked) => [tracked.task.id, tracked]));
  return own.tasks.map((ours) => {
    const earlier = theirs.get(ours.task.id);
    const since = Math.max(
      ours.since,
      earlier?.condition === ours.condition ? earlier.since : stored.savedAt,
    );
    if (since === ours.since) return ours;
    const { hasHeld, ...rest } = ours;
    return { ...rest, since, begin: since };
  });
}

/**
 * The counts as they were seen last, since whoever saw them first. Whoever came later may not have seen them all, or may have
 * seen that a task does not run.
 */
function overlayProgress({ progress, tasks }: WatchState, older: readonly Progress[]): Progress[] {
  const before = new Map(older.map((entry) => [entry.id, entry]));
  for (const { task } of tasks) if (task.status !== RUNNING_STATUS) before.delete(task.id);
  const newest = progress.map((entry) => {
    const earlier = before.get(entry.id);
    before.delete(entry.id);
    const isSame = earlier?.finishCount === entry.finishCount && earlier.totalCount === entry.totalCount;
    return isSame ? { ...entry, since: Math.min(entry.since, earlier.since) } : entry;
  });
  return [...newest, ...before.values()];
}
