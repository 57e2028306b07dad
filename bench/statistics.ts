/** The middle value; of an even number of values, the lower of the two in the middle. Throws for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.ceil(sorted.length / 2) - 1];
  if (middle === undefined) throw new Error('There is no median of nothing.');
  return middle;
}

/** The least value: what a piece of work takes when nothing disturbs it. Throws for none. */
export function least(values: readonly number[]): number {
  if (values.length === 0) throw new Error('There is no least of nothing.');
  return Math.min(...values);
}

/** The value that a quarter is not above. Throws for none. */
export function lowerQuartile(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.floor(sorted.length / 4)];
  if (value === undefined) throw new Error('There is no quartile of nothing.');
  return value;
}

/**
 * What was measured against its reference, each by its lower quartile: of short runs on a machine that has other work to do, it
 * varies less than the least and than the median.
 */
export function quartileRatio(values: readonly number[], references: readonly number[]): number {
  return lowerQuartile(values) / lowerQuartile(references);
}

/** The most of `times` (milliseconds, ascending) that fall into any window of `windowMs`. */
export function mostInWindow(times: readonly number[], windowMs: number): number {
  let most = 0;
  let first = 0;
  for (const [index, time] of times.entries()) {
    while (time - (times[first] ?? time) >= windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

/** The median of what each value is to the reference that was measured beside it. */
export function medianRatio(values: readonly number[], references: readonly number[]): number {
  return median(values.map((value, index) => value / (references[index] ?? NaN)));
}
