/** `GET /tasks`: passes one page of upstream on, or collects every matching task and makes the page itself. */
import { RobotTaskError } from '../../../shared/robot-task-error';
import type { CallOptions, RobotTask, RobotTaskFilter, RobotTasks, Source } from '../../../shared/robot-task';
import { SOURCE_TRAITS } from '../../../shared/task-source';
import type { Keeper } from '../http/keeper';
import type { Sort, TaskQuery } from './parameters';
import { matches, pageOf, pickFields, sortTasks } from './select-tasks';

/** The most tasks that one answer may be made of. */
export const MAX_COLLECTED_TASKS = 10_000;

const DEFAULT_SORT: Sort = { field: 'createTime', descending: true };

export interface TaskPage {
  readonly tasks: readonly Partial<RobotTask>[];
  readonly page: number;
  /** The page size in effect: upstream's, where it clamps the one that was asked for. */
  readonly pageSize: number;
  /** Matching tasks on all pages; null when upstream did not say. */
  readonly total: number | null;
}

/** One page of what matches `query`: complete, or a RobotTaskError. What was collected is kept for the next page of it. */
export async function listTasks(
  robotTasks: RobotTasks,
  keeper: Keeper,
  query: TaskQuery,
  options: CallOptions,
): Promise<TaskPage> {
  const page = canPassThrough(query, robotTasks.source)
    ? await passOn(robotTasks, query, options)
    : await collect(robotTasks, keeper, query, options);
  const { fields } = query;
  return fields === undefined ? page : { ...page, tasks: page.tasks.map((task) => pickFields(task, fields)) };
}

interface WholeTaskPage extends TaskPage {
  readonly tasks: readonly RobotTask[];
}

/** Upstream knows one status a call, neither our filters nor a sort, and not every source knows the day of creation. */
function canPassThrough(
  { statuses, createdOn, createdFrom, createdTo, robotId, scheduleType, sort }: TaskQuery,
  source: Source,
) {
  return (
    statuses.length <= 1 &&
    (createdOn === undefined || SOURCE_TRAITS[source].filters.includes('createdOn')) &&
    [createdFrom, createdTo, robotId, scheduleType, sort].every((parameter) => parameter === undefined)
  );
}

async function passOn(
  robotTasks: RobotTasks,
  query: TaskQuery,
  options: CallOptions,
): Promise<WholeTaskPage> {
  const { page, pageSize, statuses } = query;
  const answer = await robotTasks.listRobotTaskPage(
    upstreamFilter(query, statuses[0]),
    page,
    pageSize,
    options,
  );
  return {
    tasks: answer.tasks,
    page,
    pageSize: pageSizeInEffect(pageSize, answer.pageSize),
    total: answer.total,
  };
}

function pageSizeInEffect(asked: number, used: number | null): number {
  return used !== null && used >= 1 && used < asked ? used : asked;
}

async function collect(
  robotTasks: RobotTasks,
  keeper: Keeper,
  query: TaskQuery,
  options: CallOptions,
): Promise<WholeTaskPage> {
  const { page, pageSize, statuses, taskName, createdOn } = query;
  // All that upstream is asked with.
  const question = JSON.stringify([[...statuses].sort(), taskName, createdOn]);
  const collected = await keeper.keep('list', question, () => collectAll(robotTasks, query, options));
  const matching = collected.filter((task) => matches(task, query));
  const tasks = pageOf(sortTasks(matching, query.sort ?? DEFAULT_SORT), page, pageSize);
  return { tasks, page, pageSize, total: matching.length };
}

async function collectAll(
  robotTasks: RobotTasks,
  query: TaskQuery,
  options: CallOptions,
): Promise<readonly RobotTask[]> {
  const statuses = query.statuses.length === 0 ? [undefined] : query.statuses;
  const byId = new Map<string, RobotTask>();
  await Promise.all(
    statuses.map(async (status) => {
      const tasks = await robotTasks.listRobotTasks(upstreamFilter(query, status), options);
      // A task that changes from one status to another between two reads is in both lists: the later list is the newer news.
      for (const task of tasks) byId.set(task.id, task);
    }),
  );
  if (byId.size > MAX_COLLECTED_TASKS) {
    throw new RobotTaskError('too-many', {
      en: `More than ${MAX_COLLECTED_TASKS} tasks match. Narrow the query by status, taskName or createdOn.`,
      'zh-CN': `符合条件的任务超过 ${MAX_COLLECTED_TASKS} 个，请用 status、taskName 或 createdOn 缩小范围。`,
    });
  }
  return [...byId.values()];
}

function upstreamFilter({ taskName, createdOn }: TaskQuery, status: string | undefined): RobotTaskFilter {
  return {
    ...(status === undefined ? {} : { status }),
    ...(taskName === undefined ? {} : { taskName }),
    ...(createdOn === undefined ? {} : { createdOn }),
  };
}
