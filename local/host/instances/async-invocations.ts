import type { Clock } from '../../../shared/runtime/clock';
import type { Invocation } from './instance';
import type { Throttled } from './pool';

export interface AsyncInvocationOptions {
  readonly invoke: (event: Buffer) => Promise<Invocation | Throttled>;
  /** Tries after the first one, when the function failed. */
  readonly maxRetryAttempts: number;
  /** An event that is older than this when it could be tried (again) is dropped. */
  readonly maxEventAgeSeconds: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Delivers one event as Function Compute's asynchronous invocation does: a failed function is tried again
 * `maxRetryAttempts` times, a throttled event until it is too old. `exhausted` is a failure that is final. Rejects with
 * the signal's reason when that is aborted while it waits.
 * https://help.aliyun.com/zh/functioncompute/fc/user-guide/asynchronous-invocation
 */
export async function deliverAsync(
  event: Buffer,
  { invoke, maxRetryAttempts, maxEventAgeSeconds, clock, signal }: AsyncInvocationOptions,
): Promise<'delivered' | 'exhausted' | 'expired'> {
  const accepted = clock.now();
  let failures = 0;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    const outcome = await invoke(event);
    if (outcome.ok) return 'delivered';
    if (outcome.kind !== 'throttled') failures += 1;
    if (failures > maxRetryAttempts) return 'exhausted';
    if (clock.now() + wait > accepted + maxEventAgeSeconds * 1000) return 'expired';
    await clock.sleep(wait, signal);
  }
}
