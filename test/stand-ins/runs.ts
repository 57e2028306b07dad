const wanted = Number(process.env['RUNS'] ?? 0);
const seed = process.env['SEED'];
const BUDGET_MS = 20_000;

/**
 * How many histories a property is held against: as many as usual, or what `npm run soak -- --runs 2000 --seed 1` asks for, which
 * draws the same ones again.
 */
export function runs(usual: number): { numRuns: number; seed?: number } {
  return { numRuns: Math.max(wanted, usual), ...(seed === undefined ? {} : { seed: Number(seed) }) };
}

/**
 * Without RUNS, a property ends by itself on a busy machine, with what held until then. fast-check's own limit would leave the
 * history at work that it interrupts.
 */
export function inTime<T extends unknown[]>(
  check: (...drawn: T) => Promise<void>,
): (...drawn: T) => Promise<void> {
  const end = wanted > 0 ? Infinity : Date.now() + BUDGET_MS;
  let hasBegun = false;
  return async (...drawn) => {
    if (hasBegun && Date.now() > end) return;
    hasBegun = true;
    await check(...drawn);
  };
}
