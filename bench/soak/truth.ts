/** What really was: every status that a task has ever had, and when. */
export interface Truth {
  /** What is so of a task for good. */
  mark(task: string, traits: Traits): void;
  traits(task: string): Traits;
  /** Null = the task does not exist (any more). `at` is epoch milliseconds. */
  set(task: string, status: string | null, at: number): void;
  status(task: string): string | null;
  /** When it last changed; epoch milliseconds. */
  changedAt(task: string): number;
  /** Whether the task was, at any moment from `from` to now, in a status for which `holds`. */
  wasSince(task: string, from: number, holds: (status: string | null) => boolean): boolean;
  readonly tasks: readonly string[];
  /** Grows with every change. */
  readonly version: number;
}

export interface Traits {
  /** Created before what is told. */
  readonly isOld?: boolean;
  /** Its calls never go on while it runs. */
  readonly isStuck?: boolean;
}

interface Step {
  readonly status: string | null;
  readonly at: number;
}

export function createTruth(): Truth {
  const histories = new Map<string, Step[]>();
  const marks = new Map<string, Traits>();
  let version = 0;
  return {
    mark(task, traits) {
      marks.set(task, traits);
    },
    traits: (task) => marks.get(task) ?? {},
    set(task, status, at) {
      histories.set(task, [...(histories.get(task) ?? []), { status, at }]);
      version += 1;
    },
    status: (task) => histories.get(task)?.at(-1)?.status ?? null,
    changedAt: (task) => histories.get(task)?.at(-1)?.at ?? 0,
    wasSince(task, from, holds) {
      const steps = histories.get(task) ?? [];
      return steps.some(({ status }, index) => {
        const end = steps[index + 1]?.at ?? Infinity;
        return end > from && holds(status);
      });
    },
    get tasks() {
      return [...histories.keys()];
    },
    get version() {
      return version;
    },
  };
}
