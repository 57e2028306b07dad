import * as v from 'valibot';
import type { RobotTask, RobotTaskDetail } from '../../robot-task';
import { readData, type Envelope } from '../openapi/envelope';
import { malformed } from '../openapi/errors';
import { count, id, optionalId, text, time, toText } from '../openapi/fields';
import { isJsonObject, parseJson } from '../openapi/json';
import { pathOf, readRows, status } from '../robot-tasks/rows';

/** What both APIs tell of a task. */
const commonEntries = {
  taskName: text,
  robotId: optionalId,
  robotName: text,
  status,
  scheduleType: text,
  createTime: time,
  fireTime: time,
  completeTime: time,
};

const taskSchema = v.object({ id, ...commonEntries, totalCount: count, finishCount: count });

/**
 * Who is called: an array, or the JSON of one. Its items are numbers, or, in the vendor's own example, uploaded files of
 * numbers ({fileName, ossFilePath}), which are named by their fileName. It is not worth an error: the rest is left out.
 */
const called = v.pipe(
  v.optional(v.unknown(), null),
  v.transform((value) => {
    const numbers = typeof value === 'string' ? parseOrNull(value) : value;
    return Array.isArray(numbers) ? numbers.map(toCalled).filter((item) => item !== null) : [];
  }),
);

function toCalled(item: unknown): string | null {
  return toText(isJsonObject(item) ? item['fileName'] : item);
}

const detailSchema = v.object({ ...commonEntries, corpName: text, caller: text, called });

/**
 * The tasks of a list's Data: a JSON string that holds an array, or (as the vendor's sample shows) the array itself.
 * Throws a 'malformed' error for anything else, and as readRows does.
 */
export function readTasks(envelope: Envelope): RobotTask[] {
  const { requestId } = envelope;
  const value = readData(envelope);
  if (!Array.isArray(value))
    throw malformed({ en: 'Data is not an array', 'zh-CN': 'Data 不是数组' }, requestId);
  return readRows(value, taskSchema, requestId);
}

/**
 * The task of a detail's Data, or null when there is none: upstream knows no such task. The answer does not repeat the
 * id that was asked for. Throws a 'malformed' error for anything that is not an object with a status.
 */
export function readDetail(envelope: Envelope, askedId: string): RobotTaskDetail | null {
  const { data, requestId } = envelope;
  if (data === '') return null;
  const value = readData(envelope);
  if (value === null || (isJsonObject(value) && Object.keys(value).length === 0)) return null;
  if (!isJsonObject(value))
    throw malformed({ en: 'Data is not an object', 'zh-CN': 'Data 不是对象' }, requestId);
  const detail = v.safeParse(detailSchema, value);
  if (!detail.success) {
    const path = pathOf(detail.issues);
    throw malformed({ en: `the task has no valid ${path}`, 'zh-CN': `该任务的 ${path} 无效` }, requestId);
  }
  return { id: askedId, ...detail.output };
}

function parseOrNull(json: string): unknown {
  try {
    return parseJson(json);
  } catch {
    return null;
  }
}
