import type { RobotTask } from '../../shared/robot-task';
import type {
  Alert,
  ResolvedTask,
  Standing,
  StoppedTask,
  TestMessage,
} from '../../functions/watch-robot-tasks/rules/message';

/** 2026-03-02 10:15 in Beijing. */
export const NOW = Date.parse('2026-03-02T02:15:00Z');
const MINUTE_MS = 60_000;

export function task(fields: Partial<RobotTask> = {}): RobotTask {
  return {
    id: '1045001',
    taskName: '春季回访',
    robotId: '1000000075003',
    robotName: '回访机器人',
    status: 'ARREARS_STOP',
    scheduleType: 'SINGLE',
    createTime: '2026-03-02T09:00:00+08:00',
    fireTime: '2026-03-02T09:00:00+08:00',
    completeTime: null,
    totalCount: 1000,
    finishCount: 998,
    ...fields,
  };
}

export function stopped(
  fields: Partial<RobotTask> = {},
  more: { previousStatus?: string; minutes?: number } = {},
): StoppedTask {
  const stoppedTask = task(fields);
  const { previousStatus = null, minutes = 3 } = more;
  const since = NOW - minutes * MINUTE_MS;
  return { task: stoppedTask, status: stoppedTask.status, previousStatus, since, reminders: 0 };
}

/** `status` is what it became; null = gone. */
export function resolved(
  status: string | null,
  fields: Partial<RobotTask> = {},
  minutes = 125,
): ResolvedTask {
  return {
    task: task(status === null ? fields : { ...fields, status }),
    status,
    previousStatus: 'ARREARS_STOP',
    since: NOW - minutes * MINUTE_MS,
  };
}

/** What stands by it for a channel that is sent everything at every poll. */
function standingBy({ firing = [], repeated = [], notices = [] }: Partial<Alert>): Standing {
  const failing = notices.filter(({ state }) => state === 'failing');
  return { tasks: [...firing, ...repeated], notices: failing, ended: [], until: NOW + 3 * MINUTE_MS };
}

export function alert(fields: Partial<Alert> = {}): Alert {
  return {
    standing: standingBy(fields),
    kind: 'alert',
    id: 'alert-1',
    now: NOW,
    firing: [],
    repeated: [],
    acknowledged: [],
    resolved: [],
    notices: [],
    watchStatus: 'ok',
    duplicatesPossible: false,
    ...fields,
  };
}

export const testMessage: TestMessage = { kind: 'test', id: 'test-1', now: NOW };

/** `count` tasks that stopped, two of three in ARREARS_STOP; the later ones have more calls left. */
export function manyStopped(count: number): StoppedTask[] {
  return Array.from({ length: count }, (_, index) =>
    stopped({
      id: String(2_000_000 + index),
      taskName: `批次 ${index + 1}`,
      status: index % 3 === 2 ? 'SYSTEM_STOP' : 'ARREARS_STOP',
      totalCount: 1000 + index,
      finishCount: 500,
    }),
  );
}
