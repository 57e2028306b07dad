/** QueryRobotTaskList and QueryRobotTaskDetail: from a call's parameters to its answer. */
import { isDate } from '../../shared/beijing-time';
import type { ListMove } from './fault-rules';
import { findFault, type Fault } from './faults';
import { taskAt, type SimulatedTask } from './life';
import { isTaskId, type TaskQuery, type TaskStore } from './tasks';
import {
  detailElement,
  jsonAnswer,
  listElement,
  productError,
  toJson,
  type Answer,
  type Envelope,
} from './wire';

export interface ActionCall {
  readonly query: URLSearchParams;
  readonly faults: readonly Fault[];
  readonly moves: readonly ListMove[];
  readonly envelope: Envelope;
  /** Epoch milliseconds, as the tasks see them. */
  readonly now: number;
  readonly tasks: TaskStore;
}

/** Every action of Dyvmsapi 2017-05-25 that the simulator knows. */
export const ACTIONS: ReadonlyMap<string, (call: ActionCall) => Answer> = new Map([
  ['QueryRobotTaskList', answerList],
  ['QueryRobotTaskDetail', answerDetail],
]);

/** The vendor's example asks for 20; its default is not documented. */
const DEFAULT_PAGE_SIZE = '20';

function answerList(call: ActionCall): Answer {
  const page = parsePositive(parameter(call, 'PageNo') ?? '1');
  const wantedSize = parsePositive(parameter(call, 'PageSize') ?? DEFAULT_PAGE_SIZE);
  if (page === null || wantedSize === null)
    return refuse(call, 'InvalidParameters', 'PageNo or PageSize is invalid.');
  const createdOn = parameter(call, 'Time');
  if (createdOn !== null && !isDate(createdOn))
    return refuse(call, 'InvalidParameter.date', 'Time is not yyyy-MM-dd.');

  const status = parameter(call, 'Status');
  const taskName = parameter(call, 'TaskName');
  const filter: TaskQuery = {
    ...(status === null ? {} : { status }),
    ...(taskName === null ? {} : { taskName }),
    ...(createdOn === null ? {} : { createdOn }),
  };
  const matching = call.moves.reduce(moveList, call.tasks.select(filter));
  const pageSize = Math.min(wantedSize, findFault(call.faults, 'clamp-page-size')?.max ?? Infinity);
  const lastPage = Math.max(1, Math.ceil(matching.length / pageSize));
  const beyond = page > lastPage ? findFault(call.faults, 'past-the-end') : undefined;
  if (beyond?.answer === 'error') return refuse(call, beyond.code, 'There is no such page.');

  const shownPage = beyond?.answer === 'repeat-last' ? lastPage : page;
  const shown = matching.slice((shownPage - 1) * pageSize, shownPage * pageSize);
  const data = shown.map((task) => listElement(task, taskAt(task, call.now)));
  insertTasks(call, filter);
  return success(call, data, {
    PageNo: String(page),
    PageSize: String(pageSize),
    TotalCount: String(findFault(call.faults, 'wrong-total')?.total ?? matching.length),
  });
}

function answerDetail(call: ActionCall): Answer {
  const id = parameter(call, 'Id') ?? '';
  if (!isTaskId(id)) return refuse(call, 'InvalidParameters', 'Id is not the id of a task.');
  const task = call.tasks.find(id);
  if (task === null) return refuse(call, '100008.0', 'No data.');
  return success(call, detailElement(task, taskAt(task, call.now)), {});
}

function success(
  { faults, envelope }: ActionCall,
  data: unknown,
  { TotalCount, ...paging }: Record<string, string>,
): Answer {
  const omitPaging = findFault(faults, 'omit-paging') !== undefined;
  const omitTotal = omitPaging || findFault(faults, 'omit-total') !== undefined || TotalCount === undefined;
  const body = {
    Message: 'OK',
    RequestId: envelope.requestId,
    ...(omitPaging ? {} : paging),
    ...(omitTotal ? {} : { TotalCount }),
    Code: 'OK',
    ...writeData(faults, data),
  };
  return jsonAnswer(200, body, 'OK');
}

function writeData(faults: readonly Fault[], data: unknown): { Data?: unknown } {
  const instead = findFault(faults, 'data');
  if (instead !== undefined) return instead.value === undefined ? {} : { Data: instead.value };
  return { Data: findFault(faults, 'data-as-array') === undefined ? toJson(data) : data };
}

function refuse({ faults, envelope }: ActionCall, code: string, message: string): Answer {
  return productError(envelope, findFault(faults, 'refusal-status')?.httpStatus ?? 200, code, message);
}

/** An empty parameter counts as none. */
function parameter({ query }: ActionCall, name: string): string | null {
  const value = query.get(name);
  return value === '' ? null : value;
}

/** Null when it is no whole number from 1 to what an int32 holds. */
function parsePositive(text: string): number | null {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  return value >= 1 && value < 2 ** 31 ? value : null;
}

function moveList(list: SimulatedTask[], { how, by }: ListMove): SimulatedTask[] {
  if (how === 'insert' || list.length === 0) return list;
  if (how === 'remove') return list.slice(by);
  const cut = by % list.length;
  return [...list.slice(cut), ...list.slice(0, cut)];
}

/** New tasks match what was asked for, so that they push the others back. */
function insertTasks({ faults, tasks }: ActionCall, { status = 'EXCUTING', taskName }: TaskQuery): void {
  for (const fault of faults) {
    if (fault.fault !== 'shift' || fault.how !== 'insert') continue;
    for (let added = 0; added < fault.count; added += 1) {
      tasks.add({ status, ...(taskName === undefined ? {} : { taskName }) });
    }
  }
}
