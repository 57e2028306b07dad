/** Starting every task of one cause again: what is done with which task, and when it ends. */
import { failureOf, type Api, type Failure } from './api';
import type { StandingStop, Task } from './answers';
import { startTask, type StartEnd } from './start';

export interface Candidate {
  readonly id: string;
  readonly taskName: string | null;
  /** Epoch milliseconds; null: unknown. */
  readonly since: number | null;
}

/** What became of a task: as a start ends, or passed: it no longer stood. unread: it could not be looked up, and was not started. */
export type Result =
  | StartEnd
  | { readonly kind: 'passed'; readonly status: string | null }
  | { readonly kind: 'unread'; readonly failure: Failure };

/** Why no further task is started. account: three were refused for the account's sake. same: five for one reason. */
export type End = 'done' | 'stopped' | 'account' | 'same' | 'signed-out';

export interface Run {
  /** The status of all of them. */
  readonly cause: string;
  readonly tasks: readonly Candidate[];
  /** Under way at this moment. */
  readonly trying: readonly string[];
  readonly results: ReadonlyMap<string, Result>;
  /** Null while it goes on. */
  readonly end: End | null;
}

const AT_ONCE = 4;
const ACCOUNT_REFUSALS = 3;
const SAME_REFUSALS = 5;

export function beginRun(cause: string, tasks: readonly Candidate[]): Run {
  return { cause, tasks, trying: [], results: new Map(), end: null };
}

/**
 * Looks each task up right before its start, up to 4 at a time, and passes over one that no longer stands. `onChange` has
 * the run after each step, before a start is sent as well. Resolves when nothing is under way any more; never throws.
 */
export async function startAll(
  api: Pick<Api, 'start' | 'task'>,
  first: Run,
  onChange: (run: Run) => void,
  isStopped: () => boolean,
): Promise<Run> {
  let run = first;
  let next = 0;
  const change = (changes: Partial<Run>) => {
    run = { ...run, ...changes };
    onChange(run);
  };
  const attempt = async (): Promise<void> => {
    for (;;) {
      const end = endOf(run.results) ?? (isStopped() ? 'stopped' : null);
      const task = run.tasks[next];
      if (end !== null || task === undefined) return;
      next += 1;
      change({ trying: [...run.trying, task.id] });
      const result = await tryTask(api, run.cause, task.id);
      change({
        trying: run.trying.filter((id) => id !== task.id),
        results: new Map([...run.results, [task.id, result]]),
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, attempt));
  const isDone = run.results.size === run.tasks.length;
  change({ end: isDone ? 'done' : (endOf(run.results) ?? 'stopped') });
  return run;
}

async function tryTask(api: Pick<Api, 'start' | 'task'>, cause: string, id: string): Promise<Result> {
  try {
    const task = await api.task(id);
    if (task?.status !== cause) return { kind: 'passed', status: task?.status ?? null };
  } catch (error) {
    return { kind: 'unread', failure: failureOf(error) };
  }
  return startTask(api, id);
}

/** Null while it is worth going on. */
function endOf(results: ReadonlyMap<string, Result>): End | null {
  const reasons = [...results.values()].flatMap((result) =>
    result.kind === 'refused' || result.kind === 'unread' ? [reasonOf(result.failure)] : [],
  );
  const times = (reason: string) => reasons.filter((known) => known === reason).length;
  if (reasons.includes(SIGNED_OUT)) return 'signed-out';
  if (times(ACCOUNT) >= ACCOUNT_REFUSALS) return 'account';
  return reasons.some((reason) => times(reason) >= SAME_REFUSALS) ? 'same' : null;
}

const SIGNED_OUT = '401';
const ACCOUNT = 'start-refused-account';

/** Refusals of one reason have the same. */
function reasonOf(failure: Failure): string {
  if (failure.kind !== 'problem') return failure.kind;
  if (failure.status === 401) return SIGNED_OUT;
  return failure.name === ACCOUNT ? ACCOUNT : `${failure.name} ${failure.upstreamCode ?? ''}`;
}

const WEEK_MS = 7 * 86_400_000;

/** What a person is asked before all of a cause are started. */
export interface Plan {
  readonly tasks: readonly Candidate[];
  /** How many stopped more than 7 days ago, or at an unknown time: started only when the person wants it. */
  readonly old: number;
  /** Calls that will go out; of the tasks whose number is known. */
  readonly calls: number;
  /** Of so many tasks the number of calls is not known. */
  readonly uncounted: number;
  /** When the one that has stood for the longest stopped; null: nobody knows. */
  readonly oldest: number | null;
}

/**
 * Of what the watch gives as stopped for this cause: those that the voice service's list still has, where it could be read
 * (null: it could not), without `left`, the ones of which a start may be under way. Those that were refused before come last.
 */
export function planStart(
  cause: string,
  standing: readonly StandingStop[],
  listed: readonly Task[] | null,
  left: ReadonlySet<string>,
  refused: ReadonlySet<string>,
  withOld: boolean,
  now: number,
): Plan {
  const byId = new Map((listed ?? []).map((task) => [task.id, task]));
  const stands = standing.filter(
    ({ id, status }) => status === cause && !left.has(id) && (listed === null || byId.has(id)),
  );
  const isOld = ({ since }: StandingStop) => since === null || now - since > WEEK_MS;
  const chosen = stands.filter((stop) => withOld || !isOld(stop));
  const order = [false, true].flatMap((again) => chosen.filter(({ id }) => refused.has(id) === again));
  const callsOf = (id: string): number | null => {
    const { totalCount = null, finishCount = null } = byId.get(id) ?? {};
    return totalCount === null || finishCount === null ? null : Math.max(0, totalCount - finishCount);
  };
  const counts = order.map(({ id }) => callsOf(id));
  const times = order.flatMap(({ since }) => (since === null ? [] : [since]));
  return {
    tasks: order.map(({ id, taskName, since }) => ({ id, taskName, since })),
    old: stands.filter(isOld).length,
    calls: counts.reduce<number>((sum, calls) => sum + (calls ?? 0), 0),
    uncounted: counts.filter((calls) => calls === null).length,
    oldest: times.length === 0 ? null : times.reduce((first, since) => Math.min(first, since)),
  };
}
