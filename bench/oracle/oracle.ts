/**
 * One model of what must have been told to whom, what may be, and what must not: for random histories and for the soak. It
 * judges by what receivers got and what the world was (sights.ts), and knows nothing of how a watch keeps its state.
 */
import { createSights, type Rules, type Scene, type Subject } from './sights';

/** Who is told: a channel, or one of several receivers of it. Each counts by itself. */
export interface Receiver {
  readonly id: string;
  /** The conditions of tasks it wants to hear of; null = every one. */
  readonly statuses: readonly string[] | null;
  /** Whether it may be written to at a time, in epoch milliseconds; absent = always. */
  readonly isOpen?: (now: number) => boolean;
  /** What it is never told of; absent = nothing: a channel does not hear that it fails itself. */
  readonly never?: Subject;
}

export interface Item {
  readonly kind: 'firing' | 'repeated' | 'resolved';
  readonly subject: Subject;
  /** What it is in; of one that is resolved, what it became: null = nothing that is known. */
  readonly condition: string | null;
  /** The other condition that the receiver had been told, as the message says; absent = it does not say. */
  readonly previous?: string | null;
  /** Epoch milliseconds since when, as the message says; absent = it does not say. */
  readonly since?: number;
}

/** accepted: with an OK. late: it arrives, and its OK does not. refused: it does not arrive, and that is known. */
export type Fate = 'accepted' | 'late' | 'refused';

/** How a poll can work. */
export interface Means {
  /** What was told before can be read; default true. */
  readonly hasState?: boolean;
  /** What is being sent is saved before it is sent; default true. */
  readonly keepsIntent?: boolean;
  /** Why all that is told in it may be told twice, and overtaken; null = nothing is. Default null. */
  readonly doubt?: string | null;
}

export interface Counts {
  readonly items: Record<Item['kind'], number>;
  /** Messages with something that the receiver had been told before, by their cause. */
  readonly duplicates: Map<string, number>;
  /** Comparisons of what a receiver believes with what is. */
  checks: number;
}

export interface Oracle {
  readonly counts: Counts;
  /** Broken promises, as sentences. */
  readonly violations: readonly string[];
  /** A poll begins. */
  begin(scene: Scene, means?: Means): void;
  /** What `receiver` was sent in it. Returns whether it says again what the receiver had heard. */
  tell(receiver: string, items: readonly Item[], fate: Fate): boolean;
  /** The poll is over. `reached`: who would have taken a message. */
  end(saved: boolean, reached: readonly string[]): void;
  /** The instance is lost, with all that it did not save. */
  lose(): void;
  /** Whatever was told may be told again, for this cause: to `receiver`, or to everybody. */
  doubt(cause: string, receiver?: string): void;
  /** What receivers believe that is not so, when nothing is left to wait for. */
  differences(): string[];
}

interface Belief {
  /** What the receiver heard last: null = that it is over, or nothing. */
  heard: string | null;
  /** When it was told so, and when as firing or again. */
  at: number;
  stoodAt: number;
  reminders: number;
  /** Why the watch may not know that; null = it must know. */
  cause: string | null;
}

interface Word extends Belief {
  /** Whether the instance that polls can know of it: it was told by it, or read by it. */
  isKnown: boolean;
  /** What remembers it if the instance is lost: the state, the state's word that it was being sent, or nothing. */
  trace: 'state' | 'intent' | 'none';
  /** What the state remembers. */
  kept: Belief;
  /** It heard what nobody is left to know: what it believes is nobody's fault until it is told for certain. */
  isExcused: boolean;
}

const ABOUT_MS = 2000;

const UNTOLD: Belief = { heard: null, at: 0, stoodAt: 0, reminders: 0, cause: null };

const beliefOf = ({ heard, at, stoodAt, reminders, cause }: Belief): Belief => {
  return { heard, at, stoodAt, reminders, cause };
};

/**
 * Without `slack` every message arrives at once and times are virtual: what must be told is told in the same poll, and what
 * the watch knows is known. With it (see createSights) times are real: reminders are not waited for, and what a poll could
 * have told again, and did not, counts as known.
 */
export function createOracle(
  rules: Rules,
  receivers: readonly Receiver[],
  { slack = 0 }: { readonly slack?: number } = {},
): Oracle {
  const isExact = slack === 0;
  const sights = createSights(rules, slack);
  const words = new Map<string, Map<Subject, Word>>(receivers.map(({ id }) => [id, new Map()]));
  const violations: string[] = [];
  const counts: Counts = {
    items: { firing: 0, repeated: 0, resolved: 0 },
    duplicates: new Map(),
    checks: 0,
  };
  let means: Required<Means> = { hasState: true, keepsIntent: true, doubt: null };
  let hasLoaded = false;
  let isNew = true;
  let isIntentKept = false;
  let polls = 0;

  const wordOf = (receiver: string, subject: Subject): Word => {
    const known = words.get(receiver) ?? new Map<Subject, Word>();
    const word = known.get(subject) ?? {
      ...{ ...UNTOLD, isKnown: true, trace: 'state', kept: UNTOLD, isExcused: false },
    };
    known.set(subject, word);
    return word;
  };
  const all = () => [...words.values()].flatMap((known) => [...known.values()]);
  const wants = ({ statuses, never }: Receiver, subject: Subject, condition: string) =>
    subject.startsWith('!') ? subject !== never : statuses === null || statuses.includes(condition);
  const isSure = ({ cause, isKnown, isExcused }: Word) =>
    cause === null && means.doubt === null && isKnown && !isExcused;
  const keepAll = () => {
    for (const word of all()) {
      word.trace = 'state';
      if (!word.isExcused) word.kept = beliefOf(word);
    }
  };

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

  function judge(receiver: Receiver, item: Item, word: Word): void {
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
    check(wants(receiver, subject, stands), 'was told of what it does not want to hear');
    check(sights.mayStand(subject, stands, kind === 'firing' ? since : undefined), 'was told what is not so');
    if (kind === 'firing') {
      const other = word.heard === condition ? null : word.heard;
      if (previous !== undefined)
        check(!isSure(word) || previous === other, 'was told another condition before than it was');
      if (word.heard === null && isSure(word))
        check(!sights.wasTooOld(subject), 'was told of a task that was too old');
      return;
    }
    check(word.heard === condition || word.isExcused, 'was reminded of what it was not told');
    if (!isExact) return;
    check(isSure(word) || word.isExcused, 'was reminded of what nobody knows it was told');
    check(!sights.isUnseen(subject), 'was reminded of what nobody sees');
  }

  /** Whether it says what the receiver had heard. */
  function isAgain({ kind, condition }: Item, word: Word): boolean {
    if (kind === 'resolved') return word.heard === null;
    if (kind === 'firing') return word.heard === condition;
    // Where times are real, a poll begins a moment after its scene, and one that died may have counted otherwise.
    const after = isExact ? reminderAfter(word) : (reminderAfter({ reminders: 0 }) ?? Infinity) - ABOUT_MS;
    return word.heard === condition && sights.now - word.at < (after ?? Infinity);
  }

  function note({ kind, condition }: Item, fate: Fate, word: Word): void {
    const { now } = sights;
    const isReminder = kind === 'repeated';
    // Also of one that is refused the state says that it was being sent.
    if (means.keepsIntent && !isReminder) word.trace = 'intent';
    if (fate === 'refused') return;
    if (!means.keepsIntent || word.trace === 'state') word.trace = 'none';
    const isOver = kind === 'resolved';
    word.heard = isOver ? null : condition;
    if (fate === 'late' && isReminder) return;
    word.at = now;
    if (!isOver) word.stoodAt = now;
    word.reminders = isReminder ? word.reminders + 1 : 0;
    word.isKnown = true;
    word.cause = fate === 'late' ? 'a lost answer' : means.doubt;
    word.isExcused = false;
  }

  /** What `receiver` must believe of `subject`: null = that it is over, or nothing; undefined = nobody can ask that of it. */
  function expected({ id, ...receiver }: Receiver, subject: Subject): string | null | undefined {
    const word = words.get(id)?.get(subject);
    const must = sights.mustBe(subject);
    if (must === undefined || subject === receiver.never || word?.isExcused === true) return undefined;
    if (must === null || !wants({ id, ...receiver }, subject, must)) {
      // One that does not know what was told cannot know that it has ended.
      const isKnown = word?.isKnown !== false && (isExact || means.hasState);
      return isKnown && (must === null || sights.isVisible(subject)) ? null : undefined;
    }
    const heard = word?.heard ?? null;
    if (heard === must) return must;
    return (heard === null && sights.wasTooOld(subject)) || !sights.hasHeld(subject) ? undefined : must;
  }

  function complete(receiver: Receiver): void {
    const { now } = sights;
    for (const subject of sights.subjects) {
      const word = words.get(receiver.id)?.get(subject);
      const wanted = expected(receiver, subject);
      if (wanted === undefined) continue;
      counts.checks += 1;
      const facts = { wanted, now, ...word };
      if ((word?.heard ?? null) !== wanted)
        violate(receiver.id, 'does not believe what is so', subject, facts);
      const after = word === undefined ? null : reminderAfter(word);
      if (!isExact || word === undefined || after === null || wanted === null) continue;
      if (!isSure(word) || sights.isUnseen(subject) || now - word.at < after) continue;
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
        for (const word of all()) word.isKnown = true;
      }
      // A new instance that can load nothing knows of no earlier sight.
      if (isNew && !hasLoaded) sights.forget(true);
      isNew = false;
      sights.see(scene, (task) =>
        [...words.values()].some((known) => (known.get(task)?.heard ?? null) !== null),
      );
    },
    tell(id, items, fate) {
      const receiver = receivers.find((one) => one.id === id);
      if (receiver === undefined) throw new Error(`There is no receiver ${id}.`);
      if (means.keepsIntent && !isIntentKept) {
        // What is being sent is saved together with all that was known before.
        isIntentKept = true;
        keepAll();
        sights.save(false);
      }
      const again: Word[] = [];
      for (const item of items) {
        const word = wordOf(id, item.subject);
        counts.items[item.kind] += fate === 'refused' ? 0 : 1;
        judge(receiver, item, word);
        if (isAgain(item, word)) again.push({ ...word });
        note(item, fate, word);
      }
      if (again.length === 0) return false;
      const causes = again.map((word) => {
        if (word.cause !== null) return word.cause;
        if (!word.isKnown) return 'a new instance without the state';
        return word.isExcused ? 'what was told could not be saved' : means.doubt;
      });
      const cause = causes.find((one) => one !== null) ?? null;
      if (causes.includes(null))
        violate(id, 'was told twice, without a cause', items.map(({ subject }) => subject).join(', '), items);
      else if (cause !== null && fate !== 'refused')
        counts.duplicates.set(cause, (counts.duplicates.get(cause) ?? 0) + 1);
      return true;
    },
    end(saved, reached) {
      if (saved) {
        sights.save(true);
        keepAll();
      }
      for (const receiver of receivers) {
        if (!reached.includes(receiver.id) || receiver.isOpen?.(sights.now) === false) continue;
        complete(receiver);
        if (isExact || !saved || means.doubt !== null) continue;
        // It could have been told again, and was not: so the watch knows it.
        for (const [subject, word] of words.get(receiver.id) ?? [])
          if (sights.mustBe(subject) !== undefined) word.cause = null;
      }
    },
    lose() {
      for (const word of all()) {
        const { trace, kept } = word;
        if (trace === 'intent') {
          word.cause = 'a process that died before it saved';
          word.kept = beliefOf(word);
        }
        if (trace === 'none') {
          // A reminder is told once more.
          if (kept.heard === word.heard) Object.assign(word, kept);
          else {
            // Where times are real, that the state doubts it is a guess.
            word.isExcused ||= kept.cause === null || !isExact;
            word.cause = 'what was told could not be saved';
          }
        }
        word.isKnown = false;
        word.trace = 'state';
      }
      sights.forget(false);
      hasLoaded = false;
      isNew = true;
    },
    doubt(cause, only) {
      for (const { id } of receivers) {
        if (only !== undefined && only !== id) continue;
        for (const subject of sights.subjects) wordOf(id, subject).cause ??= cause;
      }
    },
    differences: () =>
      receivers
        .filter(({ isOpen }) => isOpen?.(sights.now) !== false)
        .flatMap((receiver) =>
          sights.subjects.flatMap((subject) => {
            const wanted = expected(receiver, subject);
            const heard = words.get(receiver.id)?.get(subject)?.heard ?? null;
            return wanted === undefined || heard === wanted
              ? []
              : [`${receiver.id}: ${subject} ${heard ?? '-'} instead of ${wanted ?? '-'}`];
          }),
        ),
  };
}
