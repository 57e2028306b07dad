import { collectMetrics } from '../../../../functions/query-robot-tasks/watch-state/metrics';
import { ROBOT_TASK_STATUSES, type RobotTasks } from '../../../../shared/robot-task';
import { RobotTaskError } from '../../../../shared/robot-task-error';
import { EMPTY_STATE, type WatchState } from '../../../../shared/state/state';
import { createTaskWorld, type TaskWorld } from '../../../stand-ins/task-world';

const FAILING = { since: 1, reason: { en: 'x', 'zh-CN': 'x' }, state: 'failing' as const };
const STATE: WatchState = {
  ...EMPTY_STATE,
  savedAt: 1_772_417_700_500,
  failures: [
    { ...FAILING, subject: 'channel', channel: 'ops', polls: 2 },
    { ...FAILING, subject: 'channel', channel: 'dev', polls: 2, state: 'working' },
    { ...FAILING, subject: 'poll', channel: null, polls: 3 },
  ],
};

/** The lines that are no comments, of what `tasks` are, by `ids`. */
async function metrics(
  robotTasks: RobotTasks,
  statuses: Readonly<Record<string, number>>,
  readState: (() => Promise<WatchState | null>) | null = null,
): Promise<string[]> {
  const counts = {
    source: 'dyvms' as const,
    total: 0,
    stopped: 0,
    statuses: { ...Object.fromEntries(ROBOT_TASK_STATUSES.map((status) => [status, 0])), ...statuses },
  };
  const text = await collectMetrics({ counts, robotTasks, readState, deadline: Infinity });
  expect(text).toMatch(/^(?:(?:# (?:HELP|TYPE) .*|[a-z_]+(?:\{.*\})? \d+(?:\.\d+)?)\n)+$/);
  return text.split('\n').filter((line) => !/^#|^$/.test(line));
}

/** `count` tasks in `status`, the oldest first, one a minute. */
function fill(world: TaskWorld, status: string, count: number, from: number): void {
  for (let index = 0; index < count; index += 1) {
    const createTime = new Date(from + index * 60_000).toISOString().replace(/\.000Z$/, '+08:00');
    world.set(`${status}-${index}`, status, { createTime, totalCount: 1000, finishCount: index });
  }
}

test('of the running and the stopped tasks, the newest 200 are told, wherever a list has them', async () => {
  const world = createTaskWorld();
  fill(world, 'EXCUTING', 150, Date.UTC(2026, 0, 1));
  fill(world, 'ARREARS_STOP', 120, Date.UTC(2026, 0, 2));
  const lines = await metrics(world, { EXCUTING: 150, ARREARS_STOP: 120 });
  const told = lines.filter((line) => line.startsWith('robot_task_watch_task_calls{'));
  expect(told).toHaveLength(200);
  expect(told.filter((line) => line.includes('status="ARREARS_STOP"'))).toHaveLength(120);
  expect(told.some((line) => line.includes('id="EXCUTING-149"'))).toBe(true);
  expect(told.some((line) => line.includes('id="EXCUTING-69"'))).toBe(false);
});

test('nothing is asked for where the counts say that nothing runs or stands', async () => {
  const world = createTaskWorld();
  const lines = await metrics(world, { FINISH: 3 });
  expect(world.asked).toEqual([]);
  expect(lines).toContain('robot_task_watch_tasks{status="FINISH"} 3');
  expect(lines).toHaveLength(ROBOT_TASK_STATUSES.length);
});

test('a list that is too long to be read tells what was read', async () => {
  const world = createTaskWorld();
  fill(world, 'EXCUTING', 3, Date.UTC(2026, 0, 1));
  const read = await world.listRobotTasks({ status: 'EXCUTING' });
  const tooMany = new RobotTaskError('too-many', { en: 'Too many.', 'zh-CN': '太多。' }).withTasks(read);
  const robotTasks: RobotTasks = { ...world, listRobotTasks: () => Promise.reject(tooMany) };
  const lines = await metrics(robotTasks, { EXCUTING: 20_000 });
  expect(lines.filter((line) => line.startsWith('robot_task_watch_task_calls{'))).toHaveLength(3);
});

test('the state says when it was saved, and which channel fails', async () => {
  const lines = await metrics(createTaskWorld(), {}, () => Promise.resolve(STATE));
  expect(lines.filter((line) => !line.startsWith('robot_task_watch_tasks{'))).toEqual([
    'robot_task_watch_last_save_timestamp_seconds 1772417700.5',
    'robot_task_watch_channel_failing{channel="ops"} 1',
    'robot_task_watch_channel_failing{channel="dev"} 0',
  ]);
});

test('a state that cannot be read keeps nothing back', async () => {
  const world = createTaskWorld();
  fill(world, 'SYSTEM_STOP', 1, Date.UTC(2026, 0, 1));
  const lines = await metrics(world, { SYSTEM_STOP: 1 }, () => Promise.reject(new Error('out of reach')));
  expect(lines).toContain(
    'robot_task_watch_task_calls{id="SYSTEM_STOP-0",name="春季回访",status="SYSTEM_STOP"} 1000',
  );
});

test('a name is one label, whatever it holds; a count that is not known is left out', async () => {
  const world = createTaskWorld();
  world.set('1', 'EXCUTING', { taskName: 'a"} 1\nb\\\ud800', totalCount: 5, finishCount: null });
  const lines = await metrics(world, { EXCUTING: 1 });
  expect(lines.filter((line) => line.includes('id="1"'))).toEqual([
    'robot_task_watch_task_calls{id="1",name="a\\"} 1\\nb\\\\\ufffd",status="EXCUTING"} 5',
  ]);
});

test('a task that both lists show while it moves is told once', async () => {
  const world = createTaskWorld();
  fill(world, 'EXCUTING', 1, Date.UTC(2026, 0, 1));
  const listed = await world.listRobotTasks({ status: 'EXCUTING' });
  const robotTasks: RobotTasks = { ...world, listRobotTasks: () => Promise.resolve(listed) };
  const lines = await metrics(robotTasks, { EXCUTING: 1, ARREARS_STOP: 1 });
  expect(lines.filter((line) => line.startsWith('robot_task_watch_task_calls{'))).toHaveLength(1);
});
