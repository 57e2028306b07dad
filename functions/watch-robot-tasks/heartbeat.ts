import type { Clock } from '../../shared/runtime/clock';
import { exchange, type ExchangeError } from '../../shared/runtime/http-exchange';
import { networkCause } from '../../shared/runtime/network';

/**
 * Tells an outside dead-man switch how a cycle ended. Rejects with a sentence for people, without the URL, when the switch
 * has not taken it by `deadline` (epoch milliseconds).
 */
export type Heartbeat = (result: CycleResult, deadline: number) => Promise<void>;

export type CycleResult = 'completed' | 'failed';

const MAX_ANSWER_BYTES = 4096;

/** `url` is a secret: whoever knows it can keep the switch quiet. */
export function createHeartbeat(url: URL, clock: Clock): Heartbeat {
  return async (result, deadline) => {
    const target = result === 'completed' ? url : failUrl(url);
    const problem = await problemOf(target, deadline - clock.now());
    if (problem !== null) throw new Error(problem);
  };
}

async function problemOf(url: URL, ms: number): Promise<string | null> {
  try {
    const { status, body } = await exchange({ method: 'GET', url, maxBytes: MAX_ANSWER_BYTES }, ms);
    if (status < 200 || status > 299) {
      return `The heartbeat URL answered HTTP ${status}: check HEARTBEAT_URL.`;
    }
    return refusalIn(body);
  } catch (error) {
    const { isTimeout, code } = error as ExchangeError;
    if (isTimeout) return 'The heartbeat URL did not answer in time: check HEARTBEAT_URL and the network.';
    const cause = code === null ? null : networkCause(code);
    const why = cause === null ? '' : `, ${cause.en} (${code ?? ''})`;
    return `The heartbeat URL could not be reached${why}: check HEARTBEAT_URL and the network.`;
  }
}

/**
 * Some switches say no with a 2xx: Healthchecks answers `OK (not found)` to an unknown check, Uptime Kuma `{"ok":false}`.
 * https://healthchecks.io/docs/http_api/ (Response Codes)
 */
function refusalIn(body: string): string | null {
  if (/\(not found\)/i.test(body)) {
    return 'The heartbeat URL answers that it knows no such check: copy it again to HEARTBEAT_URL.';
  }
  if (/\(rate limited/i.test(body)) {
    return 'The heartbeat URL answers that it is called too often: give the watch a check of its own.';
  }
  if (/^\s*\{\s*"ok"\s*:\s*false/.test(body)) {
    return 'The heartbeat URL answers that it did not take the call: copy it again to HEARTBEAT_URL.';
  }
  return null;
}

/**
 * `https://hc-ping.com/<uuid>` → `https://hc-ping.com/<uuid>/fail`. Uptime Kuma has a status in the query instead, and no
 * such path.
 */
function failUrl(url: URL): URL {
  const failed = new URL(url);
  if (/\/api\/push\/[^/]+\/?$/.test(url.pathname)) {
    failed.searchParams.set('status', 'down');
    failed.searchParams.set('msg', 'The poll failed');
    return failed;
  }
  failed.pathname = `${url.pathname.replace(/\/+$/, '')}/fail`;
  return failed;
}
