import { readFileSync } from 'node:fs';
import { poll } from '../../../../functions/watch-robot-tasks/poll/poll';
import { decodeState } from '../../../../shared/state/document';
import { EMPTY_STATE, type WatchState } from '../../../../shared/state/state';
import { NOW } from '../../../stand-ins/alerts';
import { createTaskWorld } from '../../../stand-ins/task-world';
import {
  createFakeChannel,
  createTestWatch,
  HOUR,
  MINUTE,
  lastTold,
  nothing,
  type TestWatch,
} from '../../../stand-ins/watch';

/** What the stored state holds for unsure. */
const doubts = (watch: TestWatch) =>
  [...(watch.store.cell.saved?.state.told.values() ?? [])].flat().filter(({ sure }) => !sure);

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
    expect(report).toMatchObject({ state: 'unreachable', problems: [{ en: 'The store is out of reach.' }] });
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
    expect(doubts(watch)).toEqual([]);
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
    expect(watch.store.cell.saved?.state.tasks).toMatchObject([{ task: { id: '2' } }]);
    expect(watch.store.cell.saved?.state.told.get('task 2')).toMatchObject([{ channel: 'ops', sure: true }]);
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
    watch.wait(0.95 * 4 * HOUR - MINUTE - 1);
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
    expect(problems).toMatchObject([{ en: 'The store is out of reach.' }]);
    watch.wait(MINUTE);
    await watch.poll();
    expect(watch.channel('ops').received).toHaveLength(1);
  });

  test('a damaged document is replaced by what the instance knows, of which others may have told the end: all is told again, as perhaps twice', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.store.keptAside = 'It was no JSON.';
    watch.robotTasks.set('2', 'ARREARS_STOP');
    watch.wait(MINUTE);
    await watch.poll();
    expect(lastTold(watch)?.firing).toEqual(['1 - > ARREARS_STOP', '2 - > ARREARS_STOP']);
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

  /** Another poll, which saves while this one's messages are on their way. */
  function saveMeanwhile(watch: ReturnType<typeof createTestWatch>, change: Partial<WatchState>) {
    watch.channel('ops').pause = async () => {
      watch.channel('ops').pause = () => Promise.resolve();
      const { saved } = watch.store.cell;
      await watch.store.save(
        { ...EMPTY_STATE, ...saved?.state, ...change },
        saved?.version ?? null,
        Infinity,
      );
    };
  }

  test('whose answer to the intent was lost: the poll has saved, and nobody else did', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.store.broken.add('answer');
    watch.channel('ops').pause = () => {
      watch.store.broken.clear();
      return Promise.resolve();
    };
    expect(await watch.poll()).toMatchObject({ state: 'saved', problems: [] });
    expect(doubts(watch)).toEqual([]);
  });

  test('is not written to for what is said at every poll, and is no news', async () => {
    const watch = createTestWatch({ channels: [{ ...createFakeChannel('am'), wantsStanding: true }] });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    const { saved } = watch.store.cell;
    for (let polls = 0; polls < 3; polls++) {
      watch.wait(MINUTE);
      expect(await watch.poll()).toMatchObject({ state: 'unchanged', summary: { delivered: { am: 0 } } });
    }
    expect(watch.store.cell.saved).toBe(saved);
  });

  test('saved by another poll meanwhile: nothing is overwritten, nobody is alarmed, and what was told is added', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    const [stop] = [
      { id: '9', taskName: null, condition: 'SYSTEM_STOP', since: 1, until: NOW, became: null },
    ];
    saveMeanwhile(watch, { savedAs: 'another', history: [stop] });
    const report = await watch.poll();
    expect(report).toMatchObject({ state: 'conflict', problems: [] });
    expect(watch.beats).toEqual(['completed']);
    expect(watch.store.cell.saved?.state).toMatchObject({
      history: [{ id: '9' }],
      tasks: [{ task: { id: '1' } }],
    });
    expect(watch.store.cell.saved?.state.told.get('task 1')).toMatchObject([{ channel: 'ops', sure: true }]);
    expect(doubts(watch)).toEqual([]);
    await watch.poll();
    expect(watch.channel('ops').received).toHaveLength(1);
  });

  test('saved by another poll meanwhile, and out of reach then: that fails the heartbeat', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    saveMeanwhile(watch, { savedAs: 'another' });
    const { pause } = watch.channel('ops');
    watch.channel('ops').pause = async () => {
      await pause();
      let saves = 0;
      watch.store.pause = () => {
        saves += 1;
        if (saves > 1) watch.store.broken.add('load').add('save');
        return Promise.resolve();
      };
    };
    const { problems } = await watch.poll();
    expect(problems).toMatchObject([{ en: 'The store is out of reach.' }]);
    expect(watch.beats).toEqual(['failed']);
  });

  test('saved by another poll before this one could send: it looks again, and tells what is news then', async () => {
    const watch = createTestWatch();
    await watch.poll();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.robotTasks.pause = async () => {
      watch.robotTasks.pause = () => Promise.resolve();
      const { saved } = watch.store.cell;
      await watch.store.save(
        { ...EMPTY_STATE, ...saved?.state, savedAs: 'another' },
        saved?.version ?? null,
        0,
      );
    };
    expect(await watch.poll()).toMatchObject({ state: 'saved', summary: { fired: 1 } });
    expect(watch.channel('ops').received).toHaveLength(1);
  });

  test('two polls at once: one of them tells, and the other leaves it to that one', async () => {
    const watch = createTestWatch();
    const other = createTestWatch({ ...watch, channels: [createFakeChannel('ops')] });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    const reports = await watch.clock.run(
      Promise.all(
        [watch, other].map((each) => poll(each, { startedAt: watch.clock.now(), timeoutMs: 50_000 })),
      ),
    );
    expect(reports.map(({ summary }) => summary.fired).toSorted()).toEqual([0, 1]);
    const received = [...watch.channel('ops').received, ...other.channel('ops').received];
    expect(received).toHaveLength(1);
  });

  test('a change of the source forgets the other source’s tasks, and tells nothing of them', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    const other = { ...createTaskWorld(), source: 'aiccs' as const };
    const after = createTestWatch({ ...watch, robotTasks: other, channels: watch.channels });
    await after.poll();
    expect(after.channel('ops').received).toHaveLength(1);
    expect(after.store.cell.saved?.state).toMatchObject({ source: 'aiccs', tasks: [] });
  });

  test('a state that names no source is of the one there was then', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    const { saved } = watch.store.cell;
    if (saved === null) throw new Error('Nothing was saved.');
    watch.store.cell.saved = { ...saved, state: { ...saved.state, source: null } };
    const other = { ...createTaskWorld(), source: 'aiccs' as const };
    const after = createTestWatch({ ...watch, robotTasks: other, channels: watch.channels });
    for (let polls = 0; polls < 4; polls += 1) await after.poll();
    expect(after.channel('ops').received).toHaveLength(1);
    expect(after.store.cell.saved?.state).toMatchObject({ source: 'aiccs', tasks: [] });
  });

  test('a document that version 0.2 saved is gone on with: what was told is not told again, and its end is', async () => {
    const path = 'test/fixtures/state-of-version-0.2.json';
    const decoded = decodeState(readFileSync(path));
    if (decoded.kind !== 'ok') throw new Error(decoded.kind);
    const watch = createTestWatch({
      channels: [createFakeChannel('ops'), createFakeChannel('finance', ['ARREARS_STOP'])],
      stalledAfter: 30 * MINUTE,
      pending: new Map([['SYSTEM_STOP', 5 * MINUTE]]),
    });
    watch.store.cell.saved = { state: decoded.content, version: 'of 0.2' };
    watch.clock.set(decoded.content.savedAt + MINUTE);
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.robotTasks.set('2', 'EXCUTING', { finishCount: 10, totalCount: 100 });
    watch.robotTasks.set('3', 'ARREARS_STOP');
    await watch.poll();
    expect(lastTold(watch, 'ops')).toEqual({ ...nothing, notices: ['poll working'] });
    // The last message's OK never came.
    expect(lastTold(watch, 'finance')).toEqual({
      ...nothing,
      firing: ['3 - > ARREARS_STOP'],
      notices: ['poll working'],
    });
    watch.wait(MINUTE);
    for (const id of ['1', '2', '3']) watch.robotTasks.set(id, 'FINISH');
    await watch.poll();
    const arrears = ['1 ARREARS_STOP > FINISH', '3 ARREARS_STOP > FINISH'];
    expect(lastTold(watch, 'finance')).toEqual({ ...nothing, resolved: arrears });
    expect(lastTold(watch, 'ops')?.resolved.toSorted()).toEqual([
      '1 ARREARS_STOP > FINISH',
      '2 STALLED > FINISH',
      '3 ARREARS_STOP > FINISH',
    ]);
    expect(watch.store.cell.saved.state).toMatchObject({ tasks: [], failures: [] });
  });

  test('a time that was told by a clock that was ahead silences no reminder until then', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.wait(1000 * HOUR);
    await watch.poll();
    watch.wait(-1000 * HOUR);
    await watch.poll();
    watch.wait(4 * HOUR);
    await watch.poll();
    expect(lastTold(watch)?.repeated).toEqual(['1 - > ARREARS_STOP']);
  });

  test('a stop whose end was seen by a clock that was ahead did not end in the future', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.robotTasks.set('1', 'EXCUTING');
    watch.wait(1000 * HOUR);
    await watch.poll();
    watch.wait(-1000 * HOUR);
    await watch.poll();
    const [stop] = watch.store.cell.saved?.state.history ?? [];
    expect(stop?.until).toBe(watch.clock.now());
  });

  test('a pending time goes on while the store is out of reach, and after it is back', async () => {
    const watch = createTestWatch({ pending: new Map([['SYSTEM_STOP', 3 * MINUTE]]) });
    await watch.poll();
    watch.store.broken.add('load');
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    for (let minutes = 0; minutes < 5; minutes++) {
      if (minutes === 2) watch.store.broken.clear();
      watch.wait(MINUTE);
      await watch.poll();
      expect(watch.channel('ops').received).toHaveLength(minutes < 3 ? 0 : 1);
    }
  });

  test('what does not change is saved every 5 minutes, so that others see that the watch works', async () => {
    const watch = createTestWatch();
    const states: string[] = [];
    for (let minute = 0; minute < 11; minute++) {
      states.push((await watch.poll()).state);
      watch.wait(MINUTE);
    }
    expect(states.flatMap((state, minute) => (state === 'saved' ? [minute] : []))).toEqual([0, 5, 10]);
  });
});
