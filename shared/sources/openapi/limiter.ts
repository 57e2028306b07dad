import type { Clock } from '../../runtime/clock';
import type { StopSignal } from '../../runtime/stop';

/** Keeps the calls of one account inside its quota. */
export interface Limiter {
  /**
   * Resolves, first come first served, when a call may start, to the function that its end is told with. Rejects with
   * the signal's reason if it is aborted before.
   */
  start(signal: StopSignal): Promise<() => void>;
}

export interface LimiterOptions {
  readonly clock: Clock;
  readonly maxInFlight?: number;
  /** Starts in any `windowMs` milliseconds. */
  readonly maxStarts?: number;
  /** More than the second that is meant: timers fire early by a millisecond, and a call leaves a little after its start. */
  readonly windowMs?: number;
}

/** At most 8 calls at a time, and at most 80 starts in any second: the vendor's quota is 100 per account. */
export function createLimiter({
  clock,
  maxInFlight = 8,
  maxStarts = 80,
  windowMs = 1050,
}: LimiterOptions): Limiter {
  const waiting: (() => void)[] = [];
  /** When the last `maxStarts` calls started, oldest first. */
  const starts: number[] = [];
  let inFlight = 0;
  let waking = false;

  function admit(): void {
    while (waiting.length > 0 && inFlight < maxInFlight) {
      const now = clock.now();
      const pause = pauseBeforeStart(now);
      if (pause > 0) {
        wakeAfter(pause);
        return;
      }
      if (starts.length === maxStarts) starts.shift();
      starts.push(now);
      inFlight += 1;
      waiting.shift()?.();
    }
  }

  function pauseBeforeStart(now: number): number {
    // Set back, the clock would make the past look like a future that has to be waited for.
    if ((starts.at(-1) ?? now) > now) starts.fill(now);
    const oldest = starts[0];
    return oldest === undefined || starts.length < maxStarts ? 0 : oldest + windowMs - now;
  }

  function wakeAfter(ms: number): void {
    if (waking) return;
    waking = true;
    void clock.sleep(ms).then(() => {
      waking = false;
      admit();
    });
  }

  function end(): void {
    inFlight -= 1;
    admit();
  }

  return {
    start: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        const go = () => {
          signal.removeEventListener('abort', leave);
          resolve(end);
        };
        const leave = () => {
          waiting.splice(waiting.indexOf(go), 1);
          reject(signal.reason);
        };
        signal.addEventListener('abort', leave, { once: true });
        waiting.push(go);
        admit();
      }),
  };
}
