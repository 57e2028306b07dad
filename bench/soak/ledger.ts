/** Compares what each channel was told with what really was. Pure: it is handed all that it judges by. */
import { STOPPED_STATUSES } from '../../shared/robot-task';
import type { Told, WatchState } from '../../functions/watch-robot-tasks/state';
import type { Truth } from './truth';

/** A channel of which every document is known. */
export interface Listener {
  readonly id: string;
  /** The statuses it wants to hear of; null = every watched one. */
  readonly statuses: readonly string[] | null;
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
  /** Why any message may be a second one: two polls at once, or a fresh instance without the state. Null = it may not. */
  readonly repeatCause: string | null;
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
  /** The state file says of this task what every channel heard last: only then it is certain what must be told next. */
  isSettled(task: string): boolean;
  /** What a channel believes that is not so, when nothing is left to wait for. */
  differences(): string[];
}

interface Word {
  readonly status: string;
  /** When the round began in which the channel was told. */
  readonly from: number;
  readonly at: number;
  /** The answer was lost: until the state says so too, the watch does not know that it told. */
  readonly isUnanswered: boolean;
}

/** `repeatInterval` is milliseconds. */
export function createLedger(listeners: readonly Listener[], truth: Truth, repeatInterval: number): Ledger {
  const words = new Map<string, Word>();
  const everFired = new Set<string>();
  let unsettled = new Set<string>();
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

  function expected({ statuses }: Listener, status: string | null): string | null {
    const isWanted = (statuses ?? STOPPED_STATUSES).some((wanted) => wanted === status);
    return isWanted ? status : null;
  }

  /** Notes one item. Returns whether the channel had been told so before. */
  function hear(listener: Listener, item: Item, telling: Telling, round: Round): boolean {
    const { kind, task, status } = item;
    const key = keyOf(listener.id, task);
    const word = words.get(key);
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
      const isSuchAnEnd = (was: string | null) => was === status && expected(listener, was) === null;
      if (word !== undefined && !truth.wasSince(task, word.from, isSuchAnEnd))
        violate('was told of an end that never was');
      return word === undefined;
    }
    const isUnanswered = round.lostAnswers.has(listener.id);
    words.set(key, { status: status ?? '', from: round.startedAt, at: telling.at, isUnanswered });
    everFired.add(key);
    if (!truth.wasSince(task, 0, (was) => was === status)) violate('was told of a stop that never was');
    if (kind === 'firing') return word?.status === status;
    if (word?.status !== status) violate('was reminded of what it was not told');
    // Both times are cut to the second.
    return word?.status === status && telling.at - word.at < repeatInterval - 1000;
  }

  function judgeTelling(telling: Telling, round: Round): void {
    const listener = listeners.find(({ id }) => id === telling.channel);
    if (listener === undefined) return;
    counts.messages += 1;
    const before = unsettled;
    const repeats = telling.items.filter((item) => hear(listener, item, telling, round));
    if (repeats.length === 0) return;
    if (telling.isRecognised) counts.recognised += 1;
    const isUnsaved = repeats.every(({ task }) => before.has(keyOf(listener.id, task)));
    const cause = round.lostAnswers.has(listener.id)
      ? 'a lost answer'
      : (round.repeatCause ?? (isUnsaved ? 'what was told had not been saved' : null));
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
      const want = expected(listener, status);
      if (want === null && round.lacksState) continue;
      const key = keyOf(listener.id, task);
      // Nobody can tell the end of what nobody knows to have been told.
      if (want === null && words.get(key)?.isUnanswered === true) words.delete(key);
      const told = words.get(key)?.status ?? null;
      counts.checks += 1;
      if (told !== want)
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
          if (isSameStatus(word, told) && isSameSecond(word, told)) {
            if (word !== undefined) words.set(key, { ...word, isUnanswered: false });
            continue;
          }
          unsettled.add(key);
          // A poll that was killed after it told the same once more leaves the state with the earlier time.
          if (round.isSmooth && round.heard.has(id) && !(isSameStatus(word, told) && isLater(word, told)))
            violations.push(`Round ${round.number}: the saved state is not what was told (${key}).`);
        }
      }
    },
    isSettled: (task) => listeners.every(({ id }) => !unsettled.has(keyOf(id, task))),
    differences: () =>
      listeners.flatMap((listener) =>
        truth.tasks.flatMap((task) => {
          const told = words.get(keyOf(listener.id, task))?.status ?? null;
          const want = expected(listener, truth.status(task));
          return told === want ? [] : [`${listener.id}: ${task} ${told ?? '-'} instead of ${want ?? '-'}`];
        }),
      ),
  };
}

function toldOf({ tasks }: WatchState, key: string): Told | undefined {
  const [channel, id] = key.split(' ');
  return tasks.find(({ task }) => task.id === id)?.told.find((entry) => entry.channel === channel);
}

function isSameStatus(word: Word | undefined, told: Told | undefined): boolean {
  return word?.status === told?.status;
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
