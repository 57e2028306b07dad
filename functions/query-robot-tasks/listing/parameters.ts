/** The query string and the path as valibot schemas: what is checked here is what the OpenAPI document says. */
import * as v from 'valibot';
import { isDate } from '../../../shared/beijing-time';
import {
  ROBOT_TASK_STATUSES,
  STOPPED_STATUSES,
  TASK_FIELDS,
  type RobotTask,
} from '../../../shared/robot-task';
import { ProblemError, type ProblemDetail } from '../http/problem';

const ALIAS = 'stopped';
const STATUS_VALUES = [...ROBOT_TASK_STATUSES, ALIAS] as const;
/** Whoever sends more wrong parameters gets an answer that is not longer. */
const MOST_NAMED = 10;
const LONGEST_NAME = 100;
const MAX_INT64 = 9223372036854775807n;
/** Upstream's PageNo is an Integer. */
const MAX_PAGE = 2_147_483_647;

const given = v.pipe(v.string(), v.nonEmpty('must not be empty'));
/** Function Compute joins a repeated parameter's values by commas, and no value of these holds one. */
const once = v.pipe(
  given,
  v.check((value) => !value.includes(','), 'is given more than once'),
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
  const message = `must be a whole number from 1 to ${max}`;
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
    v.check(isDate, 'must be a day of the calendar, written yyyy-MM-dd'),
    v.metadata({ format: 'date', description }),
  );
}

const STATUS_MESSAGE = `must be one or more of ${STATUS_VALUES.join(', ')}, separated by commas`;
const FIELD_NAMES = TASK_FIELDS.join(', ');

/** What `GET /tasks` takes, by name. Each parses from the text of the query string. */
export const listParameters = v.object({
  status: v.exactOptional(
    v.pipe(
      commaSeparated(
        v.picklist(STATUS_VALUES, (issue) =>
          issue.received === '"EXECUTING"'
            ? `${STATUS_MESSAGE} (the vendor spells it EXCUTING)`
            : STATUS_MESSAGE,
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
    v.pipe(once, v.regex(/^\d{1,19}$/, 'must be 1 to 19 digits'), v.description('Only tasks of this robot.')),
  ),
  scheduleType: v.exactOptional(
    v.pipe(
      once,
      v.picklist(['SINGLE', 'ORDER'], 'must be SINGLE or ORDER'),
      v.description('Only such tasks.'),
    ),
  ),
  sort: v.exactOptional(
    v.pipe(
      once,
      v.picklist(
        TASK_FIELDS.flatMap((field) => [field, `-${field}` as const]),
        `must be one of ${FIELD_NAMES}, with - before it for descending order`,
      ),
      v.description(
        'The field to sort by, - before it for descending order; null comes last either way. Default: -createTime when ' +
          "tasks are collected, upstream's order when one call of upstream is passed on.",
      ),
    ),
  ),
  fields: v.exactOptional(
    v.pipe(
      commaSeparated(v.picklist(TASK_FIELDS, `must be one or more of ${FIELD_NAMES}, separated by commas`)),
      v.description('Only these fields of each task, in the order of a whole task. Default: all.'),
    ),
  ),
  page: v.exactOptional(v.pipe(wholeNumber(MAX_PAGE), v.metadata({ default: 1 }))),
  pageSize: v.exactOptional(v.pipe(wholeNumber(100), v.metadata({ default: 20 }))),
});

/** What `GET /tasks/{id}` takes in its path. */
export const idParameter = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,18}$/, "must be a task's id: 1 to 19 digits that do not start with 0"),
  v.check((id) => BigInt(id) <= MAX_INT64, `must be at most ${MAX_INT64.toString()}`),
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
  const parsed = v.safeParse(listParameters, Object.fromEntries(query), { abortPipeEarly: true });
  if (!parsed.success) errors.push(...firstIssueOfEach(parsed.issues));
  const { createdFrom = '', createdTo = '' } = Object.fromEntries(query);
  if (isDate(createdFrom) && isDate(createdTo) && createdFrom > createdTo) {
    errors.push({ name: 'createdFrom', detail: 'must not be later than createdTo' });
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
  const errors = unknownParameters(query, []);
  const parsed = v.safeParse(idParameter, id, { abortPipeEarly: true });
  if (!parsed.success) errors.unshift({ name: 'id', detail: parsed.issues[0].message });
  if (errors.length > 0) throw invalidRequest(errors);
  return id;
}

/** For a path that takes no parameter. Throws a ProblemError (400) that names those that came. */
export function refuseParameters(query: ReadonlyMap<string, string>): void {
  const errors = unknownParameters(query, []);
  if (errors.length > 0) throw invalidRequest(errors);
}

function parseSort(sort: string): Sort {
  const descending = sort.startsWith('-');
  return { field: (descending ? sort.slice(1) : sort) as keyof RobotTask, descending };
}

function unknownParameters(query: ReadonlyMap<string, string>, known: readonly string[]): ProblemDetail[] {
  const detail =
    known.length === 0
      ? 'is unknown: no parameter is taken here'
      : `is unknown: known are ${known.join(', ')}`;
  return [...query.keys()]
    .filter((name) => !known.includes(name))
    .map((name) => ({ name: name.slice(0, LONGEST_NAME), detail }));
}

function firstIssueOfEach(issues: readonly v.BaseIssue<unknown>[]): ProblemDetail[] {
  const byName = new Map<string, string>();
  for (const issue of issues) {
    const name = String(issue.path?.[0]?.key);
    if (!byName.has(name)) byName.set(name, issue.message);
  }
  return [...byName].map(([name, detail]) => ({ name, detail }));
}

function invalidRequest(errors: readonly ProblemDetail[]): ProblemError {
  const named = errors.slice(0, MOST_NAMED);
  const more = errors.length - named.length;
  const sentences = [
    ...named.map(({ name, detail }) => `${name} ${detail}`),
    ...(more > 0 ? [`and ${more} more parameters are wrong`] : []),
  ];
  return new ProblemError('invalid-request', `${sentences.join('; ')}.`, { errors: named });
}
