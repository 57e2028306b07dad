/** Starting one task again, and how that ended. Never tried twice: an answer that was lost is looked up. */
import { RUNNING_STATUS } from '../../../../shared/robot-task';
import { failureOf, type Api, type Failure } from './api';

export type StartEnd =
  /** `status`: what it is afterwards; null: nobody can say. `isRecorded`: who did it is kept for the others. */
  | { readonly kind: 'started'; readonly status: string | null; readonly isRecorded: boolean }
  /** It was refused because the task runs already. */
  | { readonly kind: 'already'; readonly failure: Failure }
  | { readonly kind: 'refused'; readonly status: string | null; readonly failure: Failure }
  /** It may have been started: no answer says so, or not. */
  | { readonly kind: 'unknown'; readonly status: string | null; readonly failure: Failure };

/** Statuses and problems that are given before the voice service is asked, or by which it says no. After any other the task may have been started. */
const NOT_STARTED: readonly (number | string)[] = [
  ...[400, 401, 403, 404, 405, 409, 429, 503],
  ...['upstream-unauthorized', 'upstream-account'],
];

export async function startTask(api: Pick<Api, 'start' | 'task'>, id: string): Promise<StartEnd> {
  try {
    const { status, recorded } = await api.start(id);
    return { kind: 'started', status, isRecorded: recorded };
  } catch (error) {
    const failure = failureOf(error);
    const isProblem = failure.kind === 'problem';
    const isRefused = isProblem && [failure.status, failure.name].some((said) => NOT_STARTED.includes(said));
    if (isRefused && failure.status !== 409) return { kind: 'refused', status: null, failure };
    const status = await statusNow(api, id);
    if (!isRefused) return { kind: 'unknown', status, failure };
    return status === RUNNING_STATUS ? { kind: 'already', failure } : { kind: 'refused', status, failure };
  }
}

/** Null: nobody can say. */
async function statusNow(api: Pick<Api, 'task'>, id: string): Promise<string | null> {
  try {
    return (await api.task(id))?.status ?? null;
  } catch {
    return null;
  }
}
