/** What can stand behind the page: made-up tasks, and what the watch knows of them. */
import { beijingIso } from '../../shared/beijing-time';
import type { Task, WatchAnswer } from './endpoint';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `ago` is milliseconds before `now`. */
export function taskOf(
  now: number,
  id: string,
  change: Partial<Task> & { readonly ago?: number } = {},
): Task {
  const { ago = HOUR, ...fields } = change;
  return {
    id,
    taskName: '云杉教育-会员续费提醒',
    robotId: '1000000075003',
    robotName: '小云',
    status: 'EXCUTING',
    createTime: beijingIso(now - ago),
    totalCount: 1000,
    finishCount: 640,
    ...fields,
  };
}

const ARREARS = {
  taskName: '云杉教育-会员续费提醒（双十一）',
  status: 'ARREARS_STOP',
  finishCount: 998,
};
const SYSTEM = {
  taskName: '蓝鲸健身-沉睡客户唤醒',
  robotName: '小蓝',
  status: 'SYSTEM_STOP',
  totalCount: 5000,
  finishCount: 1200,
};

/** Tasks that run, wait and are over, none of them stopped. */
export function quietTasks(now: number): Task[] {
  return [
    taskOf(now, '1045010', { taskName: '橙子租房-到店礼通知', finishCount: 420 }),
    taskOf(now, '1045009', {
      taskName: '山海旅行-出行提醒',
      robotName: '小山',
      totalCount: 260,
      finishCount: 251,
      ago: 3 * HOUR,
    }),
    taskOf(now, '1045008', { taskName: '松果阅读-周末活动', status: 'READY', finishCount: 0, ago: 5 * HOUR }),
    ...Array.from({ length: 30 }, (_, index) =>
      taskOf(now, String(1044000 - index), {
        taskName: `春季回访-第 ${index + 1} 批`,
        status: index % 5 === 0 ? 'CANCEL' : 'FINISH',
        finishCount: 1000,
        ago: (index + 1) * DAY,
      }),
    ),
  ];
}

export function twoStopped(now: number): Task[] {
  return [
    taskOf(now, '1045012', { ...ARREARS, ago: 4 * HOUR }),
    taskOf(now, '1045011', { ...SYSTEM, ago: 6 * HOUR }),
    ...quietTasks(now),
  ];
}

export function manyStopped(now: number, count: number): Task[] {
  const stopped = Array.from({ length: count }, (_, index) =>
    taskOf(now, String(1050000 - index), {
      ...(index % 3 === 0 ? SYSTEM : ARREARS),
      taskName: `续费提醒-第 ${index + 1} 批`,
      ago: index * MINUTE,
    }),
  );
  return [...stopped, ...quietTasks(now)];
}

/** What the watch knows when the tasks are `tasks`: each stop some minutes old, and a week of history. */
export function watchOf(now: number, tasks: readonly Task[], change: Partial<WatchAnswer> = {}): WatchAnswer {
  const stopped = tasks
    .filter(({ status }) => status === 'ARREARS_STOP' || status === 'SYSTEM_STOP')
    .map(({ id, taskName, status }, index) => {
      const since = beijingIso(now - (index + 1) * 47 * MINUTE);
      const at = beijingIso(now - (index + 1) * 47 * MINUTE + 20_000);
      const told = [
        { channel: 'ops', status, at },
        { channel: 'feishu', status, at },
      ];
      return { id, taskName, status, since, told };
    });
  const ended = [
    {
      name: '橙子租房-到店礼通知',
      status: 'SYSTEM_STOP',
      ago: 9 * HOUR,
      lasted: 25 * MINUTE,
      became: 'EXCUTING',
    },
    {
      name: '云杉教育-会员续费提醒（双十一）',
      status: 'ARREARS_STOP',
      ago: 31 * HOUR,
      lasted: 6 * HOUR,
      became: 'EXCUTING',
    },
    { name: '山海旅行-出行提醒', status: 'SYSTEM_STOP', ago: 3 * DAY, lasted: 14 * HOUR, became: 'CANCEL' },
    { name: '春季回访-第 2 批', status: 'ARREARS_STOP', ago: 5.2 * DAY, lasted: 2 * HOUR, became: null },
  ];
  return {
    savedAt: beijingIso(now - 40_000),
    stopped,
    failures: [],
    history: ended.map(({ name, status, ago, lasted, became }, index) => ({
      id: String(1043000 + index),
      taskName: name,
      status,
      since: beijingIso(now - ago - lasted),
      until: beijingIso(now - ago),
      became,
    })),
    ...change,
  };
}
