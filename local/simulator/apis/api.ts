/** What the simulated APIs have in common: calls, lists page by page, and a start. */
import type { ListMove } from '../faults/fault-rules';
import { findFault, type Fault } from '../faults/faults';
import { taskAt, type SimulatedTask } from '../world/life';
import { isTaskId, type TaskQuery, type TaskStore } from '../world/tasks';
import { productError, type Answer, type Envelope } from '../wire';

export interface ActionCall {
  readonly query: URLSearchParams;
  readonly faults: readonly Fault[];
  readonly moves: readonly ListMove[];
  readonly envelope: Envelope;
  /** Epoch milliseconds, as the tasks see them. */
  readonly now: number;
  readonly tasks: TaskStore;
}

/** The API of one product. */
export interface Api {
  readonly version: string;
  readonly actions: ReadonlyMap<string, (call: ActionCall) => Answer>;
  /** Whether a call is for a page of a list, and not for one task. */
  readonly isList: (action: string, query: URLSearchParams) => boolean;
}

/** One page of a list. */
export interface ListedPage {
  readonly rows: readonly SimulatedTask[];
  readonly page: number;
  readonly pageSize: number;
  /** As text, because a fault can tell anything as the total. */
  readonly total: string;
}

/** The vendor's example asks for 20; aiccs documents it as the default. */
const DEFAULT_PAGE_SIZE = '20';

/** The page that a call asks for of the tasks that match, as the faults leave it; or a refusal. */
export function listPage(call: ActionCall, filter: TaskQuery): ListedPage | Answer {
  const page = parsePositive(parameter(call, 'PageNo') ?? '1');
  const wantedSize = parsePositive(parameter(call, 'PageSize') ?? DEFAULT_PAGE_SIZE);
  if (page === null || wantedSize === null)
    return refuse(call, 'InvalidParameters', 'PageNo or PageSize is invalid.');
  const matching = call.moves.reduce(moveList, call.tasks.select(filter));
  const pageSize = Math.min(wantedSize, findFault(call.faults, 'clamp-page-size')?.max ?? Infinity);
  const lastPage = Math.max(1, Math.ceil(matching.length / pageSize));
  const beyond = page > lastPage ? findFault(call.faults, 'past-the-end') : undefined;
  if (beyond?.answer === 'error') return refuse(call, beyond.code, 'There is no such page.');

  const shownPage = beyond?.answer === 'repeat-last' ? lastPage : page;
  const rows = matching.slice((shownPage - 1) * pageSize, shownPage * pageSize);
  const total = String(findFault(call.faults, 'wrong-total')?.total ?? matching.length);
  return { rows, page, pageSize, total };
}

/** To be called once the page is written: new tasks match what was asked for, so that they push the others back. */
export function insertTasks(
  { faults, tasks }: ActionCall,
  { status = 'EXCUTING', taskName }: TaskQuery,
): void {
  for (const fault of faults) {
    if (fault.fault !== 'shift' || fault.how !== 'insert') continue;
    for (let added = 0; added < fault.count; added += 1) {
      tasks.add({ status, ...(taskName === undefined ? {} : { taskName }) });
    }
  }
}

/** The task with `id`, if there is one and no fault says otherwise. */
export function findTask({ faults, tasks }: ActionCall, id: string): SimulatedTask | null {
  return findFault(faults, 'unknown-id') === undefined ? tasks.find(id) : null;
}

/** Which statuses allow a start is not documented: here, those in which a task stands. */
const STARTABLE = ['INIT', 'READY', 'MANUAL_STOP', 'SYSTEM_STOP', 'ARREARS_STOP'];

/** Starts the task that TaskId names: whether it could be started, or a refusal. */
export function startTask(call: ActionCall): boolean | Answer {
  const id = parameter(call, 'TaskId') ?? '';
  if (!isTaskId(id)) return refuse(call, 'InvalidParameters', 'TaskId is not the id of a task.');
  const task = call.tasks.find(id);
  if (task === null) return refuse(call, 'isv.TASK_NOT_EXIST', 'The task does not exist.');
  if (!STARTABLE.includes(taskAt(task, call.now).status)) return false;
  call.tasks.setStatus(id, 'EXCUTING');
  return true;
}

/** Which of the fields that tell of the page the faults leave in an answer. */
export function pagingLeft({ faults }: ActionCall): { readonly page: boolean; readonly total: boolean } {
  const page = findFault(faults, 'omit-paging') === undefined;
  return { page, total: page && findFault(faults, 'omit-total') === undefined };
}

/** Data as an answer holds it: `data`, or what a fault puts there. */
export function writeData(faults: readonly Fault[], data: unknown): { Data?: unknown } {
  const instead = findFault(faults, 'data');
  if (instead !== undefined) return instead.value === undefined ? {} : { Data: instead.value };
  return { Data: data };
}

export function refuse({ faults, envelope }: ActionCall, code: string, message: string): Answer {
  return productError(envelope, findFault(faults, 'refusal-status')?.httpStatus ?? 200, code, message);
}

/** An empty parameter counts as none. */
export function parameter({ query }: Pick<ActionCall, 'query'>, name: string): string | null {
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
