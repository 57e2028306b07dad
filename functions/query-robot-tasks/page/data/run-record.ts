/** A run that starts all tasks of a cause, in numbers. */
import type { Result, Run } from './start-all';

/** running: a start whose answer was lost, but whose task is seen to run, as well. */
export type Counted = 'running' | 'already' | 'passed' | 'refused' | 'unknown';

export interface RunRecord {
  readonly cause: string;
  /** Epoch milliseconds of the last step. */
  readonly at: number;
  readonly total: number;
  readonly counts: ReadonlyMap<string, number>;
  /** Of these a start may be under way, or may have been done: it was sent, and no answer was seen. */
  readonly unknown: readonly string[];
  /** Null: it goes on, or was interrupted. */
  readonly end: string | null;
}

export function recordRun({ cause, tasks, trying, results, end }: Run, at: number): RunRecord {
  const counts = new Map<string, number>();
  const unknown = [...trying];
  for (const [id, result] of results) {
    const kind = kindOf(result);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (kind === 'unknown') unknown.push(id);
  }
  return { cause, at, total: tasks.length, counts, unknown, end };
}

function kindOf(result: Result): Counted {
  switch (result.kind) {
    case 'started':
      return 'running';
    case 'unread':
      return 'refused';
    case 'unknown':
      return result.status === 'EXCUTING' ? 'running' : 'unknown';
    default:
      return result.kind;
  }
}

/** After so long a start that was sent has ended, and its task is seen as it is. */
const UNDER_WAY_MS = 10 * 60_000;

/** The tasks that are not to be started again with the others: a start of them may still be under way. */
export function underWay(record: RunRecord | null, now: number): ReadonlySet<string> {
  return new Set(record !== null && now - record.at < UNDER_WAY_MS ? record.unknown : []);
}
