/** An alert's tasks as one ranked list, with counts: the same facts in whatever language and markup they are told. */
import type { Hold } from '../../../shared/operators/record';
import type { RobotTask } from '../../../shared/robot-task';
import type { Alert, ResolvedTask, StoppedTask } from '../rules/message';
import { KINDS, type Kind } from './words';

export interface TaskFact {
  readonly kind: Kind;
  readonly task: RobotTask;
  /** Null when the service knows the task no longer. */
  readonly status: string | null;
  readonly previousStatus: string | null;
  /** Epoch milliseconds at which the stop was first seen. */
  readonly since: number;
  /** Who holds the stop; absent = nobody, as far as is known. */
  readonly held?: Hold;
  /** Who held it, where it was given back. */
  readonly heldBefore?: Hold;
  /** Who started it; absent = nobody, as far as is known. */
  readonly startedBy?: string;
}

export interface Facts {
  /** What matters most first: by kind, then by the calls that are still to be made. */
  readonly tasks: readonly TaskFact[];
  /** How many there are of each kind and, within it, of each status; the most frequent status first. */
  readonly counts: readonly KindCount[];
}

export interface KindCount {
  readonly kind: Kind;
  readonly count: number;
  readonly statuses: readonly (readonly [status: string | null, count: number])[];
}

export function factsOf(alert: Alert): Facts {
  const byKind = new Map<Kind, TaskFact[]>(KINDS.map((kind) => [kind, []]));
  const add = (fact: TaskFact) => byKind.get(fact.kind)?.push(fact);
  alert.firing.forEach((task) => add(stopped(task.previousStatus === null ? 'firing' : 'changed', task)));
  alert.repeated.forEach((task) => add(stopped('repeated', task)));
  alert.acknowledged.forEach((task) =>
    add({ ...task, kind: task.held === undefined ? 'released' : 'held', previousStatus: null }),
  );
  alert.resolved.forEach((task) => add({ ...task, kind: outcome(task) }));
  const groups = [...byKind].filter(([, tasks]) => tasks.length > 0);
  return {
    tasks: groups.flatMap(([, tasks]) => tasks.sort(byWeight)),
    counts: groups.map(([kind, tasks]) => ({ kind, count: tasks.length, statuses: statusCounts(tasks) })),
  };
}

/** Whether somebody has to do something about tasks of this kind; the others are over. */
export function isStanding(kind: Kind): boolean {
  return ['firing', 'changed', 'repeated', 'halted', 'released'].includes(kind);
}

/** Calls that are still to be made; 0 when upstream did not say, or nothing that can be counted. */
export function remainingCalls({ totalCount, finishCount }: RobotTask): number {
  return Math.max(0, numberOf(totalCount) - numberOf(finishCount)) || 0;
}

/** What is no number is said to be unsayable later, and must not disorder the other tasks. */
function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function stopped(kind: Kind, task: StoppedTask): TaskFact {
  // A reminder tells no change, whatever the channel once knew.
  return { ...task, kind, previousStatus: kind === 'changed' ? task.previousStatus : null };
}

function outcome({ status }: ResolvedTask): Kind {
  switch (status) {
    case null:
      return 'gone';
    case 'EXCUTING':
      return 'running';
    case 'INIT':
    case 'READY':
    case 'DISPATCH':
      return 'waiting';
    case 'FINISH':
    case 'CANCEL':
    case 'SYSTEM_CANCEL':
      return 'over';
    case 'MANUAL_STOP':
    case 'SYSTEM_STOP':
    case 'ARREARS_STOP':
      return 'halted';
    default:
      return 'other';
  }
}

function byWeight(a: TaskFact, b: TaskFact): number {
  const idOf = ({ task: { id } }: TaskFact) => (typeof (id as unknown) === 'string' ? id : '');
  return (
    remainingCalls(b.task) - remainingCalls(a.task) ||
    numberOf(a.since) - numberOf(b.since) ||
    (idOf(a) < idOf(b) ? -1 : 1)
  );
}

function statusCounts(tasks: readonly TaskFact[]): [status: string | null, count: number][] {
  const counts = new Map<string | null, number>();
  for (const { status } of tasks) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
