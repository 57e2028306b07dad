import type { Clock } from '../../shared/clock';
import type { Logger } from '../../shared/log';
import type { RobotTask, RobotTaskDetail, RobotTasks } from '../../shared/robot-task';
import { RobotTaskError } from '../../shared/robot-task-error';
import { missingTasks, type Observation, type Shown } from './observe';
import type { TrackedTask } from './state';

export interface Inspection {
  readonly observation: Observation;
  /**
   * Why not every list could be read, or why nobody will ever say what became of the tasks that left them: a sentence for
   * people without any secret; null when all was found out, or may well be by the next poll.
   */
  readonly listProblem: string | null;
}

export interface InspectOptions {
  readonly robotTasks: RobotTasks;
  /** The watched statuses. */
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
    listProblem: problems.length === 0 ? null : problems.join(' '),
  };
}

async function readLists(
  deadline: number,
  { robotTasks, statuses, log }: InspectOptions,
): Promise<{ shown: Shown; listProblem: string | null }> {
  const lists = new Map<string, readonly RobotTask[]>();
  const glimpsed: RobotTask[] = [];
  const malformed = new Set<string>();
  const failed = new Map<string, string[]>();
  await Promise.all(
    statuses.map(async (status) => {
      try {
        lists.set(status, await robotTasks.listRobotTasks({ status }, { deadline }));
      } catch (error) {
        if (error instanceof RobotTaskError) {
          glimpsed.push(...error.tasks);
          if (error.kind === 'malformed') malformed.add(status);
        }
        const reason = describe(error, log);
        failed.set(reason, [...(failed.get(reason) ?? []), status]);
      }
    }),
  );
  const problems = [...failed].map(([reason, names]) => `${names.toSorted().join(', ')}: ${reason}`);
  return {
    shown: { lists, glimpsed, malformed },
    listProblem: problems.length === 0 ? null : problems.toSorted().join(' '),
  };
}

async function askDetails(
  ids: readonly string[],
  deadline: number,
  { robotTasks, clock, log }: InspectOptions,
): Promise<{ details: Map<string, RobotTaskDetail | null>; detailProblem: string | null }> {
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
    const reason = errors.length === 0 ? 'There was no time left to ask.' : describe(errors[0], log);
    log.warn({ tasks: unknown, reason }, 'tasks are missing from the lists and nobody could say why');
  }
  const lasting = errors.find(isLasting);
  return {
    details,
    detailProblem: lasting === undefined ? null : `Tasks that left the lists: ${describe(lasting, log)}`,
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

/** A sentence for people, with upstream's code and request id for the vendor's support. */
function describe(error: unknown, log: Logger): string {
  if (!(error instanceof RobotTaskError)) {
    log.error({ err: error }, 'asking upstream failed unexpectedly');
    return 'Asking upstream failed unexpectedly: see the log of the function.';
  }
  const hints = [error.code, error.requestId === null ? null : `request id ${error.requestId}`];
  const known = hints.filter((hint) => hint !== null);
  return known.length === 0 ? error.message : `${error.message} (${known.join(', ')})`;
}
