import {
  createFakeChannel,
  createTestWatch,
  refuses,
  HOUR,
  MINUTE,
  lastTold,
  nothing,
} from '../../stand-ins/watch';

describe('the state store', () => {
  test('out of reach: the alert goes out and says that duplicates are possible, and the cycle fails', async () => {
    const watch = createTestWatch();
    watch.store.broken.add('load');
    watch.robotTasks.set('1', 'ARREARS_STOP');
    const report = await watch.poll();
    expect(watch.channel('ops').received[0]).toMatchObject({
      duplicatesPossible: 'unreachable',
      firing: [{ status: 'ARREARS_STOP' }],
    });
    expect(report).toMatchObject({ state: 'unreachable', problems: ['The store is out of reach.'] });
    expect(watch.beats).toEqual(['failed']);
  });

  test('whose answer was lost: the instance knows its own save again, and tells nothing twice or falsely', async () => {
    const watch = createTestWatch();
    await watch.poll();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.robotTasks.set('2', 'SYSTEM_STOP');
    watch.store.broken.add('answer');
    await watch.poll();
    watch.store.broken.clear();
    watch.store.broken.add('load');
    watch.robotTasks.set('1', 'EXCUTING');
    await watch.poll();
    watch.store.broken.clear();
    watch.robotTasks.brokenLists.add('ARREARS_STOP').add('SYSTEM_STOP');
    await watch.poll();
    watch.robotTasks.brokenLists.clear();
    await watch.poll();
    const told = watch
      .channel('ops')
      .received.map(({ firing, repeated, resolved }) => [
        firing.map(({ task }) => task.id),
        [...repeated, ...resolved].map(({ task }) => task.id),
      ]);
    expect(told).toEqual([
      [['1', '2'], []],
      [[], ['1']],
    ]);
    expect(JSON.stringify(watch.store.cell.saved?.state)).not.toContain('doubtful');
  });

  test('back again: nothing is told twice that this instance told, and what it told is stored', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.store.broken.add('load');
    watch.robotTasks.set('1', 'EXCUTING');
    watch.robotTasks.set('2', 'SYSTEM_STOP');
    await watch.poll();
    watch.store.broken.clear();
    await watch.poll();
    await watch.poll();
    expect(watch.channel('ops').received).toHaveLength(2);
    expect(watch.store.cell.saved?.state.tasks).toMatchObject([
      { task: { id: '2' }, told: [{ channel: 'ops' }] },
    ]);
  });

  test('down from the start: what is stored counts when it comes back, and so does what was told meanwhile', async () => {
    const other = createTestWatch();
    other.robotTasks.set('1', 'ARREARS_STOP');
    await other.poll();
    const watch = createTestWatch({ ...other });
    watch.robotTasks.set('2', 'ARREARS_STOP');
    watch.store.broken.add('load');
    watch.wait(MINUTE);
    await watch.poll();
    expect(lastTold(watch)?.firing).toEqual(['1 - > ARREARS_STOP', '2 - > ARREARS_STOP']);
    watch.robotTasks.set('2', 'EXCUTING');
    watch.store.broken.clear();
    watch.wait(MINUTE);
    await watch.poll();
    expect(lastTold(watch)).toEqual({ ...nothing, resolved: ['2 ARREARS_STOP > EXCUTING'] });
    watch.wait(4 * HOUR - MINUTE - 1);
    await watch.poll();
    expect(lastTold(watch)?.repeated).toEqual([]);
  });

  test('readable but not writable: a pending time passes all the same', async () => {
    const watch = createTestWatch({ pending: new Map([['ARREARS_STOP', 2 * MINUTE]]) });
    watch.store.broken.add('save');
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.wait(2 * MINUTE);
    const { problems } = await watch.poll();
    expect(lastTold(watch)?.firing).toEqual(['1 - > ARREARS_STOP']);
    expect(problems).toEqual(['The store is out of reach.']);
    watch.wait(MINUTE);
    await watch.poll();
    expect(watch.channel('ops').received).toHaveLength(1);
  });

  test('a damaged document is replaced by what the instance knows, and the next alert says that duplicates are possible', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.store.keptAside = 'It was no JSON.';
    watch.robotTasks.set('2', 'ARREARS_STOP');
    await watch.poll();
    expect(lastTold(watch)?.firing).toEqual(['2 - > ARREARS_STOP']);
    expect(watch.channel('ops').received.at(-1)?.duplicatesPossible).toBe('damaged');
    expect(watch.store.cell.saved).toMatchObject({ state: { tasks: [{}, {}] } });
  });

  test('a damaged document fails the heartbeat once: somebody has to look, although the poll is complete', async () => {
    const watch = createTestWatch();
    watch.store.keptAside = 'It was no JSON.';
    expect((await watch.poll()).problems).toEqual([]);
    await watch.poll();
    expect(watch.beats).toEqual(['failed', 'completed']);
  });

  test('saved by another poll first: nothing is overwritten, nobody is alarmed, and what was told is kept for the next', async () => {
    const watch = createTestWatch();
    const other = createTestWatch({ ...watch, channels: [createFakeChannel('ops')] });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.channel('ops').pause = async () => {
      await other.poll();
    };
    const report = await watch.poll();
    const { saved } = watch.store.cell;
    expect(report).toMatchObject({ state: 'conflict', problems: [] });
    expect(watch.beats).toEqual([]);
    expect(other.beats).toEqual(['completed']);
    watch.channel('ops').pause = () => Promise.resolve();
    await watch.poll();
    expect(watch.channel('ops').received).toHaveLength(1);
    expect(watch.store.cell.saved).toBe(saved);
  });

  test('saved by another poll first: what only this one could tell is added at once, and not told again', async () => {
    const watch = createTestWatch({ channels: [createFakeChannel('a'), createFakeChannel('b')] });
    const other = createTestWatch({ ...watch, channels: [createFakeChannel('a'), createFakeChannel('b')] });
    other.channel('b').answer = refuses;
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.channel('a').pause = async () => {
      await other.poll();
    };
    expect((await watch.poll()).state).toBe('conflict');
    const told = watch.store.cell.saved?.state.tasks[0]?.told.map(({ channel }) => channel);
    expect(told).toEqual(['a', 'b']);
    other.channel('b').answer = () => ({ ok: true });
    await other.poll();
    expect(other.channel('b').received.flatMap(({ firing }) => firing)).toEqual([]);
  });
});
