import { STALLED } from '../../../../shared/state/state';
import {
  accepts,
  answersTooLate,
  createFakeChannel,
  createTestWatch,
  HOUR,
  lastTold,
  MINUTE,
  nothing,
  refuses,
  type TestWatch,
} from '../../../stand-ins/watch';

const DAY = 24 * HOUR;

async function polls(watch: TestWatch, times: number): Promise<void> {
  for (let each = 0; each < times; each++) {
    await watch.poll();
    watch.wait(MINUTE);
  }
}

describe('a stalled task', () => {
  const stalling = () => createTestWatch({ stalledAfter: 30 * MINUTE });
  const runs = (watch: TestWatch, finishCount: number | null, totalCount: number | null = 1000) => {
    watch.robotTasks.set('1', 'EXCUTING', { finishCount, totalCount });
  };

  test('is told when its calls have not moved for long enough, since when, and as over when they move', async () => {
    const watch = stalling();
    runs(watch, 10);
    const since = watch.clock.now();
    await polls(watch, 30);
    expect(watch.channel('ops').received).toEqual([]);
    await polls(watch, 1);
    expect(lastTold(watch)).toEqual({ ...nothing, firing: ['1 - > STALLED'] });
    expect(watch.channel('ops').received[0]?.firing[0]?.since).toBe(since);
    runs(watch, 11);
    await polls(watch, 1);
    expect(lastTold(watch)).toEqual({ ...nothing, resolved: ['1 STALLED > EXCUTING'] });
  });

  test('that stops is told as stopped, with both conditions', async () => {
    const watch = stalling();
    runs(watch, 10);
    await polls(watch, 31);
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await polls(watch, 1);
    expect(lastTold(watch)).toEqual({ ...nothing, firing: ['1 STALLED > ARREARS_STOP'] });
  });

  test('is not told as over by a new instance that could not load at first, and so saw it stand still for a minute only', async () => {
    const watch = stalling();
    runs(watch, 10);
    await polls(watch, 31);
    watch.restart();
    watch.store.broken.add('load');
    await polls(watch, 1);
    watch.store.broken.clear();
    await polls(watch, 5);
    expect(watch.channel('ops').received).toHaveLength(1);
    runs(watch, 11);
    await polls(watch, 1);
    expect(lastTold(watch)).toEqual({ ...nothing, resolved: ['1 STALLED > EXCUTING'] });
  });

  test('costs one list more, and nothing while nobody looks for it', async () => {
    const watch = stalling();
    await polls(watch, 1);
    expect(watch.robotTasks.asked).toEqual(['list ARREARS_STOP', 'list SYSTEM_STOP', 'list EXCUTING']);
    const without = createTestWatch();
    await polls(without, 1);
    expect(without.robotTasks.asked).toHaveLength(2);
  });

  test.each<{ name: string; change: (watch: TestWatch, minute: number) => void }>([
    {
      name: 'its count moves back',
      change: (watch, minute) => {
        runs(watch, minute === 20 ? 5 : 10);
      },
    },
    {
      name: 'it is given more calls',
      change: (watch, minute) => {
        runs(watch, 10, minute < 20 ? 1000 : 2000);
      },
    },
    {
      name: 'all of its calls are done',
      change: (watch) => {
        runs(watch, 1000);
      },
    },
    {
      name: 'it has no counts',
      change: (watch) => {
        runs(watch, null, null);
      },
    },
    {
      name: 'it was seen first a moment ago',
      change: (watch, minute) => {
        if (minute > 20) runs(watch, 10);
      },
    },
  ])('is no false alarm when $name', async ({ change }) => {
    const watch = stalling();
    for (let minute = 0; minute < 40; minute++) {
      change(watch, minute);
      await polls(watch, 1);
    }
    expect(watch.channel('ops').received).toEqual([]);
  });

  test('is no false alarm of an instance without a state, nor of a list that fails', async () => {
    const watch = stalling();
    runs(watch, 10);
    await polls(watch, 20);
    const other = createTestWatch({
      stalledAfter: 30 * MINUTE,
      robotTasks: watch.robotTasks,
      clock: watch.clock,
    });
    await polls(other, 20);
    expect(other.channel('ops').received).toEqual([]);
    other.robotTasks.brokenLists.add('EXCUTING');
    await polls(other, 15);
    expect(other.channel('ops').received.flatMap(({ firing }) => firing)).toEqual([]);
  });

  describe('of a list that breaks off', () => {
    const breaksOff = (watch: TestWatch) => {
      watch.robotTasks.brokenLists.add('EXCUTING');
      watch.robotTasks.shown.add('1');
    };

    test('is no task whose calls are seen to move', async () => {
      const watch = stalling();
      runs(watch, 10);
      await polls(watch, 2);
      breaksOff(watch);
      for (let calls = 11; calls < 60; calls++) {
        runs(watch, calls);
        await polls(watch, 1);
      }
      expect(watch.channel('ops').received.flatMap(({ firing }) => firing)).toEqual([]);
    });

    test('is told where it is seen to stand still, and as over where its calls are seen to move', async () => {
      const watch = stalling();
      breaksOff(watch);
      runs(watch, 10);
      await polls(watch, 31);
      const news = () =>
        watch.channel('ops').received.map(({ firing, resolved }) => [...firing, ...resolved]);
      expect(news().flat()).toMatchObject([{ status: STALLED }]);
      runs(watch, 11);
      await polls(watch, 1);
      expect(news().flat()).toMatchObject([
        { status: STALLED },
        { status: 'EXCUTING', previousStatus: STALLED },
      ]);
    });

    test('is not reminded of while nobody sees its calls', async () => {
      const watch = createTestWatch({ stalledAfter: 30 * MINUTE, repeatIntervals: [HOUR] });
      runs(watch, 10);
      await polls(watch, 31);
      watch.robotTasks.unlisted.add('1');
      await polls(watch, 90);
      expect(watch.channel('ops').received).toHaveLength(1);
      watch.robotTasks.unlisted.clear();
      await polls(watch, 1);
      expect(lastTold(watch)?.repeated).toHaveLength(1);
    });
  });

  test.each<{ name: string; hide: (watch: TestWatch) => void; show: (watch: TestWatch) => void }>([
    {
      name: 'a list leaves it out',
      hide: ({ robotTasks }) => robotTasks.unlisted.add('1'),
      show: ({ robotTasks }) => {
        robotTasks.unlisted.clear();
      },
    },
    {
      name: 'its counts are missing',
      hide: (watch) => {
        runs(watch, null);
      },
      show: (watch) => {
        runs(watch, 10);
      },
    },
  ])('that is told is not over, nor another one, because $name for some polls', async ({ hide, show }) => {
    const watch = stalling();
    runs(watch, 10);
    await polls(watch, 32);
    hide(watch);
    await polls(watch, 3);
    show(watch);
    await polls(watch, 40);
    expect(watch.channel('ops').received).toHaveLength(1);
    runs(watch, 11);
    await polls(watch, 1);
    expect(lastTold(watch)).toEqual({ ...nothing, resolved: ['1 STALLED > EXCUTING'] });
  });

  test.each<{ name: string; happens: (watch: TestWatch) => Promise<void> }>([
    {
      name: 'its limit is raised',
      async happens(watch) {
        Object.assign(watch.policy, { stalledAfter: HOUR });
        await polls(watch, 40);
      },
    },
    {
      name: 'nobody looks for a while',
      async happens(watch) {
        Object.assign(watch.policy, { stalledAfter: null });
        await polls(watch, 3);
        Object.assign(watch.policy, { stalledAfter: 30 * MINUTE });
      },
    },
    {
      name: 'the clock goes back a day',
      happens(watch) {
        watch.wait(-DAY);
        return Promise.resolve();
      },
    },
    {
      name: 'a new instance finds neither the store nor the list at first',
      async happens(watch) {
        watch.restart();
        watch.store.broken.add('load');
        watch.robotTasks.brokenLists.add('EXCUTING');
        await polls(watch, 1);
        watch.store.broken.clear();
        watch.robotTasks.brokenLists.clear();
      },
    },
  ])('that stands still is not over because $name', async ({ happens }) => {
    const watch = stalling();
    runs(watch, 10);
    await polls(watch, 35);
    await happens(watch);
    await polls(watch, 5);
    expect(watch.channel('ops').received).toHaveLength(1);
    runs(watch, 11);
    await polls(watch, 1);
    expect(lastTold(watch)).toEqual({ ...nothing, resolved: ['1 STALLED > EXCUTING'] });
  });

  describe('that nobody looks for any more', () => {
    const off = (watch: TestWatch) => {
      Object.assign(watch.policy, { stalledAfter: null });
    };

    test('is told to nobody who has not been told', async () => {
      const watch = createTestWatch({
        stalledAfter: 30 * MINUTE,
        channels: [createFakeChannel('ops'), createFakeChannel('deaf')],
      });
      watch.channel('deaf').answer = refuses;
      runs(watch, 10);
      await polls(watch, 31);
      off(watch);
      watch.channel('deaf').answer = accepts;
      await polls(watch, 5);
      expect(watch.channel('deaf').received.flatMap(({ firing }) => firing)).toEqual([]);
      expect(watch.channel('ops').received.flatMap(({ resolved }) => resolved)).toEqual([]);
      watch.robotTasks.set('1', 'FINISH');
      await polls(watch, 1);
      expect(lastTold(watch)?.resolved).toEqual(['1 STALLED > FINISH']);
    });

    test('keeps from nobody that the stop before it is over', async () => {
      const watch = createTestWatch({
        stalledAfter: 30 * MINUTE,
        channels: [createFakeChannel('ops'), createFakeChannel('deaf')],
      });
      watch.robotTasks.set('1', 'ARREARS_STOP', { finishCount: 10, totalCount: 1000 });
      await polls(watch, 1);
      watch.channel('deaf').answer = refuses;
      runs(watch, 10);
      await polls(watch, 35);
      off(watch);
      watch.channel('deaf').answer = accepts;
      await polls(watch, 2);
      const { received } = watch.channel('deaf');
      expect(received.flatMap(({ resolved }) => resolved)).toMatchObject([
        { previousStatus: 'ARREARS_STOP', status: 'EXCUTING' },
      ]);
    });

    test('is followed no longer where nobody was told', async () => {
      const watch = createTestWatch({ stalledAfter: 30 * MINUTE, pending: new Map([[STALLED, HOUR]]) });
      runs(watch, 10);
      await polls(watch, 35);
      off(watch);
      await polls(watch, 1);
      watch.robotTasks.asked.length = 0;
      await polls(watch, 1);
      expect(watch.robotTasks.asked).toEqual(['list ARREARS_STOP', 'list SYSTEM_STOP']);
      expect(watch.store.cell.saved?.state.tasks).toEqual([]);
    });
  });

  test('is over where all calls are done, although the first load of a new instance failed', async () => {
    const watch = stalling();
    runs(watch, 99, 100);
    await polls(watch, 35);
    watch.restart();
    watch.store.broken.add('load');
    runs(watch, 100, 100);
    await polls(watch, 1);
    watch.store.broken.clear();
    await polls(watch, 3);
    expect(lastTold(watch)).toEqual({ ...nothing, resolved: ['1 STALLED > EXCUTING'] });
  });

  test('is none after a stop that a new instance saw while it could not load', async () => {
    const watch = stalling();
    runs(watch, 10);
    await polls(watch, 5);
    watch.restart();
    watch.store.broken.add('load');
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await polls(watch, 40);
    runs(watch, 10);
    watch.store.broken.clear();
    await polls(watch, 5);
    expect(watch.channel('ops').received.flatMap(({ firing }) => firing)).toMatchObject([
      { status: 'ARREARS_STOP' },
    ]);
  });

  test('by an old limit is not told while its list fails', async () => {
    const watch = stalling();
    watch.channel('ops').answer = refuses;
    runs(watch, 10);
    await polls(watch, 33);
    Object.assign(watch.policy, { stalledAfter: 4 * HOUR });
    watch.channel('ops').answer = accepts;
    watch.robotTasks.brokenLists.add('EXCUTING');
    await polls(watch, 2);
    expect(watch.channel('ops').received.flatMap(({ firing }) => firing)).toEqual([]);
  });

  test('is told in time by a new instance that finds neither the store nor the list at first', async () => {
    const watch = stalling();
    runs(watch, 10);
    await polls(watch, 29);
    watch.restart();
    watch.store.broken.add('load');
    watch.robotTasks.brokenLists.add('EXCUTING');
    await polls(watch, 1);
    watch.store.broken.clear();
    watch.robotTasks.brokenLists.clear();
    await polls(watch, 1);
    expect(lastTold(watch)).toEqual({ ...nothing, firing: ['1 - > STALLED'] });
  });

  test('is none right after a pause, where polls are far apart', async () => {
    const watch = stalling();
    for (const status of ['EXCUTING', 'MANUAL_STOP', 'EXCUTING']) {
      watch.robotTasks.set('1', status, { finishCount: 10, totalCount: 1000 });
      await watch.poll();
      watch.wait(15 * MINUTE);
    }
    expect(watch.channel('ops').received).toEqual([]);
  });

  test('is told in time although a list leaves it out once, and anew where it was away for longer', async () => {
    const watch = stalling();
    runs(watch, 10);
    await polls(watch, 20);
    watch.robotTasks.unlisted.add('1');
    await polls(watch, 1);
    watch.robotTasks.unlisted.clear();
    await polls(watch, 10);
    expect(watch.channel('ops').received).toHaveLength(1);

    const away = stalling();
    runs(away, 10);
    await polls(away, 20);
    away.robotTasks.set('1', 'CANCEL');
    await polls(away, 2);
    runs(away, 10);
    await polls(away, 30);
    expect(away.channel('ops').received).toEqual([]);
  });

  test('that was stopped and runs again stands still only from then on', async () => {
    const watch = stalling();
    runs(watch, 10);
    await polls(watch, 20);
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await polls(watch, 20);
    runs(watch, 10);
    await polls(watch, 30);
    expect(watch.channel('ops').received.flatMap(({ firing }) => firing)).toMatchObject([
      { status: 'ARREARS_STOP' },
    ]);
  });

  test('is told as that where every running task is told', async () => {
    const watch = createTestWatch({
      stalledAfter: 30 * MINUTE,
      statuses: ['ARREARS_STOP', 'EXCUTING'],
      channels: [createFakeChannel('all'), createFakeChannel('stalls', [STALLED])],
    });
    runs(watch, 10);
    await polls(watch, 40);
    expect(lastTold(watch, 'all')).toEqual({ ...nothing, firing: ['1 EXCUTING > STALLED'] });
    expect(lastTold(watch, 'stalls')).toEqual({ ...nothing, firing: ['1 - > STALLED'] });
    runs(watch, 11);
    await polls(watch, 1);
    expect(lastTold(watch, 'all')).toEqual({ ...nothing, firing: ['1 STALLED > EXCUTING'] });
    expect(lastTold(watch, 'stalls')).toEqual({ ...nothing, resolved: ['1 STALLED > EXCUTING'] });
  });

  test('waits for its pending time, and goes to the channels that want it', async () => {
    const watch = createTestWatch({
      stalledAfter: 30 * MINUTE,
      pending: new Map([[STALLED, 5 * MINUTE]]),
      channels: [createFakeChannel('stalls', [STALLED]), createFakeChannel('stops', ['ARREARS_STOP'])],
    });
    runs(watch, 10);
    await polls(watch, 35);
    expect(watch.channel('stalls').received).toEqual([]);
    await polls(watch, 1);
    expect(lastTold(watch, 'stalls')?.firing).toEqual(['1 - > STALLED']);
    expect(watch.channel('stops').received).toEqual([]);
  });

  test('is not told as running again when nobody looks for stalls any more', async () => {
    const watch = stalling();
    runs(watch, 10);
    await polls(watch, 31);
    const after = createTestWatch({ ...watch, channels: watch.channels });
    await polls(after, 2);
    expect(after.channel('ops').received).toHaveLength(1);
    after.robotTasks.set('1', 'FINISH');
    await polls(after, 1);
    expect(lastTold(after)).toEqual({ ...nothing, resolved: ['1 STALLED > FINISH'] });
  });
});

describe('an old task', () => {
  const old = { createTime: '2026-01-01T00:00:00+08:00' };

  test('is not told, and counted as ignored', async () => {
    const watch = createTestWatch({ createdWithin: 30 * DAY });
    watch.robotTasks.set('1', 'ARREARS_STOP', old);
    watch.robotTasks.set('2', 'SYSTEM_STOP');
    watch.robotTasks.set('3', 'SYSTEM_STOP', { createTime: null });
    const { summary } = await watch.poll();
    expect(summary).toMatchObject({ stopped: 2, ignored: 1, fired: 2 });
    expect(lastTold(watch)?.firing).toEqual(['2 - > SYSTEM_STOP', '3 - > SYSTEM_STOP']);
  });

  test('that grew old while its channel slept or refused is told nevertheless', async () => {
    const day = { from: 9 * 60, until: 21 * 60, days: [1, 2, 3, 4, 5, 6, 7] };
    const watch = createTestWatch({
      createdWithin: 30 * DAY,
      channels: [createFakeChannel('ops'), createFakeChannel('day', null, day), createFakeChannel('deaf')],
    });
    watch.clock.set(Date.parse('2026-03-02T22:00:00+08:00'));
    const createTime = new Date(watch.clock.now() - 30 * DAY + HOUR).toISOString();
    watch.robotTasks.set('1', 'ARREARS_STOP', { createTime });
    watch.channel('deaf').answer = refuses;
    await polls(watch, 1);
    watch.wait(12 * HOUR);
    watch.channel('deaf').answer = accepts;
    await polls(watch, 2);
    for (const id of ['ops', 'day', 'deaf']) {
      expect(watch.channel(id).received.map(({ firing }) => firing.length)).toEqual([1]);
    }
  });

  test('that grew old is told nevertheless where it changes from one stop to the other, to whomever it concerns', async () => {
    const watch = createTestWatch({
      createdWithin: 30 * DAY,
      channels: [
        createFakeChannel('deaf'),
        createFakeChannel('ops', ['SYSTEM_STOP']),
        createFakeChannel('finance', ['ARREARS_STOP']),
      ],
    });
    const createTime = new Date(watch.clock.now() - 30 * DAY + 2 * MINUTE).toISOString();
    watch.robotTasks.set('1', 'SYSTEM_STOP', { createTime });
    watch.channel('deaf').answer = refuses;
    await polls(watch, 4);
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await polls(watch, 2);
    watch.channel('deaf').answer = accepts;
    await polls(watch, 2);
    const told = (id: string) => {
      const { received } = watch.channel(id);
      return received.flatMap(({ firing, resolved }) => [...firing, ...resolved].map(({ status }) => status));
    };
    expect({ deaf: told('deaf'), finance: told('finance'), ops: told('ops') }).toEqual({
      deaf: ['ARREARS_STOP'],
      finance: ['ARREARS_STOP'],
      ops: ['SYSTEM_STOP', 'ARREARS_STOP'],
    });
  });

  test('that was told before is followed to its end, without reminders', async () => {
    const watch = createTestWatch({ createdWithin: DAY });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    for (let days = 0; days < 3; days++) {
      watch.wait(DAY);
      await watch.poll();
    }
    const { received } = watch.channel('ops');
    expect(received.flatMap(({ firing, repeated }) => [...firing, ...repeated])).toHaveLength(1);
    watch.robotTasks.set('1', 'EXCUTING');
    await watch.poll();
    expect(lastTold(watch)).toEqual({ ...nothing, resolved: ['1 ARREARS_STOP > EXCUTING'] });
  });
});

describe('reminders', () => {
  test('grow apart as the list says, and its last interval repeats', async () => {
    const watch = createTestWatch({ repeatIntervals: [4 * HOUR, 8 * HOUR, 24 * HOUR] });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    const hours: number[] = [];
    for (let hour = 0; hour <= 90; hour++) {
      const before = watch.channel('ops').received.length;
      await watch.poll();
      if (watch.channel('ops').received.length > before) hours.push(hour);
      watch.wait(HOUR);
    }
    expect(hours).toEqual([0, 4, 12, 36, 60, 84]);
  });

  test('that may not have arrived come again, and tell no new stop', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.wait(4 * HOUR);
    watch.channel('ops').answer = answersTooLate;
    await watch.poll();
    watch.channel('ops').answer = () => ({ ok: true });
    watch.wait(MINUTE);
    await watch.poll();
    const { received } = watch.channel('ops');
    expect(received.map(({ firing, repeated }) => [firing.length, repeated.length])).toEqual([
      [1, 0],
      [0, 1],
      [0, 1],
    ]);
    expect(received[2]?.id).toBe(received[1]?.id);
  });
});

describe('a message whose OK gets lost', () => {
  test.each<{ name: string; between: (watch: TestWatch) => void; after: (watch: TestWatch) => void }>([
    {
      name: 'the channel has slept',
      between: ({ clock }) => {
        clock.set(Date.parse('2026-03-03T02:00:00+08:00'));
      },
      after: ({ clock }) => {
        clock.set(Date.parse('2026-03-03T09:00:00+08:00'));
      },
    },
    {
      name: 'nobody could see the task for a poll',
      between: (watch) => {
        watch.robotTasks.unlisted.add('1');
        watch.robotTasks.brokenDetails.add('1');
        watch.wait(MINUTE);
      },
      after: (watch) => {
        watch.robotTasks.unlisted.clear();
        watch.robotTasks.brokenDetails.clear();
        watch.wait(MINUTE);
      },
    },
  ])('is sent again under its id when $name', async ({ between, after }) => {
    const day = { from: 9 * 60, until: 21 * 60, days: [1, 2, 3, 4, 5, 6, 7] };
    const watch = createTestWatch({ channels: [createFakeChannel('ops', null, day)] });
    watch.clock.set(Date.parse('2026-03-02T20:50:00+08:00'));
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.channel('ops').answer = answersTooLate;
    await watch.poll();
    watch.channel('ops').answer = accepts;
    between(watch);
    await watch.poll();
    after(watch);
    await watch.poll();
    const ids = watch.channel('ops').received.map(({ id }) => id);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    watch.robotTasks.set('1', 'EXCUTING');
    watch.wait(MINUTE);
    await watch.poll();
    expect(ids).not.toContain(watch.channel('ops').received.at(-1)?.id);
  });

  test('a recovery: the group is told of the next stop all the same', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.robotTasks.set('1', 'EXCUTING');
    watch.channel('ops').answer = answersTooLate;
    watch.wait(MINUTE);
    await watch.poll();
    watch.channel('ops').answer = () => ({ ok: true });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.wait(MINUTE);
    await watch.poll();
    expect(lastTold(watch)).toEqual({ ...nothing, firing: ['1 - > ARREARS_STOP'] });
    expect(new Set(watch.channel('ops').received.map(({ id }) => id)).size).toBe(3);
  });

  test('a stop that ends before the next poll: its end is told, once', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.channel('ops').answer = answersTooLate;
    await watch.poll();
    watch.channel('ops').answer = () => ({ ok: true });
    watch.robotTasks.set('1', 'EXCUTING');
    for (let each = 0; each < 3; each++) {
      watch.wait(MINUTE);
      await watch.poll();
    }
    expect(lastTold(watch)).toEqual({ ...nothing, resolved: ['1 ARREARS_STOP > EXCUTING'] });
    expect(watch.channel('ops').received).toHaveLength(2);
  });
});

describe('a detail that contradicts the lists', () => {
  test('for a moment changes nothing', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.robotTasks.unlisted.add('1');
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    await watch.poll();
    watch.robotTasks.unlisted.clear();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    expect(watch.channel('ops').received).toHaveLength(1);
  });

  test('twice is believed, and told once', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.robotTasks.unlisted.add('1');
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    await polls(watch, 3);
    expect(watch.channel('ops').received).toHaveLength(2);
    expect(lastTold(watch)).toEqual({ ...nothing, firing: ['1 ARREARS_STOP > SYSTEM_STOP'] });
  });
});

test('the stops of the last 7 days are kept, with what each task became, newest first', async () => {
  const watch = createTestWatch();
  for (const became of ['EXCUTING', 'FINISH']) {
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.wait(2 * DAY);
    watch.robotTasks.set('1', became);
    await watch.poll();
  }
  const history = () =>
    watch.store.cell.saved?.state.history.map(({ condition, became }) => `${condition} > ${became ?? ''}`);
  expect(history()).toEqual(['ARREARS_STOP > FINISH', 'ARREARS_STOP > EXCUTING']);
  watch.wait(6 * DAY);
  await watch.poll();
  expect(history()).toEqual(['ARREARS_STOP > FINISH']);
});
