/** Answers that are costly to make, each kept for a few seconds in this instance. */
export interface Keeper {
  /**
   * What was made under `name` for the same `question` a moment ago, or else what `make` makes: of each name, only the last
   * question's is kept. What fails is made again.
   */
  keep<T>(name: string, question: string, make: () => Promise<T>): Promise<T>;
  /** Forgets all: something has changed, or somebody asks for what is new. */
  clear(): void;
}

const KEPT_MS = 10_000;

interface Kept {
  readonly at: number;
  readonly question: string;
  readonly value: Promise<unknown>;
}

/** `now` gives epoch milliseconds. */
export function createKeeper(now: () => number): Keeper {
  const kept = new Map<string, Kept>();
  return {
    keep<T>(name: string, question: string, make: () => Promise<T>) {
      const known = kept.get(name);
      const age = known?.question === question ? now() - known.at : Infinity;
      // A clock that was set back makes nothing last.
      if (known !== undefined && age >= 0 && age < KEPT_MS) return known.value as Promise<T>;
      const value = make();
      kept.set(name, { at: now(), question, value });
      value.catch(() => {
        if (kept.get(name)?.value === value) kept.delete(name);
      });
      return value;
    },
    clear: () => {
      kept.clear();
    },
  };
}
