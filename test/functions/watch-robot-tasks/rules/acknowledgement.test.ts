import type { WatchOptions } from '../../../stand-ins/watch';
import { playMinutes, type Events } from '../../../stand-ins/timeline';
import {
  answersTooLate,
  accepts,
  createFakeChannel,
  createTestWatch,
  HOUR,
  MINUTE,
  refuses,
  type TestWatch,
} from '../../../stand-ins/watch';

const stop = (watch: TestWatch) => {
  watch.robotTasks.set('1', 'ARREARS_STOP');
};
const run = (watch: TestWatch) => {
  watch.robotTasks.set('1', 'EXCUTING');
};
const takes = (by: string) => (watch: TestWatch) => {
  watch.operators.take('1', by);
};
const mutes = (by: string, minutes: number) => (watch: TestWatch) => {
  watch.operators.take('1', by, watch.clock.now() + minutes * MINUTE);
};
const givesBack = (watch: TestWatch) => {
  watch.operators.giveBack('1');
};
const breaks = (watch: TestWatch) => {
  watch.operators.isBroken = true;
};
const both =
  (...events: ((watch: TestWatch) => void)[]) =>
  (watch: TestWatch) => {
    for (const happen of events) happen(watch);
  };

interface Row {
  readonly name: string;
  readonly options?: WatchOptions;
  readonly events: Events;
  readonly last: number;
  readonly ops: readonly string[];
}

const HALF_HOUR: WatchOptions = { repeatIntervals: [30 * MINUTE] };

describe('what an operator took', () => {
  test.each<Row>([
    {
      name: 'is told once, and no reminder follows',
      options: HALF_HOUR,
      events: { 0: stop, 3: takes('张三') },
      last: 100,
      ops: ['0 firing 1', '3 taken 1 by 张三'],
    },
    {
      name: 'ends after 24 hours, and the next poll reminds',
      options: { repeatIntervals: [30 * HOUR] },
      events: { 0: stop, 3: takes('张三') },
      last: 24 * 60 + 10,
      ops: ['0 firing 1', '3 taken 1 by 张三', '1443 reminder 1'],
    },
    {
      name: 'ends after 24 hours with a reminder where there are no others',
      options: { repeatIntervals: [] },
      events: { 0: stop, 3: takes('张三') },
      last: 24 * 60 + 10,
      ops: ['0 firing 1', '3 taken 1 by 张三', '1443 reminder 1'],
    },
    {
      name: 'is muted until a time, when the next poll reminds, and reminders go on from there',
      options: HALF_HOUR,
      events: { 0: stop, 3: mutes('李四', 60) },
      last: 100,
      ops: ['0 firing 1', '3 muted 1 by 李四', '63 reminder 1', '92 reminder 1'],
    },
    {
      name: 'is told as given back, and reminded of an interval later',
      options: HALF_HOUR,
      events: { 0: stop, 3: takes('张三'), 10: givesBack },
      last: 45,
      ops: ['0 firing 1', '3 taken 1 by 张三', '10 given back 1', '39 reminder 1'],
    },
    {
      name: 'and given back between two polls is no news',
      events: { 0: stop, 3: both(takes('张三'), givesBack) },
      last: 10,
      ops: ['0 firing 1'],
    },
    {
      name: 'is told anew where another one takes or mutes it, and not where the same one does the same again',
      events: { 0: stop, 3: takes('张三'), 5: takes('张三'), 7: takes('李四'), 9: mutes('李四', 60) },
      last: 20,
      ops: ['0 firing 1', '3 taken 1 by 张三', '7 taken 1 by 李四', '9 muted 1 by 李四'],
    },
    {
      name: 'stands no more once the task runs, and who started it is named',
      events: {
        0: stop,
        3: takes('张三'),
        8: both(run, (watch) => {
          watch.operators.start('1', '李四');
        }),
        20: stop,
      },
      last: 30,
      ops: ['0 firing 1', '3 taken 1 by 张三', '8 ended 1 (李四)', '20 firing 1'],
    },
    {
      name: 'stands no more in another condition, which is told',
      options: HALF_HOUR,
      events: {
        0: stop,
        3: takes('张三'),
        8: (watch) => {
          watch.robotTasks.set('1', 'SYSTEM_STOP');
        },
      },
      last: 40,
      ops: ['0 firing 1', '3 taken 1 by 张三', '8 firing 1', '37 reminder 1'],
    },
    {
      name: 'is told when the channel answers again, by the firing that it has not heard yet',
      events: {
        0: both(stop, (watch) => {
          watch.channel('ops').answer = refuses;
        }),
        3: takes('张三'),
        5: (watch) => {
          watch.channel('ops').answer = accepts;
        },
      },
      last: 10,
      ops: ['5 firing 1 (张三)'],
    },
    {
      name: 'is said again alone where the answer to it was lost, and not the stop',
      events: {
        0: stop,
        3: both(takes('张三'), (watch) => {
          watch.channel('ops').answer = answersTooLate;
        }),
        4: (watch) => {
          watch.channel('ops').answer = accepts;
        },
      },
      last: 10,
      ops: ['0 firing 1', '3 taken 1 by 张三', '4 taken 1 by 张三'],
    },
    {
      name: 'is told as given back to whoever may have heard that it was taken',
      events: {
        0: stop,
        3: both(takes('张三'), (watch) => {
          watch.channel('ops').answer = answersTooLate;
        }),
        4: both(givesBack, (watch) => {
          watch.channel('ops').answer = accepts;
        }),
      },
      last: 10,
      ops: ['0 firing 1', '3 taken 1 by 张三', '4 given back 1'],
    },
    {
      name: 'is told as long as the lists cannot be read, and its end reminds when they can',
      options: HALF_HOUR,
      events: {
        0: stop,
        3: (watch) => {
          watch.robotTasks.brokenLists.add('ARREARS_STOP');
        },
        4: mutes('张三', 2),
        20: (watch) => {
          watch.robotTasks.brokenLists.clear();
        },
      },
      last: 25,
      ops: ['0 firing 1', '4 muted 1 by 张三', '5 poll failing', '20 reminder 1; poll working'],
    },
    {
      name: 'is not believed from a clock that is far ahead, nor for longer than anybody can mute',
      options: HALF_HOUR,
      events: {
        0: stop,
        3: (watch) => {
          const [stopped] = watch.store.cell.saved?.state.tasks ?? [];
          const act = { id: '1', condition: 'ARREARS_STOP', since: stopped?.since ?? 0, by: '张三' };
          const at = watch.clock.now() + HOUR;
          watch.operators.record = { acknowledged: [{ ...act, at, until: null }], started: [] };
        },
        5: (watch) => {
          const [act] = watch.operators.record?.acknowledged ?? [];
          const at = watch.clock.now();
          const until = at + 8 * 24 * HOUR;
          if (act !== undefined)
            watch.operators.record = { acknowledged: [{ ...act, at, until }], started: [] };
        },
      },
      last: 40,
      ops: ['0 firing 1', '29 reminder 1'],
    },
  ])('$name', async ({ options, events, last, ops }) => {
    expect(await playMinutes(createTestWatch(options), events, last)).toEqual({ ops });
  });

  test('is told to each channel that knows of the stop, and to the others with it', async () => {
    const office = { from: 11 * 60, until: 20 * 60, days: [1, 2, 3, 4, 5] };
    const watch = createTestWatch({
      channels: [
        createFakeChannel('ops'),
        createFakeChannel('system', ['SYSTEM_STOP']),
        createFakeChannel('office', null, office),
      ],
    });
    // It begins at 10:15.
    expect(await playMinutes(watch, { 0: stop, 3: takes('张三') }, 60)).toEqual({
      ops: ['0 firing 1', '3 taken 1 by 张三'],
      system: [],
      office: ['45 firing 1 (张三)'],
    });
  });

  test('holds another stop of the task back no longer, also where a channel slept through the end of the first', async () => {
    const office = { from: 0, until: 10 * 60 + 20, days: [1] };
    const later = { from: 11 * 60, until: 24 * 60, days: [1] };
    const channel = { ...createFakeChannel('ops', null, office) };
    const watch = createTestWatch({ channels: [channel], repeatIntervals: [5 * HOUR] });
    const first = await playMinutes(watch, { 0: stop, 3: takes('张三'), 10: run, 20: stop }, 30);
    expect(first['ops']).toEqual(['0 firing 1', '3 taken 1 by 张三']);
    Object.assign(channel, { hours: later });
    watch.channel('ops').received.length = 0;
    expect(await playMinutes(watch, {}, 30)).toEqual({ ops: ['15 reminder 1'] });
  });
});

describe('the operators’ record', () => {
  test.each<Row>([
    {
      name: 'that cannot be read holds no reminder back, takes nothing back, and is told as a failure and when it works',
      options: { repeatIntervals: [10 * MINUTE] },
      events: {
        0: stop,
        3: takes('张三'),
        5: breaks,
        15: (watch) => {
          watch.operators.isBroken = false;
        },
      },
      last: 30,
      ops: [
        '0 firing 1',
        '3 taken 1 by 张三',
        '7 record failing',
        '13 reminder 1',
        '15 taken 1 by 张三; record working',
      ],
    },
    {
      name: 'that cannot be read while a reminder goes out, whose answer is lost: who took the stop is told again',
      options: { repeatIntervals: [10 * MINUTE] },
      events: {
        0: stop,
        3: takes('张三'),
        13: both(breaks, (watch) => {
          watch.channel('ops').answer = answersTooLate;
        }),
        14: (watch) => {
          watch.operators.isBroken = false;
          watch.channel('ops').answer = accepts;
        },
      },
      last: 30,
      ops: ['0 firing 1', '3 taken 1 by 张三', '13 reminder 1', '14 taken 1 by 张三'],
    },
    {
      name: 'that is gone although somebody had taken a task is a failure, and no task is given back',
      events: {
        0: stop,
        3: takes('张三'),
        5: (watch) => {
          watch.operators.record = null;
        },
      },
      last: 10,
      ops: ['0 firing 1', '3 taken 1 by 张三', '7 record failing'],
    },
    {
      name: 'that nobody has written yet is no failure',
      events: { 0: stop },
      last: 10,
      ops: ['0 firing 1'],
    },
  ])('$name', async ({ options, events, last, ops }) => {
    expect(await playMinutes(createTestWatch(options), events, last)).toEqual({ ops });
  });

  test('is read only in polls in which something stands or ended', async () => {
    const watch = createTestWatch();
    await playMinutes(watch, {}, 5);
    expect(watch.operators.reads).toBe(0);
    await playMinutes(watch, { 0: stop, 3: run }, 10);
    expect(watch.operators.reads).toBe(3);
  });
});

describe('a channel with after, the second line', () => {
  interface SecondRow extends Omit<Row, 'ops'> {
    /** Of the second line; the first one's channel is `ops`. */
    readonly hours?: { from: number; until: number; days: number[] };
    readonly statuses?: readonly string[];
    readonly wantsStanding?: true;
    readonly ops?: readonly string[];
    readonly second: readonly string[];
  }

  // Each of these is a row of the table in docs/alerts.md.
  test.each<SecondRow>([
    {
      name: 'is told of what stands for so long, and of its end',
      events: { 0: stop, 20: run },
      last: 25,
      second: ['10 firing 1', '20 ended 1'],
    },
    {
      name: 'hears nothing where it was taken in time',
      events: { 0: stop, 5: takes('张三'), 40: run },
      last: 45,
      second: [],
    },
    {
      name: 'hears nothing where it ended in time',
      events: { 0: stop, 9: run },
      last: 20,
      second: [],
    },
    {
      name: 'hears that it was taken, once it was told',
      events: { 0: stop, 15: takes('张三'), 20: run },
      last: 25,
      second: ['10 firing 1', '15 taken 1 by 张三', '20 ended 1'],
    },
    {
      name: 'is told at once of what is given back after its time',
      events: { 0: stop, 5: takes('张三'), 20: givesBack },
      last: 25,
      second: ['20 firing 1'],
    },
    {
      name: 'is told when what was muted is quiet no longer',
      events: { 0: stop, 5: mutes('张三', 60) },
      last: 70,
      ops: ['0 firing 1', '5 muted 1 by 张三', '65 reminder 1'],
      second: ['65 firing 1'],
    },
    {
      name: 'waits from the end of ALERT_PENDING',
      options: { pending: new Map([['ARREARS_STOP', 5 * MINUTE]]) },
      events: { 0: stop },
      last: 20,
      ops: ['5 firing 1'],
      second: ['15 firing 1'],
    },
    {
      name: 'with hours is told when they begin, of what has stood for long enough by then',
      hours: { from: 11 * 60, until: 20 * 60, days: [1] },
      events: { 0: stop },
      last: 60,
      second: ['45 firing 1'],
    },
    {
      name: 'with hours waits on where its hours begin in between',
      hours: { from: 10 * 60 + 20, until: 20 * 60, days: [1] },
      events: { 0: stop },
      last: 60,
      second: ['10 firing 1'],
    },
    {
      name: 'with statuses waits from where the task came into one of them',
      statuses: ['SYSTEM_STOP'],
      events: {
        0: stop,
        5: (watch) => {
          watch.robotTasks.set('1', 'SYSTEM_STOP');
        },
      },
      last: 30,
      ops: ['0 firing 1', '5 firing 1'],
      second: ['15 firing 1'],
    },
    {
      name: 'is told at once, once it was told, that the task stopped for another reason',
      events: {
        0: stop,
        12: (watch) => {
          watch.robotTasks.set('1', 'SYSTEM_STOP');
        },
      },
      last: 30,
      ops: ['0 firing 1', '12 firing 1'],
      second: ['10 firing 1', '12 firing 1'],
    },
    {
      name: 'is reminded as the others are, counted from when it was told',
      options: HALF_HOUR,
      events: { 0: stop },
      last: 45,
      ops: ['0 firing 1', '29 reminder 1'],
      second: ['10 firing 1', '39 reminder 1'],
    },
    {
      name: 'is told of what nobody can say who holds',
      events: {
        0: stop,
        2: takes('张三'),
        5: (watch) => {
          watch.operators.isBroken = true;
        },
      },
      last: 15,
      ops: ['0 firing 1', '2 taken 1 by 张三', '7 record failing'],
      second: ['10 firing 1'],
    },
    {
      name: 'does not hear of time that passed unseen',
      events: {
        0: stop,
        5: (watch) => {
          watch.robotTasks.brokenLists.add('ARREARS_STOP');
        },
        30: (watch) => {
          watch.robotTasks.brokenLists.clear();
        },
      },
      last: 40,
      ops: ['0 firing 1', '7 poll failing', '30 poll working'],
      second: ['17 poll failing', '30 firing 1; poll working'],
    },
    {
      name: 'is told at once that another channel fails',
      events: {
        0: (watch) => {
          watch.channel('ops').answer = refuses;
          watch.robotTasks.set('1', 'ARREARS_STOP');
        },
      },
      last: 8,
      ops: [],
      second: ['3 ops failing'],
    },
    {
      name: 'with everything at every poll is posted nothing before, and what was posted stands until its end, taken or not',
      wantsStanding: true,
      events: { 0: stop, 12: takes('张三'), 14: run },
      last: 14,
      second: ['10 firing 1', '11 ', '12 taken 1 by 张三', '13 ', '14 ended 1'],
    },
  ])('$name', async ({ options, events, last, ops, second, hours, statuses, wantsStanding }) => {
    const line = {
      ...createFakeChannel('second', statuses ?? null, hours ?? null),
      after: { text: '10m', ms: 10 * MINUTE },
      ...(wantsStanding === undefined ? {} : { wantsStanding }),
    };
    // The copy answers for itself.
    const watch = createTestWatch({ ...options, channels: [createFakeChannel('ops'), line] });
    const told = await playMinutes(watch, events, last);
    expect(told['second']).toEqual(second);
    if (ops !== undefined) expect(told['ops']).toEqual(ops);
  });

  test('is in the state with its time, as it is configured', async () => {
    const line = { ...createFakeChannel('second'), after: { text: '10m', ms: 10 * MINUTE } };
    const watch = createTestWatch({ channels: [createFakeChannel('ops'), line] });
    await watch.poll();
    expect(watch.store.cell.saved?.state.channels).toEqual([
      { id: 'ops', type: 'webhook', lastNewsAt: null },
      { id: 'second', type: 'webhook', lastNewsAt: null, after: '10m' },
    ]);
  });
});
