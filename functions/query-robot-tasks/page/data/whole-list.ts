/** All the tasks of one cause, once somebody wants to see them. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import { failureOf, type Api, type Failure } from './api';
import type { Task, TaskList } from './answers';
import { readAll } from './pages';

export interface WholeList {
  readonly isOpen: boolean;
  readonly open: () => void;
  /** What has been read so far. */
  readonly tasks: readonly Task[];
  readonly isReading: boolean;
  readonly failure: Failure | null;
}

const NONE: readonly Task[] = [];

/** Read again when the first page or the number of tasks has changed: a long list costs many calls. */
export function useWholeList(
  api: Api | null,
  status: string,
  first: TaskList | undefined,
  count: number | null,
): WholeList {
  const [isOpen, setOpen] = useState(false);
  const [read, setRead] = useState<{ tasks: readonly Task[]; isReading: boolean; failure: Failure | null }>({
    ...{ tasks: NONE, isReading: false, failure: null },
  });
  const open = useCallback(() => {
    setOpen(true);
  }, []);
  useEffect(() => {
    if (!isOpen || api === null) return undefined;
    let isWanted = true;
    setRead((old) => ({ ...old, isReading: true, failure: null }));
    // What is shown does not become shorter while it is read anew.
    const grow = (tasks: readonly Task[]) => {
      if (isWanted) setRead((old) => (tasks.length < old.tasks.length ? old : { ...old, tasks }));
    };
    readAll(api, status, grow, () => isWanted).then(
      (tasks) => {
        if (isWanted) setRead({ tasks, isReading: false, failure: null });
      },
      (error: unknown) => {
        if (isWanted) setRead((old) => ({ ...old, isReading: false, failure: failureOf(error) }));
      },
    );
    return () => {
      isWanted = false;
    };
  }, [api, status, isOpen, first, count]);
  return { isOpen, open, ...read };
}
