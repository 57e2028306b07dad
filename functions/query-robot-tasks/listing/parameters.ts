/** What callers ask for, understood or refused. */
import * as v from 'valibot';
import { isDate } from '../../../shared/beijing-time';
import { STOPPED_STATUSES, type RobotTask } from '../../../shared/robot-task';
import type { Language, Text } from '../../../shared/text';
import { ProblemError, type ProblemDetail } from '../http/problem';
import { ALIAS, idParameter, listParameters } from './parameter-schemas';

/** Whoever sends more wrong parameters gets an answer that is not longer. */
const MOST_NAMED = 10;
const LONGEST_NAME = 100;

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
