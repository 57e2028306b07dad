import type { Clock } from '../../shared/runtime/clock';
import type { Schedule } from '../../shared/schedule';

/** Node fires a longer setTimeout at once. */
const LONGEST_SLEEP_MS = 24 * 60 * 60 * 1000;

/**
 * Calls `fire` at each time of the schedule, until the signal is aborted: then it rejects with the signal's reason.
 * Does not wait for what `fire` starts.
 */
export async function runTimer(
  schedule: Schedule,
  fire: (scheduledTime: number) => void,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  let previous = clock.now();
  for (;;) {
    const next = schedule(previous, clock.now());
    if (next === null) return;
    while (clock.now() < next) {
      await clock.sleep(Math.min(next - clock.now(), LONGEST_SLEEP_MS), signal);
    }
    fire(next);
    previous = next;
  }
}

/** The event of a timer trigger: https://help.aliyun.com/zh/functioncompute/fc/user-guide/time-triggers */
export function toTimerEvent(triggerName: string, payload: string, scheduledTime: number): Buffer {
  const triggerTime = `${new Date(scheduledTime).toISOString().slice(0, 19)}Z`;
  return Buffer.from(JSON.stringify({ triggerTime, triggerName, payload }));
}
