/** What is done to the tasks once they are all there. Pure. */
import { TASK_FIELDS, type RobotTask } from '../../../shared/robot-task';
import type { Sort, TaskQuery } from './parameters';

/** The filters that upstream does not have. A task without a creation time is on no day. */
export function matches(task: RobotTask, query: TaskQuery): boolean {
  const { createdFrom, createdTo, robotId, scheduleType } = query;
  const createdOn = task.createTime?.slice(0, 'yyyy-MM-dd'.length) ?? null;
  return (
    (createdFrom === undefined || (createdOn !== null && createdOn >= createdFrom)) &&
    (createdTo === undefined || (createdOn !== null && createdOn <= createdTo)) &&
    (robotId === undefined || task.robotId === robotId) &&
    (scheduleType === undefined || task.scheduleType === scheduleType)
  );
}

/** Sorted copy: null last in both directions, ties by ascending id, so that no page depends on upstream's order. */
export function sortTasks(tasks: readonly RobotTask[], { field, descending }: Sort): RobotTask[] {
  const compare = COMPARE[field];
  return [...tasks].sort((a, b) => {
    const [left, right] = [a[field], b[field]];
    if (left === null || right === null) {
      return Number(left === null) - Number(right === null) || compareIds(a.id, b.id);
    }
    return (descending ? -1 : 1) * compare(left, right) || compareIds(a.id, b.id);
  });
}

/** Page `page`, from 1; empty past the end. */
export function pageOf<T>(items: readonly T[], page: number, pageSize: number): T[] {
  return items.slice((page - 1) * pageSize, page * pageSize);
}

/** Only `fields`, in the order of a whole task. */
export function pickFields(task: RobotTask, fields: readonly (keyof RobotTask)[]): Partial<RobotTask> {
  return Object.fromEntries(
    TASK_FIELDS.filter((field) => fields.includes(field)).map((field) => [field, task[field]]),
  );
}

type Compare = (a: string | number, b: string | number) => number;

const compareText: Compare = (a, b) => (a < b ? -1 : Number(a > b));

/** By value without losing a digit: of two numbers without leading zeros the longer one is the greater. */
const compareIds: Compare = (a, b) => String(a).length - String(b).length || compareText(a, b);

const COMPARE: Record<keyof RobotTask, Compare> = {
  id: compareIds,
  taskName: compareText,
  robotId: compareIds,
  robotName: compareText,
  status: compareText,
  scheduleType: compareText,
  createTime: compareText,
  fireTime: compareText,
  completeTime: compareText,
  totalCount: (a, b) => Number(a) - Number(b),
  finishCount: (a, b) => Number(a) - Number(b),
};
