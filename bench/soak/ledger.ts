/** Compares what each channel was told with what really was. Pure: it is handed all that it judges by. */
import { RUNNING_STATUS, STOPPED_STATUSES } from '../../shared/robot-task';
import { STALLED, taskSubject, type Told, type WatchState } from '../../shared/state/state';
import type { Truth } from './truth';

/** A channel of which every document is known. */
export interface Listener {
  readonly id: string;
  /** The statuses it wants to hear of; null = every watched one. */
  readonly statuses: readonly string[] | null;
  /** The days on which it may be written to, as the setting says them; absent = every day. None of them is today. */
  readonly days?: string;
}

export interface Item {
  readonly kind: 'firing' | 'repeated' | 'resolved';
  readonly task: string;
  /** Null = the task is gone. */
  readonly status: string | null;
}

/** One message that a channel took. */
export interface Telling {
  readonly channel: string;
  /** The poll's own time in epoch milliseconds, cut to the second. */
  readonly at: number;
  readonly items: readonly Item[];
  /** The channel had taken a message of the same id before, so that it can drop this one. */
  readonly isRecognised: boolean;
}

/** How a round went. */
export interface Round {
  readonly number: number;
  /** Epoch milliseconds; whatever changed before it was true for all of its polls. */
  readonly startedAt: number;
  readonly tellings: readonly Telling[];
  /** What is in the state file at its end. */
  readonly stored: WatchState;
  /** The channels that a poll reached which knew all lists and was not killed. */
  readonly heard: ReadonlySet<string>;
  /** The only poll of the round did all it should and saved. */
  readonly isSmooth: boolean;
  /** A poll went without the state, so that it knows no end of what it has not seen itself. */
  readonly lacksState: boolean;
  /** That something is being told is saved before it is told. */
  readonly isRecorded: boolean;
  /** A process died, and with it what it had told and could not save. */
  readonly hasDied: boolean;
  /** Why any message may be a second one: two polls at once, or a fresh instance without the state. Null = it may not. */
  readonly repeatCause: string | null;
  /** Another poll was at work, or was killed so lately that nobody can know that it is not: what is told is told again. */
  readonly mayOverlap: boolean;
  /** The channels whose answers were lost. */
  readonly lostAnswers: ReadonlySet<string>;
  /** The tasks that changed while the polls ran. */
  readonly moved: ReadonlySet<string>;
}

export interface Counts {
  messages: number;
  firing: number;
  repeated: number;
  resolved: number;
  /** Messages with something the channel had been told before, by their cause. */
  readonly duplicates: Map<string, number>;
  /** Of them, those that carry a known id. */
  recognised: number;
  /** Comparisons of what a channel knows with what is. */
  checks: number;
}

export interface Ledger {
  readonly counts: Counts;
  /** Broken promises, as sentences. */
  readonly violations: readonly string[];
  judge(round: Round): void;
  /** What a channel believes that is not so, when nothing is left to wait for. */
  differences(now: number): string[];
}

interface Word {
  readonly status: string;
  /** When the round began in which the channel was told. */
  readonly from: number;
  readonly at: number;
}

/** When what is told, in milliseconds. */
export interface Intervals {
  /** The first reminder's. */
  readonly repeat: number;
  readonly stalled: number;
}

/** How long it takes at most until a watch has seen how a task stands, in milliseconds. */
const SLACK = 40_000;

export function createLedger(everyone: readonly Listener[], truth: Truth, intervals: Intervals): Ledger {
  const listeners = everyone.filter(({ days }) => days === undefined);
  const words = new Map<string, Word>();
  /** Who was told of a stop, or may have been as far as the state knows. */
  const everFired = new Set<string>();
  const earliestReminder =
    intervals.repeat - Math.min(Math.max(intervals.repeat / 20, 10_000), intervals.repeat / 2);
  /** Who heard their last word while another poll may have been at work. */
  const overlapping = new Set<string>();
  /** Of whom the state does not surely say what they heard last. */
  let unsettled = new Set<string>();
  /** Of them, those who heard it in a poll that could save nothing. */
  const unrecorded = new Set<string>();
  /** Of them, those of whom nobody is left who could know what they heard. */
  const excused = new Set<string>();
  const violations: string[] = [];
  const counts: Counts = {
    messages: 0,
    firing: 0,
    repeated: 0,
    resolved: 0,
    duplicates: new Map(),
    recognised: 0,
    checks: 0,
  };
  const keyOf = (channel: string, task: string) => `${channel} ${task}`;

  function isWanted({ statuses }: Listener, status: string | null): boolean {
    return (statuses ?? [...STOPPED_STATUSES, STALLED]).some((wanted) => wanted === status);
  }

  /** What a listener may believe of a task at `now`; null = nothing. */
  function wanted(listener: Listener, task: string, now: number): readonly (string | null)[] {
    const status = truth.status(task);
    const { isOld = false, isStuck = false } = truth.traits(task);
    if (isOld) return [null];
    if (isWanted(listener, status)) return [status];
    if (!isStuck || status !== RUNNING_STATUS || !isWanted(listener, STALLED)) return [null];
    // From when on its calls were seen to stand still hangs on the polls.
    return now - truth.changedAt(task) > intervals.stalled + SLACK ? [STALLED] : [null, STALLED];
  }

  function wasEver(task: string, told: string | null): boolean {
    const { isStuck = false } = truth.traits(task);
    if (told === STALLED) return isStuck && truth.wasSince(task, 0, (was) => was === RUNNING_STATUS);
    return truth.wasSince(task, 0, (was) => was === told);
  }

  /** Notes one item. Returns whether the channel had been told so before. */
  function hear(listener: Listener, item: Item, telling: Telling, round: Round): boolean {
    const { kind, task, status } = item;
    const key = keyOf(listener.id, task);
    const word = words.get(key);
    if (!round.isRecorded) unrecorded.add(key);
    const violate = (what: string) => {
      violations.push(`Round ${round.number}: ${listener.id} ${what} (task ${task}, ${status ?? 'gone'}).`);
    };
    counts[kind] += 1;
    if (kind === 'resolved') {
      words.delete(key);
      if (!everFired.has(key)) {
        violate('was told of the end of a stop that it was never told of');
        return false;
      }
      if (status === null && truth.status(task) !== null) {
        violate('was told that a task is gone which is there');
        return false;
      }
      const isSuchAnEnd = (was: string | null) => was === status && !isWanted(listener, was);
      if (word !== undefined && !truth.wasSince(task, word.from, isSuchAnEnd))
        violate('was told of an end that never was');
      return word === undefined;
    }
    words.set(key, { status: status ?? '', from: round.startedAt, at: telling.at });
    everFired.add(key);
    if (!wasEver(task, status)) violate('was told of a stop that never was');
    if (kind === 'firing') return word?.status === status;
    if (word?.status !== status && !excused.has(key)) violate('was reminded of what it was not told');
    // Both times are cut to the second.
    return word?.status === status && telling.at - word.at < earliestReminder - 1000;
  }

  function judgeTelling(telling: Telling, round: Round): void {
    const listener = listeners.find(({ id }) => id === telling.channel);
    if (listener === undefined) {
      violations.push(`Round ${round.number}: ${telling.channel} was told something while it sleeps.`);
      return;
    }
    counts.messages += 1;
    const before = unsettled;
    const overlapped = new Set(
      telling.items.map(({ task }) => keyOf(listener.id, task)).filter((key) => overlapping.has(key)),
    );
    for (const { task } of telling.items) {
      if (round.mayOverlap) overlapping.add(keyOf(listener.id, task));
      else overlapping.delete(keyOf(listener.id, task));
    }
    const repeats = telling.items.filter((item) => hear(listener, item, telling, round));
    if (repeats.length === 0) return;
    if (telling.isRecognised) counts.recognised += 1;
    const isUnsaved = repeats.every(({ task }) => before.has(keyOf(listener.id, task)));
    const isOverlapped = repeats.every(({ task }) => overlapped.has(keyOf(listener.id, task)));
    const cause = round.lostAnswers.has(listener.id)
      ? 'a lost answer'
      : (round.repeatCause ??
        (isUnsaved ? 'what was told had not been saved' : null) ??
        (isOverlapped ? 'another poll may have told something after it' : null));
    if (cause === null) {
      violations.push(
        `Round ${round.number}: ${listener.id} was told twice, without a cause, of ${repeats.map(({ task }) => task).join(', ')}.`,
      );
      return;
    }
    counts.duplicates.set(cause, (counts.duplicates.get(cause) ?? 0) + 1);
  }

  function judgeCompleteness(listener: Listener, round: Round): void {
    for (const task of truth.tasks) {
      const status = truth.status(task);
      // A task that has vanished is told as gone after three polls: the calm at the end sees to that.
      if (round.moved.has(task) || status === null) continue;
      const want = wanted(listener, task, round.startedAt);
      if (want.includes(null) && round.lacksState) continue;
      const key = keyOf(listener.id, task);
      if (excused.has(key)) continue;
      const told = words.get(key)?.status ?? null;
      counts.checks += 1;
      if (!want.includes(told))
        violations.push(
          `Round ${round.number}: ${listener.id} works, and believes ${told ?? 'nothing'} of task ${task}, which is in ${status}.`,
        );
    }
  }

  return {
    counts,
    violations,
    judge(round) {
      for (const telling of round.tellings) judgeTelling(telling, round);
      for (const listener of listeners) if (round.heard.has(listener.id)) judgeCompleteness(listener, round);
      unsettled = new Set();
      for (const { id } of listeners) {
        for (const key of truth.tasks.map((task) => keyOf(id, task))) {
          const word = words.get(key);
          const told = toldOf(round.stored, key);
          if (told?.sure === false) everFired.add(key);
          if (isSameStatus(word, told) && isSameSecond(word, told) && told?.sure !== false) {
            unrecorded.delete(key);
            excused.delete(key);
            continue;
          }
          unsettled.add(key);
          if (round.hasDied && unrecorded.has(key)) excused.add(key);
          if (excused.has(key)) continue;
          // What moved while the poll looked may not have been seen at all.
          if (!round.isSmooth || !round.heard.has(id) || round.moved.has(key.split(' ')[1] ?? '')) continue;
          // A poll that was killed after it told the same once more leaves the state with the earlier time.
          if (!isSameStatus(word, told) || !isLater(word, told))
            violations.push(`Round ${round.number}: the saved state is not what was told (${key}).`);
        }
      }
    },
    differences: (now) =>
      listeners.flatMap((listener) =>
        truth.tasks.flatMap((task) => {
          const key = keyOf(listener.id, task);
          if (excused.has(key)) return [];
          const told = words.get(key)?.status ?? null;
          const want = wanted(listener, task, now);
          const wish = want.map((status) => status ?? '-').join(' or ');
          return want.includes(told) ? [] : [`${listener.id}: ${task} ${told ?? '-'} instead of ${wish}`];
        }),
      ),
  };
}

function toldOf({ told }: WatchState, key: string): Told | undefined {
  const [channel, id = ''] = key.split(' ');
  return told.get(taskSubject(id))?.find((entry) => entry.channel === channel);
}

function isSameStatus(word: Word | undefined, told: Told | undefined): boolean {
  return word?.status === told?.condition;
}

/** The channel knows the second only. */
function isSameSecond(word: Word | undefined, told: Told | undefined): boolean {
  return secondOf(word) === secondOf(told);
}

function isLater(word: Word | undefined, told: Told | undefined): boolean {
  return secondOf(word) > secondOf(told);
}

function secondOf(said: { readonly at: number } | undefined): number {
  return said === undefined ? 0 : Math.floor(said.at / 1000);
}
