import * as v from 'valibot';
import type { RobotTask, RobotTaskDetail } from '../robot-task';
import type { Envelope } from './envelope';
import { malformed } from './errors';
import { count, id, optionalId, text, time, toText } from './fields';
import { isJsonObject, parseJson } from './json';

const status = v.pipe(v.string(), v.nonEmpty());

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
 * Throws a 'malformed' error for anything else, and when a single task lacks its id or its status (it holds the others):
 * nothing is dropped.
 */
export function readTasks({ data, requestId }: Envelope): RobotTask[] {
  const value = readData(data, requestId);
  if (!Array.isArray(value)) throw malformed('Data is not an array', requestId);
  const results = value.map((item) => v.safeParse(taskSchema, item));
  const tasks = results.flatMap(({ success, output }) => (success ? [output] : []));
  const bad = results.find(({ success }) => !success);
  if (bad?.issues === undefined) return tasks;
  throw malformed(`a task has no valid ${pathOf(bad.issues)}`, requestId).withTasks(tasks);
}

/**
 * The task of a detail's Data, or null when there is none: upstream knows no such task. The answer does not repeat the
 * id that was asked for. Throws a 'malformed' error for anything that is not an object with a status.
 */
export function readDetail({ data, requestId }: Envelope, askedId: string): RobotTaskDetail | null {
  if (data === '') return null;
  const value = readData(data, requestId);
  if (value === null || (isJsonObject(value) && Object.keys(value).length === 0)) return null;
  if (!isJsonObject(value)) throw malformed('Data is not an object', requestId);
  const detail = v.safeParse(detailSchema, value);
  if (!detail.success) throw malformed(`the task has no valid ${pathOf(detail.issues)}`, requestId);
  return { id: askedId, ...detail.output };
}

function readData(data: unknown, requestId: string | null): unknown {
  if (typeof data !== 'string') return data;
  try {
    return parseJson(data);
  } catch (cause) {
    throw malformed('Data is not JSON', requestId, cause);
  }
}

function parseOrNull(json: string): unknown {
  try {
    return parseJson(json);
  } catch {
    return null;
  }
}

/** The field's name is one of ours, never the answer's. */
function pathOf(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  return v.getDotPath(issues[0]) ?? 'shape';
}
