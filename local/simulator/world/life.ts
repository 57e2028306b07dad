/** A simulated task, and what it looks like at a given time: a pure function of (task, now). */
import { beijingIso } from '../../../shared/beijing-time';
import type { RobotTask } from '../../../shared/robot-task';

/** From `at` (epoch milliseconds) on, the task is in `status`. */
export interface Step {
  readonly status: string;
  readonly at: number;
}

/** A file of numbers to call: the elements of `called` in the vendor's example of QueryRobotTaskDetail. */
export interface CalledFile {
  readonly fileName: string;
  readonly ossFilePath: string;
}

export interface SimulatedTask {
  /** Decimal digits, as those of robotId: an int64 does not fit a JavaScript number. */
  readonly id: string;
  readonly taskName: string | null;
  readonly robotId: string;
  readonly robotName: string | null;
  readonly scheduleType: string;
  readonly corpName: string;
  readonly caller: string;
  readonly called: readonly CalledFile[];
  /** Its whole life, in order of time; the first step is the creation. */
  readonly steps: readonly [Step, ...Step[]];
  /** Calls in the task. */
  readonly totalCount: number;
  /** Calls that count as done before the first step. */
  readonly finishedBefore: number;
  /** Milliseconds of EXCUTING that one call takes. */
  readonly callMs: number;
  /** How an absent fireTime or completeTime is written: all of these have been seen. */
  readonly absentTime: 'null' | 'empty' | 'missing';
}

/** A campaign that made all its calls is not to lack one because a division ended in …9999. */
const ROUNDING = 1e-6;
const NOT_FIRED = new Set(['INIT', 'READY']);
const OVER = new Set(['FINISH', 'CANCEL', 'SYSTEM_CANCEL']);

export function statusAt(task: SimulatedTask, now: number): string {
  return stepAt(task, now).status;
}

/** The task as the list shows it at `now`. */
export function taskAt(task: SimulatedTask, now: number): RobotTask {
  const step = stepAt(task, now);
  const fired = task.steps.find(({ status, at }) => at <= now && !NOT_FIRED.has(status));
  return {
    id: task.id,
    taskName: task.taskName,
    robotId: task.robotId,
    robotName: task.robotName,
    status: step.status,
    scheduleType: task.scheduleType,
    createTime: beijingIso(task.steps[0].at),
    fireTime: fired === undefined ? null : beijingIso(fired.at),
    completeTime: OVER.has(step.status) ? beijingIso(step.at) : null,
    totalCount: task.totalCount,
    finishCount: Math.min(
      task.totalCount,
      task.finishedBefore + Math.floor(executedMs(task, now) / task.callMs + ROUNDING),
    ),
  };
}

/** The same task with another life from `now` on: it enters `status` and stays in it. */
export function withStatus(task: SimulatedTask, status: string, now: number): SimulatedTask {
  const [created, ...later] = task.steps;
  return { ...task, steps: [created, ...later.filter(({ at }) => at <= now), { status, at: now }] };
}

function stepAt(task: SimulatedTask, now: number): Step {
  return task.steps.findLast(({ at }) => at <= now) ?? task.steps[0];
}

function executedMs(task: SimulatedTask, now: number): number {
  return task.steps.reduce((sum, step, index) => {
    if (step.status !== 'EXCUTING') return sum;
    const end = Math.min(now, task.steps[index + 1]?.at ?? Infinity);
    return sum + Math.max(0, end - step.at);
  }, 0);
}
