import { endBy } from '../../../../functions/watch-robot-tasks/stores/deadline';
import { systemClock } from '../../../../shared/clock';

const late = () => new Error('too late');
const never = new Promise<never>(() => undefined);

describe('work with a deadline', () => {
  it('gives its result if it ends in time', async () => {
    await expect(endBy(Date.now() + 10_000, systemClock, Promise.resolve('done'), late)).resolves.toBe(
      'done',
    );
  });

  it('gives its own failure if it fails in time', async () => {
    const work = Promise.reject(new Error('broken'));
    await expect(endBy(Date.now() + 10_000, systemClock, work, late)).rejects.toThrow('broken');
  });

  it.each([
    { name: 'soon', after: 20 },
    { name: 'already past', after: -20 },
  ])('is given up at a deadline that is $name', async ({ after }) => {
    await expect(endBy(Date.now() + after, systemClock, never, late)).rejects.toThrow('too late');
  });

  it.each([Infinity, Number.MAX_SAFE_INTEGER])(
    'is not given up at once for a deadline as far as %d',
    async (deadline) => {
      const work = systemClock.sleep(20).then(() => 'done');
      await expect(endBy(deadline, systemClock, work, late)).resolves.toBe('done');
    },
  );
});
