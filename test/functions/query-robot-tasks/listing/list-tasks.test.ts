import { createKeeper } from '../../../../functions/query-robot-tasks/http/keeper';
import { listTasks, MAX_COLLECTED_TASKS } from '../../../../functions/query-robot-tasks/listing/list-tasks';
import type { TaskQuery } from '../../../../functions/query-robot-tasks/listing/parameters';
import type { RobotTask } from '../../../../shared/robot-task';
import { fakeRobotTasks, robotTask } from '../../../stand-ins/fake-robot-tasks';

const ALL: TaskQuery = { statuses: [], page: 1, pageSize: 20 };
const OPTIONS = { deadline: 123 };

describe('a query that one call of upstream can answer', () => {
  const cases: { name: string; query: Partial<TaskQuery>; filter: object }[] = [
    { name: 'nothing asked for', query: {}, filter: {} },
    { name: 'one status', query: { statuses: ['FINISH'] }, filter: { status: 'FINISH' } },
    { name: 'a name', query: { taskName: '大促' }, filter: { taskName: '大促' } },
    { name: 'a day', query: { createdOn: '2024-02-29' }, filter: { createdOn: '2024-02-29' } },
    { name: 'fields', query: { fields: ['id'] }, filter: {} },
    {
      name: 'all of these',
      query: { statuses: ['INIT'], taskName: 'a', createdOn: '2024-02-29' },
      filter: { status: 'INIT', taskName: 'a', createdOn: '2024-02-29' },
    },
  ];
  it.each(cases)('makes exactly that call: $name', async ({ query, filter }) => {
    const robotTasks = fakeRobotTasks();
    await listTasks(
      robotTasks,
      createKeeper(() => 0),
      { ...ALL, ...query, page: 3, pageSize: 50 },
      OPTIONS,
    );
    expect(robotTasks.asked).toEqual([{ filter, page: 3, pageSize: 50, deadline: 123 }]);
  });

  const pages: { name: string; used: number | null; want: number }[] = [
    { name: 'the one asked for when upstream says nothing', used: null, want: 50 },
    { name: 'the one asked for when upstream agrees', used: 50, want: 50 },
    { name: "upstream's when that is smaller", used: 10, want: 10 },
    { name: 'the one asked for when upstream tells a larger one', used: 100, want: 50 },
    { name: 'the one asked for when upstream tells none', used: 0, want: 50 },
  ];
  it.each(pages)('tells the page size in effect: $name', async ({ used, want }) => {
    const robotTasks = fakeRobotTasks({ page: { tasks: [robotTask()], total: null, pageSize: used } });
    const page = await listTasks(
      robotTasks,
      createKeeper(() => 0),
      { ...ALL, page: 2, pageSize: 50 },
      OPTIONS,
    );
    expect(page).toEqual({ tasks: [robotTask()], page: 2, pageSize: want, total: null });
  });

  it("keeps upstream's order and its total", async () => {
    const tasks = [robotTask({ id: '2' }), robotTask({ id: '1' })];
    const robotTasks = fakeRobotTasks({ page: { tasks, total: 77, pageSize: 20 } });
    expect(
      await listTasks(
        robotTasks,
        createKeeper(() => 0),
        ALL,
        OPTIONS,
      ),
    ).toEqual({ tasks, page: 1, pageSize: 20, total: 77 });
  });
});

describe('a query that takes whole lists', () => {
  const cases: { name: string; query: Partial<TaskQuery>; filters: object[] }[] = [
    {
      name: 'two statuses',
      query: { statuses: ['INIT', 'READY'], createdOn: '2024-02-29' },
      filters: [
        { status: 'INIT', createdOn: '2024-02-29' },
        { status: 'READY', createdOn: '2024-02-29' },
      ],
    },
    { name: 'createdFrom', query: { createdFrom: '2024-02-29' }, filters: [{}] },
    { name: 'createdTo', query: { createdTo: '2024-02-29' }, filters: [{}] },
    { name: 'robotId', query: { robotId: '1', statuses: ['INIT'] }, filters: [{ status: 'INIT' }] },
    { name: 'scheduleType', query: { scheduleType: 'ORDER', taskName: 'a' }, filters: [{ taskName: 'a' }] },
    { name: 'sort', query: { sort: { field: 'id', descending: false } }, filters: [{}] },
  ];
  it.each(cases)('asks for each of them: $name', async ({ query, filters }) => {
    const robotTasks = fakeRobotTasks();
    await listTasks(
      robotTasks,
      createKeeper(() => 0),
      { ...ALL, ...query },
      OPTIONS,
    );
    expect(robotTasks.asked).toEqual(
      filters.map((filter) => ({ filter, page: null, pageSize: null, deadline: 123 })),
    );
  });

  it('sorts by creation, newest first, unless told otherwise', async () => {
    const day = (id: string, createTime: string | null) => robotTask({ id, createTime });
    const list = () => [
      day('1', '2024-01-01T00:00:00+08:00'),
      day('2', null),
      day('3', '2024-01-03T00:00:00+08:00'),
    ];
    const page = await listTasks(
      fakeRobotTasks({ list }),
      createKeeper(() => 0),
      { ...ALL, scheduleType: 'SINGLE' },
      OPTIONS,
    );
    expect(page.tasks.map(({ id }) => id)).toEqual(['3', '1', '2']);
  });

  it('filters before it pages, and counts what matches', async () => {
    const list = () =>
      Array.from({ length: 10 }, (_, index) => robotTask({ id: String(index), robotId: String(index % 2) }));
    const query: TaskQuery = {
      statuses: [],
      robotId: '1',
      sort: { field: 'id', descending: true },
      page: 2,
      pageSize: 2,
    };
    const page = await listTasks(
      fakeRobotTasks({ list }),
      createKeeper(() => 0),
      query,
      OPTIONS,
    );
    expect(page).toMatchObject({ page: 2, pageSize: 2, total: 5 });
    expect(page.tasks.map(({ id }) => id)).toEqual(['5', '3']);
  });

  it('holds a task that moved from one status to the other once, as the later list has it', async () => {
    let finish: (tasks: RobotTask[]) => void = () => undefined;
    const later = new Promise<RobotTask[]>((resolve) => (finish = resolve));
    const robotTasks = fakeRobotTasks({
      list: ({ status }) => (status === 'INIT' ? later : [robotTask({ status: 'READY' })]),
    });
    const page = listTasks(
      robotTasks,
      createKeeper(() => 0),
      { ...ALL, statuses: ['INIT', 'READY'] },
      OPTIONS,
    );
    finish([robotTask({ status: 'INIT' })]);
    expect(await page).toMatchObject({ total: 1, tasks: [{ status: 'INIT' }] });
  });

  function lists(each: number) {
    return fakeRobotTasks({
      list: ({ status }) =>
        Array.from({ length: each }, (_, index) => robotTask({ id: `${status}${index}` })),
    });
  }

  it('holds as many tasks as are allowed, all statuses taken together', async () => {
    const query = { ...ALL, statuses: ['INIT', 'READY'] };
    expect(
      await listTasks(
        lists(MAX_COLLECTED_TASKS / 2),
        createKeeper(() => 0),
        query,
        OPTIONS,
      ),
    ).toMatchObject({
      total: MAX_COLLECTED_TASKS,
    });
  });

  it('of more tasks than are allowed is an error that says to narrow the query', async () => {
    const query = { ...ALL, statuses: ['INIT', 'READY'] };
    await expect(
      listTasks(
        lists(MAX_COLLECTED_TASKS / 2 + 1),
        createKeeper(() => 0),
        query,
        OPTIONS,
      ),
    ).rejects.toMatchObject({
      kind: 'too-many',
      message: 'More than 10000 tasks match. Narrow the query by status, taskName or createdOn.',
    });
  });

  it('is an error when one of its lists is', async () => {
    const error = new Error('no');
    const robotTasks = fakeRobotTasks({
      list: ({ status }) => (status === 'READY' ? Promise.reject(error) : [robotTask()]),
    });
    await expect(
      listTasks(
        robotTasks,
        createKeeper(() => 0),
        { ...ALL, statuses: ['INIT', 'READY'] },
        OPTIONS,
      ),
    ).rejects.toBe(error);
  });

  it('gives only the fields that were asked for, after it has sorted and filtered by the others', async () => {
    const list = () => [robotTask({ id: '1', totalCount: 5 }), robotTask({ id: '2', totalCount: 9 })];
    const query: TaskQuery = { ...ALL, sort: { field: 'totalCount', descending: true }, fields: ['id'] };
    expect(
      (
        await listTasks(
          fakeRobotTasks({ list }),
          createKeeper(() => 0),
          query,
          OPTIONS,
        )
      ).tasks,
    ).toEqual([{ id: '2' }, { id: '1' }]);
  });
});

describe('of what was collected', () => {
  const tasks = ['3', '1', '2'].map((id) => robotTask({ id, status: 'SYSTEM_STOP' }));
  const idsOf = ({ tasks: page }: { readonly tasks: readonly Partial<RobotTask>[] }) =>
    page.map(({ id }) => id);

  function instance() {
    let time = 0;
    const keeper = createKeeper(() => time);
    const robotTasks = fakeRobotTasks({ list: () => tasks });
    const ask = (query: Partial<TaskQuery>) =>
      listTasks(robotTasks, keeper, { ...ALL, pageSize: 2, statuses: ['SYSTEM_STOP'], ...query }, OPTIONS);
    return { ask, keeper, asked: () => robotTasks.asked.length, wait: (ms: number) => (time += ms) };
  }

  it('the next page, another sort and a filter of ours cost no call for 10 seconds', async () => {
    const { ask, asked, wait } = instance();
    expect(idsOf(await ask({ sort: { field: 'id', descending: false } }))).toEqual(['1', '2']);
    wait(9_999);
    expect(idsOf(await ask({ sort: { field: 'id', descending: false }, page: 2 }))).toEqual(['3']);
    expect(idsOf(await ask({ sort: { field: 'id', descending: true } }))).toEqual(['3', '2']);
    expect((await ask({ robotId: '1' })).total).toBe(0);
    expect(asked()).toBe(1);
    wait(1);
    await ask({ sort: { field: 'id', descending: false } });
    expect(asked()).toBe(2);
  });

  it('another question of upstream takes its place', async () => {
    const { ask, asked } = instance();
    const sort = { field: 'id', descending: false } as const;
    await ask({ sort });
    await ask({ sort, taskName: 'a' });
    await ask({ sort });
    expect(asked()).toBe(3);
    await ask({ sort, statuses: [] });
    await ask({ sort, createdOn: '2026-03-01' });
    expect(asked()).toBe(5);
    await ask({ sort, statuses: ['INIT', 'READY'] });
    await ask({ sort, statuses: ['READY', 'INIT'], page: 2 });
    expect(asked()).toBe(7);
  });

  it('nothing is kept once somebody wants it anew, or of a list that failed', async () => {
    const { ask, asked, keeper } = instance();
    await ask({ robotId: '1' });
    keeper.clear();
    await ask({ robotId: '1' });
    expect(asked()).toBe(2);
    const failing = fakeRobotTasks({ error: new Error('broken') });
    const kept = createKeeper(() => 0);
    const query = { ...ALL, robotId: '1' };
    await expect(listTasks(failing, kept, query, OPTIONS)).rejects.toThrow('broken');
    expect((await listTasks(fakeRobotTasks({ list: () => tasks }), kept, query, OPTIONS)).total).toBe(0);
  });
});
