import fc from 'fast-check';
import { phaseDeadline, type Phase } from '../../../../functions/watch-robot-tasks/poll/phases';

const PHASES: Phase[] = ['load', 'observe', 'deliver', 'save', 'heartbeat'];

test('with the 50 s of s.yaml, 5 s are kept for saving and 3 s for the heartbeat however long the rest takes', () => {
  const time = { startedAt: 1_000_000, timeoutMs: 50_000 };
  const delivered = phaseDeadline('deliver', time, time.startedAt + 40_000);
  expect(delivered).toBe(time.startedAt + 41_000);
  expect(phaseDeadline('save', time, delivered)).toBe(time.startedAt + 46_000);
  expect(phaseDeadline('heartbeat', time, time.startedAt + 46_000)).toBe(time.startedAt + 49_000);
});

test('a phase that begins early has no more than its share: a dead channel costs 15 s, not 40', () => {
  const time = { startedAt: 0, timeoutMs: 50_000 };
  expect(phaseDeadline('deliver', time, 1_000)).toBe(16_000);
});

test('whatever each phase takes of its time, every later one has some left, and all end before the timeout', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 600_000 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
      (timeoutMs, used) => {
        const startedAt = 1_772_417_700_000;
        let now = startedAt;
        PHASES.forEach((phase, index) => {
          const deadline = phaseDeadline(phase, { startedAt, timeoutMs }, now);
          expect(deadline).toBeGreaterThan(now);
          expect(deadline).toBeLessThan(startedAt + timeoutMs);
          now += Math.floor((deadline - now) * (used[index] ?? 0));
        });
      },
    ),
  );
});
