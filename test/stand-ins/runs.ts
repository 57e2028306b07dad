/**
 * How many histories a property is held against: as many as usual, or what RUNS asks for (`npm run soak -- --runs 2000`).
 * Without RUNS it ends by itself on a busy machine, with what held until then.
 */
export function runs(usual: number): { numRuns: number; interruptAfterTimeLimit?: number } {
  const wanted = Number(process.env['RUNS'] ?? 0);
  if (wanted > 0) return { numRuns: Math.max(wanted, usual) };
  return { numRuns: usual, interruptAfterTimeLimit: 20_000 };
}
