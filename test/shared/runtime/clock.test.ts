import { systemClock } from '../../../shared/runtime/clock';
import { createStop } from '../../../shared/runtime/stop';

it("tells the system's time", () => {
  const before = Date.now();
  const now = systemClock.now();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

it('sleeps and wakes', async () => {
  await expect(systemClock.sleep(1)).resolves.toBeUndefined();
});

describe.each([
  { name: 'a stop', create: createStop },
  { name: "Node's AbortController", create: () => new AbortController() },
])('with a signal of $name, it', ({ create }) => {
  it('sleeps and wakes, whatever becomes of the signal then', async () => {
    const stop = create();
    await expect(systemClock.sleep(1, stop.signal)).resolves.toBeUndefined();
    stop.abort(new Error('too late'));
  });

  it.each([60_000, 2 ** 31, Infinity])('is woken out of a sleep of %d ms', async (ms) => {
    const stop = create();
    const sleep = systemClock.sleep(ms, stop.signal);
    // Time enough for a timeout that overflowed to 1 ms.
    await systemClock.sleep(20);
    expect(stop.signal.aborted).toBe(false);
    stop.abort(new Error('wake up'));
    stop.abort(new Error('again'));
    expect(stop.signal).toMatchObject({ aborted: true, reason: new Error('wake up') });
    await expect(sleep).rejects.toThrow('wake up');
  });

  it('does not fall asleep when it was aborted before', async () => {
    const stop = create();
    stop.abort(new Error('no'));
    await expect(systemClock.sleep(60_000, stop.signal)).rejects.toThrow('no');
  });
});
