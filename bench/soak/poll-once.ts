/** One poll on a host, perhaps ended by kill -9. */
import * as v from 'valibot';
import type { Host } from '../../local/host/host';
import type { Receiver } from './receiver';

export interface PollResult {
  /** The process ended before it answered: by our hand, or by itself. */
  readonly wasKilled: boolean;
  /** Why it ended by itself, or ran into its timeout; null when it did not. */
  readonly death: string | null;
  /** What became of the state, by the function's own log line; null when there is none. */
  readonly state: string | null;
  /** Lists that were read whole. */
  readonly polled: number;
  /** The channels that could not be told. */
  readonly failed: readonly string[];
  readonly durationMs: number;
}

const WATCH = 'watch-robot-tasks';
const EVENT = JSON.stringify({ triggerTime: '2026-03-02T02:15:00Z', triggerName: 'timer', payload: '' });

const logLine = v.object({
  msg: v.picklist(['polled', 'polled in part']),
  state: v.string(),
  polled: v.number(),
  failed: v.record(v.string(), v.string()),
});

/** `kill`: after so many milliseconds, or as soon as a message arrives; null = not at all. */
export async function pollOnce(
  host: Host,
  receiver: Receiver,
  kill: number | 'message' | null,
): Promise<PollResult> {
  let hasEnded = false;
  const strike = () => {
    if (!hasEnded) for (const pid of host.pids(WATCH)) process.kill(pid, 'SIGKILL');
  };
  if (kill === 'message') receiver.onMessage = strike;
  const timer = typeof kill === 'number' ? setTimeout(strike, kill) : undefined;
  const call = await host.invoke(WATCH, EVENT);
  hasEnded = true;
  clearTimeout(timer);
  receiver.onMessage = () => undefined;

  const { outcome, durationMs } = call;
  const wasKilled = !outcome.ok && outcome.kind === 'unhandled';
  const death = wasKilled && kill === null ? outcome.error.errorMessage : null;
  const line = call.lines.map(readLine).find((candidate) => candidate !== null);
  if (line === undefined || wasKilled)
    return { wasKilled, death, state: null, polled: 0, failed: [], durationMs };
  return {
    wasKilled,
    death,
    state: line.state,
    polled: line.polled,
    failed: Object.keys(line.failed),
    durationMs,
  };
}

function readLine(line: string): v.InferOutput<typeof logLine> | null {
  try {
    const parsed = v.safeParse(logLine, JSON.parse(line));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
