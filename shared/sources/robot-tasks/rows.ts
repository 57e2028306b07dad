import * as v from 'valibot';
import type { RobotTask } from '../../robot-task';
import { malformed } from '../openapi/errors';

/** What every source tells of a task's status: any text, because the vendor may add some. */
export const status = v.pipe(
  v.string(),
  v.nonEmpty(),
  v.maxLength(100),
  v.transform((status) => status.toWellFormed()),
);

/**
 * The tasks of a list. Throws a 'malformed' error when a single one does not fit `schema`, such as one without an id or a
 * status (it holds the others): nothing is dropped.
 */
export function readRows(
  rows: readonly unknown[],
  schema: v.GenericSchema<unknown, RobotTask>,
  requestId: string | null,
): RobotTask[] {
  const results = rows.map((row) => v.safeParse(schema, row));
  const tasks = results.flatMap(({ success, output }) => (success ? [output] : []));
  const bad = results.find(({ success }) => !success);
  if (bad?.issues === undefined) return tasks;
  const path = pathOf(bad.issues);
  throw malformed(
    { en: `a task has no valid ${path}`, 'zh-CN': `有任务的 ${path} 无效` },
    requestId,
  ).withTasks(tasks);
}

/** Where in a row the first issue is. The name is one of ours, never the answer's. */
export function pathOf(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  return v.getDotPath(issues[0]) ?? 'shape';
}
