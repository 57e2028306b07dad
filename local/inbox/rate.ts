/** At most `count` in any `windowMs`. Returns whether one more, at `now`, is within it; only then it counts. */
export function createRate(count: number, windowMs: number): (now: number) => boolean {
  let taken: number[] = [];
  return (now) => {
    taken = taken.filter((time) => time > now - windowMs);
    if (taken.length >= count) return false;
    taken.push(now);
    return true;
  };
}
