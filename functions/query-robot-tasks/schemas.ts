/**
 * What the endpoint answers, as valibot schemas: the OpenAPI document is made of them, and the tests hold real answers
 * against them. The functions never validate their own answers at run time.
 */
import * as v from 'valibot';
import { ROBOT_TASK_STATUSES, type RobotTask, type RobotTaskDetail } from '../../shared/robot-task';

const id = v.pipe(
  v.string(),
  v.regex(/^\d+$/),
  v.description('An int64 as a string, so that no digit is lost.'),
);
const text = v.nullable(v.string());
const time = v.nullable(
  v.pipe(
    v.string(),
    v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+08:00$/),
    v.metadata({
      format: 'date-time',
      description: 'Beijing time; null when upstream gave none or gave no time.',
    }),
  ),
);
const status = v.pipe(
  v.string(),
  v.description(`One of ${ROBOT_TASK_STATUSES.join(', ')}, or one that the vendor added since.`),
);
const scheduleType = v.nullable(
  v.pipe(v.string(), v.description('SINGLE starts at once, ORDER at a set time.')),
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
  completeTime: time,
};

const taskEntries = {
  ...commonEntries,
  totalCount: count,
  finishCount: count,
} satisfies Record<keyof RobotTask, v.GenericSchema>;

/** The fields of a task by name, for `fields` and `sort`. */
export const TASK_FIELDS = Object.keys(taskEntries) as (keyof RobotTask)[];

/** A task in a list. Each field can be missing: `fields` may have asked for others. */
export const taskSchema = v.pipe(v.partial(v.strictObject(taskEntries)), v.title('Task'));

export const taskDetailSchema = v.pipe(
  v.strictObject({
    ...commonEntries,
    corpName: text,
    caller: text,
    called: v.array(v.string()),
    requestId: v.string(),
  } satisfies Record<keyof RobotTaskDetail | 'requestId', v.GenericSchema>),
  v.title('TaskDetail'),
);

export const taskListSchema = v.pipe(
  v.strictObject({
    tasks: v.array(taskSchema),
    page: v.pipe(v.number(), v.integer(), v.minValue(1)),
    pageSize: v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1),
      v.description('The page size in effect. It is smaller than asked for when upstream clamps it.'),
    ),
    total: v.nullable(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(0),
        v.description('Matching tasks on all pages; null when upstream did not say.'),
      ),
    ),
    requestId: v.string(),
  }),
  v.title('TaskList'),
);

export const healthSchema = v.pipe(v.strictObject({ status: v.literal('ok') }), v.title('Health'));

/** RFC 9457. */
export const problemSchema = v.pipe(
  v.strictObject({
    type: v.pipe(
      v.string(),
      v.description('urn:robot-task-watch:problem:<name>, for programs to tell apart.'),
    ),
    title: v.string(),
    status: v.pipe(v.number(), v.integer()),
    detail: v.pipe(v.string(), v.description('A sentence for people: what is wrong and what to do.')),
    requestId: v.string(),
    errors: v.exactOptional(
      v.pipe(
        v.array(v.strictObject({ name: v.string(), detail: v.string() })),
        v.description('Each bad parameter, or each wrong environment variable, by name.'),
      ),
    ),
    upstream: v.exactOptional(
      v.pipe(
        v.strictObject({ code: text, requestId: text }),
        v.description("Dyvmsapi's error code and request id, for the vendor's support."),
      ),
    ),
  }),
  v.title('Problem'),
);

export type ProblemDocument = v.InferOutput<typeof problemSchema>;
