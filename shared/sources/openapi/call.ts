import type { Clock } from '../../runtime/clock';
import type { RobotTaskErrorKind } from '../../robot-task-error';
import { withText } from './body';
import { endWithin } from '../../runtime/deadline';
import type { Operation } from '../../runtime/operation';
import type { StopSignal } from '../../runtime/stop';
import { closeKept, withConnectionUse, type ConnectionUse } from './connections';
import { readResponse, type Envelope } from './envelope';
import { NO_DATA, rejected, timedOut, type Failure, type Place } from './errors';
import type { Limiter } from './limiter';
import type { OpenApiClient } from './openapi-client';

/** One request to upstream, as it is told to `onCall`. */
export interface CallReport {
  readonly action: string;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly durationMs: number;
  readonly outcome: 'ok' | RobotTaskErrorKind;
}

export interface CreateCallOptions {
  readonly client: OpenApiClient;
  /** The API's version. */
  readonly version: string;
  readonly place: Place;
  readonly clock: Clock;
  readonly limiter: Limiter;
  readonly callTimeoutMs: number;
  /** From 0 to less than 1. */
  readonly random: () => number;
  readonly onCall: (report: CallReport) => void;
}

/**
 * Resolves to upstream's answer, or to null when it says that there is no data. Rejects with a RobotTaskError. What
 * changes something is to be tried once: `maxAttempts` 1.
 */
export type Call = (
  action: string,
  query: Readonly<Record<string, string>>,
  operation: Operation,
  maxAttempts?: number,
) => Promise<Envelope | null>;

const MAX_ATTEMPTS = 3;

/** The core client does not retry, whatever it is told; so the retries are here, and each goes through the limiter. */
export function createCall({
  client,
  version,
  place,
  clock,
  limiter,
  callTimeoutMs,
  random,
  onCall,
}: CreateCallOptions): Call {
  type Outcome = { readonly envelope: Envelope | null } | Failure;

  async function request(
    action: string,
    query: Readonly<Record<string, string>>,
    timeoutMs: number,
    use: ConnectionUse,
    hasAnotherTry: boolean,
  ): Promise<Outcome> {
    const late = () => timedOut(place.host);
    try {
      const response = await endWithin(
        clock,
        timeoutMs,
        async (signal) => {
          const answer = client.callApi(paramsOf(action, version), { query }, runtimeOf(timeoutMs));
          const first = hasAnotherTry ? Promise.race([answer, silence(timeoutMs / 2, use, signal)]) : answer;
          return withText(await first, signal);
        },
        late,
      );
      const outcome = readResponse(response, place);
      return 'error' in outcome && outcome.error.code === NO_DATA ? { envelope: null } : outcome;
    } catch (error) {
      const failure = rejected(error, place, use.status);
      if (failure.error.code === NO_DATA) return { envelope: null };
      // On a connection that was kept, silence may only mean that it died while the instance was frozen.
      const isSilent = failure.error.kind === 'timeout' && use.isReused;
      return isSilent ? { ...failure, retry: true } : failure;
    }
  }

  /** Rejects after `ms` where the connection was kept: so there is time left to try a new one. */
  async function silence(ms: number, use: ConnectionUse, signal: StopSignal): Promise<never> {
    await clock.sleep(ms, signal);
    if (use.isReused) throw timedOut(place.host);
    return new Promise(() => undefined);
  }

  let lastUse: ConnectionUse | undefined;

  return async (action, query, { deadline, signal }, maxAttempts = MAX_ATTEMPTS) => {
    // What is tried once must not meet a connection that died while the instance was frozen.
    if (maxAttempts === 1 && lastUse !== undefined) closeKept(lastUse);
    for (let attempt = 1; ; attempt++) {
      const end = await limiter.start(signal);
      let outcome: Outcome;
      let connection: ConnectionUse | undefined;
      try {
        const startedAt = clock.now();
        if (startedAt >= deadline) throw timedOut(place.host);
        outcome = await withConnectionUse((use) => {
          connection = lastUse = use;
          const timeoutMs = Math.min(callTimeoutMs, deadline - startedAt);
          return request(action, query, timeoutMs, use, attempt < maxAttempts);
        });
        const durationMs = clock.now() - startedAt;
        onCall({ action, attempt, durationMs, outcome: 'error' in outcome ? outcome.error.kind : 'ok' });
      } finally {
        end();
      }
      if ('envelope' in outcome) return outcome.envelope;
      if (isNetworkFailure(outcome) && connection !== undefined) closeKept(connection);
      const pause = pauseBeforeRetry(outcome.error.kind, attempt, random());
      if (!outcome.retry || attempt >= maxAttempts || clock.now() + pause >= deadline) throw outcome.error;
      await clock.sleep(pause, signal);
    }
  };
}

/** No answer came: what is kept of that pool may be dead as well. */
function isNetworkFailure({ error: { kind, code } }: Failure): boolean {
  return (kind === 'unavailable' || kind === 'timeout') && code === null;
}

/**
 * Milliseconds. A connection that died while the instance was frozen fails the first call after the thaw, and the next
 * try gets a new one: so the first pause is short. The quota counts by the second: throttled calls wait longer.
 */
function pauseBeforeRetry(kind: RobotTaskErrorKind, attempt: number, random: number): number {
  const longest = (kind === 'throttled' ? 600 : 100) * 3 ** (attempt - 1);
  return longest * (0.5 + random / 2);
}

function paramsOf(action: string, version: string) {
  return {
    action,
    version,
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
