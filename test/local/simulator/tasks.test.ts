import { createTaskStore, isTaskId, type TaskStore } from '../../../local/simulator/world/tasks';
import type { Step } from '../../../local/simulator/world/life';

const MINUTE = 60_000;
const NOON = Date.parse('2024-06-18T12:00:00+08:00');

/** A store and the time by which its tasks live. */
function storeAt(start: number): { store: TaskStore; at: (time: number) => void } {
  let now = start;
  return {
    store: createTaskStore(() => now),
    at: (time) => {
      now = time;
    },
  };
}

/** Steps at whole minutes after noon. */
function life(...steps: [string, number][]): [Step, ...Step[]] {
  return steps.map(([status, minute]) => ({ status, at: NOON + minute * MINUTE })) as [Step, ...Step[]];
}

describe("a task's life", () => {
  test('runs from INIT through a stop to FINISH, and calls are made in EXCUTING only', () => {
    const { store, at } = storeAt(NOON);
    const { id } = store.add({
      totalCount: 100,
      steps: life(
        ['INIT', 0],
        ['READY', 1],
        ['DISPATCH', 2],
        ['EXCUTING', 3],
        ['ARREARS_STOP', 8],
        ['EXCUTING', 20],
        ['FINISH', 25],
      ),
    });
    const seen = [0, 1, 2, 3, 5, 8, 19, 20, 24, 25, 90].map((minute) => {
      at(NOON + minute * MINUTE);
      const task = store.get(id);
      return [
        minute,
        task?.status,
        task?.finishCount,
        task?.fireTime?.slice(11, 16),
        task?.completeTime?.slice(11, 16),
      ];
    });
    expect(seen).toEqual([
      [0, 'INIT', 0, undefined, undefined],
      [1, 'READY', 0, undefined, undefined],
      [2, 'DISPATCH', 0, '12:02', undefined],
      [3, 'EXCUTING', 0, '12:02', undefined],
      [5, 'EXCUTING', 20, '12:02', undefined],
      [8, 'ARREARS_STOP', 50, '12:02', undefined],
      [19, 'ARREARS_STOP', 50, '12:02', undefined],
      [20, 'EXCUTING', 50, '12:02', undefined],
      [24, 'EXCUTING', 90, '12:02', undefined],
      [25, 'FINISH', 100, '12:02', '12:25'],
      [90, 'FINISH', 100, '12:02', '12:25'],
    ]);
  });

  test('a cancelled task ends with calls left', () => {
    const { store, at } = storeAt(NOON);
    const { id } = store.add({ totalCount: 100, steps: life(['INIT', 0], ['EXCUTING', 1], ['CANCEL', 9]) });
    at(NOON + 60 * MINUTE);
    expect(store.get(id)).toMatchObject({ status: 'CANCEL', finishCount: 60, totalCount: 100 });
  });

  test('a status set by hand stays until it is set again', () => {
    const { store, at } = storeAt(NOON);
    const { id } = store.add({
      totalCount: 100,
      steps: life(['INIT', 0], ['EXCUTING', 1], ['FINISH', 11]),
    });
    at(NOON + 6 * MINUTE);
    expect(store.setStatus(id, 'ARREARS_STOP')).toMatchObject({ status: 'ARREARS_STOP', finishCount: 50 });
    at(NOON + 6000 * MINUTE);
    expect(store.get(id)).toMatchObject({ status: 'ARREARS_STOP', finishCount: 50 });
    store.setStatus(id, 'EXCUTING');
    at(NOON + 6001 * MINUTE);
    expect(store.get(id)).toMatchObject({ status: 'EXCUTING', finishCount: 60 });
    at(NOON + 9999 * MINUTE);
    expect(store.get(id)).toMatchObject({ status: 'EXCUTING', finishCount: 100, completeTime: null });
  });

  test('a task that is added without a status lives to its end by itself', () => {
    const { store, at } = storeAt(NOON);
    const { id } = store.add({ lifeMs: 10 * MINUTE });
    const seen = new Set<string | undefined>();
    for (let second = 0; second <= 600; second += 1) {
      at(NOON + second * 1000);
      seen.add(store.get(id)?.status);
    }
    expect([...seen].slice(0, 4)).toEqual(['INIT', 'READY', 'DISPATCH', 'EXCUTING']);
    expect(['FINISH', 'CANCEL', 'SYSTEM_CANCEL']).toContain([...seen].at(-1));
  });
});

describe('the task store', () => {
  test('seeds the same campaigns for the same seed and others for another', () => {
    const tasks = (seed: number) => storeAt(NOON).store.seed(50, seed);
    expect(tasks(7)).toEqual(tasks(7));
    expect(tasks(7)).not.toEqual(tasks(8));
  });

  test('seeds tasks in every status of a life, with ids above 2^53 and Chinese names', () => {
    const { store } = storeAt(NOON);
    const tasks = store.seed(2000);
    expect(new Set(tasks.map(({ status }) => status))).toEqual(
      new Set([
        'INIT',
        'READY',
        'DISPATCH',
        'EXCUTING',
        'MANUAL_STOP',
        'SYSTEM_STOP',
        'ARREARS_STOP',
        'CANCEL',
        'SYSTEM_CANCEL',
        'FINISH',
      ]),
    );
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(2000);
    expect(new Set(tasks.map(({ createTime }) => createTime?.slice(0, 10))).size).toBe(4);
    for (const task of tasks) {
      expect(BigInt(task.id)).toBeGreaterThan(2n ** 53n);
      expect(task.taskName).toMatch(/\p{Script=Han}/u);
      expect(task.robotName).toMatch(/\p{Script=Han}/u);
      expect(task.finishCount).toBeLessThanOrEqual(task.totalCount ?? -1);
    }
  });

  test('seeds tasks that are all in one status when asked to', () => {
    const { store, at } = storeAt(NOON);
    store.seed(100, 1, { status: 'ARREARS_STOP' });
    at(NOON + 100_000 * MINUTE);
    expect(new Set(store.list().map(({ status }) => status))).toEqual(new Set(['ARREARS_STOP']));
  });

  test('lists newest first, and of those created at once the larger id first', () => {
    const { store } = storeAt(NOON);
    store.add({ id: '9', status: 'INIT' });
    store.add({ id: '10', status: 'INIT' });
    store.add({ id: '11', status: 'INIT', createdAt: NOON - MINUTE });
    store.add({ id: '3', status: 'INIT', createdAt: NOON + MINUTE });
    expect(store.list().map(({ id }) => id)).toEqual(['3', '10', '9', '11']);
  });

  test('filters by status, by a part of the name and by the day of creation in Beijing', () => {
    const { store } = storeAt(NOON);
    const late = Date.parse('2024-06-17T23:59:59+08:00');
    store.add({ id: '1', status: 'INIT', taskName: '会员续费提醒', createdAt: late });
    store.add({ id: '2', status: 'INIT', taskName: '续费（第二批）', createdAt: late + 1000 });
    store.add({ id: '3', status: 'READY', taskName: null, createdAt: late + 1000 });
    const ids = (query: Parameters<TaskStore['list']>[0]) => store.list(query).map(({ id }) => id);
    expect(ids({ status: 'INIT' })).toEqual(['2', '1']);
    expect(ids({ taskName: '续费' })).toEqual(['2', '1']);
    expect(ids({ createdOn: '2024-06-18' })).toEqual(['3', '2']);
    expect(ids({ status: 'INIT', createdOn: '2024-06-17', taskName: '会员' })).toEqual(['1']);
    expect(ids({ status: 'ARREARS_STOP,INIT' })).toEqual([]);
  });

  test('forgets a task that is removed, and all when it is cleared', () => {
    const { store } = storeAt(NOON);
    const { id } = store.add();
    store.add();
    expect([store.remove(id), store.remove(id), store.get(id), store.list().length]).toEqual([
      true,
      false,
      null,
      1,
    ]);
    store.clear();
    expect(store.list()).toEqual([]);
  });

  const refused: { name: string; add: Parameters<TaskStore['add']>[0] }[] = [
    { name: 'an id that is no number', add: { id: 'abc' } },
    { name: 'an id above int64', add: { id: '9223372036854775808' } },
    { name: 'an id that is taken', add: { id: '77' } },
    { name: 'a robot id that is no number', add: { robotId: 'x' } },
  ];
  test.each(refused)('refuses $name', ({ add }) => {
    const { store } = storeAt(NOON);
    store.add({ id: '77' });
    expect(() => store.add(add)).toThrow(/id|task 77/);
  });

  test('knows the ids that an int64 can hold', () => {
    expect(['1', '9223372036854775807'].map(isTaskId)).toEqual([true, true]);
    expect(['', '0', '01', '-1', '1.0', '1e3', ' 1', '9223372036854775808'].map(isTaskId)).toEqual(
      Array<boolean>(8).fill(false),
    );
  });

  test('says which task it does not know', () => {
    expect(() => storeAt(NOON).store.setStatus('5', 'INIT')).toThrow('There is no task 5.');
  });
});
