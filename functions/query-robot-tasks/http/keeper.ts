/** Answers that are costly to make, each kept for a few seconds in this instance. */
export interface Keeper {
  /** What was made under `name` a moment ago, or else what `make` makes. What fails is made again. */
  keep<T>(name: string, make: () => Promise<T>): Promise<T>;
  /** Forgets all: something has changed. */
  clear(): void;
}

const KEPT_MS = 10_000;

/** `now` gives epoch milliseconds. */
export function createKeeper(now: () => number): Keeper {
  const kept = new Map<string, { readonly at: number; readonly value: Promise<unknown> }>();
  return {
    keep<T>(name: string, make: () => Promise<T>) {
      const known = kept.get(name);
      const age = known === undefined ? Infinity : now() - known.at;
      // A clock that was set back makes nothing last.
      if (known !== undefined && age >= 0 && age < KEPT_MS) return known.value as Promise<T>;
      const value = make();
      kept.set(name, { at: now(), value });
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
