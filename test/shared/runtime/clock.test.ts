import { systemClock } from '../../../shared/runtime/clock';

it("tells the system's time", () => {
  const before = Date.now();
  const now = systemClock.now();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

it('sleeps and wakes', async () => {
  await expect(systemClock.sleep(1)).resolves.toBeUndefined();
  await expect(systemClock.sleep(1, new AbortController().signal)).resolves.toBeUndefined();
});

it.each([60_000, 2 ** 31, Infinity])('is woken by its signal out of a sleep of %d ms', async (ms) => {
  const controller = new AbortController();
  const sleep = systemClock.sleep(ms, controller.signal);
  // Time enough for a timeout that overflowed to 1 ms.
  await systemClock.sleep(20);
  controller.abort(new Error('wake up'));
  await expect(sleep).rejects.toThrow('wake up');
});

it('does not fall asleep when its signal was aborted before', async () => {
  await expect(systemClock.sleep(60_000, AbortSignal.abort(new Error('no')))).rejects.toThrow('no');
});
