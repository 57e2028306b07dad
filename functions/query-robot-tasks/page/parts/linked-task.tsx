/** The task that the opened link is about, when it is not among the stopped ones that are shown. */
import type { Api } from '../data/api';
import type { TaskList, Watch } from '../data/answers';
import { useAnswer } from '../data/refresh';
import { toneOf } from '../text/statuses';
import { WORDS } from '../text/words';
import { useSay } from '../text/language';
import type { Starts } from './start-again';
import { StopCard } from './stop-card';
import { PartFailure, RobotName, StatusBadge, TaskName } from './task';

interface Props {
  readonly api: Api | null;
  readonly round: number;
  readonly id: string | null;
  readonly stopped: TaskList | undefined;
  readonly watch: Watch | null | undefined;
  readonly now: number;
  readonly starts: Starts | null;
}

export function LinkedTask({ api, round, id, stopped, watch, now, starts }: Props) {
  const say = useSay();
  const isElsewhere = id !== null && stopped !== undefined && !stopped.tasks.some((task) => task.id === id);
  const linked = useAnswer(api, isElsewhere ? id : null, round, (asked) => asked.task(id ?? ''));
  if (!isElsewhere) return null;
  const task = linked.isOther ? undefined : linked.data;
  if (task === undefined) return <PartFailure known={linked} />;
  if (task === null) return <p class="note">{say(WORDS.linkedGone)}</p>;
  if (toneOf(task.status) === 'bad') {
    const stop = watch?.stopped.find((standing) => standing.id === id);
    return (
      <StopCard task={task} stop={stop} isWatchKnown={Boolean(watch)} now={now} starts={starts} isLinked />
    );
  }
  return (
    <article class="card linked" aria-labelledby={`task-${task.id}`}>
      <p class="muted">{say(WORDS.linked)}</p>
      <h2 id={`task-${task.id}`}>
        <TaskName name={task.taskName} />
      </h2>
      <p>
        <StatusBadge status={task.status} />{' '}
        <span class="muted">
          <RobotName task={task} />
        </span>
      </p>
    </article>
  );
}
