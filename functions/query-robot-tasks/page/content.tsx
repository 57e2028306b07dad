/** What is asked for whoever is signed in. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { RUNNING_STATUS } from '../../../shared/robot-task';
import type { Api } from './data/api';
import type { Summary, Task } from './data/answers';
import { useAnswer, type Refresh } from './data/refresh';
import { useWholeList } from './data/whole-list';
import { useActs } from './parts/acts';
import type { Linked } from './parts/linked-task';
import { useRuns } from './parts/runs';
import { useStarts } from './parts/starts';
import { useSay } from './text/language';
import { stoppedHeadline } from './text/words';
import * as WORDS from './text/phrases';
import { countsOf, View, type Answers } from './view';

interface Props {
  /** Null once nobody is signed in any more: what was seen stays. */
  readonly api: Api | null;
  readonly refresh: Refresh;
  readonly linkedTask: string | null;
  /** The first answer has come. */
  readonly onSeen: (hasSeen: boolean) => void;
  /** What the endpoint says of whoever is signed in. */
  readonly onSummary: (summary: Summary | undefined) => void;
  readonly askOperator: () => void;
}

export function Content({ api, refresh, linkedTask, onSeen, onSummary, askOperator }: Props) {
  const say = useSay();
  const summary = useAnswer(api, 'summary', refresh, (asked) => asked.summary());
  const arrears = useList(api, 'ARREARS_STOP', refresh);
  const system = useList(api, 'SYSTEM_STOP', refresh);
  const [running, setRunningPage] = usePages(api, RUNNING_STATUS, refresh);
  const watch = useAnswer(api, 'watch', refresh, (asked) => asked.watch());
  const answers: Answers = { summary, stopped: [arrears, system], running, watch };
  const counts = countsOf(answers);
  const linked = useLinked(api, linkedTask, answers, refresh);
  const starts = useStarts(api, refresh.refresh);
  const acts = useActs(api, refresh.refresh);
  const runs = useRuns(api, refresh.clock, refresh.refresh);
  const [first, second] = counts.causes;
  const wholes = [
    useWholeList(api, 'ARREARS_STOP', arrears.data, first?.count ?? null),
    useWholeList(api, 'SYSTEM_STOP', system.data, second?.count ?? null),
  ];

  const count = counts.stopped;
  const hasSeen = [summary, arrears, system, running, watch].some(({ data }) => data !== undefined);
  useEffect(() => {
    if (hasSeen) onSeen(true);
  }, [hasSeen, onSeen]);
  useEffect(() => {
    onSummary(summary.data);
  }, [summary.data, onSummary]);
  useEffect(() => {
    const product = say(WORDS.product);
    document.title = count === null || count === 0 ? product : `${say(stoppedHeadline(count))} · ${product}`;
    return () => {
      document.title = product;
    };
  }, [count, say]);
  const isNarrow = innerWidth < 1024;
  return (
    <View
      {...{
        api,
        answers,
        wholes,
        linked,
        refresh,
        starts,
        runs,
        acts,
        setRunningPage,
        askOperator,
        isNarrow,
      }}
    />
  );
}

/** The first page of the tasks in `status`: one call of the voice service. */
function useList(api: Api | null, status: string, refresh: Refresh) {
  return useAnswer(api, status, refresh, (asked) => asked.tasks({ status, taskName: '', page: 1 }));
}

/** The tasks in `status`, page by page. Where a page cannot be turned, the one before it stays. */
function usePages(api: Api | null, status: string, refresh: Refresh) {
  const [page, setPage] = useState(1);
  const known = useAnswer(api, String(page), refresh, (asked) => asked.tasks({ status, taskName: '', page }));
  const { isOther, data } = known;
  useEffect(() => {
    if (isOther && data !== undefined) setPage(data.page);
  }, [isOther]);
  return [known, setPage] as const;
}

/** What is known of the link's task: by a list, by itself, or by the watch, whichever comes first. */
function useLinked(
  api: Api | null,
  id: string | null,
  { stopped, watch }: Answers,
  refresh: Refresh,
): Linked | null {
  const listed = stopped.flatMap(({ data }) => data?.tasks ?? []).find((task) => task.id === id);
  const known = useAnswer(api, listed === undefined ? id : null, refresh, (asked) => asked.task(id ?? ''));
  const last = useRef<Task | null>(null);
  if (listed !== undefined) last.current = listed;
  if (id === null) return null;
  // An answer about the task itself is older than a list that has it, and newer than one that had it.
  const asked = known.isOther ? undefined : known.data;
  const before = last.current?.id === id ? last.current : undefined;
  const standing = watch.data?.stopped.items.find((stop) => stop.id === id);
  const task = listed ?? asked ?? (asked === null ? null : (before ?? seenBy(standing)));
  // That a running task makes no calls only the watch knows.
  const isStalled = task?.status === RUNNING_STATUS && standing?.status === 'STALLED';
  return { id, task: isStalled ? { ...task, status: 'STALLED' } : task, known };
}

function seenBy(stop: { id: string; taskName: string | null; status: string } | undefined): Task | undefined {
  if (stop === undefined) return undefined;
  const { id, taskName, status } = stop;
  return {
    ...{ id, taskName, status, robotId: null, robotName: null },
    ...{ createTime: null, totalCount: null, finishCount: null },
  };
}
