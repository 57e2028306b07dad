/**
 * How a poll divides its function's timeout, so that there is always time left to save and to send the heartbeat. Shares of
 * the timeout: how long a phase may take, and when it must have ended whatever came before.
 */
const PHASES = {
  load: { share: 0.1, endsAt: 0.3 },
  /** The operators' record, beside lists and details: no alert waits for it for long. */
  record: { share: 0.06, endsAt: 0.4 },
  /** Lists and details. */
  observe: { share: 0.42, endsAt: 0.52 },
  intent: { share: 0.06, endsAt: 0.58 },
  deliver: { share: 0.3, endsAt: 0.82 },
  save: { share: 0.1, endsAt: 0.92 },
  heartbeat: { share: 0.06, endsAt: 0.98 },
} as const;

export type Phase = keyof typeof PHASES;

/** The time a poll has: from `startedAt` (epoch milliseconds), `timeoutMs` milliseconds. */
export interface TimeFrame {
  readonly startedAt: number;
  readonly timeoutMs: number;
}

/** Epoch milliseconds by which a phase that starts at `now` must have ended. */
export function phaseDeadline(phase: Phase, { startedAt, timeoutMs }: TimeFrame, now: number): number {
  const { share, endsAt } = PHASES[phase];
  return Math.floor(Math.min(now + timeoutMs * share, startedAt + timeoutMs * endsAt));
}

/** Whether enough time is left at `now` (epoch milliseconds) to go through all phases once more. */
export function canBeginAgain({ startedAt, timeoutMs }: TimeFrame, now: number): boolean {
  return now - startedAt <= timeoutMs * 0.2;
}
