/** All that is seen of the tasks, from what matters most to what explains it. */
import { useEffect, useState } from 'preact/hooks';
import { SourceContext } from './data/source';
import { FindTasks } from './parts/find-tasks';
import { Headline } from './parts/headline';
import { HistorySection } from './parts/history';
import { useSay } from './text/language';
import { LinkedTask } from './parts/linked-task';
import { RunningTasks } from './parts/running';
import { useStarts } from './parts/start-again';
import { StoppedTasks } from './parts/stopped';
import { Warnings } from './parts/warnings';
import { WatchSection } from './parts/watch';
import type { Api } from './data/api';
import { useAnswer, type Refresh } from './data/refresh';
import { stoppedHeadline, WORDS } from './text/words';

interface Props {
  /** Null once nobody is signed in any more: what was seen stays. */
  readonly api: Api | null;
  readonly refresh: Refresh;
  readonly linkedTask: string | null;
  /** The first answer has come. */
  readonly onSeen: (hasSeen: boolean) => void;
  readonly useToken: () => void;
}

/** The tasks in `status`, page by page. Where a page cannot be turned, the one before it stays. */
function usePages(api: Api | null, status: string, round: number) {
  const [page, setPage] = useState(1);
  const known = useAnswer(api, String(page), round, (asked) => asked.tasks({ status, taskName: '', page }));
  const { isOther, data } = known;
  useEffect(() => {
    if (isOther && data !== undefined) setPage(data.page);
  }, [isOther]);
  return [known, setPage] as const;
}

export function Content({ api, refresh, linkedTask, onSeen, useToken }: Props) {
  const say = useSay();
  const { round, now } = refresh;
  const summary = useAnswer(api, 'summary', round, (asked) => asked.summary());
  const [stopped, setStoppedPage] = usePages(api, 'stopped', round);
  const [running, setRunningPage] = usePages(api, 'EXCUTING', round);
  const watch = useAnswer(api, 'watch', round, (asked) => asked.watch());
  const starts = useStarts(api, refresh.refresh);

  const count = stopped.data?.total ?? summary.data?.stopped;
  const hasSeen = [summary, stopped, running, watch].some(({ data }) => data !== undefined);
  useEffect(() => {
    if (hasSeen) onSeen(true);
  }, [hasSeen, onSeen]);
  useEffect(() => {
    const product = say(WORDS.product);
    document.title =
      count === undefined || count === 0 ? product : `${say(stoppedHeadline(count))} · ${product}`;
    return () => {
      document.title = product;
    };
  }, [count, say]);

  const isOld = api === null;
  const canStart = !isOld && summary.data?.canStart === true;
  return (
    <SourceContext.Provider value={summary.data?.source === 'aiccs' ? 'aiccs' : 'dyvms'}>
      <div class={isOld ? 'old' : undefined}>
        {isOld && <p class="note">{say(WORDS.oldData)}</p>}
        <Warnings main={[stopped, summary]} watch={watch} now={now} />
        <Headline stopped={stopped} summary={summary} watch={watch} refresh={refresh} isOld={isOld} />
        <StoppedTasks
          stopped={stopped}
          count={count ?? 0}
          watch={watch.data}
          now={now}
          starts={starts}
          canStart={canStart}
          linkedTask={linkedTask}
          setPage={setStoppedPage}
          above={
            <LinkedTask
              api={api}
              round={round}
              id={linkedTask}
              stopped={stopped.data}
              watch={watch.data}
              now={now}
              starts={canStart ? starts : null}
            />
          }
        />
        {!isOld && summary.data?.canStart === false && count !== undefined && count > 0 && (
          <p class="note">
            {say(WORDS.readOnly)}{' '}
            <button type="button" class="link" onClick={useToken}>
              {say(WORDS.useToken)}
            </button>
          </p>
        )}
        <RunningTasks running={running} now={now} setPage={setRunningPage} />
        <FindTasks api={api} round={round} summary={summary} now={now} />
        <HistorySection watch={watch.data} now={now} />
        <WatchSection watch={watch} now={now} />
      </div>
    </SourceContext.Provider>
  );
}
