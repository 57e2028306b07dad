import type { FinishedCall } from './instances/runner';

/** What the host tells whoever watches it, as it happens. */
export type Activity =
  | CallActivity
  /** Printed by an instance outside of any call. */
  | { readonly type: 'output'; readonly functionName: string; readonly line: string }
  /** A timer's event that the host gave up on. */
  | { readonly type: 'dropped'; readonly functionName: string; readonly reason: string };

export interface CallActivity extends FinishedCall {
  readonly type: 'call';
  readonly trigger: 'http' | 'timer' | 'hand';
  /** `GET /tasks?status=stopped`, the timer's name, or `by hand`. */
  readonly label: string;
  /** The HTTP status, `ok`, `throttled`, or the type of the error. */
  readonly status: string;
  /** What went wrong, for people; null when nothing did. */
  readonly problem: string | null;
}

export type Observe = (activity: Activity) => void;

/** The account of a call, which by itself went as its outcome says. */
export function callActivity(
  call: FinishedCall,
  seen: Pick<CallActivity, 'trigger' | 'label'> & Partial<Pick<CallActivity, 'status' | 'problem'>>,
): CallActivity {
  return { type: 'call', ...call, status: statusOf(call.outcome), problem: problemOf(call.outcome), ...seen };
}

/** Whether the call never ran, because all the instances that may run at once were busy. */
export function isThrottled({ outcome }: FinishedCall): boolean {
  return !outcome.ok && outcome.kind === 'throttled';
}

function statusOf(outcome: FinishedCall['outcome']): string {
  if (outcome.ok) return 'ok';
  return outcome.kind === 'throttled' ? 'throttled' : outcome.error.errorType;
}

function problemOf(outcome: FinishedCall['outcome']): string | null {
  if (outcome.ok) return null;
  return outcome.kind === 'throttled' ? 'all its instances are busy' : outcome.error.errorMessage;
}
