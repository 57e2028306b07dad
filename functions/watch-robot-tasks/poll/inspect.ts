import type { Clock } from '../../../shared/runtime/clock';
import type { Logger } from '../../../shared/runtime/log';
import type { Text } from '../../../shared/text';
import type { RobotTask, RobotTaskDetail, RobotTasks } from '../../../shared/robot-task';
import { isRobotTaskError, type RobotTaskError } from '../../../shared/robot-task-error';
import { missingTasks, type ListsRead, type TasksSeen } from '../rules/observe';
import type { WatchState } from '../../../shared/state/state';
import { unansweredInWords, type Unanswered } from './unanswered';

export interface Inspection {
  readonly tasksSeen: TasksSeen;
  /**
   * Why not every list could be read, or why nobody will ever say what became of the tasks that left them: a sentence for
   * people without any secret; null when all was found out, or may well be by the next poll.
   */
  readonly listProblem: Text | null;
}

export interface InspectOptions {
  readonly robotTasks: RobotTasks;
  /** Those whose lists are read. */
  readonly statuses: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** As many as the shared client has in flight: more would only wait there. */
const DETAILS_AT_A_TIME = 8;

/**
 * Asks upstream how things stand: every watched status' list at once, then what became of each tracked task that is
 * missing from them. Does not throw; what could not be found out by `deadline` (epoch milliseconds) is left out.
 */
export async function inspect(
  { tasks, told }: Pick<WatchState, 'tasks' | 'told'>,
  deadline: number,
  options: InspectOptions,
): Promise<Inspection> {
  const { shown, unread } = await readLists(deadline, options);
  const missing = missingTasks(tasks, told, shown, options.clock.now(), options.statuses);
  const { details, unknown } = await askDetails(missing, deadline, options);
  return {
    tasksSeen: { ...shown, details },
    listProblem: unansweredInWords([...unread, ...unknown], options.statuses),
  };
}

async function readLists(
  deadline: number,
  { robotTasks, statuses, log }: InspectOptions,
): Promise<{ shown: ListsRead; unread: Unanswered[] }> {
  const lists = new Map<string, readonly RobotTask[]>();
  const glimpsed: RobotTask[] = [];
  const malformed = new Set<string>();
  const unread: Unanswered[] = [];
  await Promise.all(
    statuses.map(async (status) => {
      try {
        lists.set(status, await robotTasks.listRobotTasks({ status }, { deadline, readsToLimit: true }));
      } catch (error) {
        if (isRobotTaskError(error)) {
          glimpsed.push(...error.tasks);
          if (error.kind === 'malformed') malformed.add(status);
        }
        unread.push({ status, ...reasonOf(error, log) });
      }
    }),
  );
  return { shown: { lists, glimpsed, malformed }, unread };
}

async function askDetails(
  ids: readonly string[],
  deadline: number,
  { robotTasks, clock, log }: InspectOptions,
): Promise<{ details: Map<string, RobotTaskDetail | null>; unknown: Unanswered[] }> {
  const details = new Map<string, RobotTaskDetail | null>();
  const errors: unknown[] = [];
  const queue = ids.values();
  const askOneByOne = async () => {
    for (const id of queue) {
      if (clock.now() >= deadline || errors.some(isHopeless)) return;
      try {
        details.set(id, await robotTasks.getRobotTask(id, { deadline }));
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: DETAILS_AT_A_TIME }, askOneByOne));
  const tasks = ids.length - details.size;
  if (tasks > 0) {
    const { cause, ...rest } = errors.length === 0 ? NO_TIME : reasonOf(errors[0], log);
    log.warn(
      { tasks, reason: cause.en, ...rest },
      'tasks are missing from the lists and nobody could say why',
    );
  }
  const lasting = errors.find(isLasting);
  return {
    details,
    unknown: lasting === undefined ? [] : [{ status: null, ...reasonOf(lasting, log) }],
  };
}

/** What the next poll would be answered with as well: without a word about it, no recovery would ever be told. */
const isLasting = isOneOf('unauthorized', 'account', 'malformed', 'invalid');

/** What every other question would be answered with as well, so that asking on only makes it worse. */
const isHopeless = isOneOf('unauthorized', 'account', 'throttled');

function isOneOf(...kinds: RobotTaskError['kind'][]) {
  return (error: unknown) => isRobotTaskError(error) && kinds.includes(error.kind);
}

/** Nobody who runs a watch has a query to narrow: what helps is fewer tasks in the status, or another choice of them. */
function tooMany({ tasks }: RobotTaskError): Text {
  return {
    en:
      `Too many tasks have this status to read them all: ${tasks.length} were read, and are watched. ` +
      'Cancel old ones in the console of the voice service, or take the status out of WATCH_STATUSES.',
    'zh-CN':
      `处于该状态的任务太多，无法全部读出：已读出 ${tasks.length} 个并正常关注。` +
      '请在语音服务控制台取消不再需要的旧任务，或从 WATCH_STATUSES 中去掉该状态。',
  };
}

type Reason = Omit<Unanswered, 'status'>;

const NO_TIME: Reason = {
  cause: { en: 'There was no time left to ask.', 'zh-CN': '已经没有时间查询。' },
  code: null,
  requestId: null,
};

function reasonOf(error: unknown, log: Logger): Reason {
  if (isRobotTaskError(error)) {
    const { kind, text, code, requestId } = error;
    return { cause: kind === 'too-many' ? tooMany(error) : text, code, requestId };
  }
  log.error({ err: error }, 'asking upstream failed unexpectedly');
  const cause = {
    en: 'Asking the voice service failed unexpectedly: see the log of the function.',
    'zh-CN': '查询语音服务时意外出错，请查看函数的日志。',
  };
  return { cause, code: null, requestId: null };
}
