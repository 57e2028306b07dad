/** How many tasks stand where: every number of the page from one age of data. */
import { STOPPED_STATUSES } from '../../../../shared/robot-task';
import type { Summary, Task, TaskList } from './answers';

/** The stopped tasks of one cause, as far as they have been read. */
export interface Cause {
  readonly status: string;
  readonly tasks: readonly Task[];
  /** Every task of the cause is in `tasks`. */
  readonly isWhole: boolean;
  /** How many there are; null: nobody can say. */
  readonly count: number | null;
}

export interface Counts {
  /** Null while nobody can say. */
  readonly stopped: number | null;
  readonly causes: readonly Cause[];
  readonly total: number | null;
  /** In the endpoint's order. */
  readonly statuses: readonly (readonly [status: string, count: number])[];
}

/**
 * The summary and the lists are calls of their own, and a task can move between them. Where a list holds every task of its
 * status it is right; the summary counts for the others.
 */
export function countTasks(
  summary: Summary | undefined,
  lists: readonly (readonly [status: string, list: TaskList | undefined])[],
): Counts {
  const causes = lists.map(([status, list]): Cause => {
    const tasks = (list?.tasks ?? []).filter((task) => task.status === status);
    const seen = tasks.length + (list?.unread ?? 0);
    const isWhole = list?.page === 1 && (list.total === null ? seen < list.pageSize : seen >= list.total);
    const known = numberOf(summary, status) ?? list?.total ?? null;
    const counted = isWhole ? seen : known;
    return { status, tasks, isWhole, count: counted === null ? null : Math.max(counted, tasks.length) };
  });
  const isCounted = causes.every(({ count }) => count !== null);
  return {
    causes,
    stopped: isCounted
      ? causes.reduce((sum, { count }) => sum + (count ?? 0), 0)
      : (summary?.stopped ?? null),
    total: summary?.total ?? null,
    statuses: (summary?.statuses ?? []).map(([status, count]) => [
      status,
      causes.find((cause) => cause.status === status)?.count ?? count,
    ]),
  };
}

/** A status that a summary leaves out has no task; without a summary nobody can say. */
function numberOf(summary: Summary | undefined, status: string): number | null {
  if (summary === undefined) return null;
  return summary.statuses.find(([name]) => name === status)?.[1] ?? 0;
}

export const CAUSES: readonly string[] = STOPPED_STATUSES;
