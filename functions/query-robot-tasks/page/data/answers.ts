/**
 * What the page reads of the endpoint's answers. Fields that it does not name may come and go: the page can be older or
 * newer than the function.
 */
import {
  isBoolean,
  isNumber,
  isString,
  listOf,
  mapOf,
  orMissing,
  orNull,
  withFields,
  type ValueOf,
} from './shape';

const text = orNull(isString);
const count = orNull(isNumber);

const taskFields = {
  id: isString,
  taskName: text,
  robotId: text,
  robotName: text,
  status: isString,
  createTime: text,
};

export const isTaskList = withFields({
  tasks: listOf(withFields({ ...taskFields, totalCount: count, finishCount: count })),
  page: isNumber,
  pageSize: isNumber,
  total: count,
});

export const isTaskDetail = withFields(taskFields);

export const isSummary = withFields({
  total: count,
  statuses: mapOf(count),
  stopped: isNumber,
  canStart: isBoolean,
  source: orMissing(isString),
});

const stopFields = { id: isString, taskName: text, status: isString, since: isString };

export const isWatch = withFields({
  savedAt: isString,
  stopped: listOf(
    withFields({
      ...stopFields,
      told: listOf(withFields({ channel: isString, status: isString, at: isString })),
    }),
  ),
  failures: listOf(
    withFields({
      subject: isString,
      channel: text,
      since: isString,
      reason: withFields({ 'zh-CN': isString, en: isString }),
    }),
  ),
  history: listOf(withFields({ ...stopFields, until: isString, became: text })),
});

export const isStarted = withFields({ id: isString, status: text });

/** RFC 9457. */
export const isProblem = withFields({ type: isString, detail: isString });
/** What a problem document holds where the voice service gave a reason. */
export const hasUpstream = withFields({ upstream: withFields({ code: text }) });

export type TaskList = ValueOf<typeof isTaskList>;
export type Task = TaskList['tasks'][number];
export type TaskDetail = ValueOf<typeof isTaskDetail>;
export type Summary = ValueOf<typeof isSummary>;
export type Watch = ValueOf<typeof isWatch>;
export type StandingStop = Watch['stopped'][number];
export type EndedStop = Watch['history'][number];
export type Started = ValueOf<typeof isStarted>;
