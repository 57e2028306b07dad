import {
  collectMetrics,
  CONTENT_TYPES,
  expose,
  formatOf,
  type MetricsSources,
} from '../../../../functions/query-robot-tasks/metrics/metrics';
import { FAMILIES } from '../../../../functions/query-robot-tasks/metrics/families';
import { ROBOT_TASK_STATUSES, type RobotTasks } from '../../../../shared/robot-task';
import { RobotTaskError } from '../../../../shared/robot-task-error';
import { EMPTY_STATE, type WatchState } from '../../../../shared/state/state';
import { StoreError } from '../../../../shared/documents/store';
import { bothOf, codeSpans } from '../../../documents/document';
import { createTaskWorld, type TaskWorld } from '../../../stand-ins/task-world';

const FAILING = { since: 1, reason: { en: 'x', 'zh-CN': 'x' }, state: 'failing' as const };
const STATE: WatchState = {
  ...EMPTY_STATE,
  savedAt: 1_772_417_700_500,
  channels: ['dev', 'ops', 'mail'].map((id) => ({ id, type: 'slack', lastNewsAt: null })),
  failures: [
    { ...FAILING, subject: 'channel', channel: 'ops', polls: 2 },
    { ...FAILING, subject: 'channel', channel: 'dev', polls: 2, state: 'working' },
    { ...FAILING, subject: 'channel', channel: 'gone', polls: 2 },
    { ...FAILING, subject: 'poll', channel: null, polls: 3 },
  ],
};

/** The lines that are no comments, of what `tasks` are, by `ids`. */
async function metrics(
  robotTasks: RobotTasks | null,
  statuses: Readonly<Record<string, number>>,
  readState: (() => Promise<WatchState | null>) | null = null,
): Promise<string[]> {
  const counts = {
    source: 'dyvms' as const,
    total: 0,
    statuses: { ...Object.fromEntries(ROBOT_TASK_STATUSES.map((status) => [status, 0])), ...statuses },
  };
  failures.length = 0;
  const samples = await collectMetrics({
    robotTasks,
    counts: () => Promise.resolve(counts),
    readState,
    deadline: Infinity,
    onFailure: (...failure) => failures.push(failure),
  });
  const text = expose(samples, 'prometheus');
  expect(text).toMatch(/^(?:(?:# (?:HELP|TYPE) .*|[a-z_]+(?:\{.*\})? \d+(?:\.\d+)?)\n)+$/);
  return text.split('\n').filter((line) => !/^#|^$/.test(line));
}

/** What the last call said that it could not read. */
const failures: unknown[] = [];
const not =
  (...names: readonly string[]) =>
  (line: string) =>
    !names.some((name) => line.startsWith(name));

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
  expect(told.filter((line) => line.includes('id="ARREARS_STOP-'))).toHaveLength(120);
  expect(told.some((line) => line.includes('id="EXCUTING-149"'))).toBe(true);
  expect(told.some((line) => line.includes('id="EXCUTING-69"'))).toBe(false);
});

test('nothing is asked for where the counts say that nothing runs or stands', async () => {
  const world = createTaskWorld();
  const lines = await metrics(world, { FINISH: 3 });
  expect(world.asked).toEqual([]);
  expect(lines).toContain('robot_task_watch_tasks{status="FINISH"} 3');
  expect(lines).toContain('robot_task_watch_upstream_up 1');
  expect(lines).toHaveLength(ROBOT_TASK_STATUSES.length + 1);
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
  expect(lines.filter(not('robot_task_watch_tasks{', 'robot_task_watch_upstream_up'))).toEqual([
    'robot_task_watch_state_up 1',
    'robot_task_watch_last_save_timestamp_seconds 1772417700.5',
    'robot_task_watch_channel_failing{channel="dev"} 0',
    'robot_task_watch_channel_failing{channel="ops"} 1',
    'robot_task_watch_channel_failing{channel="mail"} 0',
    'robot_task_watch_channel_failing{channel="gone"} 1',
  ]);
});

test('a state that cannot be read keeps nothing else back, and is told', async () => {
  const world = createTaskWorld();
  fill(world, 'SYSTEM_STOP', 1, Date.UTC(2026, 0, 1));
  const error = new StoreError('unreachable', { en: 'Out of reach.', 'zh-CN': '无法访问。' });
  const lines = await metrics(world, { SYSTEM_STOP: 1 }, () => Promise.reject(error));
  expect(lines).toContain('robot_task_watch_task_calls{id="SYSTEM_STOP-0"} 1000');
  expect(lines.filter((line) => /state|save|channel/.test(line))).toEqual(['robot_task_watch_state_up 0']);
  expect(failures).toEqual([['state', 'Out of reach.']]);
});

test('where nothing was saved yet, the state can be read and says nothing', async () => {
  const lines = await metrics(createTaskWorld(), {}, () => Promise.resolve(null));
  expect(lines.filter((line) => /state|save|channel/.test(line))).toEqual(['robot_task_watch_state_up 1']);
});

describe('where upstream cannot be read, the state is told all the same, and', () => {
  const broken = new RobotTaskError('unavailable', { en: 'Out of reach.', 'zh-CN': '无法访问。' });
  const readState = () => Promise.resolve(STATE);

  async function collect(changes: Partial<MetricsSources>): Promise<string[]> {
    const samples = await collectMetrics({
      robotTasks: createTaskWorld(),
      counts: () => Promise.resolve({ source: 'dyvms', total: 3, statuses: { EXCUTING: 3, FINISH: 0 } }),
      readState,
      deadline: Infinity,
      onFailure: (...failure) => failures.push(failure),
      ...changes,
    });
    return expose(samples, 'prometheus')
      .split('\n')
      .filter((line) => !/^#|^$/.test(line) && !/state|save|channel/.test(line));
  }

  test('no gauge stands that nobody knows', async () => {
    failures.length = 0;
    expect(await collect({ counts: () => Promise.reject(broken) })).toEqual([
      'robot_task_watch_upstream_up 0',
    ]);
    expect(failures).toEqual([['upstream', 'Out of reach.']]);
    expect(await metrics(null, {}, readState)).toContain('robot_task_watch_channel_failing{channel="ops"} 1');
  });

  test('the counts stay where only a list is missing', async () => {
    const robotTasks: RobotTasks = { ...createTaskWorld(), listRobotTasks: () => Promise.reject(broken) };
    expect(await collect({ robotTasks })).toEqual([
      'robot_task_watch_upstream_up 0',
      'robot_task_watch_tasks{status="EXCUTING"} 3',
      'robot_task_watch_tasks{status="FINISH"} 0',
    ]);
  });

  test('it is the same without credentials', async () => {
    expect(await collect({ robotTasks: null })).toEqual(['robot_task_watch_upstream_up 0']);
  });

  test('but a bug is none of that', async () => {
    await expect(collect({ counts: () => Promise.reject(new TypeError('x')) })).rejects.toThrow(TypeError);
    await expect(collect({ readState: () => Promise.reject(new TypeError('x')) })).rejects.toThrow(TypeError);
  });
});

test('a task is named once, by its id in every other series, so that a stop does not break its graph', async () => {
  const world = createTaskWorld();
  world.set('1', 'EXCUTING', { taskName: 'a"} 1\nb\\\ud800', totalCount: 5, finishCount: null });
  world.set('2', 'EXCUTING', {
    taskName: null,
    robotName: null,
    robotId: '77',
    totalCount: 6,
    finishCount: 4,
  });
  const lines = await metrics(world, { EXCUTING: 2 });
  expect(lines.filter((line) => line.includes('id="1"'))).toEqual([
    'robot_task_watch_task_info{id="1",name="a\\"} 1\\nb\\\\\ufffd",robot="回访机器人",status="EXCUTING"} 1',
    'robot_task_watch_task_calls{id="1"} 5',
  ]);
  expect(lines.filter((line) => line.includes('id="2"'))).toEqual([
    'robot_task_watch_task_info{id="2",name="",robot="77",status="EXCUTING"} 1',
    'robot_task_watch_task_calls{id="2"} 6',
    'robot_task_watch_task_calls_finished{id="2"} 4',
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

describe('as OpenMetrics', () => {
  test('the text ends with # EOF, and an info metric is named without its suffix', async () => {
    const world = createTaskWorld();
    fill(world, 'EXCUTING', 1, Date.UTC(2026, 0, 1));
    const samples = await collectMetrics({
      robotTasks: world,
      counts: () => Promise.resolve({ source: 'dyvms', total: 1, statuses: { EXCUTING: 1 } }),
      readState: null,
      deadline: Infinity,
      onFailure: () => undefined,
    });
    const lines = expose(samples, 'openmetrics').split('\n');
    expect(lines.slice(-2)).toEqual(['# EOF', '']);
    expect(lines).toContain('# TYPE robot_task_watch_task info');
    expect(lines).toContain('# TYPE robot_task_watch_task_calls gauge');
    expect(lines.filter((line) => line.startsWith('robot_task_watch_task_info{'))).toHaveLength(1);
    expect(lines.filter((line) => line === '')).toHaveLength(1);
    const plain = expose(samples, 'prometheus');
    expect(plain).toContain('# TYPE robot_task_watch_task_info gauge\n');
    expect(plain).not.toContain('EOF');
  });

  test.each<[string | undefined, 'openmetrics' | 'prometheus']>([
    [undefined, 'prometheus'],
    ['*/*', 'prometheus'],
    ['text/plain', 'prometheus'],
    ['application/openmetrics-text', 'openmetrics'],
    ['Application/OpenMetrics-Text; version=1.0.0; charset=utf-8', 'openmetrics'],
    ['application/openmetrics-text;version=0.0.1', 'prometheus'],
    [
      'application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'prometheus',
    ],
    // What Prometheus 2.42, 2.54 and 3.1 send.
    [
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'openmetrics',
    ],
    [
      'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      'openmetrics',
    ],
    [
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,*/*;q=0.2',
      'openmetrics',
    ],
    ['text/plain;q=0.9, application/openmetrics-text;version=1.0.0;q=0.5', 'prometheus'],
    ['application/openmetrics-text;version=1.0.0;q=0', 'prometheus'],
  ])('who accepts %s gets %s', (accept, format) => {
    expect(formatOf(accept)).toBe(format);
    expect(CONTENT_TYPES[format]).toContain(format === 'openmetrics' ? 'version=1.0.0' : 'version=0.0.4');
  });
});

test('the tables of the documents have every metric with its labels', () => {
  const expected = Object.entries(FAMILIES).map(([name, { labels, help }]) => ({
    name,
    labels: [...labels],
    help,
  }));
  for (const { name: document, tables } of bothOf('docs/http-api.md')) {
    const table = tables.find(([head = '']) => /^\| (?:metric|指标) \|/.test(head)) ?? [];
    const rows = table.slice(1).map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    const isEnglish = document === 'docs/http-api.md';
    expect(
      rows.map(([name = '', labels = '', help = '']) => ({
        name: codeSpans(name)[0],
        labels: codeSpans(labels),
        ...(isEnglish ? { help } : {}),
      })),
    ).toEqual(isEnglish ? expected : expected.map(({ name, labels }) => ({ name, labels })));
  }
});
