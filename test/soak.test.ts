/** A short soak: what `npm run soak` does for minutes, with a fixed seed. */
import { runSoak } from '../bench/soak/run';

test('in bad weather every stop is told, nothing is told falsely, and nothing is left behind', async () => {
  const { violations, counts, queries, polls } = await runSoak({ seed: 7, durationMs: 6000, maxRounds: 12 });
  expect(violations).toEqual([]);
  expect(polls).toBeGreaterThan(0);
  expect(counts.firing).toBeGreaterThan(0);
  expect(counts.resolved).toBeGreaterThan(0);
  expect(queries.compared).toBeGreaterThan(0);
}, 120_000);
