/** Everything that can go wrong, as RFC 9457 problem documents. */
import { RobotTaskError, type RobotTaskErrorKind } from '../../../shared/robot-task-error';
import type { HttpResponse } from './http';
import type { ProblemDocument } from '../answers/schemas';

/** By name, the last part of the problem's `type`. */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'not-http': { status: 400, title: 'The event is not an HTTP request' },
  'upstream-invalid': { status: 400, title: 'Upstream refused a parameter' },
  unauthorized: { status: 401, title: 'No valid token' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'No such path' },
  'no-state': { status: 404, title: 'No state of the watch' },
  'task-not-found': { status: 404, title: 'No such task' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'start-refused': { status: 409, title: 'The task was not started' },
  'too-many-tasks': { status: 422, title: 'Too many tasks' },
  internal: { status: 500, title: 'Internal error' },
  'upstream-unauthorized': { status: 502, title: 'Upstream refused our credentials' },
  'upstream-account': { status: 502, title: 'Upstream refused the account' },
  'upstream-unavailable': { status: 502, title: 'Upstream is out of reach or broken' },
  'state-unavailable': { status: 502, title: 'The state of the watch cannot be read' },
  'upstream-malformed': { status: 502, title: 'Upstream gave an answer that cannot be read' },
  'not-configured': { status: 503, title: 'Not configured' },
  'upstream-throttled': { status: 503, title: 'Upstream is throttling' },
  'upstream-moving': { status: 503, title: 'The list kept changing' },
  'upstream-timeout': { status: 504, title: 'Upstream is too slow' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemName = keyof typeof PROBLEMS;

/** One bad parameter, or one wrong environment variable. */
export interface ProblemDetail {
  readonly name: string;
  readonly detail: string;
}

interface ProblemOptions {
  readonly errors?: readonly ProblemDetail[];
  readonly upstream?: { readonly code: string | null; readonly requestId: string | null };
  /** Headers that belong to the answer, such as Allow. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Thrown by whatever cannot answer otherwise. The message becomes the problem's `detail`: callers read it. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: ProblemName;
  readonly options: ProblemOptions;

  constructor(problem: ProblemName, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? {} : { cause: options.cause });
    this.problem = problem;
    this.options = options;
  }
}

/** The problem that an error is: a bug, unless it is one of those that are meant to be thrown. */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof RobotTaskError) return upstreamProblem(error);
  // The reader of the state is a file of its own, with a class of its own.
  if (error instanceof Error && error.name === 'StateStoreError') {
    return new ProblemError('state-unavailable', error.message, { cause: error });
  }
  return new ProblemError('internal', 'Something is wrong in this function: its log has the reason.', {
    cause: error,
  });
}

/** The answer that a problem is. */
export function problemResponse(problem: ProblemError, requestId: string): HttpResponse {
  const { status, title } = PROBLEMS[problem.problem];
  const { errors, upstream, headers } = problem.options;
  const document: ProblemDocument = {
    type: problemType(problem.problem),
    title,
    status,
    detail: problem.message,
    requestId,
    ...(errors === undefined ? {} : { errors: [...errors] }),
    ...(upstream === undefined ? {} : { upstream }),
  };
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify(document),
  };
}

export function problemType(name: ProblemName): string {
  return `urn:robot-task-watch:problem:${name}`;
}

const PROBLEM_OF_KIND: Record<RobotTaskErrorKind, ProblemName> = {
  throttled: 'upstream-throttled',
  unauthorized: 'upstream-unauthorized',
  account: 'upstream-account',
  invalid: 'upstream-invalid',
  unavailable: 'upstream-unavailable',
  timeout: 'upstream-timeout',
  malformed: 'upstream-malformed',
  'too-many': 'too-many-tasks',
  moving: 'upstream-moving',
  refused: 'start-refused',
};

/** Upstream counts calls per second and its burst limits per minute: a few seconds let both recover. */
const RETRY_AFTER_SECONDS = 5;

function upstreamProblem(error: RobotTaskError): ProblemError {
  const problem = PROBLEM_OF_KIND[error.kind];
  const { code, requestId } = error;
  return new ProblemError(problem, detailOf(error), {
    ...(code === null && requestId === null ? {} : { upstream: { code, requestId } }),
    ...(PROBLEMS[problem].status === 503 ? { headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } } : {}),
    cause: error,
  });
}

function detailOf({ kind, message, explanation, mayHaveHappened }: RobotTaskError): string {
  if (mayHaveHappened)
    return `${message} The task may have been started all the same: look before you try again.`;
  return kind === 'refused' && explanation !== null ? `${message} It says: ${explanation}` : message;
}
