/**
 * What the endpoint answers, as valibot schemas: the OpenAPI document is made of them, and the tests hold real answers
 * against them. The functions never validate their own answers, and a start loads none of this.
 */
import * as v from 'valibot';
import {
  ROBOT_TASK_STATUSES,
  RUNNING_STATUS,
  type RobotTask,
  type RobotTaskDetail,
  SOURCES,
  STOPPED_STATUSES,
} from '../../../shared/robot-task';
import { SUBJECTS } from '../../../shared/state/state';

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

const wholeCount = v.pipe(v.number(), v.integer(), v.minValue(0));

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

const moment = v.pipe(v.string(), v.metadata({ format: 'date-time', description: 'Beijing time.' }));
const condition = v.pipe(v.string(), v.description('A watched status, or STALLED.'));

const acknowledgedEntries = {
  by: v.pipe(
    v.string(),
    v.description("The operator's name, or operator and 4 digits that tell tokens apart."),
  ),
  at: moment,
  until: v.pipe(
    v.nullable(moment),
    v.description('Quiet until then; null: somebody takes it, for 24 hours at most.'),
  ),
};

export const watchSchema = v.pipe(
  v.strictObject({
    savedAt: moment,
    stopped: v.array(
      v.strictObject({
        id,
        taskName: text,
        status: condition,
        since: moment,
        told: v.pipe(
          v.array(v.strictObject({ channel: v.string(), status: condition, at: moment })),
          v.description('What each channel has surely received last.'),
        ),
        acknowledged: v.pipe(
          v.nullable(v.strictObject(acknowledgedEntries)),
          v.description('Who holds this stop; null: nobody.'),
        ),
      }),
    ),
    failures: v.array(
      v.strictObject({
        subject: v.picklist(SUBJECTS),
        channel: text,
        since: moment,
        polls: wholeCount,
        reason: v.strictObject({ 'zh-CN': v.string(), en: v.string() }),
      }),
    ),
    history: v.pipe(
      v.array(
        v.strictObject({
          id,
          taskName: text,
          status: condition,
          since: moment,
          until: moment,
          became: v.pipe(text, v.description('Null when upstream no longer knows the task.')),
          startedBy: v.pipe(text, v.description('The operator whose start ended it; null where none did.')),
        }),
      ),
      v.description('The stops that ended in the last 7 days, at most 200, newest first.'),
    ),
    channels: v.array(
      v.strictObject({
        id: v.string(),
        type: v.string(),
        after: v.nullable(
          v.pipe(
            v.string(),
            v.description('A second line: told after so long, such as 10m; null = at once.'),
          ),
        ),
        lastNewsAt: v.nullable(
          v.pipe(moment, v.description('When it last took a message with news; null = not yet.')),
        ),
        failingSince: v.nullable(v.pipe(moment, v.description('Null while it works.'))),
      }),
    ),
    running: v.pipe(
      v.array(
        v.strictObject({
          id,
          callsPerHour: v.pipe(v.number(), v.integer(), v.minValue(1)),
          doneAt: v.nullable(
            v.pipe(moment, v.description('At this pace; null when no call is left, or nobody can say.')),
          ),
        }),
      ),
      v.description(
        'The running tasks whose pace is known, from 10 minutes and 10 calls on. Empty where ALERT_STALLED is off.',
      ),
    ),
  }),
  v.title('Watch'),
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

export const acknowledgementSchema = v.pipe(
  v.strictObject({ id, ...acknowledgedEntries }),
  v.title('Acknowledgement'),
);

export const acknowledgementsSchema = v.pipe(
  v.strictObject({
    acknowledged: v.array(acknowledgementSchema),
    refused: v.array(
      v.strictObject({ id, reason: v.pipe(v.string(), v.description('A sentence for people.')) }),
    ),
  }),
  v.title('Acknowledgements'),
);

export const healthSchema = v.pipe(v.strictObject({ status: v.literal('ok') }), v.title('Health'));

const IN_LANGUAGE = 'In the language of Accept-Language: zh or en, en if it names neither.';

/** RFC 9457. */
export const problemSchema = v.pipe(
  v.strictObject({
    type: v.pipe(
      v.string(),
      v.description('urn:robot-task-watch:problem:<name>, for programs to tell apart.'),
    ),
    title: v.pipe(v.string(), v.description(IN_LANGUAGE)),
    status: v.pipe(v.number(), v.integer()),
    detail: v.pipe(
      v.string(),
      v.description(`A sentence for people: what is wrong and what to do. ${IN_LANGUAGE}`),
    ),
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
    taskStatus: v.exactOptional(
      v.pipe(
        v.string(),
        v.description(
          `Of a start that was refused: the status in which the task was seen afterwards. ${RUNNING_STATUS}: it runs already.`,
        ),
      ),
    ),
  }),
  v.title('Problem'),
);

export type ProblemDocument = v.InferOutput<typeof problemSchema>;
