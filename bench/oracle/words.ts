/** What each receiver heard last, and what of that the watch can know: in its mind, in its state, or not at all. */
import type { Subject } from './sights';

/**
 * accepted: with an OK. late: it arrives, and its OK does not. lost: it does not arrive, and nobody can know that. refused: it
 * does not arrive, and that is known.
 */
export type Fate = 'accepted' | 'late' | 'lost' | 'refused';

/** How a poll can work. */
export interface Means {
  /** What was told before can be read; default true. */
  readonly hasState?: boolean;
  /** What is being sent is saved before it is sent; default true. */
  readonly keepsIntent?: boolean;
  /** Why all that is told in it may be told twice, and overtaken; null = nothing is. Default null. */
  readonly doubt?: string | null;
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

export interface Word extends Belief {
  /** Whether the instance that polls can know of it: it was told by it, or read by it. */
  isKnown: boolean;
  /** It heard what nobody is left to know: what it believes is nobody's fault until it is told for certain. */
  isExcused: boolean;
  /** What remembers it if the instance is lost: the state, the state's word that it was being sent, or nothing. */
  trace: 'state' | 'intent' | 'none';
  /** What the state remembers. */
  kept: Belief;
  /** A poll, of which nobody knows what it saved, knew something else than `kept`. */
  mayBeKeptOtherwise: boolean;
}

/** What is told of one subject. */
export interface Said {
  /** Null = that it is over. */
  readonly heard: string | null;
  readonly isReminder: boolean;
}

export interface Words {
  of(receiver: string, subject: Subject): Word;
  /** The same; undefined where nothing was ever told. */
  find(receiver: string, subject: Subject): Word | undefined;
  /** Whether any receiver believes that `subject` stands. */
  isBelieved(subject: Subject): boolean;
  /** What became of `said` at `now` (epoch milliseconds). */
  note(word: Word, said: Said, fate: Fate, means: Required<Means>, now: number): void;
  /** A message of which nothing but its time counts: it is about who holds the subject. */
  noteTime(word: Word, fate: Fate, means: Required<Means>, now: number): void;
  /** All that is known is saved. maybe: what of it, nobody can say. */
  keep(how: 'surely' | 'maybe'): void;
  /** The instance has read the state. */
  read(): void;
  /** The instance is lost, with all that it did not save. Returns of how many words nobody is left to know. */
  lose(): number;
}

const UNTOLD: Belief = { heard: null, at: 0, stoodAt: 0, reminders: 0, cause: null };

const beliefOf = ({ heard, at, stoodAt, reminders, cause }: Belief): Belief => {
  return { heard, at, stoodAt, reminders, cause };
};

const DIED = 'a process that died before it saved';
export const UNSAVED = 'what was told could not be saved';

/**
 * Not `isExact`: what becomes of a save, nobody hears, and so what the state doubts is a guess. `overlap`: milliseconds for which
 * one that is not certain may still be on its way, as far as another instance knows: what follows is not certain either.
 */
export function createWords(receivers: readonly string[], isExact: boolean, overlap: number): Words {
  const words = new Map<string, Map<Subject, Word>>(receivers.map((id) => [id, new Map()]));
  const all = () => [...words.values()].flatMap((known) => [...known.values()]);

  /** It came without an intent: nothing remembers it. What the state remembers is what was being sent before. */
  function leaveNoTrace(word: Word): void {
    if (word.trace === 'intent') word.kept = { ...beliefOf(word), cause: word.cause ?? DIED };
    word.trace = 'none';
  }

  return {
    of(receiver, subject) {
      const known = words.get(receiver) ?? new Map<Subject, Word>();
      const word = known.get(subject) ?? {
        ...{ ...UNTOLD, isKnown: true, isExcused: false },
        ...{ trace: 'state', kept: UNTOLD, mayBeKeptOtherwise: false },
      };
      known.set(subject, word);
      return word;
    },
    find: (receiver, subject) => words.get(receiver)?.get(subject),
    isBelieved: (subject) =>
      [...words.values()].some((known) => (known.get(subject)?.heard ?? null) !== null),
    note(word, { heard, isReminder }, fate, { keepsIntent, doubt }, now) {
      const isIntended = keepsIntent && !isReminder;
      // Also of one that is refused the state says that it was being sent.
      if (isIntended) word.trace = 'intent';
      if (fate === 'refused') return;
      if (!keepsIntent || word.trace === 'state') leaveNoTrace(word);
      const inherited = now - word.at < overlap ? word.cause : null;
      if (fate !== 'lost') word.heard = heard;
      if (fate !== 'accepted' && isReminder) return;
      word.isKnown = true;
      word.cause = fate === 'accepted' ? (doubt ?? inherited) : 'a lost answer';
      // Also where it is lost, somebody knows now that it was told, and tells it again.
      word.isExcused = false;
      if (fate === 'lost') return;
      word.at = now;
      if (heard !== null) word.stoodAt = now;
      word.reminders = isReminder ? word.reminders + 1 : 0;
    },
    noteTime(word, fate, { keepsIntent }, now) {
      if (fate === 'refused' || fate === 'lost') return;
      if (!keepsIntent) leaveNoTrace(word);
      word.at = now;
    },
    keep(how) {
      for (const word of all()) {
        if (how === 'maybe') {
          word.mayBeKeptOtherwise ||= word.heard !== word.kept.heard;
          continue;
        }
        word.trace = 'state';
        word.mayBeKeptOtherwise = false;
        if (!word.isExcused) word.kept = beliefOf(word);
      }
    },
    read() {
      for (const word of all()) word.isKnown = true;
    },
    lose() {
      let unknown = 0;
      for (const word of all()) {
        const { trace, kept, mayBeKeptOtherwise } = word;
        if (trace === 'intent') {
          word.cause = DIED;
          word.kept = beliefOf(word);
        }
        if (trace === 'none') {
          // A reminder is told once more.
          if (kept.heard === word.heard && !mayBeKeptOtherwise) Object.assign(word, kept);
          else {
            if (!word.isExcused && (kept.cause === null || !isExact)) unknown += 1;
            word.isExcused ||= kept.cause === null || !isExact;
            word.cause = UNSAVED;
            word.stoodAt = kept.stoodAt;
          }
        }
        word.isKnown = false;
        word.trace = 'state';
      }
      return unknown;
    },
  };
}
