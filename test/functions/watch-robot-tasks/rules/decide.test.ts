import type { Delivery } from '../../../../functions/watch-robot-tasks/rules/delivery';
import {
  accepts,
  answersTooLate,
  createFakeChannel,
  createTestWatch,
  HOUR,
  MINUTE,
  lastTold,
  nothing,
  refuses,
} from '../../../stand-ins/watch';

describe('what a channel is told', () => {
  test('the first poll alerts on what it finds', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.robotTasks.set('2', 'SYSTEM_STOP');
    watch.robotTasks.set('3', 'EXCUTING');
    const { summary } = await watch.poll();
    expect(lastTold(watch)).toEqual({ ...nothing, firing: ['1 - > ARREARS_STOP', '2 - > SYSTEM_STOP'] });
    expect(summary).toEqual({
      polled: 2,
      stopped: 2,
      fired: 2,
      repeated: 0,
      resolved: 0,
      delivered: { ops: 2 },
      failed: {},
    });
  });

  test.each([
    { interval: 10_000, early: 5000 },
    { interval: 2 * MINUTE, early: 10_000 },
    { interval: 4 * HOUR, early: 12 * MINUTE },
    { interval: 24 * HOUR, early: 30 * MINUTE },
  ])(
    'a task that stays stopped is told once, and again from $early ms before the interval of $interval ms has passed',
    async ({ interval, early }) => {
      const watch = createTestWatch({ repeatIntervals: [interval] });
      watch.robotTasks.set('1', 'ARREARS_STOP');
      await watch.poll();
      watch.wait(interval - early - 1);
      await watch.poll();
      expect(watch.channel('ops').received).toHaveLength(1);
      watch.wait(1);
      const { summary } = await watch.poll();
      expect(lastTold(watch)).toEqual({ ...nothing, repeated: ['1 - > ARREARS_STOP'] });
      expect(summary.repeated).toBe(1);
    },
  );

  test('with a poll an hour, reminders after 4, 8 and 24 hours come after 4, 12 and 36 hours', async () => {
    const watch = createTestWatch({ repeatIntervals: [4 * HOUR, 8 * HOUR, 24 * HOUR] });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    const hours: number[] = [];
    for (let hour = 0; hour <= 40; hour += 1) {
      // A poll tells when it has asked: some seconds later, and not always as many.
      watch.wait(hour === 0 ? 3000 : HOUR - (hour % 3) * 900);
      if ((await watch.poll()).summary.repeated > 0) hours.push(hour);
    }
    expect(hours).toEqual([4, 12, 36]);
  });

  test('with a repeat interval of 0 there is no reminder', async () => {
    const watch = createTestWatch({ repeatIntervals: [] });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.wait(1000 * HOUR);
    await watch.poll();
    expect(watch.channel('ops').received).toHaveLength(1);
  });

  test.each(['EXCUTING', 'FINISH', 'CANCEL', 'A_STATUS_OF_NEXT_YEAR'])(
    'a task that is seen in %s is told as resolved, with what it became and since when it had stopped',
    async (status) => {
      const watch = createTestWatch();
      watch.robotTasks.set('1', 'ARREARS_STOP');
      await watch.poll();
      const since = watch.clock.now();
      watch.robotTasks.set('1', status);
      watch.wait(MINUTE);
      await watch.poll();
      expect(lastTold(watch)).toEqual({ ...nothing, resolved: [`1 ARREARS_STOP > ${status}`] });
      expect(watch.channel('ops').received.at(-1)?.resolved[0]).toMatchObject({
        since,
        task: { id: '1', status },
      });
      expect(watch.store.cell.saved?.state).toMatchObject({ tasks: [], failures: [] });
    },
  );

  test('a change from one stop status to the other is a new firing that names both', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    watch.wait(MINUTE);
    await watch.poll();
    expect(lastTold(watch)).toEqual({ ...nothing, firing: ['1 ARREARS_STOP > SYSTEM_STOP'] });
    expect(watch.channel('ops').received.at(-1)?.firing[0]?.since).toBe(watch.clock.now());
  });

  test('a recovery that a channel missed is told only when the task is seen again, and as it then is', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.robotTasks.set('1', 'EXCUTING');
    const accepts = watch.channel('ops').answer;
    watch.channel('ops').answer = refuses;
    await watch.poll();
    watch.channel('ops').answer = accepts;
    watch.robotTasks.brokenDetails.add('1');
    await watch.poll();
    expect(watch.channel('ops').received).toHaveLength(1);
    watch.robotTasks.brokenDetails.clear();
    watch.robotTasks.set('1', 'FINISH');
    await watch.poll();
    expect(lastTold(watch)).toEqual({ ...nothing, resolved: ['1 ARREARS_STOP > FINISH'] });
  });

  test.each([
    { name: 'at once without a pending time', pending: 0, waits: 0 },
    { name: 'after its pending time, counted anew', pending: 2 * MINUTE, waits: 2 * MINUTE },
  ])(
    'a stop that a channel refused is told although the clock was set back: $name',
    async ({ pending, waits }) => {
      const watch = createTestWatch({ pending: new Map([['ARREARS_STOP', pending]]) });
      watch.channel('ops').answer = refuses;
      watch.robotTasks.set('1', 'ARREARS_STOP');
      await watch.poll();
      watch.wait(-10 * HOUR);
      watch.channel('ops').answer = () => ({ ok: true });
      await watch.poll();
      watch.wait(waits);
      await watch.poll();
      expect(watch.channel('ops').received).toHaveLength(1);
      expect(lastTold(watch)).toEqual({ ...nothing, firing: ['1 - > ARREARS_STOP'] });
    },
  );

  test('a status is told when it has held for its pending time', async () => {
    const watch = createTestWatch({ pending: new Map([['SYSTEM_STOP', 5 * MINUTE]]) });
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    watch.robotTasks.set('2', 'ARREARS_STOP');
    await watch.poll();
    expect(lastTold(watch)).toEqual({ ...nothing, firing: ['2 - > ARREARS_STOP'] });
    watch.wait(5 * MINUTE - 1);
    await watch.poll();
    expect(watch.channel('ops').received).toHaveLength(1);
    watch.wait(1);
    await watch.poll();
    expect(lastTold(watch)).toEqual({ ...nothing, firing: ['1 - > SYSTEM_STOP'] });
  });

  test('what was never told as firing is not told as resolved, and leaves the state at once', async () => {
    const watch = createTestWatch({ pending: new Map([['SYSTEM_STOP', 5 * MINUTE]]) });
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    await watch.poll();
    expect(watch.store.cell.saved?.state.tasks).toHaveLength(1);
    watch.robotTasks.set('1', 'EXCUTING');
    watch.wait(MINUTE);
    await watch.poll();
    expect(watch.channel('ops').received).toEqual([]);
    expect(watch.store.cell.saved?.state).toMatchObject({ tasks: [], history: [] });
  });

  test('a stop that had held is in the history although no channel took its alert', async () => {
    const watch = createTestWatch({ pending: new Map([['SYSTEM_STOP', 5 * MINUTE]]) });
    watch.channel('ops').answer = refuses;
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    await watch.poll();
    watch.wait(5 * MINUTE);
    await watch.poll();
    watch.robotTasks.set('1', 'EXCUTING');
    await watch.poll();
    expect(watch.store.cell.saved?.state.history).toMatchObject([{ id: '1', condition: 'SYSTEM_STOP' }]);
  });

  test('a message has an id of its own, and keeps it when it is sent again because nobody knows whether it arrived', async () => {
    const watch = createTestWatch({ repeatIntervals: [10 * MINUTE] });
    const ids: (string | undefined)[] = [];
    const tell = async (status: string) => {
      watch.wait(11 * MINUTE);
      watch.robotTasks.set('1', status);
      watch.channel('ops').answer = answersTooLate;
      await watch.poll();
      watch.restart();
      watch.wait(MINUTE);
      watch.channel('ops').answer = accepts;
      await watch.poll();
      const [first, again, ...others] = watch
        .channel('ops')
        .received.splice(0)
        .map(({ id }) => id);
      expect(others).toEqual([]);
      expect(again).toBe(first);
      ids.push(first);
    };
    // A stop, two reminders, another stop status, its end, and all of it once more.
    const story = ['ARREARS_STOP', 'ARREARS_STOP', 'ARREARS_STOP', 'SYSTEM_STOP', 'EXCUTING'];
    for (const status of [...story, ...story]) await tell(status);
    expect(new Set(ids).size).toBe(10);
  });

  test('each receiver of a channel counts by itself: nobody is told twice, and who refuses for good not before other news', async () => {
    const watch = createTestWatch({
      channels: [{ ...createFakeChannel('mail'), receivers: ['aaaaaaaa', 'bbbbbbbb', 'cccccccc'] }],
    });
    const sent: (readonly [readonly string[] | undefined, string[]])[] = [];
    const [mail] = watch.channels;
    if (mail === undefined) throw new Error('There is no channel.');
    let answers: ReadonlyMap<string, Delivery> = new Map();
    mail.send = (message) => {
      if (message.kind !== 'alert') return Promise.resolve({ ok: true });
      const said = [...message.firing, ...message.resolved].map(
        ({ task, status }) => `${task.id} ${status ?? ''}`,
      );
      sent.push([message.receivers, said]);
      const failed = message.receivers?.some((id) => answers.get(id)?.ok === false) === true;
      return Promise.resolve(
        failed ? { ...refuses(), mayHaveArrived: false, receivers: answers } : { ok: true },
      );
    };
    const poll = async () => {
      watch.wait(MINUTE);
      const { summary } = await watch.poll();
      return [sent.splice(0), Object.keys(summary.failed)];
    };
    watch.robotTasks.set('1', 'ARREARS_STOP');
    answers = new Map<string, Delivery>([
      ['aaaaaaaa', { ok: true }],
      ['bbbbbbbb', refuses()],
      ['cccccccc', { ...refuses(), ok: false, permanent: true, mayHaveArrived: false } as Delivery],
    ]);
    expect(await poll()).toEqual([[[['aaaaaaaa', 'bbbbbbbb', 'cccccccc'], ['1 ARREARS_STOP']]], ['mail']]);
    expect(await poll()).toEqual([[[['bbbbbbbb'], ['1 ARREARS_STOP']]], ['mail']]);
    answers = new Map();
    expect(await poll()).toEqual([[[['bbbbbbbb'], ['1 ARREARS_STOP']]], []]);
    expect(await poll()).toEqual([[], []]);
    watch.robotTasks.set('2', 'SYSTEM_STOP');
    expect(await poll()).toEqual([
      [
        [['aaaaaaaa', 'bbbbbbbb'], ['2 SYSTEM_STOP']],
        [['cccccccc'], ['1 ARREARS_STOP', '2 SYSTEM_STOP']],
      ],
      [],
    ]);
    watch.robotTasks.set('1', 'FINISH');
    watch.robotTasks.set('2', 'EXCUTING');
    expect(await poll()).toEqual([
      [
        [
          ['aaaaaaaa', 'bbbbbbbb', 'cccccccc'],
          ['1 FINISH', '2 EXCUTING'],
        ],
      ],
      [],
    ]);
    expect(watch.store.cell.saved?.state.told.size).toBe(0);
  });

  test('the same news has another id for another channel, and in another deployment', async () => {
    const ids = new Set<string | undefined>();
    for (const deployment of ['account/region/watch', 'account/region/watch-test']) {
      const watch = createTestWatch({
        deployment,
        channels: [createFakeChannel('a'), createFakeChannel('b')],
      });
      watch.robotTasks.set('1', 'ARREARS_STOP');
      await watch.poll();
      for (const { received } of watch.channels) ids.add(received[0]?.id);
    }
    expect(ids.size).toBe(4);
  });

  test('a pending time begins anew when the task ran in between', async () => {
    const watch = createTestWatch({ pending: new Map([['SYSTEM_STOP', 5 * MINUTE]]) });
    for (const status of ['SYSTEM_STOP', 'EXCUTING', 'SYSTEM_STOP']) {
      watch.robotTasks.set('1', status);
      await watch.poll();
      watch.wait(3 * MINUTE);
    }
    await watch.poll();
    expect(watch.channel('ops').received).toEqual([]);
  });

  test('a channel hears only of its statuses, and of a task that left them', async () => {
    const watch = createTestWatch({
      channels: [createFakeChannel('all'), createFakeChannel('system', ['SYSTEM_STOP'])],
    });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.robotTasks.set('2', 'SYSTEM_STOP');
    await watch.poll();
    expect(lastTold(watch, 'system')).toEqual({ ...nothing, firing: ['2 - > SYSTEM_STOP'] });
    watch.robotTasks.set('2', 'ARREARS_STOP');
    await watch.poll();
    expect(lastTold(watch, 'system')).toEqual({ ...nothing, resolved: ['2 SYSTEM_STOP > ARREARS_STOP'] });
    expect(lastTold(watch, 'all')).toEqual({ ...nothing, firing: ['2 SYSTEM_STOP > ARREARS_STOP'] });
  });
});

describe('a changed configuration', () => {
  test('what a channel that is no longer configured was told is forgotten', async () => {
    const before = createTestWatch({ channels: [createFakeChannel('old')] });
    before.robotTasks.set('1', 'ARREARS_STOP');
    await before.poll();
    const after = createTestWatch({ ...before, channels: [createFakeChannel('new')] });
    await after.poll();
    expect(lastTold(after, 'new')?.firing).toEqual(['1 - > ARREARS_STOP']);
    expect(after.store.cell.saved?.state.told.get('task 1')?.map(({ channel }) => channel)).toEqual(['new']);
  });

  test('a stop that was told is followed to its end when its status is watched no longer, without reminders', async () => {
    const before = createTestWatch();
    before.robotTasks.set('1', 'ARREARS_STOP');
    await before.poll();
    const after = createTestWatch({
      ...before,
      ...before.policy,
      statuses: ['SYSTEM_STOP'],
      channels: before.channels,
    });
    after.wait(5 * HOUR);
    await after.poll();
    expect(after.channel('ops').received).toHaveLength(1);
    expect(after.robotTasks.asked.at(-1)).toBe('detail 1');
    after.robotTasks.set('1', 'EXCUTING');
    await after.poll();
    expect(lastTold(after)).toEqual({ ...nothing, resolved: ['1 ARREARS_STOP > EXCUTING'] });
    expect(after.store.cell.saved?.state.tasks).toEqual([]);
  });
});
