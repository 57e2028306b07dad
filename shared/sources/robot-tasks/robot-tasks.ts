import { systemClock, type Clock } from '../../runtime/clock';
import { runOperation, type Operation } from '../../runtime/operation';
import type {
  CallOptions,
  RobotTask,
  RobotTaskFilter,
  RobotTaskPage,
  RobotTasks,
  Source,
} from '../../robot-task';
import { RobotTaskError } from '../../robot-task-error';
import { canBe, SOURCE_TRAITS } from '../../task-source';
import type { Text } from '../../text';
import { AICCS } from '../aiccs/product';
import { DYVMS } from '../dyvmsapi/product';
import { createCall, type CallReport } from '../openapi/call';
import { limitErrorBodies } from '../openapi/error-body';
import { NO_DATA, timedOut } from '../openapi/errors';
import { createLimiter, type Limiter } from '../openapi/limiter';
import type { OpenApiClient } from '../openapi/openapi-client';
import { readWholeList } from './paging';
import type { Product } from './product';
import { isStarted, notStarted, startFailure } from './start';

export interface RobotTasksOptions {
  readonly client: OpenApiClient;
  /** The API's host, with its port where that is not the usual one: errors name it. */
  readonly host?: string;
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
  /** What no error may show, although the service repeats it. */
  readonly secrets?: () => Iterable<string>;
  /** From 0 to less than 1: spreads the retries. */
  readonly random?: () => number;
}

/** The largest page that is sure to be allowed; upstream may still send smaller ones. */
const PAGE_SIZE = 100;

const PRODUCTS: Readonly<Record<Source, Product>> = { dyvms: DYVMS, aiccs: AICCS };

const NO_SUCH_FILTER: Text = {
  en: 'This source cannot give one page of a day: ask for the whole list.',
  'zh-CN': '该任务来源不能按日期分页查询，请读取整个列表。',
};

/** The robot tasks of `source`, by way of its product's API. */
export function createRobotTasks(
  source: Source,
  {
    client,
    host,
    clock = systemClock,
    callTimeoutMs = 5000,
    operationTimeoutMs = 30_000,
    maxTasks = 10_000,
    limiter = createLimiter({ clock }),
    onCall = () => undefined,
    random = Math.random,
    secrets = () => [],
  }: RobotTasksOptions,
): RobotTasks {
  limitErrorBodies();
  const { version, list, detail, start } = PRODUCTS[source];
  const { filters, readActions } = SOURCE_TRAITS[source];
  const place = { host: host ?? null, permissions: readActions, secrets };
  const call = createCall({ client, version, place, clock, limiter, callTimeoutMs, random, onCall });

  function run<T>(options: CallOptions, work: (operation: Operation) => Promise<T>): Promise<T> {
    return runOperation(clock, options.deadline ?? clock.now() + operationTimeoutMs, work, () =>
      timedOut(place.host),
    );
  }

  const isCreatedOnOurs = ({ createdOn }: RobotTaskFilter) =>
    createdOn !== undefined && !filters.includes('createdOn');

  async function readPage(
    filter: RobotTaskFilter,
    page: number,
    pageSize: number,
    operation: Operation,
  ): Promise<RobotTaskPage> {
    if (filter.status !== undefined && !canBe(source, filter.status))
      return { tasks: [], total: 0, pageSize };
    const query = { ...list.queryOf(filter), PageNo: String(page), PageSize: String(pageSize) };
    const envelope = await call(list.action, query, operation);
    return envelope === null ? { tasks: [], total: null, pageSize: null } : list.read(envelope);
  }

  async function readList(
    filter: RobotTaskFilter,
    readsToLimit: boolean,
    operation: Operation,
  ): Promise<readonly RobotTask[]> {
    const { createdOn, ...others } = filter;
    const isOurs = isCreatedOnOurs(filter);
    const isAskedFor = (task: RobotTask) => !isOurs || task.createTime?.slice(0, 10) === createdOn;
    const read = new Map<string, RobotTask>();
    const readAndNote = async (number: number) => {
      const page = await readPage(isOurs ? others : filter, number, PAGE_SIZE, operation);
      for (const task of page.tasks) read.set(task.id, task);
      return page;
    };
    try {
      return (await readWholeList(readAndNote, maxTasks, readsToLimit)).filter(isAskedFor);
    } catch (error) {
      throw error instanceof RobotTaskError ? error.withTasks([...read.values()].filter(isAskedFor)) : error;
    }
  }

  return {
    source,
    listRobotTasks: (filter, options = {}) =>
      run(options, (operation) => readList(filter, options.readsToLimit === true, operation)),
    listRobotTaskPage: (filter, page, pageSize, options = {}) =>
      run(options, (operation) => {
        if (isCreatedOnOurs(filter)) throw new RobotTaskError('invalid', NO_SUCH_FILTER);
        return readPage(filter, page, pageSize, operation);
      }),
    getRobotTask: (id, options = {}) =>
      run(options, async (operation) => {
        const envelope = await call(detail.action, detail.queryOf(id), operation);
        return envelope === null ? null : detail.read(envelope, id);
      }),
    startRobotTask: (id, options = {}) =>
      run(options, async (operation) => {
        try {
          const envelope = await call(start.action, { TaskId: id }, operation, 1);
          if (envelope === null) throw notStarted({ code: NO_DATA, requestId: null, explanation: null });
          if (isStarted(envelope)) return;
          const { requestId, message } = envelope;
          throw notStarted({ code: null, requestId, explanation: message });
        } catch (error) {
          throw error instanceof RobotTaskError ? startFailure(error) : error;
        }
      }),
  };
}
