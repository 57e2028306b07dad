/** The endpoint as the page asks it. */
import {
  hasUpstream,
  isProblem,
  isStarted,
  isSummary,
  isTaskDetail,
  isTaskList,
  isWatch,
  type Started,
  type Summary,
  type TaskDetail,
  type TaskList,
  type Watch,
} from './answers';
import type { Shape } from './shape';

/** unreachable: no answer came. unreadable: one came that the endpoint does not give. problem: the endpoint says no. */
export type Failure =
  | { readonly kind: 'unreachable' | 'unreadable' }
  | {
      readonly kind: 'problem';
      readonly status: number;
      /** The last part of the problem's type. */
      readonly name: string;
      readonly detail: string;
      readonly upstreamCode: string | null;
    };

export class ApiError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.kind);
    this.failure = failure;
  }
}

export interface ListQuery {
  /** A status, or `stopped`; null = every status. */
  readonly status: string | null;
  /** Empty = every name. */
  readonly taskName: string;
  readonly page: number;
}

/** Every method throws an ApiError, and nothing else. */
export interface Api {
  summary(): Promise<Summary>;
  tasks(query: ListQuery): Promise<TaskList>;
  /** Null when the voice service knows no such task. */
  task(id: string): Promise<TaskDetail | null>;
  /** Null when the watch shares no state, or has saved none yet. */
  watch(): Promise<Watch | null>;
  start(id: string): Promise<Started>;
}

export interface ApiOptions {
  /** Ends in a slash. */
  readonly base: string;
  readonly credential: string;
  /** The credential is not, or no longer, good. */
  readonly onUnauthorized: () => void;
}

export const PAGE_SIZE = 20;

/** Longer than the function itself gives the voice service, shorter than the time between two refreshes. */
const PATIENCE_MS = 29_000;

export function createApi({ base, credential, onUnauthorized }: ApiOptions): Api {
  async function ask<Answer>(path: string, isAnswer: Shape<Answer>, method = 'GET'): Promise<Answer> {
    // No header can carry another one: it was copied with something that does not belong to it.
    const isSendable = /^[!-~]+$/.test(credential);
    const { status, json } = isSendable
      ? await send(`${base}${path}`, method, credential)
      : { status: 401, json: null };
    if (status === 401) onUnauthorized();
    if (status >= 400) throw new ApiError(problemOf(status, json));
    if (!isAnswer(json)) throw new ApiError({ kind: 'unreadable' });
    return json;
  }
  return {
    summary: () => ask('summary', isSummary),
    tasks: (query) => ask(`tasks?${parametersOf(query)}`, isTaskList),
    task: (id) => ask(`tasks/${encodeURIComponent(id)}`, isTaskDetail).catch(nullWhenNotFound),
    watch: () => ask('watch', isWatch).catch(nullWhenNotFound),
    start: (id) => ask(`tasks/${encodeURIComponent(id)}/start`, isStarted, 'POST'),
  };
}

function parametersOf({ status, taskName, page }: ListQuery): string {
  const parameters = new URLSearchParams({ page: String(page), pageSize: String(PAGE_SIZE) });
  if (status !== null) parameters.set('status', status);
  if (taskName !== '') parameters.set('taskName', taskName);
  return parameters.toString();
}

async function send(
  url: string,
  method: string,
  credential: string,
): Promise<{ status: number; json: unknown }> {
  const patience = new AbortController();
  const timer = setTimeout(() => {
    patience.abort();
  }, PATIENCE_MS);
  try {
    const response = await fetch(url, {
      method,
      // What an instance has kept for some seconds is not what somebody who looks again wants to see.
      headers: { authorization: `Bearer ${credential}`, 'cache-control': 'no-cache' },
      cache: 'no-store',
      // A browser sends a request again by itself when a connection that it has used before breaks without an answer,
      // a POST as well: a task could be started twice. Calls without cookies have connections of their own.
      credentials: method === 'POST' ? 'omit' : 'same-origin',
      signal: patience.signal,
    });
    const text = await response.text();
    return { status: response.status, json: parseJson(text) };
  } catch {
    throw new ApiError({ kind: 'unreachable' });
  } finally {
    clearTimeout(timer);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What stands between the page and the function (a gateway, a proxy) answers errors without a problem document. */
function problemOf(status: number, json: unknown): Failure {
  const isKnown = isProblem(json);
  return {
    kind: 'problem',
    status,
    name: isKnown ? json.type.slice(json.type.lastIndexOf(':') + 1) : '',
    detail: isKnown ? json.detail : '',
    upstreamCode: hasUpstream(json) ? json.upstream.code : null,
  };
}

function nullWhenNotFound(error: unknown): null {
  if (
    error instanceof ApiError &&
    error.failure.kind === 'problem' &&
    /not-found$|^no-state$/.test(error.failure.name)
  )
    return null;
  throw error;
}
