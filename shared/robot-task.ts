/**
 * A voice-robot task, and the port through which the functions ask for tasks. Behind it is one of the vendor's products
 * (task-source.ts): Dyvmsapi (sources/dyvmsapi/) or its successor (sources/aiccs/).
 */

/** The vendor's products that have robot tasks: what each has and lacks is in task-source.ts. */
export const SOURCES = ['dyvms', 'aiccs'] as const;
export type Source = (typeof SOURCES)[number];

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

/** The status in which a task makes calls. */
export const RUNNING_STATUS = 'EXCUTING';

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

const IS_TASK_FIELD: Readonly<Record<keyof RobotTask, true>> = {
  id: true,
  taskName: true,
  robotId: true,
  robotName: true,
  status: true,
  scheduleType: true,
  createTime: true,
  fireTime: true,
  completeTime: true,
  totalCount: true,
  finishCount: true,
};

/** The fields of a task by name, in the order in which an answer holds them. */
export const TASK_FIELDS = Object.keys(IS_TASK_FIELD) as readonly (keyof RobotTask)[];

/** One task as QueryRobotTaskDetail knows it: no counts, but who calls and who is called (of aiccs: nobody). */
export interface RobotTaskDetail extends Omit<RobotTask, 'totalCount' | 'finishCount'> {
  readonly corpName: string | null;
  readonly caller: string | null;
  readonly called: readonly string[];
}

/** What upstream itself can filter by, or a part of it (SourceTraits). */
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
  /** A list that is too long is read up to the limit, and the 'too-many' error holds what was read. */
  readonly readsToLimit?: boolean;
  /** Epoch milliseconds by which the whole operation must have ended. */
  readonly deadline?: number;
}

/** The source of robot tasks. Every method throws a RobotTaskError (robot-task-error.ts), and nothing else. */
export interface RobotTasks {
  /** Which source it is: ids of two are not mixed in one state. */
  readonly source: Source;
  /**
   * Every task that matches, each once, or an error: never a part. In upstream's order. The error holds the tasks that
   * were read before it.
   */
  listRobotTasks(filter: RobotTaskFilter, options?: CallOptions): Promise<readonly RobotTask[]>;
  /**
   * One page, by exactly one upstream call (and its retries), or by none for a status that the source lacks. `page` counts
   * from 1. Throws an 'invalid' error for a filter that the source lacks.
   */
  listRobotTaskPage(
    filter: RobotTaskFilter,
    page: number,
    pageSize: number,
    options?: CallOptions,
  ): Promise<RobotTaskPage>;
  /**
   * Starts a stopped task again. Never tried twice: where no answer came, the error says that it may have happened.
   * Throws a 'refused' or 'refused-account' error when the service does not start it.
   */
  startRobotTask(id: string, options?: CallOptions): Promise<void>;
  /** One task, or null when upstream says that it knows none with this id. */
  getRobotTask(id: string, options?: CallOptions): Promise<RobotTaskDetail | null>;
}
