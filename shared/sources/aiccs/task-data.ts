import * as v from 'valibot';
import { beijingIso } from '../../beijing-time';
import type { RobotTask, RobotTaskDetail, RobotTaskPage } from '../../robot-task';
import { readData, type Envelope } from '../openapi/envelope';
import { malformed } from '../openapi/errors';
import { count, id, optionalId, text, toText } from '../openapi/fields';
import { isJsonObject } from '../openapi/json';
import { readRows, status } from '../robot-tasks/rows';
import { fromWire } from './statuses';

/** Epoch milliseconds, written as text, to ISO 8601 with +08:00; null for anything else, and for 0. */
const time = v.pipe(v.optional(v.unknown(), null), v.transform(toIso));

/** The last millisecond of the year 9999: a later year would not be ISO 8601. */
const LAST_TIME = 253_402_271_999_999;

function toIso(value: unknown): string | null {
  const digits = toText(value);
  if (digits === null || !/^[1-9]\d{0,14}$/.test(digits)) return null;
  const milliseconds = Number(digits);
  return milliseconds <= LAST_TIME ? beijingIso(milliseconds) : null;
}

/** A record, with the names that its fields have here. There is no schedule type and no time of completion. */
const taskSchema = v.pipe(
  v.object({
    Id: id,
    TaskName: text,
    RobotId: optionalId,
    RobotName: text,
    Status: status,
    GmtCreate: time,
    FireTime: time,
    TotalCount: count,
    CompleteCount: count,
  }),
  v.transform((record): RobotTask => ({
    id: record.Id,
    taskName: record.TaskName,
    robotId: record.RobotId,
    robotName: record.RobotName,
    status: fromWire(record.Status),
    scheduleType: null,
    createTime: record.GmtCreate,
    fireTime: record.FireTime,
    completeTime: null,
    totalCount: record.TotalCount,
    finishCount: record.CompleteCount,
  })),
);

const pagingSchema = v.object({ PageSize: count, Total: count });

/**
 * One page of ListTask's Data `{PageNo, PageSize, Total, Record[]}`, nested or as the JSON of it. Throws a 'malformed'
 * error for anything else, and as readRows does. No Record is an empty list only where the total says the same.
 */
export function readPage(envelope: Envelope): RobotTaskPage {
  const { requestId, success } = envelope;
  const data = readData(envelope);
  if (success === false) throw malformed({ en: 'Success is false', 'zh-CN': 'Success 为 false' }, requestId);
  if (!isJsonObject(data))
    throw malformed({ en: 'Data is not an object', 'zh-CN': 'Data 不是对象' }, requestId);
  const { PageSize: pageSize, Total: total } = v.parse(pagingSchema, data);
  const records = data['Record'] ?? (total === 0 ? [] : null);
  if (!Array.isArray(records))
    throw malformed({ en: 'Record is not an array', 'zh-CN': 'Record 不是数组' }, requestId);
  return { tasks: readRows(records, taskSchema, requestId), total, pageSize };
}

/**
 * The task that a list for `askedId` holds; null when that list is empty. Throws a 'malformed' error when it holds other
 * tasks alone: then nobody knows whether there is such a task.
 */
export function readDetail(envelope: Envelope, askedId: string): RobotTaskDetail | null {
  const { tasks, total } = readPage(envelope);
  const task = tasks.find(({ id: found }) => found === askedId);
  if (task === undefined && (tasks.length > 0 || (total ?? 0) > 0))
    throw malformed(
      { en: 'the list for one task does not hold it', 'zh-CN': '查询单个任务的列表里没有该任务' },
      envelope.requestId,
    );
  if (task === undefined) return null;
  const { totalCount: _, finishCount: __, ...others } = task;
  return { ...others, corpName: null, caller: null, called: [] };
}
