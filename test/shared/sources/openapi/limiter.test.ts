import * as fc from 'fast-check';
import { createLimiter } from '../../../../shared/sources/openapi/limiter';
import { createVirtualClock } from '../../../stand-ins/virtual-clock';

function unaborted(): AbortSignal {
  return new AbortController().signal;
}

/** Runs one call per duration through a limiter, all asked for at once. */
async function runCalls(durations: readonly number[], setBack?: { after: number; by: number }) {
  const clock = createVirtualClock();
  const limiter = createLimiter({ clock });
  const starts: number[] = [];
  let inFlight = 0;
  let maxInFlight = 0;
  const calls = durations.map(async (ms) => {
    const end = await limiter.start(unaborted());
    if (starts.push(clock.now()) === setBack?.after) clock.set(clock.now() - setBack.by);
    maxInFlight = Math.max(maxInFlight, ++inFlight);
    await clock.sleep(ms);
    inFlight--;
    end();
  });
  await clock.run(Promise.all(calls));
  return { starts, maxInFlight };
}

function mostInOneSecond(starts: readonly number[]): number {
  return Math.max(...starts.map((first) => starts.filter((at) => at >= first && at < first + 1000).length));
}

it('lets at most 8 calls run at a time, and lets 8 run', async () => {
  const { maxInFlight } = await runCalls(Array.from({ length: 100 }, () => 100));
  expect(maxInFlight).toBe(8);
});

it('starts at most 80 calls in any second, and 80 in the first', async () => {
  const { starts } = await runCalls(Array.from({ length: 500 }, () => 1));
  expect(mostInOneSecond(starts)).toBe(80);
});

it('keeps both limits whatever the calls take', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 300 }), async (durations) => {
      const { starts, maxInFlight } = await runCalls(durations);
      expect(starts).toHaveLength(durations.length);
      expect(maxInFlight).toBeLessThanOrEqual(8);
      expect(mostInOneSecond(starts)).toBeLessThanOrEqual(80);
    }),
    { numRuns: 30 },
  );
});

it('is not held up by a clock that is set back', async () => {
  const { starts } = await runCalls(
    Array.from({ length: 100 }, () => 1),
    { after: 50, by: 3_600_000 },
  );
  expect(starts).toHaveLength(100);
  expect((starts.at(-1) ?? 0) - (starts[50] ?? 0)).toBeLessThan(5000);
});

it('starts calls in the order in which they came', async () => {
  const clock = createVirtualClock();
  const limiter = createLimiter({ clock, maxInFlight: 1 });
  const order: number[] = [];
  const calls = [1, 2, 3, 4].map(async (name) => {
    const end = await limiter.start(unaborted());
    order.push(name);
    await clock.sleep(10);
    end();
  });
  await clock.run(Promise.all(calls));
  expect(order).toEqual([1, 2, 3, 4]);
});

it('has no ear for the end of an operation that was let in, so that nobody else loses the place for it', async () => {
  const clock = createVirtualClock();
  const limiter = createLimiter({ clock, maxInFlight: 1 });
  const operation = new AbortController();
  const end = await limiter.start(operation.signal);
  const next = limiter.start(unaborted());
  operation.abort();
  end();
  const outcome = Promise.race([next.then(() => 'let in'), clock.sleep(5000).then(() => 'forgotten')]);
  expect(await clock.run(outcome)).toBe('let in');
});

it('lets go of one that no longer wants to wait, and of nobody else', async () => {
  const clock = createVirtualClock();
  const limiter = createLimiter({ clock, maxInFlight: 1 });
  const end = await limiter.start(unaborted());
  const leaving = new AbortController();
  const left = limiter.start(leaving.signal);
  const next = limiter.start(unaborted());
  leaving.abort(new Error('too late'));
  await expect(left).rejects.toThrow('too late');
  await expect(limiter.start(leaving.signal)).rejects.toThrow('too late');
  end();
  await expect(next).resolves.toBeInstanceOf(Function);
});
