import type { RobotTask, RobotTasks } from '../../shared/robot-task';
import { RobotTaskError } from '../../shared/robot-task-error';
import { task } from './alerts';

/** Robot tasks in memory, whose statuses and faults a test sets. */
export interface TaskWorld extends RobotTasks {
  /** Puts a task into `status`; null deletes it. */
  set(id: string, status: string | null, fields?: Partial<RobotTask>): void;
  status(id: string): string | null;
  /** The statuses whose list fails. */
  readonly brokenLists: Set<string>;
  /** The statuses whose list is not as documented, for good. */
  readonly malformedLists: Set<string>;
  /** The tasks that such a list, or a broken one, shows before it fails. */
  readonly shown: Set<string>;
  /** The tasks whose detail fails. */
  readonly brokenDetails: Set<string>;
  /** The tasks that no list shows, by mistake. */
  readonly unlisted: Set<string>;
  /** Every question asked, such as `list ARREARS_STOP` or `detail 1`. */
  readonly asked: string[];
  /** Awaited by every question before it is answered. */
  pause: () => Promise<void>;
}

const DETAIL_ONLY = { corpName: null, caller: null, called: [] };

export function createTaskWorld(): TaskWorld {
  const tasks = new Map<string, RobotTask>();
  const world: TaskWorld = {
    source: 'dyvms',
    startRobotTask: () => Promise.reject(new Error('The watch starts nothing.')),
    brokenLists: new Set(),
    malformedLists: new Set(),
    shown: new Set(),
    brokenDetails: new Set(),
    unlisted: new Set(),
    asked: [],
    pause: () => Promise.resolve(),
    set(id, status, fields = {}) {
      if (status === null) tasks.delete(id);
      else tasks.set(id, task({ ...tasks.get(id), ...fields, id, status }));
    },
    status: (id) => tasks.get(id)?.status ?? null,
    async listRobotTasks({ status = '' }) {
      world.asked.push(`list ${status}`);
      await world.pause();
      const listed = [...tasks.values()].filter(
        ({ id, status: actual }) => actual === status && !world.unlisted.has(id),
      );
      const failure = world.malformedLists.has(status)
        ? new RobotTaskError('malformed', { en: 'A task has no id.', 'zh-CN': '任务没有 ID。' })
        : world.brokenLists.has(status)
          ? unavailable()
          : null;
      if (failure === null) return listed;
      throw failure.withTasks(listed.filter(({ id }) => world.shown.has(id)));
    },
    listRobotTaskPage: () => Promise.reject(new Error('The watch reads whole lists.')),
    async getRobotTask(id) {
      world.asked.push(`detail ${id}`);
      await world.pause();
      if (world.brokenDetails.has(id)) throw unavailable();
      const found = tasks.get(id);
      return found === undefined ? null : { ...found, ...DETAIL_ONLY };
    },
  };
  return world;
}

function unavailable(): RobotTaskError {
  return new RobotTaskError(
    'unavailable',
    { en: 'Upstream is out of reach.', 'zh-CN': '无法访问语音服务接口。' },
    { code: 'ServiceUnavailable' },
  );
}
