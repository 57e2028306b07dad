import { noteOutcome } from '../../../../functions/watch-robot-tasks/rules/failures';
import {
  createFakeChannel,
  createTestWatch,
  MINUTE,
  refuses,
  type TestWatch,
  lastTold,
  nothing,
} from '../../../stand-ins/watch';

const text = (en: string) => ({ en, 'zh-CN': `${en}（中文）` });

describe('failures as news', () => {
  async function polls(watch: TestWatch, times: number) {
    for (let done = 0; done < times; done++) {
      await watch.poll();
      watch.wait(MINUTE);
    }
  }

  test('the third poll in a row that cannot list every status is told, and once more when it works', async () => {
    const watch = createTestWatch();
    watch.robotTasks.brokenLists.add('SYSTEM_STOP');
    const since = watch.clock.now();
    await polls(watch, 2);
    expect(watch.channel('ops').received).toEqual([]);
    await polls(watch, 2);
    expect(watch.channel('ops').received).toMatchObject([
      {
        watchStatus: 'unknown',
        notices: [
          {
            subject: 'poll',
            state: 'failing',
            since,
            reason: { en: '(stopped by the system) Upstream is out of reach (ServiceUnavailable).' },
          },
        ],
      },
    ]);
    watch.robotTasks.brokenLists.clear();
    await polls(watch, 2);
    expect(watch.channel('ops').received.slice(1)).toMatchObject([
      { watchStatus: 'ok', notices: [{ subject: 'poll', state: 'working', reason: null, reminders: 0 }] },
    ]);
    expect(watch.store.cell.saved?.state.failures).toEqual([]);
  });

  test('a poll that fails in part still delivers and saves what it knows, and the cycle fails', async () => {
    const watch = createTestWatch();
    watch.robotTasks.brokenLists.add('SYSTEM_STOP');
    watch.robotTasks.set('1', 'ARREARS_STOP');
    const { summary, state, problems } = await watch.poll();
    expect(summary).toMatchObject({ polled: 1, fired: 1, delivered: { ops: 1 } });
    expect(state).toBe('saved');
    expect(problems.map(({ en }) => en)).toEqual([
      '(stopped by the system) Upstream is out of reach (ServiceUnavailable).',
    ]);
    expect(watch.beats).toEqual(['failed']);
  });

  test('a channel that keeps failing is named to the others, not to itself, and so is its recovery', async () => {
    const watch = createTestWatch({ channels: [createFakeChannel('a'), createFakeChannel('b')] });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.channel('a').answer = refuses;
    await polls(watch, 3);
    expect(watch.channel('b').received).toHaveLength(1);
    await polls(watch, 2);
    expect(lastTold(watch, 'b')).toEqual({ ...nothing, notices: ['a failing'] });
    expect(watch.channel('b').received.at(-1)?.notices[0]?.reason?.en).toBe('It is busy.');
    watch.channel('a').answer = () => ({ ok: true });
    await polls(watch, 3);
    expect(lastTold(watch, 'a')).toEqual({ ...nothing, firing: ['1 - > ARREARS_STOP'] });
    expect(lastTold(watch, 'b')).toEqual({ ...nothing, notices: ['a working'] });
    expect(watch.channel('b').received).toHaveLength(3);
  });

  test('that a channel works again is told once it takes a message, however long there was none for it', async () => {
    const watch = createTestWatch({ channels: [createFakeChannel('a'), createFakeChannel('b')] });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.channel('a').answer = refuses;
    await polls(watch, 4);
    watch.robotTasks.set('1', 'FINISH');
    watch.channel('a').answer = () => ({ ok: true });
    await polls(watch, 3);
    expect(lastTold(watch, 'b')?.notices).toEqual([]);
    watch.robotTasks.set('2', 'ARREARS_STOP');
    await polls(watch, 2);
    expect(lastTold(watch, 'b')).toEqual({ ...nothing, notices: ['a working'] });
  });

  test('a failing channel that is no longer configured is forgotten', async () => {
    const before = createTestWatch({ channels: [createFakeChannel('a'), createFakeChannel('b')] });
    before.robotTasks.set('1', 'ARREARS_STOP');
    before.channel('a').answer = refuses;
    await polls(before, 4);
    expect(before.store.cell.saved?.state.failures).toMatchObject([{ channel: 'a' }]);
    expect(before.store.cell.saved?.state.told.get('channel a')).toMatchObject([
      { channel: 'b', sure: true },
    ]);
    const after = createTestWatch({ ...before, channels: before.channels.slice(1) });
    await polls(after, 1);
    expect(after.store.cell.saved?.state.failures).toEqual([]);
  });

  test('only who was told that polls fail is told that they work again', async () => {
    const watch = createTestWatch({ channels: [createFakeChannel('a'), createFakeChannel('b')] });
    watch.robotTasks.brokenLists.add('SYSTEM_STOP');
    watch.channel('b').answer = refuses;
    await polls(watch, 3);
    watch.robotTasks.brokenLists.clear();
    watch.channel('b').answer = () => ({ ok: true });
    await polls(watch, 2);
    expect(lastTold(watch, 'a')).toEqual({ ...nothing, notices: ['poll working'] });
    expect(watch.channel('b').received).toEqual([]);
  });

  test('failing again before the recovery was told begins a new row', () => {
    const told = {
      subject: 'poll',
      channel: null,
      since: 1,
      polls: 5,
      state: 'failing',
      reason: text('It fails.'),
    } as const;
    const recovered = noteOutcome([told], 'poll', null, 2);
    expect(recovered).toEqual([{ ...told, state: 'working' }]);
    const again = noteOutcome(recovered, 'poll', text('It fails again.'), 3);
    expect(again).toEqual([{ ...told, since: 3, polls: 1, reason: text('It fails again.') }]);
    expect(noteOutcome(again, 'poll', text('Still.'), 4)).toMatchObject([
      { since: 3, polls: 2, reason: text('Still.') },
    ]);
  });

  test('a channel that there is nothing to send to any more is not counted as failing', async () => {
    const watch = createTestWatch({ channels: [createFakeChannel('a'), createFakeChannel('b')] });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.channel('a').answer = refuses;
    await polls(watch, 2);
    expect(watch.store.cell.saved?.state.failures).toMatchObject([{ channel: 'a', polls: 2 }]);
    watch.robotTasks.set('1', 'FINISH');
    await polls(watch, 1);
    expect(watch.store.cell.saved?.state).toMatchObject({ tasks: [], failures: [] });
  });

  test('when the only channel keeps failing, the dead-man switch hears of it', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.channel('ops').answer = refuses;
    await polls(watch, 3);
    expect(watch.beats).toEqual(['completed', 'completed', 'failed']);
  });

  test('a store that stays out of reach is told after 3 polls, and that it works once it has saved', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.store.broken.add('load');
    await polls(watch, 4);
    expect(watch.channel('ops').received).toHaveLength(2);
    expect(lastTold(watch)).toEqual({ ...nothing, notices: ['store failing'] });
    watch.store.broken.clear();
    await polls(watch, 3);
    expect(watch.channel('ops').received).toHaveLength(3);
    expect(lastTold(watch)).toEqual({ ...nothing, notices: ['store working'] });
    expect(watch.store.cell.saved?.state.failures).toEqual([]);
  });

  test('a store that cannot be written to is told after 3 polls, too', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.store.broken.add('save');
    await polls(watch, 4);
    expect(lastTold(watch)).toEqual({ ...nothing, notices: ['store failing'] });
  });

  test('a heartbeat that fails fails nothing else', async () => {
    const watch = createTestWatch();
    const deaf: TestWatch = { ...watch, heartbeat: () => Promise.reject(new Error('nobody there')) };
    expect((await deaf.poll()).problems).toEqual([]);
  });

  test('an error nobody foresaw reaches the dead-man switch before it ends the poll', async () => {
    const watch = createTestWatch();
    watch.keeper.load = () => Promise.reject(new TypeError());
    await expect(watch.poll()).rejects.toThrow(TypeError);
    expect(watch.beats).toEqual(['failed']);
  });
});
