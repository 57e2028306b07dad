/** What is answered of tasks: one, a list, how many, and a start. */
import * as v from 'valibot';
import {
  ROBOT_TASK_STATUSES,
  SOURCES,
  STOPPED_STATUSES,
  type RobotTask,
  type RobotTaskDetail,
} from '../../../shared/robot-task';
import { id, text, time, wholeCount } from './fields';

const status = v.pipe(
  v.string(),
  v.description(`One of ${ROBOT_TASK_STATUSES.join(', ')}, or one that the vendor added since.`),
);
const NOT_OF_AICCS = 'Null with TASK_SOURCE=aiccs, which has no such field.';
const scheduleType = v.nullable(
  v.pipe(v.string(), v.description(`SINGLE starts at once, ORDER at a set time. ${NOT_OF_AICCS}`)),
);
const count = v.nullable(v.pipe(v.number(), v.description('Null when upstream gave no number.')));

/** What a list and a detail have in common, in the order in which an answer holds it. */
const commonEntries = {
  id,
  taskName: text,
  robotId: v.nullable(id),
  robotName: text,
  status,
  scheduleType,
  createTime: time,
  fireTime: time,
  completeTime: v.pipe(time, v.description(`When the task ended, Beijing time. ${NOT_OF_AICCS}`)),
};

const taskEntries = {
  ...commonEntries,
  totalCount: count,
  finishCount: count,
} satisfies Record<keyof RobotTask, v.GenericSchema>;

/** A task in a list. */
export const taskSchema = v.pipe(v.strictObject(taskEntries), v.title('Task'));

/** What `fields` asked for of a task. */
export const pickedTaskSchema = v.pipe(v.partial(v.strictObject(taskEntries)), v.title('PickedTask'));

export const taskDetailSchema = v.pipe(
  v.strictObject({
    ...commonEntries,
    corpName: v.pipe(text, v.description(NOT_OF_AICCS)),
    caller: v.pipe(text, v.description(NOT_OF_AICCS)),
    called: v.pipe(v.array(v.string()), v.description('Empty with TASK_SOURCE=aiccs.')),
    requestId: v.string(),
  } satisfies Record<keyof RobotTaskDetail | 'requestId', v.GenericSchema>),
  v.title('TaskDetail'),
);

function listOf<const T extends v.GenericSchema>(task: T, title: string) {
  return v.pipe(
    v.strictObject({
      tasks: v.array(task),
      page: v.pipe(v.number(), v.integer(), v.minValue(1)),
      pageSize: v.pipe(
        v.number(),
        v.integer(),
        v.minValue(1),
        v.description('The page size in effect. It is smaller than asked for when upstream clamps it.'),
      ),
      total: v.nullable(
        v.pipe(wholeCount, v.description('Matching tasks on all pages; null when upstream did not say.')),
      ),
      requestId: v.string(),
    }),
    v.title(title),
  );
}

export const taskListSchema = listOf(taskSchema, 'TaskList');
export const pickedTaskListSchema = listOf(pickedTaskSchema, 'PickedTaskList');

export const summarySchema = v.pipe(
  v.strictObject({
    total: v.pipe(wholeCount, v.description('All tasks, also those in a status that is not listed.')),
    statuses: v.pipe(
      v.strictObject(
        Object.fromEntries(ROBOT_TASK_STATUSES.map((name) => [name, wholeCount])) as Record<
          (typeof ROBOT_TASK_STATUSES)[number],
          typeof wholeCount
        >,
      ),
      v.description(
        'A status that no task of this source can have is 0: ARREARS_STOP with TASK_SOURCE=aiccs.',
      ),
    ),
    stopped: v.pipe(wholeCount, v.description(`In ${STOPPED_STATUSES.join(' or ')}.`)),
    source: v.pipe(v.picklist(SOURCES), v.description('TASK_SOURCE: where the tasks are.')),
    canStart: v.pipe(v.boolean(), v.description("Whether this caller's token may start tasks.")),
    operator: v.nullable(
      v.pipe(v.string(), v.description("This caller's name in OPERATOR_TOKENS; null when there is none.")),
    ),
    requestId: v.string(),
  }),
  v.title('Summary'),
);

export const startSchema = v.pipe(
  v.strictObject({
    id,
    status: v.pipe(text, v.description('As the task is afterwards; null when nobody could say.')),
    recorded: v.exactOptional(
      v.pipe(
        v.literal(false),
        v.description("It could not be noted in the operators' record who started it."),
      ),
    ),
    requestId: v.string(),
  }),
  v.title('Start'),
);
