/** The stopped tasks of one cause: what can be done with all of them, and each. */
import { useMemo } from 'preact/hooks';
import type { Api } from '../data/api';
import type { StandingStop, Task } from '../data/answers';
import type { Cause } from '../data/counts';
import type { WholeList } from '../data/whole-list';
import { adviceOf, statusOf } from '../text/statuses';
import { causeOf, readSoFar, showAllOf } from '../text/words';
import { useSay } from '../text/language';
import { Acknowledge, actOf, type Acts } from './acts';
import { TopUp } from './away';
import { Button } from './button';
import { Lines } from './lines';
import { NeedsOperator, type Rights } from './rights';
import type { Runs } from './runs';
import { StartAll } from './start-all';
import type { Starts } from './starts';
import { StopCard } from './stop-card';
import { PartFailure } from './task';

/** What the cards and lines of every cause are drawn with. */
export interface Around {
  readonly api: Api | null;
  /** Null: no state is shared, or it is not known yet. */
  readonly standing: readonly StandingStop[] | null;
  readonly stops: ReadonlyMap<string, StandingStop>;
  readonly now: number;
  readonly starts: Starts;
  readonly runs: Runs;
  readonly rights: Rights;
  readonly acts: Acts;
}

interface Props {
  readonly cause: Cause;
  readonly whole: WholeList;
  /** Many tasks are stopped: each is a line. */
  readonly isGrouped: boolean;
  /** Shown above all others. */
  readonly linkedTask: string | null;
  readonly around: Around;
}

/** Of each cause, in a first view of three screens of a phone; fewer below the task of a link. */
const FIRST_LINES = 4;
const FEWEST_LINES = 1;

export function CauseSection({ cause, whole, isGrouped, linkedTask, around }: Props) {
  const say = useSay();
  const { api, standing, stops, now, starts, runs, rights, acts } = around;
  const { status, count } = cause;
  const all = whole.isOpen && whole.tasks.length > 0 ? whole.tasks : cause.tasks;
  const tasks = useMemo(() => {
    const others = all.filter(({ id }) => id !== linkedTask);
    const first = linkedTask === null ? FIRST_LINES : FEWEST_LINES;
    return isGrouped && !whole.isOpen ? others.slice(0, first) : others;
  }, [all, linkedTask, isGrouped, whole.isOpen]);
  const number = count ?? tasks.length;
  const isSeveral = number > 1;
  const hidden = !whole.isOpen && isGrouped && number > tasks.length;
  if (number === 0) return null;
  if (!isSeveral && tasks.length === 0) return null;
  const shared = { now, starts, rights, acts, isWatchKnown: standing !== null };
  const untaken = (standing ?? []).filter((stop) => stop.status === status && actOf(stop, now) === null);
  return (
    <div class="cause">
      {(isGrouped || isSeveral) && (
        <div class="all">
          <h2>{say(causeOf(statusOf(status), number))}</h2>
          {isGrouped && linkedTask === null && <p class="muted">{say(adviceOf(status))}</p>}
          <div class="actions">
            {status === 'ARREARS_STOP' && <TopUp />}
            {isGrouped && linkedTask === null && <NeedsOperator rights={rights} />}
            {rights.canStart && api !== null && standing !== null && (
              <StartAll
                api={api}
                cause={status}
                standing={standing}
                listed={cause.isWhole ? cause.tasks : null}
                count={number}
                runs={runs}
                now={now}
              />
            )}
            {rights.canStart && untaken.length > 1 && (
              <Acknowledge ids={untaken.map(({ id }) => id)} isAll act={null} acts={acts} now={now} />
            )}
          </div>
        </div>
      )}
      {isGrouped ? (
        <Lines tasks={tasks} label={say(statusOf(status))} stops={stops} {...shared} />
      ) : (
        tasks.map((task: Task) => (
          <StopCard key={task.id} task={task} stop={stops.get(task.id)} {...shared} />
        ))
      )}
      {hidden && <Button words={showAllOf(count)} act={whole.open} />}
      {whole.isReading && <p class="muted">{say(readSoFar(whole.tasks.length, count))}</p>}
      {whole.failure !== null && <PartFailure known={whole} />}
    </div>
  );
}
