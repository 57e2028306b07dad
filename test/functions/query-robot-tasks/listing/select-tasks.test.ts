import fc from 'fast-check';
import type { TaskQuery } from '../../../../functions/query-robot-tasks/listing/parameters';
import {
  matches,
  pageOf,
  pickFields,
  sortTasks,
} from '../../../../functions/query-robot-tasks/listing/select-tasks';
import { TASK_FIELDS, type RobotTask } from '../../../../shared/robot-task';
import { robotTask } from '../../../stand-ins/fake-robot-tasks';

const ALL: TaskQuery = { statuses: [], page: 1, pageSize: 20 };

describe('the filters', () => {
  const created = (createTime: string | null) => robotTask({ createTime });
  const cases: [name: string, query: Partial<TaskQuery>, task: RobotTask, want: boolean][] = [
    ['none takes any task', {}, created(null), true],
    [
      'createdFrom takes its own day from the first second on',
      { createdFrom: '2024-02-29' },
      created('2024-02-29T00:00:00+08:00'),
      true,
    ],
    [
      'createdFrom leaves out the second before its day',
      { createdFrom: '2024-02-29' },
      created('2024-02-28T23:59:59+08:00'),
      false,
    ],
    [
      'createdTo takes its own day to the last second',
      { createdTo: '2024-02-29' },
      created('2024-02-29T23:59:59+08:00'),
      true,
    ],
    [
      'createdTo leaves out the next day',
      { createdTo: '2024-02-29' },
      created('2024-03-01T00:00:00+08:00'),
      false,
    ],
    ['a task without a creation time is on no day', { createdFrom: '2000-01-01' }, created(null), false],
    ['robotId takes its robot', { robotId: '1000000075003' }, robotTask(), true],
    ['robotId leaves out another robot', { robotId: '1' }, robotTask(), false],
    ['robotId leaves out a task without a robot', { robotId: '1' }, robotTask({ robotId: null }), false],
    [
      'scheduleType leaves out the other one',
      { scheduleType: 'ORDER' },
      robotTask({ scheduleType: 'SINGLE' }),
      false,
    ],
    [
      'all of them have to be met',
      { robotId: '1000000075003', createdFrom: '2030-01-01' },
      robotTask(),
      false,
    ],
  ];
  it.each(cases)('%s', (_name, query, task, want) => {
    expect(matches(task, { ...ALL, ...query })).toBe(want);
  });
});

describe('sorting', () => {
  function idsBy(sort: string, ...tasks: Partial<RobotTask>[]): string[] {
    const descending = sort.startsWith('-');
    const field = (descending ? sort.slice(1) : sort) as keyof RobotTask;
    return sortTasks(tasks.map(robotTask), { field, descending }).map(({ id }) => id);
  }

  it('compares ids by their value, to the last digit', () => {
    const ids = [{ id: '9007199254740993' }, { id: '10' }, { id: '9' }, { id: '9007199254740992' }];
    expect(idsBy('id', ...ids)).toEqual(['9', '10', '9007199254740992', '9007199254740993']);
    expect(idsBy('-id', ...ids)).toEqual(['9007199254740993', '9007199254740992', '10', '9']);
  });

  it('compares counts as numbers', () => {
    const tasks = [
      { id: '1', totalCount: 1000 },
      { id: '2', totalCount: 9 },
      { id: '3', totalCount: 20 },
    ];
    expect(idsBy('totalCount', ...tasks)).toEqual(['2', '3', '1']);
  });

  it('puts null last in both directions', () => {
    const tasks = [
      { id: '1', fireTime: null },
      { id: '2', fireTime: '2024-01-01T00:00:00+08:00' },
      { id: '3', fireTime: '2024-01-02T00:00:00+08:00' },
    ];
    expect(idsBy('fireTime', ...tasks)).toEqual(['2', '3', '1']);
    expect(idsBy('-fireTime', ...tasks)).toEqual(['3', '2', '1']);
  });

  it('breaks ties by the lower id in both directions', () => {
    const tasks = [{ id: '10' }, { id: '9' }, { id: '11' }];
    expect(idsBy('status', ...tasks)).toEqual(['9', '10', '11']);
    expect(idsBy('-status', ...tasks)).toEqual(['9', '10', '11']);
  });

  const anyTask = fc.record({
    id: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String),
    totalCount: fc.option(fc.nat()),
    taskName: fc.option(fc.string()),
  });

  it('by any field gives every task once, and the same list whatever order they came in', () => {
    const anyTasks = fc.uniqueArray(anyTask, { selector: ({ id }) => id });
    fc.assert(
      fc.property(anyTasks, fc.constantFrom(...TASK_FIELDS), fc.boolean(), (given, field, descending) => {
        const tasks = given.map(robotTask);
        const sorted = sortTasks(tasks, { field, descending });
        expect(new Set(sorted)).toEqual(new Set(tasks));
        expect(sortTasks([...tasks].reverse(), { field, descending })).toEqual(sorted);
      }),
    );
  });

  it('by id is the order of the numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n })), (ids) => {
        const sorted = sortTasks(
          ids.map((id) => robotTask({ id: String(id) })),
          { field: 'id', descending: false },
        );
        const wanted = [...ids].sort((a, b) => (a < b ? -1 : Number(a > b))).map(String);
        expect(sorted.map(({ id }) => id)).toEqual(wanted);
      }),
    );
  });
});

it('pages hold every item exactly once', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 100 }), (items, pageSize) => {
      const pages = Array.from({ length: Math.ceil(items.length / pageSize) }, (_, index) =>
        pageOf(items, index + 1, pageSize),
      );
      expect(pages.flat()).toEqual(items);
      expect(pageOf(items, pages.length + 1, pageSize)).toEqual([]);
    }),
  );
});

it('picked fields come in the order of a whole task, each once', () => {
  const picked = pickFields(robotTask({ id: '7' }), ['status', 'id', 'status']);
  expect(JSON.stringify(picked)).toBe('{"id":"7","status":"EXCUTING"}');
});
