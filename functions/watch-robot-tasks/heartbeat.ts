import http from 'node:http';
import https from 'node:https';
import type { Clock } from '../../shared/clock';

/**
 * Tells an outside dead-man switch how a cycle ended. Rejects with a sentence for people, without the URL, when it does not
 * answer with a 2xx by `deadline` (epoch milliseconds).
 */
export type Heartbeat = (outcome: 'completed' | 'failed', deadline: number) => Promise<void>;

/** `url` is a secret: whoever knows it can keep the switch quiet. */
export function createHeartbeat(url: URL, clock: Clock): Heartbeat {
  return (outcome, deadline) => get(outcome === 'completed' ? url : failUrl(url), deadline - clock.now());
}

/** `https://hc-ping.com/<uuid>` → `https://hc-ping.com/<uuid>/fail`; a query (Uptime Kuma has one) stays. */
function failUrl(url: URL): URL {
  const failed = new URL(url);
  failed.pathname = `${url.pathname.replace(/\/+$/, '')}/fail`;
  return failed;
}

/** One connection for each call: a kept one would not survive the instance's freeze until the next poll. */
function get(url: URL, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'http:' ? http : https;
    const signal = AbortSignal.timeout(Math.max(ms, 0));
    const call = request(
      url,
      { agent: false, signal, headers: { 'user-agent': 'robot-task-watch' } },
      (response) => {
        const { statusCode = 0 } = response;
        response.resume();
        if (statusCode >= 200 && statusCode < 300) resolve();
        else reject(new Error(`The heartbeat URL answered HTTP ${statusCode}: check HEARTBEAT_URL.`));
        call.destroy();
      },
    );
    call.on('error', (cause) => {
      const problem = signal.aborted ? 'did not answer in time' : 'could not be reached';
      reject(new Error(`The heartbeat URL ${problem}: check HEARTBEAT_URL and the network.`, { cause }));
    });
    call.end();
  });
}
