import { observe } from '../../../../functions/watch-robot-tasks/rules/observe';
import { task } from '../../../stand-ins/alerts';
import {
  createFakeChannel,
  createTestWatch,
  HOUR,
  MINUTE,
  refuses,
  type TestWatch,
  lastTold,
  nothing,
} from '../../../stand-ins/watch';

describe('what cannot be observed', () => {
  async function withToldTask() {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    return watch;
  }

  test('a list that fails resolves nothing', async () => {
    const watch = await withToldTask();
    watch.robotTasks.set('1', 'EXCUTING');
    watch.robotTasks.brokenLists.add('ARREARS_STOP');
    await watch.poll();
    expect(watch.channel('ops').received).toHaveLength(1);
    expect(watch.store.cell.saved?.state.tasks[0]?.task.status).toBe('ARREARS_STOP');
  });

  test('a task that is missing from its list stays as it is while its detail fails', async () => {
    const watch = await withToldTask();
    watch.robotTasks.set('1', 'EXCUTING');
    watch.robotTasks.brokenDetails.add('1');
    for (let polls = 0; polls < 5; polls++) await watch.poll();
    expect(watch.channel('ops').received).toHaveLength(1);
    watch.robotTasks.brokenDetails.clear();
    await watch.poll();
    expect(lastTold(watch)).toEqual({ ...nothing, resolved: ['1 ARREARS_STOP > EXCUTING'] });
  });

  test('a task that its list leaves out by mistake stays stopped when its detail says so', async () => {
    const watch = await withToldTask();
    watch.robotTasks.unlisted.add('1');
    await watch.poll();
    expect(watch.robotTasks.asked.at(-1)).toBe('detail 1');
    expect(watch.channel('ops').received).toHaveLength(1);
    expect(watch.store.cell.saved?.state.tasks[0]?.task.finishCount).toBe(998);
  });

  test('a task unknown in 3 polls in a row is told as gone, not sooner', async () => {
    const watch = await withToldTask();
    watch.robotTasks.set('1', null);
    await watch.poll();
    await watch.poll();
    expect(watch.channel('ops').received).toHaveLength(1);
    await watch.poll();
    expect(lastTold(watch)).toEqual({ ...nothing, resolved: ['1 ARREARS_STOP > gone'] });
    expect(watch.store.cell.saved?.state.tasks).toEqual([]);
  });

  test.each([
    {
      name: 'a sight',
      interrupt: (watch: TestWatch) => {
        watch.robotTasks.set('1', 'ARREARS_STOP');
      },
    },
    { name: 'a detail that fails', interrupt: (watch: TestWatch) => watch.robotTasks.brokenDetails.add('1') },
    {
      name: 'a list that fails',
      interrupt: (watch: TestWatch) => watch.robotTasks.brokenLists.add('ARREARS_STOP'),
    },
  ])('$name interrupts the row of unknown answers', async ({ interrupt }) => {
    const watch = await withToldTask();
    watch.robotTasks.set('1', null);
    await watch.poll();
    await watch.poll();
    interrupt(watch);
    await watch.poll();
    watch.robotTasks.set('1', null);
    watch.robotTasks.brokenDetails.clear();
    watch.robotTasks.brokenLists.clear();
    await watch.poll();
    await watch.poll();
    expect(lastTold(watch)?.resolved).toEqual([]);
    await watch.poll();
    expect(lastTold(watch)?.resolved).toEqual(['1 ARREARS_STOP > gone']);
  });

  test('a reminder waits until the task is seen again', async () => {
    const watch = await withToldTask();
    watch.wait(5 * HOUR);
    watch.robotTasks.brokenLists.add('ARREARS_STOP');
    await watch.poll();
    expect(lastTold(watch)?.repeated).toEqual([]);
    watch.robotTasks.brokenLists.clear();
    await watch.poll();
    expect(lastTold(watch)?.repeated).toEqual(['1 - > ARREARS_STOP']);
  });

  test('a stop that a channel missed is told even while its list cannot be read', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.channel('ops').answer = refuses;
    await watch.poll();
    watch.channel('ops').answer = () => ({ ok: true });
    watch.robotTasks.brokenLists.add('ARREARS_STOP');
    await watch.poll();
    expect(lastTold(watch)?.firing).toEqual(['1 - > ARREARS_STOP']);
    expect(watch.channel('ops').received[0]?.watchStatus).toBe('unknown');
  });

  test('a stop that a channel missed is not told once the list says that it is over and nobody says how', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.channel('ops').answer = refuses;
    await watch.poll();
    watch.channel('ops').answer = () => ({ ok: true });
    watch.robotTasks.set('1', 'EXCUTING');
    watch.robotTasks.brokenDetails.add('1');
    await watch.poll();
    expect(watch.channel('ops').received).toEqual([]);
  });

  test('a pending time does not pass unseen', async () => {
    const watch = createTestWatch({ pending: new Map([['ARREARS_STOP', 2 * MINUTE]]) });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.wait(5 * MINUTE);
    watch.robotTasks.brokenLists.add('ARREARS_STOP');
    await watch.poll();
    expect(watch.channel('ops').received).toEqual([]);
    watch.robotTasks.brokenLists.clear();
    await watch.poll();
    expect(lastTold(watch)?.firing).toEqual(['1 - > ARREARS_STOP']);
  });

  test('a pending time that had passed is not forgotten while the list cannot be read', async () => {
    const watch = createTestWatch({ pending: new Map([['ARREARS_STOP', 2 * MINUTE]]) });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.robotTasks.set('2', 'ARREARS_STOP');
    await watch.poll();
    watch.wait(2 * MINUTE);
    watch.channel('ops').answer = refuses;
    watch.robotTasks.set('2', 'EXCUTING');
    await watch.poll();
    watch.wait(MINUTE);
    watch.robotTasks.set('2', 'ARREARS_STOP');
    await watch.poll();

    watch.wait(5 * MINUTE);
    watch.channel('ops').answer = () => ({ ok: true });
    watch.robotTasks.brokenLists.add('ARREARS_STOP');
    await watch.poll();
    expect(lastTold(watch)?.firing).toEqual(['1 - > ARREARS_STOP']);
    watch.robotTasks.brokenLists.clear();
    await watch.poll();
    expect(lastTold(watch)?.firing).toEqual(['2 - > ARREARS_STOP']);
  });

  test('a pending time that has passed is saved once, not in every poll', async () => {
    const watch = createTestWatch({ pending: new Map([['ARREARS_STOP', 2 * MINUTE]]) });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    const states: string[] = [];
    for (let polls = 0; polls < 6; polls++) {
      states.push((await watch.poll()).state);
      watch.wait(MINUTE);
    }
    expect(states).toEqual(['saved', 'unchanged', 'saved', 'unchanged', 'unchanged', 'unchanged']);
  });

  test('with nothing stopped, a poll asks exactly once for each watched status', async () => {
    const watch = createTestWatch();
    const { state } = await watch.poll();
    expect(watch.robotTasks.asked).toEqual(['list ARREARS_STOP', 'list SYSTEM_STOP']);
    expect(state).toBe('saved');
    watch.wait(MINUTE);
    expect((await watch.poll()).state).toBe('unchanged');
  });

  test('a channel that missed that a task is gone is told later, even while its detail fails', async () => {
    const watch = createTestWatch({ channels: [createFakeChannel('a'), createFakeChannel('b')] });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.robotTasks.set('1', null);
    watch.channel('b').answer = refuses;
    for (let polls = 0; polls < 3; polls++) await watch.poll();
    expect(lastTold(watch, 'a')?.resolved).toEqual(['1 ARREARS_STOP > gone']);
    watch.channel('b').answer = () => ({ ok: true });
    watch.robotTasks.brokenDetails.add('1');
    await watch.poll();
    expect(lastTold(watch, 'b')?.resolved).toEqual(['1 ARREARS_STOP > gone']);
  });
});

describe('a list that fails half-way', () => {
  function withHalfList(shown: readonly string[]) {
    const watch = createTestWatch();
    watch.robotTasks.brokenLists.add('ARREARS_STOP');
    for (const id of shown) watch.robotTasks.shown.add(id);
    return watch;
  }

  test('has its tasks told that were read, and the poll fails all the same', async () => {
    const watch = withHalfList(['1']);
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.robotTasks.set('2', 'ARREARS_STOP');
    const { summary, problems } = await watch.poll();
    expect(lastTold(watch)).toEqual({ ...nothing, firing: ['1 - > ARREARS_STOP'] });
    expect(watch.channel('ops').received[0]?.watchStatus).toBe('unknown');
    expect(summary).toMatchObject({ polled: 1, stopped: 1, fired: 1 });
    expect(problems.map(({ en }) => en)).toEqual([
      '(stopped, payment overdue) Upstream is out of reach (ServiceUnavailable).',
    ]);
    expect(watch.beats).toEqual(['failed']);
  });

  test('says nothing of the tasks that were not read: none is asked for, told as over or reminded of', async () => {
    const watch = withHalfList(['1', '2']);
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.robotTasks.set('2', 'ARREARS_STOP');
    await watch.poll();
    watch.robotTasks.shown.delete('2');
    watch.robotTasks.set('2', 'EXCUTING');
    watch.wait(5 * HOUR);
    await watch.poll();
    expect(lastTold(watch)).toEqual({ ...nothing, repeated: ['1 - > ARREARS_STOP'] });
    expect(watch.robotTasks.asked).not.toContain('detail 2');
    expect(watch.store.cell.saved?.state.tasks).toHaveLength(2);
  });

  test('shows that a task has changed into its status', async () => {
    const watch = withHalfList(['1']);
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    await watch.poll();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    expect(lastTold(watch)).toEqual({ ...nothing, firing: ['1 SYSTEM_STOP > ARREARS_STOP'] });
    expect(watch.robotTasks.asked).not.toContain('detail 1');
  });

  test.each([
    { name: 'for this time, its tasks wait', list: 'brokenLists' as const, resolved: 0 },
    { name: 'for good, they are asked for one by one', list: 'malformedLists' as const, resolved: 1 },
  ])('$name', async ({ list, resolved }) => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.robotTasks.set('2', 'ARREARS_STOP');
    await watch.poll();
    watch.robotTasks[list].add('ARREARS_STOP');
    watch.robotTasks.set('1', 'EXCUTING');
    const { summary, problems } = await watch.poll();
    expect(summary).toMatchObject({ stopped: 2 - resolved, fired: 0, resolved });
    expect(problems).toHaveLength(1);
  });
});

describe('a task that is over, of which a channel has not heard', () => {
  const OVER = ['FINISH', 'CANCEL', 'SYSTEM_CANCEL'];

  /** Task 1 was told as stopped and has become `status`; the channel accepts nothing since. */
  async function withEndedTask(status: string | null) {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.channel('ops').answer = refuses;
    watch.robotTasks.set('1', status);
    for (let polls = 0; polls < 3; polls++) await watch.poll();
    watch.robotTasks.asked.length = 0;
    return watch;
  }

  test.each([...OVER, null])('is asked for no more: %s', async (status) => {
    const watch = await withEndedTask(status);
    await watch.poll();
    expect(watch.robotTasks.asked).toEqual(['list ARREARS_STOP', 'list SYSTEM_STOP']);
  });

  test('is asked for as long as it can still stop again', async () => {
    const watch = await withEndedTask('EXCUTING');
    await watch.poll();
    expect(watch.robotTasks.asked).toContain('detail 1');
  });

  test.each(OVER)(
    'is not told while a list that it could stand in again cannot be read: %s',
    async (status) => {
      const watch = await withEndedTask(status);
      watch.channel('ops').answer = () => ({ ok: true });
      watch.robotTasks.brokenLists.add('SYSTEM_STOP');
      await watch.poll();
      expect(watch.channel('ops').received).toHaveLength(1);
    },
  );

  test.each([...OVER, null])(
    'is told once the channel works, and only once, though it is not asked for: %s',
    async (status) => {
      const watch = await withEndedTask(status);
      watch.channel('ops').answer = () => ({ ok: true });
      watch.robotTasks.brokenDetails.add('1');
      for (let polls = 0; polls < 2; polls++) await watch.poll();
      expect(watch.channel('ops').received).toHaveLength(2);
      expect(lastTold(watch)?.resolved).toEqual([`1 ARREARS_STOP > ${status ?? 'gone'}`]);
      expect(watch.store.cell.saved?.state.tasks).toEqual([]);
    },
  );

  test.each([...OVER, null])('counts as stopped when a list shows it again: %s', async (status) => {
    const watch = await withEndedTask(status);
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    watch.channel('ops').answer = () => ({ ok: true });
    await watch.poll();
    expect(lastTold(watch)).toEqual({ ...nothing, firing: ['1 ARREARS_STOP > SYSTEM_STOP'] });
  });

  test('is asked for all the same when its status was watched as it was told', async () => {
    const before = createTestWatch({ statuses: ['FINISH'] });
    before.robotTasks.set('1', 'FINISH');
    await before.poll();
    const after = createTestWatch(before);
    before.robotTasks.set('1', null);
    for (let polls = 0; polls < 3; polls++) await after.poll();
    expect(lastTold(after)?.resolved).toEqual(['1 FINISH > gone']);
  });

  test('is asked for all the same when its status is watched: it may be gone', async () => {
    const watch = createTestWatch({ statuses: ['SYSTEM_CANCEL'] });
    watch.robotTasks.set('1', 'SYSTEM_CANCEL');
    await watch.poll();
    watch.robotTasks.set('1', null);
    for (let polls = 0; polls < 3; polls++) await watch.poll();
    expect(lastTold(watch)?.resolved).toEqual(['1 SYSTEM_CANCEL > gone']);
  });
});

describe('lists that say odd things', () => {
  const statuses = ['ARREARS_STOP', 'SYSTEM_STOP'];
  const details = new Map();
  const known = { condition: null, since: 1, begin: 1 };
  const told = new Map();

  test.each(statuses)('a task in two lists at once counts as being where it was: %s', (status) => {
    const lists = new Map(statuses.map((listed) => [listed, [task({ status: listed })]]));
    const observed = observe([{ ...known, task: task({ status }) }], told, { lists, details }, 2, statuses);
    expect(observed).toMatchObject([{ evidence: 'seen', tracked: { task: { status }, since: 1 } }]);
  });

  test('a task that a list shows twice is one task', () => {
    const lists = new Map([['ARREARS_STOP', [task(), task()]]]);
    expect(observe([], told, { lists, details }, 2, statuses)).toHaveLength(1);
  });

  test('what a task itself says of its status counts, not which list it is in', () => {
    const lists = new Map([
      ['ARREARS_STOP', [task({ id: '1', status: 'EXCUTING' }), task({ id: '2', status: 'FINISH' })]],
    ]);
    const observed = observe([{ ...known, task: task({ id: '1' }) }], told, { lists, details }, 2, statuses);
    expect(observed).toMatchObject([
      { evidence: 'seen', tracked: { task: { id: '1', status: 'EXCUTING' } } },
    ]);
  });
});
