/** The stopped tasks, each with all that somebody needs to know and to do. */
import type { ComponentChildren } from 'preact';
import type { TaskList, Watch } from '../data/answers';
import type { Known } from '../data/refresh';
import { WORDS } from '../text/words';
import { useSay } from '../text/language';
import { OutcomeText, type Starts } from './start-again';
import { StopCard } from './stop-card';
import { Pager, PartFailure } from './task';

interface Props {
  readonly stopped: Known<TaskList>;
  /** How many there are, where that is known before they are. */
  readonly count: number;
  /** Undefined: not known yet. Null: nothing is shared. */
  readonly watch: Watch | null | undefined;
  readonly now: number;
  readonly starts: Starts;
  /** Whether this sign-in may start tasks. */
  readonly canStart: boolean;
  readonly linkedTask: string | null;
  readonly setPage: (page: number) => void;
  readonly above: ComponentChildren;
}

export function StoppedTasks(props: Props) {
  const { stopped, count, watch, now, starts, canStart, linkedTask, setPage, above } = props;
  const say = useSay();
  const list = stopped.data;
  const tasks = list?.tasks ?? [];
  const standing = watch?.stopped ?? [];
  // While the voice service cannot be asked, what the watch saw last is better than nothing.
  const lastSeen = list === undefined && stopped.failure !== null ? standing : [];
  const stalled =
    lastSeen.length > 0
      ? []
      : standing.filter(({ id, status }) => status === 'STALLED' && !tasks.some((task) => task.id === id));
  const shown = new Set([...tasks, ...lastSeen, ...stalled].map(({ id }) => id));
  // How a start ended is told although the sign-in has ended meanwhile.
  const moved = starts.outcomes.filter(({ id }) => !canStart || !shown.has(id));
  const cardOf = (task: Parameters<typeof StopCard>[0]['task']) => (
    <StopCard
      key={task.id}
      task={task}
      stop={standing.find(({ id }) => id === task.id)}
      isWatchKnown={Boolean(watch)}
      now={now}
      starts={canStart ? starts : null}
      isLinked={task.id === linkedTask}
    />
  );
  return (
    <section aria-label={say(WORDS.stopped)} aria-busy={stopped.isLoading}>
      {moved.map((outcome) => (
        <OutcomeText key={outcome.id} outcome={outcome} dismiss={starts.dismiss} />
      ))}
      {above}
      {list === undefined && count > 0 && stopped.failure === null && <p class="note">{say(WORDS.asking)}</p>}
      {list === undefined && count > 0 && <PartFailure known={stopped} />}
      {lastSeen.length > 0 && <p class="note">{say(WORDS.lastSeen)}</p>}
      {tasks.map(cardOf)}
      {lastSeen.map(cardOf)}
      {stalled.map(cardOf)}
      {list !== undefined && <Pager list={list} label={WORDS.stopped} setPage={setPage} />}
    </section>
  );
}
