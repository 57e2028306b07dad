import { createHash } from 'node:crypto';
import { systemClock, type Clock } from '../../runtime/clock';
import { runOperation, type Operation } from '../../runtime/operation';
import { createRecent } from '../../runtime/recent';
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
import type { Envelope } from '../openapi/envelope';
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

/** Full pages of two lists of the most tasks: what did not change since is not parsed again. */
const KEPT_PAGES = 200;
/** More lists than anybody reads poll after poll. */
const KEPT_LISTS = 20;

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
  const { filters, readActions, startAction } = SOURCE_TRAITS[source];
  const place = { host: host ?? null, permissions: readActions, secrets };
  const call = createCall({ client, version, place, clock, limiter, callTimeoutMs, random, onCall });

  function run<T>(options: CallOptions, work: (operation: Operation) => Promise<T>): Promise<T> {
    return runOperation(clock, options.deadline ?? clock.now() + operationTimeoutMs, work, () =>
      timedOut(place.host),
    );
  }

  const pages = createRecent<RobotTaskPage>(KEPT_PAGES);
  const lastIds = createRecent<ReadonlySet<string>>(KEPT_LISTS);

  /** What an answer says: the same tasks, not only like ones, where it says what an earlier one said. */
  function pageOf(envelope: Envelope): RobotTaskPage {
    const { data, success, total, pageSize } = envelope;
    if (typeof data !== 'string') return list.read(envelope);
    const key = `${success} ${total} ${pageSize} ${createHash('sha256').update(data).digest('base64')}`;
    const page = pages.get(key) ?? list.read(envelope);
    pages.set(key, page);
    return page;
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
    return envelope === null ? { tasks: [], total: null, pageSize: null } : pageOf(envelope);
  }

  async function readList(
    filter: RobotTaskFilter,
    readsToLimit: boolean,
    operation: Operation,
  ): Promise<readonly RobotTask[]> {
    const { createdOn, ...others } = filter;
    const isOurs = isCreatedOnOurs(filter);
    const sent = isOurs ? others : filter;
    const isAskedFor = (task: RobotTask) => !isOurs || task.createTime?.slice(0, 10) === createdOn;
    const read = new Map<string, RobotTask>();
    const readAndNote = async (number: number) => {
      const page = await readPage(sent, number, PAGE_SIZE, operation);
      for (const task of page.tasks) read.set(task.id, task);
      return page;
    };
    try {
      const key = JSON.stringify(list.queryOf(sent));
      const tasks = await readWholeList(readAndNote, maxTasks, readsToLimit, lastIds.get(key));
      lastIds.set(key, new Set(tasks.map(({ id }) => id)));
      return tasks.filter(isAskedFor);
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
          throw error instanceof RobotTaskError ? startFailure(error, startAction) : error;
        }
      }),
  };
}
