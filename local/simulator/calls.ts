/** One call that reached the simulator. */
export interface Call {
  /** Epoch milliseconds of its arrival. */
  readonly at: number;
  /** x-acs-action; empty when there was none. */
  readonly action: string;
  readonly query: Readonly<Record<string, string>>;
  /** The key that the call named, known or not; null when it named none. */
  readonly accessKeyId: string | null;
  /**
   * The Code that was answered, the name of the fault that broke the call (stall, reset, cut, raw, html-502 …),
   * "aborted" when the client left first, or "pending".
   */
  readonly outcome: string;
}

export interface CallLog {
  /** A copy, in order of arrival; the oldest are dropped beyond the capacity. */
  readonly calls: readonly Call[];
  readonly inFlight: number;
  /** The most calls that were in flight at once, since the last `clear`. */
  readonly maxInFlight: number;
  begin(call: Omit<Call, 'outcome'>): CallRecord;
  clear(): void;
}

export interface CallRecord {
  settle(outcome: string): void;
  /** The connection is done with this call. */
  end(): void;
}

/** Remembers the last `capacity` calls. */
export function createCallLog(capacity: number): CallLog {
  let calls: { -readonly [Key in keyof Call]: Call[Key] }[] = [];
  let inFlight = 0;
  let maxInFlight = 0;
  return {
    get calls() {
      return calls.slice(-capacity);
    },
    get inFlight() {
      return inFlight;
    },
    get maxInFlight() {
      return maxInFlight;
    },
    begin(call) {
      const entry = { ...call, outcome: 'pending' };
      // In batches, so that a long run does not move the whole array at every call.
      if (calls.length >= capacity * 2) calls = calls.slice(-capacity);
      calls.push(entry);
      inFlight += 1;
      maxInFlight = Math.max(maxInFlight, inFlight);
      return {
        settle(outcome) {
          if (entry.outcome === 'pending') entry.outcome = outcome;
        },
        end() {
          inFlight -= 1;
        },
      };
    },
    clear() {
      calls = [];
      maxInFlight = inFlight;
    },
  };
}
