/**
 * One model of what must have been told to whom, what may be, and what must not: for random histories and for the soak. It
 * judges by what receivers got and what the world was (sights.ts), and knows nothing of how a watch keeps its state.
 */
import {
  createSights,
  heldTask,
  holderOf,
  isTask,
  STALLED,
  type Rules,
  type Scene,
  type Subject,
} from './sights';
import { createWords, UNSAVED, type Fate, type Means, type Word } from './words';

/** Who is told: a channel, or one of several receivers of it. Each counts by itself. */
export interface Receiver {
  readonly id: string;
  /** The conditions of tasks it wants to hear of; null = every one. */
  readonly statuses: readonly string[] | null;
  /** Whether it may be written to at a time, in epoch milliseconds; absent = always. */
  readonly isOpen?: (now: number) => boolean;
  /** It is a second line: told only of what has stood for so many milliseconds, and nobody holds. Absent = told at once. */
  readonly after?: number | undefined;
  /** What it is never told of; absent = nothing: a channel does not hear that it fails itself. */
  readonly never?: Subject;
}

export interface Item {
  readonly kind: 'firing' | 'repeated' | 'resolved';
  readonly subject: Subject;
  /** What it is in, or who holds it; of one that is resolved, what it became: null = nothing that is known, or nobody. */
  readonly condition: string | null;
  /** The other condition that the receiver had been told, as the message says; absent = it does not say. */
  readonly previous?: string | null;
  /** Epoch milliseconds since when, as the message says; absent = it does not say. */
  readonly since?: number;
  /** For how many milliseconds it has stood, as the message says; absent = it does not say. */
  readonly lasted?: number;
}

export interface Counts {
  /** held: who holds what. */
  readonly items: Record<Item['kind'] | 'held', number>;
  /** Messages with something that the receiver had been told before, by their cause. */
  readonly duplicates: Map<string, number>;
  /** Comparisons of what a receiver believes with what is. */
  checks: number;
  /** Words of which nobody was left to know, when an instance was lost: the one loss that the documents name. */
  unknown: number;
}

export interface Oracle {
  readonly counts: Counts;
  /** Broken promises, as sentences. */
  readonly violations: readonly string[];
  /** A poll begins. */
  begin(scene: Scene, means?: Means): void;
  /** What `receiver` was sent in it. Returns whether it says again what the receiver had heard. */
  tell(receiver: string, items: readonly Item[], fate: Fate): boolean;
  /** The poll is over. `reached`: who would have taken a message. maybe: what it saved, nobody can say. */
  end(saved: boolean | 'maybe', reached: readonly string[]): void;
  /** The instance is lost, with all that it did not save. */
  lose(): void;
  /** Whatever was told may be told again, for this cause: to `receiver`, or to everybody. */
  doubt(cause: string, receiver?: string): void;
  /** What receivers believe that is not so, when nothing is left to wait for. */
  differences(): string[];
}

const ABOUT_MS = 2000;

/**
 * Without `slack` every message arrives at once and times are virtual: what must be told is told in the same poll, and what
 * the watch knows is known. With it (see createSights) times are real: reminders are not waited for, and what a poll could
 * have told again, and did not, counts as known. `overlap`: milliseconds for which another instance's poll can be at work.
 */
export function createOracle(
  rules: Rules,
  receivers: readonly Receiver[],
  { slack = 0, overlap = 0 }: { readonly slack?: number; readonly overlap?: number } = {},
): Oracle {
  const isExact = slack === 0;
  const sights = createSights(rules, slack);
  const words = createWords(
    receivers.map(({ id }) => id),
    isExact,
    overlap,
  );
  const violations: string[] = [];
  const counts: Counts = {
    items: { firing: 0, repeated: 0, resolved: 0, held: 0 },
    duplicates: new Map(),
    checks: 0,
    unknown: 0,
  };
  let means: Required<Means> = { hasState: true, keepsIntent: true, doubt: null };
  let hasLoaded = false;
  let isNew = true;
  let isIntentKept = false;
  let polls = 0;

  const wants = ({ statuses, never }: Receiver, subject: Subject, condition: string) =>
    isTask(subject) ? statuses === null || statuses.includes(condition) : subject !== never;
  const isSure = ({ cause, isKnown, isExcused }: Word) =>
    cause === null && means.doubt === null && isKnown && !isExcused;

  function violate(receiver: string, what: string, subject: Subject, facts: object): void {
    violations.push(`Poll ${polls}: ${receiver} ${what}: ${subject} ${JSON.stringify(facts)}`);
  }

  /** Milliseconds after `at` from which on a reminder may be told; null = there is none. */
  function reminderAfter({ reminders }: Pick<Word, 'reminders'>): number | null {
    const interval = rules.repeatIntervals[reminders] ?? rules.repeatIntervals.at(-1);
    return interval === undefined
      ? null
      : interval - Math.min(Math.max(interval / 20, 10_000), interval / 2, 30 * 60_000);
  }

  /** `isNewStop`: the same message tells the stop that it is about. */
  function judge(receiver: Receiver, item: Item, word: Word, isNewStop: boolean): void {
    const { kind, subject, condition, previous, since } = item;
    const { now } = sights;
    const check = (holds: boolean, what: string) => {
      if (!holds) violate(receiver.id, what, subject, { ...item, ...word, now });
    };
    check(receiver.isOpen?.(now) ?? true, 'was told something while it sleeps');
    if (kind === 'resolved') {
      check(word.heard !== null || !isSure(word), 'was told of the end of what it was never told of');
      check(condition === null || condition !== word.heard, 'was told that it became what it was');
      check(
        sights.mayHaveEnded(subject, condition, word.stoodAt),
        'was told of an end that was not seen, or not thrice in a row',
      );
      if (previous !== undefined)
        check(!isSure(word) || previous === word.heard, 'was told of the end of something else');
      return;
    }
    const stands = condition ?? '';
    const stop = stopOf(receiver.id, subject);
    const isUnheardOf = stop?.heard === null && isSure(stop) && !isNewStop;
    check(!isUnheardOf, 'was told who holds what it was not told of');
    check(wants(receiver, subject, stands), 'was told of what it does not want to hear');
    check(sights.mayStand(subject, stands, kind === 'firing' ? since : undefined), 'was told what is not so');
    if (kind === 'firing') {
      const other = word.heard === condition ? null : word.heard;
      if (previous !== undefined)
        check(!isSure(word) || previous === other, 'was told another condition before than it was');
      if (word.heard !== null || !isSure(word) || !isTask(subject)) return;
      check(!sights.wasTooOld(subject), 'was told of a task that was too old');
      const { after } = receiver;
      if (after === undefined) return;
      const lasted = item.lasted ?? (since === undefined ? Infinity : now - since);
      check(sights.mayHaveWaited(stands, lasted, after), 'was told before its time');
      check(!isHeld(subject), 'was told of what somebody holds');
      return;
    }
    check(!isHeld(subject), 'was reminded of what somebody holds');
    check(word.heard === condition || word.isExcused, 'was reminded of what it was not told');
    if (!isExact) return;
    check(isSure(word) || word.isExcused, 'was reminded of what nobody knows it was told');
    check(!sights.isUnseen(subject), 'was reminded of what nobody sees');
  }

  /** The word of the task, where it is about who holds that. */
  function stopOf(receiver: string, subject: Subject): Word | null {
    const task = heldTask(subject);
    return task === null ? null : words.of(receiver, task);
  }

  /** Whether the receiver knows surely that nobody holds the task. */
  function knowsOfNobody(receiver: string, task: Subject): boolean {
    const held = words.find(receiver, holderOf(task));
    return held === undefined || (held.heard === null && isSure(held));
  }

  const isHeld = (task: Subject) => typeof sights.mustBe(holderOf(task)) === 'string';

  /** Whether it says what the receiver had heard. */
  function isAgain(receiver: string, { kind, subject, condition }: Item, word: Word): boolean {
    if (kind === 'resolved') return word.heard === null;
    if (kind === 'firing') return word.heard === condition;
    // Where somebody holds it no longer, it is due at once.
    if (!knowsOfNobody(receiver, subject)) return false;
    // Where times are real, a poll begins a moment after its scene, and one that died may have counted otherwise.
    const after = isExact ? reminderAfter(word) : (reminderAfter({ reminders: 0 }) ?? Infinity) - ABOUT_MS;
    return word.heard === condition && sights.now - word.at < (after ?? Infinity);
  }

  function note(receiver: string, { kind, subject, condition }: Item, fate: Fate): void {
    const { now } = sights;
    const said = { heard: kind === 'resolved' ? null : condition, isReminder: kind === 'repeated' };
    words.note(words.of(receiver, subject), said, fate, means, now);
    const stop = stopOf(receiver, subject);
    if (stop !== null) words.noteTime(stop, fate, means, now);
  }

  /** What names nobody says that nobody holds it. */
  function noteNobody(receiver: string, items: readonly Item[], fate: Fate): void {
    const subjects = new Set(items.map(({ subject }) => subject));
    for (const { subject } of items) {
      const held = words.find(receiver, holderOf(subject));
      if (held === undefined || subjects.has(holderOf(subject))) continue;
      words.note(held, { heard: null, isReminder: false }, fate, means, sights.now);
    }
  }

  /** What `receiver` must believe of `subject`: null = that it is over, or nothing; undefined = nobody can ask that of it. */
  function expected(receiver: Receiver, subject: Subject): string | null | undefined {
    const task = heldTask(subject);
    if (task !== null) return expectedHolder(receiver, task);
    const word = words.find(receiver.id, subject);
    const must = sights.mustBe(subject);
    if (must === undefined || subject === receiver.never || word?.isExcused === true) return undefined;
    if (must === null && word?.heard === STALLED && sights.mayBeStalled(subject)) return undefined;
    if (must === null || !wants(receiver, subject, must)) {
      // One that does not know what was told cannot know that it has ended.
      const isKnown = word?.isKnown !== false && (isExact || means.hasState);
      return isKnown && (must === null || sights.isVisible(subject)) ? null : undefined;
    }
    const heard = word?.heard ?? null;
    if (heard === must) return must;
    const { after } = receiver;
    // An instance that does not know that it was told waits as if it were the first time.
    if (after !== undefined && (heard === null || word?.isKnown === false)) {
      if (!isTask(subject) || sights.mayBeHeld(subject) || !sights.hasWaited(subject, after))
        return undefined;
    }
    return (heard === null && sights.wasTooOld(subject)) || !sights.hasHeld(subject) ? undefined : must;
  }

  /** Of who holds a stop hears who knows of the stop. */
  function expectedHolder(receiver: Receiver, task: Subject): string | null | undefined {
    const stop = words.find(receiver.id, task);
    const word = words.find(receiver.id, holderOf(task));
    const isStanding = typeof stop?.heard === 'string' && expected(receiver, task) === stop.heard;
    if (!isStanding || word?.isExcused === true || word?.isKnown === false) return undefined;
    // It is told anew, and that waits for its time.
    if (!isSure(stop) && !sights.hasHeld(task)) return undefined;
    const must = sights.mustBe(holderOf(task));
    return must === null && sights.isUnseen(task) ? undefined : must;
  }

  function complete(receiver: Receiver): void {
    const { now } = sights;
    for (const subject of sights.subjects) {
      const word = words.find(receiver.id, subject);
      const wanted = expected(receiver, subject);
      if (wanted === undefined) continue;
      counts.checks += 1;
      const facts = { wanted, now, ...word };
      if ((word?.heard ?? null) !== wanted)
        violate(receiver.id, 'does not believe what is so', subject, facts);
      if (!isExact || word === undefined || wanted === null || heldTask(subject) !== null) continue;
      // Nobody is reminded of lists that cannot be read.
      if (subject === '!poll') continue;
      const after = reminderAfter(word);
      if (after === null || now - word.at < after || !isSure(word) || sights.isUnseen(subject)) continue;
      if (sights.mayBeHeld(subject) || !knowsOfNobody(receiver.id, subject)) continue;
      violate(receiver.id, 'was not reminded', subject, facts);
    }
  }

  return {
    counts,
    violations,
    begin(scene, { hasState = true, keepsIntent = true, doubt = null } = {}) {
      polls += 1;
      means = { hasState, keepsIntent, doubt };
      isIntentKept = false;
      if (hasState && !hasLoaded) {
        hasLoaded = true;
        words.read();
      }
      // A new instance that can load nothing knows of no earlier sight.
      if (isNew && !hasLoaded) sights.forget(true);
      isNew = false;
      sights.see(scene, (task) => words.isBelieved(task));
    },
    tell(id, items, fate) {
      const receiver = receivers.find((one) => one.id === id);
      if (receiver === undefined) throw new Error(`There is no receiver ${id}.`);
      if (means.keepsIntent && !isIntentKept) {
        // What is being sent is saved together with all that was known before.
        isIntentKept = true;
        words.keep('surely');
        sights.save(false);
      }
      const again: Word[] = [];
      for (const item of items) {
        const word = words.of(id, item.subject);
        const kind = heldTask(item.subject) === null ? item.kind : 'held';
        if (fate !== 'refused' && fate !== 'lost') counts.items[kind] += 1;
        const isNewStop = items.some(
          (one) => one.kind === 'firing' && one.subject === heldTask(item.subject),
        );
        judge(receiver, item, word, isNewStop);
        if (isAgain(id, item, word)) again.push({ ...word });
        note(id, item, fate);
      }
      noteNobody(id, items, fate);
      if (again.length === 0) return false;
      const causes = again.map((word) => {
        if (word.cause !== null) return word.cause;
        if (!word.isKnown) return 'a new instance without the state';
        return word.isExcused ? UNSAVED : means.doubt;
      });
      const cause = causes.find((one) => one !== null) ?? null;
      if (causes.includes(null))
        violate(id, 'was told twice, without a cause', items.map(({ subject }) => subject).join(', '), items);
      else if (cause !== null && fate !== 'refused' && fate !== 'lost')
        counts.duplicates.set(cause, (counts.duplicates.get(cause) ?? 0) + 1);
      return true;
    },
    end(saved, reached) {
      if (saved === true) sights.save(true);
      if (saved !== false) words.keep(saved === true ? 'surely' : 'maybe');
      for (const receiver of receivers) {
        if (!reached.includes(receiver.id) || receiver.isOpen?.(sights.now) === false) continue;
        complete(receiver);
        if (isExact || saved !== true || means.doubt !== null) continue;
        // It could have been told again by a later poll, and was not: so the watch knows it.
        for (const subject of sights.subjects) {
          const word = words.find(receiver.id, subject);
          if (word === undefined || word.at === sights.now) continue;
          if (sights.mustBe(subject) !== undefined) word.cause = null;
        }
      }
    },
    lose() {
      counts.unknown += words.lose();
      sights.forget(false);
      hasLoaded = false;
      isNew = true;
    },
    doubt(cause, only) {
      for (const { id } of receivers) {
        if (only !== undefined && only !== id) continue;
        for (const subject of sights.subjects) words.of(id, subject).cause ??= cause;
      }
    },
    differences: () =>
      receivers
        .filter(({ isOpen }) => isOpen?.(sights.now) !== false)
        .flatMap((receiver) =>
          sights.subjects.flatMap((subject) => {
            const wanted = expected(receiver, subject);
            const heard = words.find(receiver.id, subject)?.heard ?? null;
            return wanted === undefined || heard === wanted
              ? []
              : [`${receiver.id}: ${subject} ${heard ?? '-'} instead of ${wanted ?? '-'}`];
          }),
        ),
  };
}
