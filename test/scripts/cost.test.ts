import fc from 'fast-check';
import { monthlyCost } from '../../scripts/cost';

test('Compute units are vCPU seconds, 0.15 of a GB second, and 75 for 10,000 calls', () => {
  const { units, forUnits } = monthlyCost({
    vcpu: 0.5,
    memoryMb: 1024,
    callsPerHour: 10_000,
    secondsPerCall: 2,
    hours: 1,
  });
  expect(units).toBeCloseTo(10_000 * 2 * (0.5 + 0.15) + 75);
  expect(forUnits).toBeCloseTo(units * 0.00011);
});

test('An hour in which a function runs costs at least one fen, and one in which it does not costs nothing', () => {
  const usage = { vcpu: 0.05, memoryMb: 128, callsPerHour: 1, secondsPerCall: 0.01, hours: 720 };
  expect(monthlyCost(usage).billed).toBeCloseTo(7.2);
  expect(monthlyCost({ ...usage, callsPerHour: 0 }).billed).toBe(0);
});

test('More calls or longer ones never cost less', () => {
  const amount = fc.integer({ min: 1, max: 1000 });
  fc.assert(
    fc.property(amount, amount, amount, (callsPerHour, tenths, more) => {
      const usage = { vcpu: 0.35, memoryMb: 512, callsPerHour, secondsPerCall: tenths / 10, hours: 720 };
      const { billed } = monthlyCost(usage);
      expect(monthlyCost({ ...usage, callsPerHour: callsPerHour + more }).billed).toBeGreaterThanOrEqual(
        billed,
      );
      expect(
        monthlyCost({ ...usage, secondsPerCall: usage.secondsPerCall + more }).billed,
      ).toBeGreaterThanOrEqual(billed);
    }),
  );
});
