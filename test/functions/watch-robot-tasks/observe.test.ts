import { observe } from '../../../functions/watch-robot-tasks/observe';
import { task } from '../../stand-ins/alerts';
import {
  createFakeChannel,
  createTestWatch,
  HOUR,
  MINUTE,
  refuses,
  type TestWatch,
  lastTold,
  nothing,
} from '../../stand-ins/watch';

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

  test('with nothing stopped, a poll asks exactly once for each watched status and saves nothing', async () => {
    const watch = createTestWatch();
    const { state } = await watch.poll();
    expect(watch.robotTasks.asked).toEqual(['list ARREARS_STOP', 'list SYSTEM_STOP']);
    expect(state).toBe('unchanged');
    expect(watch.store.cell.saved).toBeNull();
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

describe('lists that say odd things', () => {
  const statuses = ['ARREARS_STOP', 'SYSTEM_STOP'];
  const details = new Map();
  const known = { since: 1, unknownPolls: 0, told: [] };

  test.each(statuses)('a task in two lists at once counts as being where it was: %s', (status) => {
    const lists = new Map(statuses.map((listed) => [listed, [task({ status: listed })]]));
    const observed = observe([{ ...known, task: task({ status }) }], { lists, details }, 2, statuses);
    expect(observed).toMatchObject([{ evidence: 'seen', tracked: { task: { status }, since: 1 } }]);
  });

  test('a task that a list shows twice is one task', () => {
    const lists = new Map([['ARREARS_STOP', [task(), task()]]]);
    expect(observe([], { lists, details }, 2, statuses)).toHaveLength(1);
  });

  test('what a task itself says of its status counts, not which list it is in', () => {
    const lists = new Map([
      ['ARREARS_STOP', [task({ id: '1', status: 'EXCUTING' }), task({ id: '2', status: 'FINISH' })]],
    ]);
    const observed = observe([{ ...known, task: task({ id: '1' }) }], { lists, details }, 2, statuses);
    expect(observed).toMatchObject([
      { evidence: 'seen', tracked: { task: { id: '1', status: 'EXCUTING' } } },
    ]);
  });
});
