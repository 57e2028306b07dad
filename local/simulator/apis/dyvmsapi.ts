/** Dyvmsapi 2017-05-25: from a call's parameters to its answer. */
import { isDate } from '../../../shared/beijing-time';
import { findFault } from '../faults/faults';
import { taskAt } from '../world/life';
import { isTaskId, type TaskQuery } from '../world/tasks';
import { detailElement, jsonAnswer, listElement, toJson, type Answer } from '../wire';
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

export const DYVMSAPI: Api = {
  version: '2017-05-25',
  actions: new Map([
    ['QueryRobotTaskList', answerList],
    ['QueryRobotTaskDetail', answerDetail],
    ['StartRobotTask', answerStart],
  ]),
  isList: (action) => action === 'QueryRobotTaskList',
};

function answerList(call: ActionCall): Answer {
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
  const listed = listPage(call, filter);
  if ('body' in listed) return listed;
  const { rows, page, pageSize, total } = listed;
  const data = rows.map((task) => listElement(task, taskAt(task, call.now)));
  insertTasks(call, filter);
  return success(call, data, { PageNo: String(page), PageSize: String(pageSize), TotalCount: total });
}

function answerDetail(call: ActionCall): Answer {
  const id = parameter(call, 'Id') ?? '';
  if (!isTaskId(id)) return refuse(call, 'InvalidParameters', 'Id is not the id of a task.');
  const task = findTask(call, id);
  if (task === null) return refuse(call, '100008.0', 'No data.');
  return success(call, detailElement(task, taskAt(task, call.now)), {});
}

function answerStart(call: ActionCall): Answer {
  const started = startTask(call);
  return typeof started === 'boolean' ? success(call, started, {}) : started;
}

function success(call: ActionCall, data: unknown, { TotalCount, ...paging }: Record<string, string>): Answer {
  const { faults, envelope } = call;
  const left = pagingLeft(call);
  const body = {
    Message: 'OK',
    RequestId: envelope.requestId,
    ...(left.page ? paging : {}),
    ...(left.total && TotalCount !== undefined ? { TotalCount } : {}),
    Code: 'OK',
    ...writeData(faults, findFault(faults, 'data-as-array') === undefined ? toJson(data) : data),
  };
  return jsonAnswer(200, body, 'OK');
}
