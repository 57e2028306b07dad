import type { Clock } from '../clock';
import type { RobotTaskErrorKind } from '../robot-task-error';
import { withText } from './body';
import { raceTimeout, timedOut, type Operation } from './deadline';
import { readResponse, type Envelope } from './envelope';
import { NO_DATA, rejected, type Failure } from './errors';
import type { Limiter } from './limiter';
import type { OpenApiClient } from './openapi-client';

export type Action = 'QueryRobotTaskList' | 'QueryRobotTaskDetail';

/** One request to upstream, as it is told to `onCall`. */
export interface CallReport {
  readonly action: Action;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly durationMs: number;
  readonly outcome: 'ok' | RobotTaskErrorKind;
}

export interface CreateCallOptions {
  readonly client: OpenApiClient;
  readonly clock: Clock;
  readonly limiter: Limiter;
  readonly callTimeoutMs: number;
  /** From 0 to less than 1. */
  readonly random: () => number;
  readonly onCall: (report: CallReport) => void;
}

/** Resolves to upstream's answer, or to null when it says that there is no data. Rejects with a RobotTaskError. */
export type Call = (
  action: Action,
  query: Record<string, string>,
  operation: Operation,
) => Promise<Envelope | null>;

const MAX_ATTEMPTS = 3;

/** The core client does not retry, whatever it is told; so the retries are here, and each goes through the limiter. */
export function createCall({
  client,
  clock,
  limiter,
  callTimeoutMs,
  random,
  onCall,
}: CreateCallOptions): Call {
  type Outcome = { readonly envelope: Envelope | null } | Failure;

  async function request(action: Action, query: Record<string, string>, timeoutMs: number): Promise<Outcome> {
    try {
      const response = await raceTimeout(clock, timeoutMs, async (signal) =>
        withText(await client.callApi(paramsOf(action), { query }, runtimeOf(timeoutMs)), signal),
      );
      const outcome = readResponse(response);
      return 'error' in outcome && outcome.error.code === NO_DATA ? { envelope: null } : outcome;
    } catch (error) {
      const failure = rejected(error);
      return failure.error.code === NO_DATA ? { envelope: null } : failure;
    }
  }

  return async (action, query, { deadline, signal }) => {
    for (let attempt = 1; ; attempt++) {
      const end = await limiter.start(signal);
      let outcome: Outcome;
      try {
        const startedAt = clock.now();
        if (startedAt >= deadline) throw timedOut();
        outcome = await request(action, query, Math.min(callTimeoutMs, deadline - startedAt));
        const durationMs = clock.now() - startedAt;
        onCall({ action, attempt, durationMs, outcome: 'error' in outcome ? outcome.error.kind : 'ok' });
      } finally {
        end();
      }
      if ('envelope' in outcome) return outcome.envelope;
      const pause = pauseBeforeRetry(outcome.error.kind, attempt, random());
      if (!outcome.retry || attempt === MAX_ATTEMPTS || clock.now() + pause >= deadline) throw outcome.error;
      await clock.sleep(pause, signal);
    }
  };
}

/**
 * Milliseconds. A connection that died while the instance was frozen fails the first call after the thaw, and the next
 * try gets a new one: so the first pause is short. The quota counts by the second: throttled calls wait longer.
 */
function pauseBeforeRetry(kind: RobotTaskErrorKind, attempt: number, random: number): number {
  const longest = (kind === 'throttled' ? 600 : 100) * 3 ** (attempt - 1);
  return longest * (0.5 + random / 2);
}

function paramsOf(action: Action) {
  return {
    action,
    version: '2017-05-25',
    // For a generated client; ours knows its endpoint's.
    protocol: 'HTTPS',
    pathname: '/',
    method: 'POST',
    authType: 'AK',
    style: 'RPC',
    reqBodyType: 'formData',
    // Unread: the core client would read without a limit, and round the ids in a Data that is an array ('json').
    bodyType: 'binary',
  };
}

/**
 * The core client's own timeouts cannot be relied on (a connection that is used again can lose its timer), but they
 * close the connection of a call that was given up. They come later, so that they never win.
 */
function runtimeOf(timeoutMs: number) {
  return { readTimeout: timeoutMs + 1000, connectTimeout: timeoutMs + 1000 };
}
