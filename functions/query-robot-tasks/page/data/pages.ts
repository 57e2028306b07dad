/** All the tasks of one cause, page by page. */
import type { Api } from './api';
import type { Task } from './answers';

/** The most that the endpoint gives at once. */
const LONGEST_PAGE = 100;
/** As many as the endpoint collects. */
const MOST = 10_000;

/**
 * Hands over what has been read so far after each page. Resolves to all of it, each task once; a list that moves while it
 * is read may leave one out. Throws an ApiError, and stops when `isWanted` says so.
 */
export async function readAll(
  api: Pick<Api, 'tasks'>,
  status: string,
  onPage: (tasks: readonly Task[]) => void,
  isWanted: () => boolean,
): Promise<readonly Task[]> {
  const found = new Map<string, Task>();
  for (let page = 1; isWanted() && (page - 1) * LONGEST_PAGE < MOST; page += 1) {
    const list = await api.tasks({ status, taskName: '', page, pageSize: LONGEST_PAGE });
    for (const task of list.tasks) if (task.status === status) found.set(task.id, task);
    if (!isWanted()) break;
    onPage([...found.values()]);
    const size = list.tasks.length + list.unread;
    if (size === 0 || (list.total === null ? size < list.pageSize : page * list.pageSize >= list.total))
      break;
  }
  return [...found.values()];
}
