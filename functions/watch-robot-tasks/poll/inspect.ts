import type { Clock } from '../../../shared/runtime/clock';
import type { Logger } from '../../../shared/runtime/log';
import { joinTexts, mapText, type Text } from '../../../shared/text';
import type { RobotTask, RobotTaskDetail, RobotTasks } from '../../../shared/robot-task';
import { RobotTaskError } from '../../../shared/robot-task-error';
import { missingTasks, type Observation, type Shown } from '../rules/observe';
import type { TrackedTask } from '../../../shared/state/state';

export interface Inspection {
  readonly observation: Observation;
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
  tracked: readonly TrackedTask[],
  deadline: number,
  options: InspectOptions,
): Promise<Inspection> {
  const { shown, listProblem } = await readLists(deadline, options);
  const missing = missingTasks(tracked, shown, options.clock.now(), options.statuses);
  const { details, detailProblem } = await askDetails(missing, deadline, options);
  const problems = [listProblem, detailProblem].filter((problem) => problem !== null);
  return {
    observation: { ...shown, details },
    listProblem: problems.length === 0 ? null : joinTexts(problems),
  };
}

async function readLists(
  deadline: number,
  { robotTasks, statuses, log }: InspectOptions,
): Promise<{ shown: Shown; listProblem: Text | null }> {
  const lists = new Map<string, readonly RobotTask[]>();
  const glimpsed: RobotTask[] = [];
  const malformed = new Set<string>();
  const failed = new Map<string, { reason: Text; names: string[] }>();
  await Promise.all(
    statuses.map(async (status) => {
      try {
        lists.set(status, await robotTasks.listRobotTasks({ status }, { deadline, readsToLimit: true }));
      } catch (error) {
        if (error instanceof RobotTaskError) {
          glimpsed.push(...error.tasks);
          if (error.kind === 'malformed') malformed.add(status);
        }
        const reason = isTooMany(error) ? tooMany(error) : describe(error, log);
        const { names } = failed.get(reason.en) ?? { names: [] };
        failed.set(reason.en, { reason, names: [...names, status] });
      }
    }),
  );
  const problems = [...failed.values()]
    .map(({ reason, names }) => mapText(reason, (sentence) => `${names.toSorted().join(', ')}: ${sentence}`))
    .toSorted((a, b) => (a.en < b.en ? -1 : 1));
  return {
    shown: { lists, glimpsed, malformed },
    listProblem: problems.length === 0 ? null : joinTexts(problems),
  };
}

async function askDetails(
  ids: readonly string[],
  deadline: number,
  { robotTasks, clock, log }: InspectOptions,
): Promise<{ details: Map<string, RobotTaskDetail | null>; detailProblem: Text | null }> {
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
  const unknown = ids.length - details.size;
  if (unknown > 0) {
    const reason = errors.length === 0 ? 'There was no time left to ask.' : describe(errors[0], log).en;
    log.warn({ tasks: unknown, reason }, 'tasks are missing from the lists and nobody could say why');
  }
  const lasting = errors.find(isLasting);
  return {
    details,
    detailProblem: lasting === undefined ? null : ofLeftTasks(describe(lasting, log)),
  };
}

/** What the next poll would be answered with as well: without a word about it, no recovery would ever be told. */
function isLasting(error: unknown): boolean {
  return (
    error instanceof RobotTaskError &&
    ['unauthorized', 'account', 'malformed', 'invalid'].includes(error.kind)
  );
}

/** What every other question would be answered with as well, so that asking on only makes it worse. */
function isHopeless(error: unknown): boolean {
  return error instanceof RobotTaskError && ['unauthorized', 'account', 'throttled'].includes(error.kind);
}

function isTooMany(error: unknown): error is RobotTaskError {
  return error instanceof RobotTaskError && error.kind === 'too-many';
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

function ofLeftTasks(reason: Text): Text {
  return { en: `Tasks that left the lists: ${reason.en}`, 'zh-CN': `离开列表的任务：${reason['zh-CN']}` };
}

/** For people, with upstream's code and request id for the vendor's support. */
function describe(error: unknown, log: Logger): Text {
  if (!(error instanceof RobotTaskError)) {
    log.error({ err: error }, 'asking upstream failed unexpectedly');
    return {
      en: 'Asking the voice service failed unexpectedly: see the log of the function.',
      'zh-CN': '查询语音服务时意外出错：请查看函数的日志。',
    };
  }
  const { text, code, requestId } = error;
  const hints = (name: string) =>
    [code, requestId === null ? null : `${name} ${requestId}`].filter((hint) => hint !== null).join(', ');
  if (hints('') === '') return text;
  return {
    en: `${text.en} (${hints('request id')})`,
    'zh-CN': `${text['zh-CN']}（${hints('请求 ID')}）`,
  };
}
