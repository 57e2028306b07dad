/**
 * A voice-robot task, and the port through which the functions ask for tasks. The vendor behind the port is Dyvmsapi
 * (see dyvmsapi/); its successors could stand there as well.
 */

/** Every status the vendor documents, in the vendor's spelling (EXCUTING is theirs). Others can occur: they pass through. */
export const ROBOT_TASK_STATUSES = [
  'INIT',
  'READY',
  'DISPATCH',
  'EXCUTING',
  'MANUAL_STOP',
  'SYSTEM_STOP',
  'ARREARS_STOP',
  'CANCEL',
  'SYSTEM_CANCEL',
  'FINISH',
] as const;

/** The statuses in which a task makes no calls and nobody asked it to stop. */
export const STOPPED_STATUSES = ['ARREARS_STOP', 'SYSTEM_STOP'] as const;

/** The statuses that a task never leaves. */
export const ENDED_STATUSES: readonly string[] = ['CANCEL', 'SYSTEM_CANCEL', 'FINISH'];

/** One task as the list knows it. Ids are strings, because upstream's int64 does not fit a JavaScript number. */
export interface RobotTask {
  readonly id: string;
  readonly taskName: string | null;
  readonly robotId: string | null;
  readonly robotName: string | null;
  /** One of ROBOT_TASK_STATUSES, or one that the vendor added since. */
  readonly status: string;
  /** SINGLE (starts at once) or ORDER (starts at a set time). */
  readonly scheduleType: string | null;
  /** ISO 8601 with +08:00; null when absent or unparseable. The same for the next two. */
  readonly createTime: string | null;
  readonly fireTime: string | null;
  readonly completeTime: string | null;
  /** Calls in the task, and calls done. */
  readonly totalCount: number | null;
  readonly finishCount: number | null;
}

/** One task as QueryRobotTaskDetail knows it: no counts, but who calls and who is called. */
export interface RobotTaskDetail extends Omit<RobotTask, 'totalCount' | 'finishCount'> {
  readonly corpName: string | null;
  readonly caller: string | null;
  readonly called: readonly string[];
}

/** What upstream itself can filter by. */
export interface RobotTaskFilter {
  readonly status?: string;
  readonly taskName?: string;
  /** Creation date, `yyyy-MM-dd`, Beijing time. */
  readonly createdOn?: string;
}

/** One page as upstream gave it. */
export interface RobotTaskPage {
  readonly tasks: readonly RobotTask[];
  /** Matching tasks on all pages; null when upstream did not say. */
  readonly total: number | null;
  /** The page size upstream says it used; null when it did not say. */
  readonly pageSize: number | null;
}

export interface CallOptions {
  /** Epoch milliseconds by which the whole operation must have ended. */
  readonly deadline?: number;
}

/** The source of robot tasks. Every method throws a RobotTaskError (robot-task-error.ts), and nothing else. */
export interface RobotTasks {
  /**
   * Every task that matches, each once, or an error: never a part. In upstream's order. The error holds the tasks that
   * were read before it.
   */
  listRobotTasks(filter: RobotTaskFilter, options?: CallOptions): Promise<readonly RobotTask[]>;
  /** One page, by exactly one upstream call (and its retries). `page` counts from 1. */
  listRobotTaskPage(
    filter: RobotTaskFilter,
    page: number,
    pageSize: number,
    options?: CallOptions,
  ): Promise<RobotTaskPage>;
  /** One task, or null when upstream says that it knows none with this id. */
  getRobotTask(id: string, options?: CallOptions): Promise<RobotTaskDetail | null>;
}
