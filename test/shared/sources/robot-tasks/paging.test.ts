import * as fc from 'fast-check';
import { readWholeList, type ReadPage } from '../../../../shared/sources/robot-tasks/paging';
import type { RobotTask } from '../../../../shared/robot-task';
import { RobotTaskError } from '../../../../shared/robot-task-error';
import { text } from '../../../stand-ins/text';
import { inTime, runs } from '../../../stand-ins/runs';

function taskOf(id: number): RobotTask {
  return {
    id: String(id),
    taskName: `task ${id}`,
    robotId: null,
    robotName: null,
    status: 'ARREARS_STOP',
    scheduleType: null,
    createTime: null,
    fireTime: null,
    completeTime: null,
    totalCount: null,
    finishCount: null,
  };
}

type Change =
  | { readonly kind: 'none' }
  | { readonly kind: 'leave'; readonly at: number }
  | { readonly kind: 'come'; readonly at: number };

interface Upstream {
  readonly size: number;
  readonly pageSize: number;
  readonly total: 'told' | 'absent' | 'first page only';
  readonly totalOff?: number;
  readonly pastEnd: 'empty' | 'last page';
  /** What happens to the list before each call; afterwards it stands still. */
  readonly changes: readonly Change[];
  /** How long each call waits for its turn: in which order simultaneous calls are served. */
  readonly delays: readonly number[];
  /** Calls, by their number, that fail. */
  readonly failures?: readonly number[];
}

/** A list that is served by pages and changes between two calls. `constant` are those that never left. */
function serve(upstream: Upstream) {
  const list = Array.from({ length: upstream.size }, (_, index) => index + 1);
  let constant = new Set(list);
  let { changes } = upstream;
  const pagesRead: number[] = [];
  let nextId = upstream.size + 1;
  let served = 0;
  let inFlight = 0;
  let maxInFlight = 0;

  function change(step: Change | undefined): void {
    if (step === undefined || step.kind === 'none') return;
    const position = Math.floor(step.at * (list.length + 1));
    if (step.kind === 'come') list.splice(position, 0, nextId++);
    else for (const id of list.splice(Math.min(position, list.length - 1), 1)) constant.delete(id);
  }

  function contentOf(page: number): number[] {
    const content = list.slice((page - 1) * upstream.pageSize, page * upstream.pageSize);
    if (content.length > 0 || upstream.pastEnd === 'empty') return content;
    const lastPage = Math.ceil(list.length / upstream.pageSize);
    return list.slice((lastPage - 1) * upstream.pageSize);
  }

  const readPage: ReadPage = async (page) => {
    const call = pagesRead.push(page) - 1;
    maxInFlight = Math.max(maxInFlight, ++inFlight);
    for (let turn = 0; turn < (upstream.delays[call % upstream.delays.length] ?? 0); turn++)
      await Promise.resolve();
    change(changes[served++]);
    inFlight--;
    if (upstream.failures?.includes(call)) throw new RobotTaskError('unavailable', text('broken'));
    const told = upstream.total === 'told' || (upstream.total === 'first page only' && page === 1);
    return {
      tasks: contentOf(page).map(taskOf),
      total: told ? Math.max(0, list.length + (upstream.totalOff ?? 0)) : null,
      pageSize: null,
    };
  };
  return {
    readPage,
    pagesRead,
    /** Changes the list by `between`; then a reading begins, with `next` before its calls. */
    begin(between: readonly Change[], next: readonly Change[]) {
      between.forEach(change);
      constant = new Set(list);
      changes = next;
      served = 0;
    },
    constant: () => [...constant].map(String),
    present: () => list.map(String),
    maxInFlight: () => maxInFlight,
  };
}

const STILL: Upstream = { size: 0, pageSize: 100, total: 'told', pastEnd: 'empty', changes: [], delays: [] };

function idsOf(tasks: readonly RobotTask[]): string[] {
  return tasks.map((task) => task.id);
}

async function kindOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof RobotTaskError ? error.kind : String(error)),
  );
}

describe('a list that stands still', () => {
  it.each([
    { name: 'an empty one, counted', upstream: { size: 0 }, calls: 1 },
    { name: 'an empty one, not counted', upstream: { size: 0, total: 'absent' }, calls: 1 },
    { name: 'one page, counted', upstream: { size: 99 }, calls: 1 },
    { name: 'exactly one full page, counted', upstream: { size: 100 }, calls: 1 },
    { name: 'three pages, counted: read, and confirmed', upstream: { size: 250 }, calls: 6 },
    { name: 'pages clamped to 7', upstream: { size: 50, pageSize: 7 }, calls: 16 },
    {
      name: 'one page, not counted: its end is seen, three times',
      upstream: { size: 3, total: 'absent' },
      calls: 6,
    },
    {
      name: 'a page and a half, not counted, the last one repeated past the end',
      upstream: { size: 150, total: 'absent', pastEnd: 'last page' },
      calls: 10,
    },
    {
      name: 'one full page, not counted, repeated past the end: five times, because a shift can look so',
      upstream: { size: 100, total: 'absent', pastEnd: 'last page' },
      calls: 10,
    },
    { name: 'seven pages, not counted', upstream: { size: 50, pageSize: 8, total: 'absent' }, calls: 24 },
    { name: 'a total on the first page only', upstream: { size: 250, total: 'first page only' }, calls: 14 },
    { name: '50 pages, counted: read, and confirmed', upstream: { size: 50, pageSize: 1 }, calls: 102 },
    { name: '51 pages, counted: too long to be read twice', upstream: { size: 51, pageSize: 1 }, calls: 52 },
    { name: '10,000 tasks, counted', upstream: { size: 10_000 }, calls: 101 },
    {
      name: '10,000 tasks by 50, not counted',
      upstream: { size: 10_000, pageSize: 50, total: 'absent' },
      calls: 610,
    },
  ] as const)('$name: every task once, in order, by $calls calls', async ({ upstream, calls }) => {
    const list = serve({ ...STILL, ...upstream });
    expect(idsOf(await readWholeList(list.readPage, 10_000))).toEqual(list.present());
    expect(list.pagesRead).toHaveLength(calls);
    expect(list.maxInFlight()).toBeLessThanOrEqual(8);
  });

  it.each([
    { name: 'too low, on one page', upstream: { size: 30, totalOff: -10 } },
    { name: 'too low, on several', upstream: { size: 30, pageSize: 4, totalOff: -11 } },
    { name: 'a ceiling of so many full pages', upstream: { size: 30, pageSize: 4, totalOff: -10 } },
    { name: 'always zero', upstream: { size: 30, pageSize: 4, totalOff: -30 } },
  ])('is whole although its total is wrong: $name', async ({ upstream }) => {
    const list = serve({ ...STILL, ...upstream });
    expect(idsOf(await readWholeList(list.readPage, 10_000))).toEqual(list.present());
  });

  it.each([
    { name: 'an empty list that counts five', upstream: { size: 0, totalOff: 5 } },
    { name: 'a page past which nothing comes', upstream: { size: 30, totalOff: 10 } },
    { name: 'pages that go no further', upstream: { size: 30, pageSize: 4, totalOff: 10 } },
  ])('is an error when it counts more tasks than it shows: $name', async ({ upstream }) => {
    const list = serve({ ...STILL, ...upstream });
    expect(await kindOf(readWholeList(list.readPage, 10_000))).toBe('malformed');
  });

  it.each([
    { name: 'on one page', pages: [[1, 2, 2, 3]], total: 4 },
    {
      name: 'on two pages, counted by the task',
      pages: [
        [1, 2],
        [2, 3],
      ],
      total: 3,
    },
    {
      name: 'on two pages, not counted',
      pages: [
        [1, 2],
        [2, 3],
      ],
      total: null,
    },
  ])('gives a task once that it shows twice: $name', async ({ pages, total }) => {
    const readPage: ReadPage = (page) =>
      Promise.resolve({ tasks: (pages[page - 1] ?? []).map(taskOf), total, pageSize: null });
    expect(idsOf(await readWholeList(readPage, 10_000))).toEqual(['1', '2', '3']);
  });

  it('is an error when it counts the rows of which one is repeated: the task in its place may be missing', async () => {
    const pages = [
      [1, 2],
      [2, 4],
    ];
    const readPage: ReadPage = (page) =>
      Promise.resolve({ tasks: (pages[page - 1] ?? []).map(taskOf), total: 4, pageSize: null });
    expect(await kindOf(readWholeList(readPage, 10_000))).toBe('malformed');
  });
});

describe('the most tasks', () => {
  it.each([
    { name: 'counted', total: 'told', calls: 1 },
    { name: 'not counted', total: 'absent', calls: 104 },
  ] as const)('one more is an error at once: $name', async ({ total, calls }) => {
    const list = serve({ ...STILL, size: 10_001, total });
    expect(await kindOf(readWholeList(list.readPage, 10_000))).toBe('too-many');
    expect(list.pagesRead.length).toBeLessThanOrEqual(calls);
  });

  it('holds against an upstream that has always another page', async () => {
    const readPage: ReadPage = (page) =>
      Promise.resolve({ tasks: [taskOf(page)], total: null, pageSize: null });
    expect(await kindOf(readWholeList(readPage, 1000))).toBe('too-many');
  });

  it('when a total says so of a list that shows nothing: there is nothing to read up to the limit', async () => {
    let calls = 0;
    const readPage: ReadPage = () => {
      calls += 1;
      return Promise.resolve({ tasks: [], total: 20_000, pageSize: null });
    };
    expect(await kindOf(readWholeList(readPage, 10_000, true))).toBe('too-many');
    expect(calls).toBe(1);
  });
});

describe('a list that moves', () => {
  it('is whole once it stands still, with 10,000 tasks by 50, no total, and shifts in between', async () => {
    const changes = Array.from({ length: 300 }, (_, call): Change =>
      call % 40 === 7
        ? { kind: 'leave', at: 0 }
        : call % 40 === 20
          ? { kind: 'come', at: 0.5 }
          : { kind: 'none' },
    );
    const list = serve({ ...STILL, size: 9_990, pageSize: 50, total: 'absent', changes, delays: [3] });
    expect(idsOf(await readWholeList(list.readPage, 10_000))).toEqual(list.present());
    expect(list.maxInFlight()).toBe(8);
  });

  it('is an error when it never stands still', async () => {
    const changes = Array.from({ length: 2000 }, (): Change => ({ kind: 'leave', at: 0 }));
    const list = serve({ ...STILL, size: 5000, pageSize: 50, total: 'absent', changes });
    expect(await kindOf(readWholeList(list.readPage, 10_000))).toBe('moving');
  });

  const change = fc.oneof(
    { weight: 3, arbitrary: fc.constant<Change>({ kind: 'none' }) },
    fc.record({ kind: fc.constant('leave' as const), at: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
    fc.record({ kind: fc.constant('come' as const), at: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
  );
  const upstream = fc.record({
    size: fc.integer({ min: 0, max: 14 }),
    pageSize: fc.integer({ min: 1, max: 4 }),
    total: fc.constantFrom('told' as const, 'absent' as const, 'first page only' as const),
    pastEnd: fc.constantFrom('empty' as const, 'last page' as const),
    changes: fc.array(change, { maxLength: 40 }),
    delays: fc.array(fc.nat({ max: 12 }), { maxLength: 20 }),
    failures: fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      fc.array(fc.nat({ max: 30 }), { maxLength: 2 }),
    ),
  });

  it.each<{ name: string; between: readonly Change[]; calls: number }>([
    { name: 'once where it has the tasks that it had', between: [], calls: 3 },
    { name: 'twice where one came', between: [{ kind: 'come', at: 0.5 }], calls: 6 },
    { name: 'twice where one left', between: [{ kind: 'leave', at: 0.5 }], calls: 6 },
    {
      name: 'twice where one came for one that left',
      between: [
        { kind: 'leave', at: 0 },
        { kind: 'come', at: 0.9 },
      ],
      calls: 6,
    },
  ])('is read again later, $name', async ({ between, calls }) => {
    const list = serve({ ...STILL, size: 250 });
    const last = new Set(list.present());
    list.begin(between, []);
    expect(idsOf(await readWholeList(list.readPage, 10_000, false, last))).toEqual(list.present());
    expect(list.pagesRead).toHaveLength(calls);
  });

  it('is read again although it shows the tasks that it had, where its totals say that it moved: a new one is behind', async () => {
    const list = serve({ ...STILL, size: 4, pageSize: 2 });
    const last = new Set(list.present());
    list.begin([{ kind: 'come', at: 0.5 }], [{ kind: 'none' }, { kind: 'leave', at: 0 }]);
    expect(idsOf(await readWholeList(list.readPage, 10_000, false, last))).toEqual(['2', '5', '3', '4']);
  });

  it('gives every task that was there throughout a later reading, whatever the earlier one had', async () => {
    const counted = upstream.map((options) => ({ ...options, total: 'told' as const, failures: [] }));
    let confirmed = 0;
    await fc.assert(
      fc.asyncProperty(counted, fc.array(change, { maxLength: 4 }), async (options, between) => {
        const list = serve(options);
        const last = new Set(list.present());
        list.begin(between, options.changes);
        const tasks = await readWholeList(list.readPage, 10_000, false, last).catch(() => null);
        if (tasks === null) return;
        expect(idsOf(tasks)).toEqual(expect.arrayContaining(list.constant()));
        if (list.pagesRead.length === Math.ceil(tasks.length / options.pageSize) && tasks.length > 4)
          confirmed += 1;
      }),
      runs(300),
    );
    expect(confirmed).toBeGreaterThan(0);
  });

  it('gives every task that was there throughout, each once, or an error', async () => {
    const outcomes = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        upstream,
        inTime(async (options) => {
          const list = serve(options);
          const kind = await readWholeList(list.readPage, 10_000).then(
            (tasks) => {
              const ids = idsOf(tasks);
              expect(new Set(ids).size).toBe(ids.length);
              expect(ids).toEqual(expect.arrayContaining(list.constant()));
              return 'whole';
            },
            (error: unknown) => {
              if (!(error instanceof RobotTaskError)) throw error;
              return error.kind;
            },
          );
          outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
          expect(list.maxInFlight()).toBeLessThanOrEqual(8);
        }),
      ),
      runs(300),
    );
    // A reader that always gave up would pass what is above.
    const all = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
    expect((outcomes.get('whole') ?? 0) / all).toBeGreaterThan(0.2);
    expect(outcomes.get('moving') ?? 0).toBeGreaterThan(0);
  });
});

describe('a page that fails', () => {
  it('is the error of the whole, and no further page is asked for after it', async () => {
    const pagesRead: number[] = [];
    const endings: ((error?: Error) => void)[] = [];
    const readPage: ReadPage = (page) => {
      pagesRead.push(page);
      const answer = { tasks: [taskOf(page)], total: 5000, pageSize: null };
      if (page === 1) return Promise.resolve(answer);
      return new Promise((resolve, reject) => {
        endings.push((error) => {
          if (error === undefined) resolve(answer);
          else reject(error);
        });
      });
    };
    const reading = kindOf(readWholeList(readPage, 10_000));
    await new Promise(setImmediate);
    endings[1]?.(new RobotTaskError('unavailable', text('broken')));
    for (const end of endings) end();
    expect(await reading).toBe('unavailable');
    await new Promise(setImmediate);
    expect(pagesRead).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
