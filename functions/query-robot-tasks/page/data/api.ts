/** The endpoint as the page asks it. */
import {
  readAcknowledged,
  readProblem,
  readStarted,
  readSummary,
  readTask,
  readTaskList,
  readWatch,
  type Acknowledged,
  type Started,
  type Summary,
  type Task,
  type TaskList,
  type Watch,
} from './answers';
import type { Clock, Mark } from './clock';
import { reuse, type Reader } from './shape';

/** unreachable: no answer came. unreadable: one came that the endpoint does not give. problem: the endpoint says no. */
export type Failure =
  | { readonly kind: 'unreachable' | 'unreadable' }
  | {
      readonly kind: 'problem';
      readonly status: number;
      /** The last part of the problem's type. */
      readonly name: string;
      /** As the endpoint says it, in the language that it was asked in; empty: it says none. */
      readonly title: string;
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

/** Why a call failed. Of anything else than an ApiError the page itself is the cause. */
export function failureOf(error: unknown): Failure {
  return error instanceof ApiError ? error.failure : { kind: 'unreadable' };
}

export interface ListQuery {
  /** A status; null = every status. */
  readonly status: string | null;
  /** Empty = every name. */
  readonly taskName: string;
  readonly page: number;
  /** Default 20. */
  readonly pageSize?: number;
}

/** Every method throws an ApiError, and nothing else. An answer that has not changed is the same object. */
export interface Api {
  summary(): Promise<Summary>;
  tasks(query: ListQuery): Promise<TaskList>;
  /** Null when the voice service knows no such task. */
  task(id: string): Promise<Task | null>;
  /** Null when the watch shares no state, or has saved none yet. */
  watch(): Promise<Watch | null>;
  start(id: string): Promise<Started>;
  /** `until`: epoch milliseconds, or null for "I take it". */
  acknowledge(ids: readonly string[], until: number | null): Promise<Acknowledged>;
  /** Takes an acknowledgement back. */
  release(id: string): Promise<void>;
}

export interface ApiOptions {
  /** Ends in a slash. */
  readonly base: string;
  readonly credential: string;
  readonly clock: Clock;
  /** In which the endpoint's own sentences are wanted. */
  readonly language: () => string;
  /** The credential is not, or no longer, good. */
  readonly onUnauthorized: () => void;
}

export const PAGE_SIZE = 20;

/** Longer than the function itself gives the voice service, shorter than the time between two refreshes. */
const PATIENCE_MS = 29_000;
/** For so long after a change another instance of the function may answer with what it knew before. */
const ANEW_MS = 15_000;
/** The longest list takes 100 pages, beside what each refresh asks for. Lists that were turned over long ago are not kept. */
const KEPT_ANSWERS = 130;

/** What a token may see stays out of the browser's own cache. */
const NO_STORE = { cache: 'no-store' } as const;

interface Kept {
  readonly etag: string | null;
  readonly answer: unknown;
}

export function createApi({ base, credential, clock, language, onUnauthorized }: ApiOptions): Api {
  const kept = new Map<string, Kept>();
  let changed: Mark | null = null;

  async function send(path: string, method: string, body: object | undefined): Promise<Response> {
    const patience = new AbortController();
    const timer = setTimeout(() => {
      patience.abort();
    }, PATIENCE_MS);
    const isAnew = changed !== null && clock.since(changed) < ANEW_MS;
    const etag = kept.get(path)?.etag ?? null;
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${credential}`,
          'accept-language': language(),
          // A browser would ask for each answer anew by itself where it keeps none.
          ...(method === 'GET' ? { 'cache-control': isAnew ? 'no-cache' : 'max-age=0' } : {}),
          ...(method === 'GET' && etag !== null ? { 'if-none-match': etag } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...NO_STORE,
        // A browser sends a request again by itself when a connection that it has used before breaks without an answer,
        // a POST as well: a task could be started twice. Calls without cookies have connections of their own.
        credentials: method === 'GET' ? 'same-origin' : 'omit',
        signal: patience.signal,
      });
      clock.hear(response.headers.get('date'));
      const text = response.status === 304 ? null : await response.text();
      return {
        status: response.status,
        headers: response.headers,
        json: text === null ? null : parseJson(text),
      };
    } catch {
      throw new ApiError({ kind: 'unreachable' });
    } finally {
      clearTimeout(timer);
    }
  }

  async function call(path: string, method = 'GET', body?: object): Promise<Response> {
    // No header can carry another one: it was copied with something that does not belong to it.
    const isSendable = /^[!-~]+$/.test(credential);
    const response = isSendable ? await send(path, method, body) : { status: 401, headers: null, json: null };
    if (response.status === 401) onUnauthorized();
    if (response.status >= 400) throw new ApiError(problemOf(response.status, response.json));
    return response;
  }

  async function ask<Answer>(
    path: string,
    read: Reader<Answer>,
    refine: (answer: Answer, headers: Headers | null) => Answer = (answer) => answer,
  ): Promise<Answer> {
    const { status, headers, json } = await call(path);
    const known = kept.get(path);
    const answer = status === 304 ? (known?.answer as Answer | undefined) : read(json);
    if (answer === undefined) throw new ApiError({ kind: 'unreadable' });
    const refined = reuse(known?.answer, refine(answer, headers));
    kept.delete(path);
    kept.set(path, { etag: headers?.get('etag') ?? known?.etag ?? null, answer: refined });
    for (const oldest of kept.keys()) if (kept.size > KEPT_ANSWERS) kept.delete(oldest);
    return refined;
  }

  async function change<Answer>(
    path: string,
    method: string,
    read: Reader<Answer>,
    body?: object,
  ): Promise<Answer> {
    try {
      const answer = read((await call(path, method, body)).json);
      if (answer === undefined) throw new ApiError({ kind: 'unreadable' });
      return answer;
    } finally {
      changed = clock.mark();
    }
  }

  return {
    summary: () => ask('summary', readSummary),
    tasks: (query) => ask(`tasks?${parametersOf(query)}`, readTaskList),
    task: (id) => ask(`tasks/${encodeURIComponent(id)}`, readTask).catch(nullWhenNotFound),
    watch: () =>
      ask('watch', readWatch, (watch, headers) => {
        const saved = Date.parse(headers?.get('last-modified') ?? '');
        return Number.isFinite(saved) ? { ...watch, savedAt: saved } : watch;
      }).catch(nullWhenNotFound),
    start: (id) => change(`tasks/${encodeURIComponent(id)}/start`, 'POST', readStarted),
    acknowledge: (ids, until) =>
      change('acknowledge', 'POST', readAcknowledged, {
        ids,
        until: until === null ? null : new Date(until).toISOString(),
      }),
    async release(id) {
      await change(`tasks/${encodeURIComponent(id)}/acknowledge`, 'DELETE', () => true);
    },
  };
}

interface Response {
  readonly status: number;
  readonly headers: Headers | null;
  readonly json: unknown;
}

function parametersOf({ status, taskName, page, pageSize = PAGE_SIZE }: ListQuery): string {
  const parameters = new URLSearchParams({ page: String(page), pageSize: String(pageSize) });
  if (status !== null) parameters.set('status', status);
  if (taskName !== '') parameters.set('taskName', taskName);
  return parameters.toString();
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
  const read = readProblem(json);
  return {
    kind: 'problem',
    status,
    name: read === undefined ? '' : read.type.slice(read.type.lastIndexOf(':') + 1),
    title: read?.title ?? '',
    detail: read?.detail ?? '',
    upstreamCode: read?.upstream?.code ?? null,
  };
}

function nullWhenNotFound(error: unknown): null {
  const failure = failureOf(error);
  if (failure.kind === 'problem' && /not-found$|^no-state$/.test(failure.name)) return null;
  throw error;
}
