import { systemClock, type Clock } from '../clock';
import type { CallOptions, RobotTask, RobotTaskFilter, RobotTaskPage, RobotTasks } from '../robot-task';
import { RobotTaskError } from '../robot-task-error';
import { createCall, type CallReport } from './call';
import { runOperation, type Operation } from './deadline';
import { createLimiter, type Limiter } from './limiter';
import type { OpenApiClient } from './openapi-client';
import { readWholeList } from './paging';
import { readDetail, readTasks } from './task-data';

export interface RobotTasksOptions {
  readonly client: OpenApiClient;
  readonly clock?: Clock;
  /** How long one call may take; each retry has as long again. */
  readonly callTimeoutMs?: number;
  /** How long an operation may take for which no deadline is given. */
  readonly operationTimeoutMs?: number;
  /** A list of more tasks than this is a 'too-many' error. */
  readonly maxTasks?: number;
  /** To be shared by all that call with the same account. By default, each RobotTasks has its own: keep it. */
  readonly limiter?: Limiter;
  /** Told of every request to upstream, retries included. Must not throw. */
  readonly onCall?: (report: CallReport) => void;
  /** From 0 to less than 1: spreads the retries. */
  readonly random?: () => number;
}

/** The largest page that is sure to be allowed; upstream may still send smaller ones. */
const PAGE_SIZE = 100;

/** Robot tasks by way of Dyvmsapi 2017-05-25: QueryRobotTaskList and QueryRobotTaskDetail. */
export function createRobotTasks({
  client,
  clock = systemClock,
  callTimeoutMs = 5000,
  operationTimeoutMs = 30_000,
  maxTasks = 10_000,
  limiter = createLimiter({ clock }),
  onCall = () => undefined,
  random = Math.random,
}: RobotTasksOptions): RobotTasks {
  const call = createCall({ client, clock, limiter, callTimeoutMs, random, onCall });

  function run<T>(options: CallOptions, work: (operation: Operation) => Promise<T>): Promise<T> {
    return runOperation(clock, options.deadline ?? clock.now() + operationTimeoutMs, work);
  }

  async function readPage(
    filter: RobotTaskFilter,
    page: number,
    pageSize: number,
    operation: Operation,
  ): Promise<RobotTaskPage> {
    const query = {
      ...(filter.status === undefined ? {} : { Status: filter.status }),
      ...(filter.taskName === undefined ? {} : { TaskName: filter.taskName }),
      ...(filter.createdOn === undefined ? {} : { Time: filter.createdOn }),
      PageNo: String(page),
      PageSize: String(pageSize),
    };
    const envelope = await call('QueryRobotTaskList', query, operation);
    if (envelope === null) return { tasks: [], total: null, pageSize: null };
    return { tasks: readTasks(envelope), total: envelope.total, pageSize: envelope.pageSize };
  }

  async function readList(filter: RobotTaskFilter, operation: Operation): Promise<readonly RobotTask[]> {
    const read = new Map<string, RobotTask>();
    const readAndNote = async (number: number) => {
      const page = await readPage(filter, number, PAGE_SIZE, operation);
      for (const task of page.tasks) read.set(task.id, task);
      return page;
    };
    try {
      return await readWholeList(readAndNote, maxTasks);
    } catch (error) {
      throw error instanceof RobotTaskError ? error.withTasks(read.values()) : error;
    }
  }

  return {
    listRobotTasks: (filter, options = {}) => run(options, (operation) => readList(filter, operation)),
    listRobotTaskPage: (filter, page, pageSize, options = {}) =>
      run(options, (operation) => readPage(filter, page, pageSize, operation)),
    getRobotTask: (id, options = {}) =>
      run(options, async (operation) => {
        const envelope = await call('QueryRobotTaskDetail', { Id: id }, operation);
        return envelope === null ? null : readDetail(envelope, id);
      }),
  };
}
