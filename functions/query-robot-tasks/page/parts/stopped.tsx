/** The stopped tasks, by cause. */
import type { StandingStop, Task } from '../data/answers';
import type { Counts } from '../data/counts';
import type { Known } from '../data/refresh';
import type { WholeList } from '../data/whole-list';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';
import { CauseSection, type Around } from './cause';
import { OutcomeText } from './outcome';
import { RunProgress } from './run-progress';
import { StopCard } from './stop-card';
import { PartFailure } from './task';

interface Props {
  readonly counts: Counts;
  /** The lists that the causes were read from. */
  readonly lists: readonly Known<unknown>[];
  readonly wholes: readonly WholeList[];
  readonly linkedTask: string | null;
  readonly around: Around;
}

/** More than so many are lines, which open. */
export const MOST_CARDS = 5;

export function StoppedTasks({ counts, lists, wholes, linkedTask, around }: Props) {
  const say = useSay();
  const { standing, stops, now, starts, runs, rights, acts } = around;
  const failed = lists.find(({ data, failure }) => data === undefined && failure !== null);
  const isAsking = lists.some(({ data, failure }) => data === undefined && failure === null);
  // While the voice service cannot be asked, what the watch saw last is better than nothing.
  const isLastSeen =
    failed !== undefined && standing !== null && lists.every(({ data }) => data === undefined);
  const causes = isLastSeen ? counts.causes.map((cause) => lastSeen(cause.status, standing)) : counts.causes;
  const tasks = causes.flatMap((cause) => cause.tasks);
  const ids = new Set([...tasks.map(({ id }) => id), linkedTask]);
  const stalled = (standing ?? []).filter(({ id, status }) => status === 'STALLED' && !ids.has(id));
  const number = causes.reduce((sum, { count }) => sum + (count ?? 0), 0);
  const isGrouped = number > MOST_CARDS;
  const shown = new Set([...(isGrouped ? [] : tasks), ...stalled].map(({ id }) => id));
  const moved = starts.outcomes.filter(({ id }) => !shown.has(id) && id !== linkedTask);
  return (
    <section aria-label={say(WORDS.stopped)} aria-busy={lists.some(({ isLoading }) => isLoading)}>
      <RunProgress runs={runs} now={now} />
      <OutcomeText outcome={acts.outcome} dismiss={acts.dismiss} />
      {moved.map((outcome) => (
        <OutcomeText key={outcome.id} outcome={outcome} dismiss={starts.dismiss} />
      ))}
      {isAsking && number > 0 && <p class="note">{say(WORDS.asking)}</p>}
      {failed !== undefined && number > 0 && !isLastSeen && <PartFailure known={failed} />}
      {isLastSeen && tasks.length > 0 && <p class="note">{say(WORDS.lastSeen)}</p>}
      {causes.map((cause, index) => {
        const whole = wholes[index];
        return (
          whole !== undefined && (
            <CauseSection key={cause.status} {...{ cause, whole, isGrouped, linkedTask, around }} />
          )
        );
      })}
      {stalled.slice(0, MOST_CARDS).map((stop) => (
        <StopCard
          key={stop.id}
          task={stop}
          stop={stops.get(stop.id)}
          isWatchKnown
          {...{ now, starts, rights, acts }}
        />
      ))}
    </section>
  );
}

function lastSeen(cause: string, standing: readonly StandingStop[]): Counts['causes'][number] {
  const tasks = standing
    .filter(({ status }) => status === cause)
    .map(({ id, taskName, status }): Task => ({
      ...{ id, taskName, status, robotId: null, robotName: null },
      ...{ createTime: null, totalCount: null, finishCount: null },
    }));
  return { status: cause, tasks, isWhole: true, count: tasks.length };
}
