/** The query string and the path as valibot schemas: what is checked here is what the OpenAPI document says. */
import * as v from 'valibot';
import { isDate } from '../../../shared/beijing-time';
import { ROBOT_TASK_STATUSES, STOPPED_STATUSES, TASK_FIELDS } from '../../../shared/robot-task';
import type { Text } from '../../../shared/text';

/** Of those statuses in which a task makes no calls and nobody asked it to stop. */
export const ALIAS = 'stopped';
const STATUS_VALUES = [...ROBOT_TASK_STATUSES, ALIAS] as const;
const MAX_INT64 = 9223372036854775807n;
/** Upstream's PageNo is an Integer. */
const MAX_PAGE = 2_147_483_647;

const given = v.pipe(v.string(), v.nonEmpty(says({ en: 'must not be empty', 'zh-CN': '不能为空' })));
/** Function Compute joins a repeated parameter's values by commas, and no value of these holds one. */
const once = v.pipe(
  given,
  v.check((value) => !value.includes(','), says({ en: 'is given more than once', 'zh-CN': '给了不止一次' })),
);

/** Function Compute joins a repeated parameter's values by commas: repeated and comma-separated are one and the same. */
function commaSeparated<const T extends v.GenericSchema<string>>(item: T) {
  return v.pipe(
    given,
    v.transform((value) => value.split(',').map((part) => part.trim())),
    v.array(item),
  );
}

function wholeNumber(max: number) {
  const message = says({
    en: `must be a whole number from 1 to ${max}`,
    'zh-CN': `必须是 1 到 ${max} 的整数`,
  });
  return v.pipe(
    once,
    v.digits(message),
    v.transform(Number),
    v.number(),
    v.integer(message),
    v.minValue(1, message),
    v.maxValue(max, message),
  );
}

function date(description: string) {
  return v.pipe(
    once,
    v.check(
      isDate,
      says({
        en: 'must be a day of the calendar, written yyyy-MM-dd',
        'zh-CN': '必须是存在的日期，写成 yyyy-MM-dd',
      }),
    ),
    v.metadata({ format: 'date', description }),
  );
}

const STATUS_MESSAGE = oneOrMore(STATUS_VALUES);
const SPELLING: Text = {
  en: `${STATUS_MESSAGE.en} (the vendor spells it EXCUTING)`,
  'zh-CN': `${STATUS_MESSAGE['zh-CN']}（阿里云的拼写是 EXCUTING）`,
};

function oneOrMore(names: readonly string[]): Text {
  return {
    en: `must be one or more of ${names.join(', ')}, separated by commas`,
    'zh-CN': `必须是 ${names.join('、')} 中的一个或几个，用逗号分隔`,
  };
}

/** A message for each language: `firstIssueOfEach` parses once for each. */
export function says(text: Text) {
  return ({ lang }: v.BaseIssue<unknown>) => (lang === 'zh-CN' ? text['zh-CN'] : text.en);
}

/** What `GET /tasks` takes, by name. Each parses from the text of the query string. */
export const listParameters = v.object({
  status: v.exactOptional(
    v.pipe(
      commaSeparated(
        v.picklist(STATUS_VALUES, (issue) =>
          says(issue.received === '"EXECUTING"' ? SPELLING : STATUS_MESSAGE)(issue),
        ),
      ),
      v.description(`Only tasks in these statuses. ${ALIAS} means ${STOPPED_STATUSES.join(',')}.`),
    ),
  ),
  taskName: v.exactOptional(
    v.pipe(given, v.description('Only tasks of this name, as upstream understands a name.')),
  ),
  createdOn: v.exactOptional(date('Only tasks created on this day, Beijing time.')),
  createdFrom: v.exactOptional(date('Only tasks created on this day or later, Beijing time.')),
  createdTo: v.exactOptional(date('Only tasks created on this day or earlier, Beijing time.')),
  robotId: v.exactOptional(
    v.pipe(
      once,
      v.regex(/^\d{1,19}$/, says({ en: 'must be 1 to 19 digits', 'zh-CN': '必须是 1 到 19 位数字' })),
      v.description('Only tasks of this robot.'),
    ),
  ),
  scheduleType: v.exactOptional(
    v.pipe(
      once,
      v.picklist(
        ['SINGLE', 'ORDER'],
        says({ en: 'must be SINGLE or ORDER', 'zh-CN': '必须是 SINGLE 或 ORDER' }),
      ),
      v.description('Only such tasks.'),
    ),
  ),
  sort: v.exactOptional(
    v.pipe(
      once,
      v.picklist(
        TASK_FIELDS.flatMap((field) => [field, `-${field}` as const]),
        says({
          en: `must be one of ${TASK_FIELDS.join(', ')}, with - before it for descending order`,
          'zh-CN': `必须是 ${TASK_FIELDS.join('、')} 之一，降序在前面加 -`,
        }),
      ),
      v.description(
        'The field to sort by, - before it for descending order; null comes last either way. Default: -createTime when ' +
          "tasks are collected, upstream's order when one call of upstream is passed on.",
      ),
    ),
  ),
  fields: v.exactOptional(
    v.pipe(
      commaSeparated(v.picklist(TASK_FIELDS, says(oneOrMore(TASK_FIELDS)))),
      v.description('Only these fields of each task, in the order of a whole task. Default: all.'),
    ),
  ),
  page: v.exactOptional(v.pipe(wholeNumber(MAX_PAGE), v.metadata({ default: 1 }))),
  pageSize: v.exactOptional(v.pipe(wholeNumber(100), v.metadata({ default: 20 }))),
});

const MUST_BE_ID = says({
  en: "must be a task's id: 1 to 19 digits that do not start with 0",
  'zh-CN': '必须是任务 ID：1 到 19 位数字，不以 0 开头',
});

/** What `GET /tasks/{id}` takes in its path. */
export const idParameter = v.pipe(
  v.string(MUST_BE_ID),
  v.regex(/^[1-9]\d{0,18}$/, MUST_BE_ID),
  v.check(
    (id) => BigInt(id) <= MAX_INT64,
    says({ en: `must be at most ${MAX_INT64.toString()}`, 'zh-CN': `不能大于 ${MAX_INT64.toString()}` }),
  ),
);
