/** The query string and the path as valibot schemas: what is checked here is what the OpenAPI document says. */
import * as v from 'valibot';
import { isDate } from '../../../shared/beijing-time';
import {
  ROBOT_TASK_STATUSES,
  STOPPED_STATUSES,
  TASK_FIELDS,
  type RobotTask,
} from '../../../shared/robot-task';
import type { Language, Text } from '../../../shared/text';
import { ProblemError, type ProblemDetail } from '../http/problem';

const ALIAS = 'stopped';
const STATUS_VALUES = [...ROBOT_TASK_STATUSES, ALIAS] as const;
/** Whoever sends more wrong parameters gets an answer that is not longer. */
const MOST_NAMED = 10;
const LONGEST_NAME = 100;
const MAX_INT64 = 9223372036854775807n;
/** Upstream's PageNo is an Integer. */
const MAX_PAGE = 2_147_483_647;

/** A message for each language: `firstIssueOfEach` parses once for each. */
export function says(text: Text) {
  return ({ lang }: v.BaseIssue<unknown>) => (lang === 'zh-CN' ? text['zh-CN'] : text.en);
}

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

/** `GET /tasks`, understood. */
export interface TaskQuery {
  /** Distinct; empty = in any status. */
  readonly statuses: readonly string[];
  readonly taskName?: string;
  /** `yyyy-MM-dd` in Beijing. The same for the next two, which are inclusive. */
  readonly createdOn?: string;
  readonly createdFrom?: string;
  readonly createdTo?: string;
  readonly robotId?: string;
  readonly scheduleType?: string;
  readonly sort?: Sort;
  readonly fields?: readonly (keyof RobotTask)[];
  readonly page: number;
  readonly pageSize: number;
}

export interface Sort {
  readonly field: keyof RobotTask;
  readonly descending: boolean;
}

/** Parses `GET /tasks`' query string. Throws a ProblemError (400) that names every bad parameter at once. */
export function parseTaskQuery(query: ReadonlyMap<string, string>): TaskQuery {
  const errors = unknownParameters(query, Object.keys(listParameters.entries));
  const values = Object.fromEntries(query);
  const parsed = v.safeParse(listParameters, values, { abortPipeEarly: true });
  if (!parsed.success) errors.push(...firstIssueOfEach(listParameters, values));
  const { createdFrom = '', createdTo = '' } = values;
  if (isDate(createdFrom) && isDate(createdTo) && createdFrom > createdTo) {
    errors.push({ name: 'createdFrom', detail: NOT_LATER });
  }
  if (!parsed.success || errors.length > 0) throw invalidRequest(errors);
  const { status, sort, ...rest } = parsed.output;
  return {
    ...rest,
    statuses: [...new Set((status ?? []).flatMap((value) => (value === ALIAS ? STOPPED_STATUSES : [value])))],
    ...(sort === undefined ? {} : { sort: parseSort(sort) }),
    page: rest.page ?? 1,
    pageSize: rest.pageSize ?? 20,
  };
}

/** Parses `GET /tasks/{id}`. Throws a ProblemError (400). */
export function parseTaskId(id: string, query: ReadonlyMap<string, string>): string {
  const bad = firstIssueOfEach(v.object({ id: idParameter }), { id });
  const errors = [...bad, ...unknownParameters(query, [])];
  if (errors.length > 0) throw invalidRequest(errors);
  return id;
}

/** For a path that takes no parameter. Throws a ProblemError (400) that names those that came. */
export function refuseParameters(query: ReadonlyMap<string, string>): void {
  const errors = unknownParameters(query, []);
  if (errors.length > 0) throw invalidRequest(errors);
}

const NOT_LATER: Text = { en: 'must not be later than createdTo', 'zh-CN': '不能晚于 createdTo' };

function parseSort(sort: string): Sort {
  const descending = sort.startsWith('-');
  return { field: (descending ? sort.slice(1) : sort) as keyof RobotTask, descending };
}

/** What is wrong with an object's values, as a ProblemError (400) that names each; null where all is right. */
export function badValues(
  schema: v.ObjectSchema<v.ObjectEntries, v.ErrorMessage<v.ObjectIssue> | undefined>,
  values: object,
): ProblemError | null {
  const known = Object.keys(schema.entries);
  const errors = [
    ...unknownParameters(new Map(Object.entries(values)), known),
    ...firstIssueOfEach(schema, values),
  ];
  return errors.length === 0 ? null : invalidRequest(errors);
}

function unknownParameters(query: ReadonlyMap<string, unknown>, known: readonly string[]): ProblemDetail[] {
  const detail: Text =
    known.length === 0
      ? { en: 'is unknown: no parameter is taken here', 'zh-CN': '未知：这里不接受参数' }
      : { en: `is unknown: known are ${known.join(', ')}`, 'zh-CN': `未知：可用的有 ${known.join('、')}` };
  return [...query.keys()]
    .filter((name) => !known.includes(name))
    .map((name) => ({ name: name.slice(0, LONGEST_NAME), detail }));
}

/** What is wrong with each parameter, first of all; nothing where all is right. */
function firstIssueOfEach(schema: v.GenericSchema, values: unknown): ProblemDetail[] {
  const issuesIn = (lang: Language) =>
    v.safeParse(schema, values, { abortPipeEarly: true, lang }).issues ?? [];
  const byName = new Map<string, Text>();
  const [english, chinese] = [issuesIn('en'), issuesIn('zh-CN')];
  for (const [index, { path, message }] of english.entries()) {
    const name = String(path?.[0]?.key);
    const text = { en: message, 'zh-CN': chinese[index]?.message ?? message };
    if (!byName.has(name)) byName.set(name, text);
  }
  return [...byName].map(([name, detail]) => ({ name, detail }));
}

function invalidRequest(errors: readonly ProblemDetail[]): ProblemError {
  const named = errors.slice(0, MOST_NAMED);
  const more = errors.length - named.length;
  const clauses = (language: Language) => named.map(({ name, detail }) => `${name} ${detail[language]}`);
  const english = [...clauses('en'), ...(more > 0 ? [`and ${more} more parameters are wrong`] : [])];
  const chinese = [...clauses('zh-CN'), ...(more > 0 ? [`另有 ${more} 个参数有误`] : [])];
  const text = { en: `${english.join('; ')}.`, 'zh-CN': `${chinese.join('；')}。` };
  return new ProblemError('invalid-request', text, { errors: named });
}
