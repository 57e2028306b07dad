/** All that is seen of the tasks, from what matters most to what explains it. It asks for nothing but what is searched. */
import { useMemo } from 'preact/hooks';
import type { Api } from './data/api';
import { unreadOf, type StandingStop, type Summary, type TaskList, type Watch } from './data/answers';
import { CAUSES, countTasks } from './data/counts';
import type { Known, Refresh } from './data/refresh';
import { SourceContext } from './data/source';
import type { WholeList } from './data/whole-list';
import type { Acts } from './parts/acts';
import type { Around } from './parts/cause';
import { FindTasks } from './parts/find-tasks';
import { Headline } from './parts/headline';
import { HistorySection } from './parts/history';
import { isAwaited, LinkedTask, type Linked } from './parts/linked-task';
import type { Rights } from './parts/rights';
import { RunningTasks } from './parts/running';
import type { Runs } from './parts/runs';
import type { Starts } from './parts/starts';
import { MOST_CARDS, StoppedTasks } from './parts/stopped';
import { Warnings } from './parts/warnings';
import { WatchSection } from './parts/watch';
import { useSay } from './text/language';
import * as WORDS from './text/phrases';

export interface Answers {
  readonly summary: Known<Summary>;
  /** One for each of CAUSES. */
  readonly stopped: readonly Known<TaskList>[];
  readonly running: Known<TaskList>;
  readonly watch: Known<Watch | null>;
}

interface Props {
  /** Null once nobody is signed in any more: what was seen stays. */
  readonly api: Api | null;
  readonly answers: Answers;
  readonly wholes: readonly WholeList[];
  readonly linked: Linked | null;
  readonly refresh: Refresh;
  readonly starts: Starts;
  readonly runs: Runs;
  readonly acts: Acts;
  readonly setRunningPage: (page: number) => void;
  readonly askOperator: () => void;
  /** A phone's screen: what matters less is shown when it is asked for. */
  readonly isNarrow: boolean;
}

/** The counts of these answers: every number of the page. */
export function countsOf({ summary, stopped }: Answers) {
  return countTasks(
    summary.data,
    CAUSES.map((status, index) => [status, stopped[index]?.data] as const),
  );
}

export function View(props: Props) {
  const { api, answers, wholes, linked, refresh, starts, runs, acts, setRunningPage, askOperator, isNarrow } =
    props;
  const { summary, stopped, running, watch } = answers;
  const say = useSay();
  const { now } = refresh;
  const counts = countsOf(answers);
  const isOld = api === null;
  const rights: Rights = {
    canStart: !isOld && summary.data?.canStart === true,
    onlyReads: !isOld && summary.data?.canStart === false,
    askOperator,
  };
  const standing = watch.data?.stopped.items ?? null;
  const stops = useMemo(
    () => new Map((standing ?? []).map((stop): [string, StandingStop] => [stop.id, stop])),
    [standing],
  );
  const around: Around = {
    ...{ api, standing, stops, now, starts, runs, acts },
    rights: isAwaited(linked) ? { ...rights, canStart: false, onlyReads: false } : rights,
  };
  const isBrief = isNarrow && (counts.stopped ?? 0) > MOST_CARDS;
  const main = [...stopped, summary];
  const unread =
    [...stopped, running].reduce((sum, { data }) => sum + (data?.unread ?? 0), 0) +
    (watch.data ? unreadOf(watch.data) : 0);
  const warnings = <Warnings main={main} watch={watch} unread={unread} now={now} />;
  return (
    <SourceContext.Provider value={summary.data?.source === 'aiccs' ? 'aiccs' : 'dyvms'}>
      <div class={`columns ${isOld ? 'old' : ''}`}>
        <div>
          {isOld && <p class="note">{say(WORDS.oldData)}</p>}
          {linked === null && warnings}
          <Headline
            {...{ counts, main, refresh, isOld }}
            isLoading={[...main, watch].some(({ isLoading }) => isLoading)}
          />
          {linked !== null && (
            <LinkedTask
              linked={linked}
              stop={stops.get(linked.id)}
              isWatchKnown={standing !== null}
              {...{ now, starts, rights, acts }}
            />
          )}
          {linked !== null && warnings}
          <StoppedTasks
            {...{ counts, wholes, around }}
            lists={stopped}
            linkedTask={linked !== null && linked.task !== undefined ? linked.id : null}
          />
          <RunningTasks
            {...{ running, now }}
            pace={watch.data?.running.items ?? []}
            setPage={setRunningPage}
            isBrief={isBrief}
          />
          <FindTasks {...{ api, refresh, counts, summary }} />
        </div>
        <div>
          <HistorySection watch={watch.data} now={now} isBrief={isBrief} />
          <WatchSection watch={watch} now={now} />
        </div>
      </div>
    </SourceContext.Provider>
  );
}
