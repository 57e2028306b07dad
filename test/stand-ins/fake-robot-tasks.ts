import type {
  RobotTask,
  RobotTaskDetail,
  RobotTaskFilter,
  RobotTaskPage,
  RobotTasks,
} from '../../shared/robot-task';

export interface Asked {
  readonly filter: RobotTaskFilter;
  /** Null = the whole list. */
  readonly page: number | null;
  readonly pageSize: number | null;
  readonly deadline: number | undefined;
}

export interface FakeRobotTasks extends RobotTasks {
  readonly asked: Asked[];
}

interface FakeOptions {
  /** The whole list for a filter. */
  readonly list?: (filter: RobotTaskFilter) => readonly RobotTask[] | Promise<readonly RobotTask[]>;
  readonly page?: RobotTaskPage;
  readonly detail?: RobotTaskDetail | null;
  /** Thrown by everything instead of an answer. */
  readonly error?: Error;
}

/** A source of tasks that answers what it is told to, and remembers what it was asked. */
export function fakeRobotTasks({ list, page, detail = null, error }: FakeOptions = {}): FakeRobotTasks {
  const asked: Asked[] = [];
  function answer<T>(value: T | Promise<T>): Promise<T> {
    return error === undefined ? Promise.resolve(value) : Promise.reject(error);
  }
  return {
    asked,
    source: 'dyvms',
    startRobotTask: () => answer(undefined),
    listRobotTasks(filter, options = {}) {
      asked.push({ filter, page: null, pageSize: null, deadline: options.deadline });
      return answer(list?.(filter) ?? []);
    },
    listRobotTaskPage(filter, number, pageSize, options = {}) {
      asked.push({ filter, page: number, pageSize, deadline: options.deadline });
      return answer(page ?? { tasks: [], total: 0, pageSize });
    },
    getRobotTask: () => answer(detail),
  };
}

/** A task with nothing special about it but `given`. */
export function robotTask(given: Partial<RobotTask> = {}): RobotTask {
  return {
    id: '1045001',
    taskName: '智能语音任务',
    robotId: '1000000075003',
    robotName: '机器人',
    status: 'EXCUTING',
    scheduleType: 'SINGLE',
    createTime: '2019-06-14T14:55:23+08:00',
    fireTime: '2019-06-14T14:55:23+08:00',
    completeTime: null,
    totalCount: 1000,
    finishCount: 998,
    ...given,
  };
}

/** The detail of a task with nothing special about it but `given`. */
export function robotTaskDetail(given: Partial<RobotTaskDetail> = {}): RobotTaskDetail {
  const { totalCount: _total, finishCount: _finished, ...common } = robotTask();
  return { ...common, corpName: null, caller: null, called: [], ...given };
}
