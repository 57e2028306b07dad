import { endWithin } from '../../../shared/runtime/deadline';
import { systemClock } from '../../../shared/runtime/clock';
import type { StopSignal } from '../../../shared/runtime/stop';

const late = () => new Error('too late');
const never = () => new Promise<never>(() => undefined);

describe('work with a deadline', () => {
  it('gives its result if it ends in time', async () => {
    await expect(endWithin(systemClock, 10_000, () => 'done', late)).resolves.toBe('done');
  });

  it('gives its own failure if it fails in time, also when it fails at once', async () => {
    const fails = () => {
      throw new Error('broken');
    };
    await expect(endWithin(systemClock, 10_000, fails, late)).rejects.toThrow('broken');
  });

  it.each([20, 0, -20])('is given up after %d ms', async (ms) => {
    await expect(endWithin(systemClock, ms, never, late)).rejects.toThrow('too late');
  });

  it('tells the work that the race has ended, whoever won it', async () => {
    const signals: StopSignal[] = [];
    const noted = (signal: StopSignal) => {
      signals.push(signal);
    };
    await endWithin(systemClock, 10_000, noted, late);
    await endWithin(
      systemClock,
      1,
      (signal) => {
        noted(signal);
        return never();
      },
      late,
    ).catch(() => undefined);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it.each([Infinity, Number.MAX_SAFE_INTEGER])('is not given up at once for as long as %d ms', async (ms) => {
    const work = () => systemClock.sleep(20).then(() => 'done');
    await expect(endWithin(systemClock, ms, work, late)).resolves.toBe('done');
  });
});
