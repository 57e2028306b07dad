import type { Clock } from '../../shared/runtime/clock';

export interface LeapingClock extends Clock {
  /** The durations slept so far, in milliseconds. */
  readonly sleeps: readonly number[];
}

/** Starts at `start` and moves only by sleeping, which takes no real time. For what does real I/O in between. */
export function createLeapingClock(start = Date.parse('2026-03-02T02:15:00Z')): LeapingClock {
  let now = start;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    sleep(ms) {
      now += ms;
      sleeps.push(ms);
      return Promise.resolve();
    },
  };
}
