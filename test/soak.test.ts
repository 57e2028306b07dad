/** A short soak: what `npm run soak` does for minutes, with a fixed seed, for as long as it takes to meet every fault once. */
import { runSoak } from '../bench/soak/run';
import { ROUNDS_TO_MEET_ALL } from '../bench/soak/weather';

test('in bad weather every stop is told, nothing is told falsely, and nothing is left behind', async () => {
  const { violations, counts, queries, weather, kills, acts } = await runSoak({
    seed: 13,
    durationMs: 60_000,
    maxRounds: ROUNDS_TO_MEET_ALL + 1,
    steadyRounds: 60,
  });
  expect(violations).toEqual([]);
  expect(counts.items.firing).toBeGreaterThan(0);
  expect(counts.items.resolved).toBeGreaterThan(0);
  expect(queries.compared).toBeGreaterThan(0);
  expect(kills).toBeGreaterThan(0);
  expect(acts).toBeGreaterThan(0);
  expect([...weather.keys()]).toEqual(
    expect.arrayContaining(['two instances at once', 'disk: full', 'disk: nearly-full', 'disk: no-folder']),
  );
});
