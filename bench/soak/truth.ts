import type { TrueTask } from '../oracle/sights';

/** What really is. */
export interface Truth {
  /** Adds a task, or changes one. A status of null: it does not exist any more. */
  set(task: string, facts: TrueTask): void;
  /** Null = the task does not exist (any more). */
  status(task: string): string | null;
  /** In the order in which they came. */
  readonly tasks: readonly string[];
  /** All as they are now. */
  snapshot(): ReadonlyMap<string, TrueTask>;
  /** Grows with every change. */
  readonly version: number;
}

export function createTruth(): Truth {
  const tasks = new Map<string, TrueTask>();
  let version = 0;
  return {
    set(task, facts) {
      tasks.set(task, { ...tasks.get(task), ...facts });
      version += 1;
    },
    status: (task) => tasks.get(task)?.status ?? null,
    get tasks() {
      return [...tasks.keys()];
    },
    snapshot: () => new Map(tasks),
    get version() {
      return version;
    },
  };
}
