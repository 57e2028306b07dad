/** The nonces that a gateway has seen: what makes a recorded request worthless. */
export interface NonceMemory {
  /** Notes `nonce` until `until`; false when it is noted already. Times are epoch milliseconds. */
  use(nonce: string, now: number, until: number): boolean;
  readonly size: number;
}

/** Remembers at most `capacity` nonces; beyond that the oldest go first, so that memory stays bounded. */
export function createNonceMemory(capacity = 100_000): NonceMemory {
  /** In order of arrival, nonce → until. */
  const seen = new Map<string, number>();

  function forget(now: number): void {
    for (const [nonce, until] of seen) {
      if (until >= now && seen.size <= capacity) return;
      seen.delete(nonce);
    }
  }

  return {
    use(nonce, now, until) {
      if ((seen.get(nonce) ?? -Infinity) >= now) return false;
      seen.delete(nonce);
      seen.set(nonce, until);
      forget(now);
      return true;
    },
    get size() {
      return seen.size;
    },
  };
}
