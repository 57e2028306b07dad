/** Cloud Contact Center (aiccs) 2019-10-15: from a call's parameters to its answer. */
import type { RobotTask } from '../../../shared/robot-task';
import { taskAt, type SimulatedTask } from '../world/life';
import { isTaskId, type TaskQuery } from '../world/tasks';
import { jsonAnswer, type Answer } from '../wire';
import {
  findTask,
  insertTasks,
  listPage,
  pagingLeft,
  parameter,
  refuse,
  startTask,
  writeData,
  type ActionCall,
  type Api,
} from './api';

export const AICCS: Api = {
  version: '2019-10-15',
  actions: new Map([
    ['ListTask', answerList],
    ['StartTask', answerStart],
  ]),
  isList: (action, query) => action === 'ListTask' && parameter({ query }, 'TaskId') === null,
};

/** By the tasks' own name of a status, that of this API. Written here once more, so that a wrong name in a client shows. */
const STATUS_NAMES: Readonly<Record<string, string>> = {
  DISPATCH: 'RELEASE',
  EXCUTING: 'RUNNING',
  MANUAL_STOP: 'STOP',
  FINISH: 'DONE',
};

/** Null for a name that this API does not have, such as EXCUTING. */
function statusNamed(name: string): string | null {
  const named = Object.entries(STATUS_NAMES).find(([, theirs]) => theirs === name)?.[0];
  return named ?? (Object.hasOwn(STATUS_NAMES, name) || name === 'ARREARS_STOP' ? null : name);
}

function answerList(call: ActionCall): Answer {
  const id = parameter(call, 'TaskId');
  if (id !== null) return answerOne(call, id);
  const statusName = parameter(call, 'Status');
  const status = statusName === null ? null : statusNamed(statusName);
  if (statusName !== null && status === null)
    return refuse(call, 'InvalidParameters', 'Status is not one of this API.');
  const taskName = parameter(call, 'TaskName');
  const filter: TaskQuery = {
    ...(status === null ? {} : { status }),
    ...(taskName === null ? {} : { taskName }),
  };
  const listed = listPage(call, filter);
  if ('body' in listed) return listed;
  const { rows, page, pageSize, total } = listed;
  const data = pageOf(call, rows, page, pageSize, total);
  insertTasks(call, filter);
  return success(call, data);
}

function answerOne(call: ActionCall, id: string): Answer {
  if (!isTaskId(id)) return refuse(call, 'InvalidParameters', 'TaskId is not the id of a task.');
  const task = findTask(call, id);
  const rows = task === null ? [] : [task];
  return success(call, pageOf(call, rows, 1, 20, String(rows.length)));
}

function answerStart(call: ActionCall): Answer {
  const started = startTask(call);
  return typeof started === 'boolean' ? success(call, started, started) : started;
}

/** `Data {PageNo, PageSize, Total, Record[]}`, numbers as numbers. */
function pageOf(
  call: ActionCall,
  rows: readonly SimulatedTask[],
  page: number,
  pageSize: number,
  total: string,
): Record<string, unknown> {
  const left = pagingLeft(call);
  return {
    ...(left.page ? { PageNo: page, PageSize: pageSize } : {}),
    ...(left.total ? { Total: /^\d{1,15}$/.test(total) ? Number(total) : total } : {}),
    Record: rows.map((task) => record(task, taskAt(task, call.now))),
  };
}

function record(source: SimulatedTask, task: RobotTask): Record<string, unknown> {
  return {
    Id: BigInt(task.id),
    TaskName: task.taskName,
    RobotId: BigInt(source.robotId),
    RobotName: task.robotName,
    Status: STATUS_NAMES[task.status] ?? task.status,
    TotalCount: task.totalCount,
    CompleteCount: task.finishCount,
    GmtCreate: epochText(task.createTime),
    ...writeFireTime(task.fireTime, source),
  };
}

/** An absent time is written in three ways: null, an empty string, or not at all. */
function writeFireTime(time: string | null, { absentTime }: SimulatedTask): Record<string, unknown> {
  if (time !== null) return { FireTime: epochText(time) };
  if (absentTime === 'missing') return {};
  return { FireTime: absentTime === 'empty' ? '' : null };
}

function epochText(isoTime: string | null): string | null {
  return isoTime === null ? null : String(Date.parse(isoTime));
}

function success({ faults, envelope }: ActionCall, data: unknown, isSuccess = true): Answer {
  const body = {
    Code: 'OK',
    Message: 'OK',
    RequestId: envelope.requestId,
    Success: isSuccess,
    ...writeData(faults, data),
  };
  return jsonAnswer(200, body, 'OK');
}
