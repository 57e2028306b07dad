import {
  createFakeChannel,
  createTestWatch,
  HOUR,
  MINUTE,
  refuses,
  lastTold,
  nothing,
} from '../../../stand-ins/watch';

describe('delivery', () => {
  test('a channel that fails is told the then current facts by the next poll; the others are not held up', async () => {
    const watch = createTestWatch({ channels: [createFakeChannel('a'), createFakeChannel('b')] });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.channel('a').answer = refuses;
    const { summary } = await watch.poll();
    expect(summary).toMatchObject({ fired: 1, delivered: { b: 1 }, failed: { a: 'It is busy.' } });
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    watch.channel('a').answer = () => ({ ok: true });
    await watch.poll();
    expect(lastTold(watch, 'a')).toEqual({ ...nothing, firing: ['1 - > SYSTEM_STOP'] });
    expect(lastTold(watch, 'b')).toEqual({ ...nothing, firing: ['1 ARREARS_STOP > SYSTEM_STOP'] });
  });

  test('a resolved that a channel missed is told to it later, until it has it', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.robotTasks.set('1', 'EXCUTING');
    watch.channel('ops').answer = refuses;
    await watch.poll();
    watch.robotTasks.set('1', 'FINISH');
    watch.channel('ops').answer = () => ({ ok: true });
    await watch.poll();
    expect(lastTold(watch)).toEqual({ ...nothing, resolved: ['1 ARREARS_STOP > FINISH'] });
  });

  test('a channel that never answers fails at its deadline, and the state is saved', async () => {
    const watch = createTestWatch({ channels: [createFakeChannel('a'), createFakeChannel('b')] });
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.channel('a').answer = () => null;
    const startedAt = watch.clock.now();
    const { summary, state } = await watch.poll();
    expect(summary).toMatchObject({ delivered: { b: 1 }, failed: { a: 'It did not answer in time.' } });
    expect(state).toBe('saved');
    expect(watch.clock.now() - startedAt).toBeLessThan(50_000);
  });

  test('a channel that throws counts as failed, and what it threw is not repeated', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.channel('ops').answer = () => {
      throw new Error('https://example.com/robot?token=marked-secret');
    };
    const { summary } = await watch.poll();
    expect(summary.failed['ops']).toBe('It failed unexpectedly: see the log of the function.');
    expect(JSON.stringify(watch.store.cell.saved)).not.toContain('marked-secret');
  });

  test('a re-send of the same news has the same id, and a later reminder another', async () => {
    const watch = createTestWatch();
    const ids: string[] = [];
    watch.channel('ops').send = (message) => {
      ids.push(message.id);
      return Promise.resolve(ids.length === 1 ? refuses() : { ok: true });
    };
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.wait(MINUTE);
    await watch.poll();
    watch.wait(4 * HOUR);
    await watch.poll();
    watch.wait(4 * HOUR);
    await watch.poll();
    expect(ids).toHaveLength(4);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
  });

  test('after a crash between delivery and save, a reminder is sent again with the same id', async () => {
    const watch = createTestWatch();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await watch.poll();
    watch.wait(4 * HOUR);
    watch.channel('ops').pause = () => {
      watch.store.broken.add('save');
      return Promise.resolve();
    };
    await watch.poll();
    watch.channel('ops').pause = () => Promise.resolve();
    const restarted = createTestWatch({ ...watch, store: watch.store });
    watch.store.broken.clear();
    restarted.wait(MINUTE);
    await restarted.poll();
    const [, reminder, again] = watch.channel('ops').received;
    expect(again?.repeated).toHaveLength(1);
    expect(again?.id).toBe(reminder?.id);
  });
});
