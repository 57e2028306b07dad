/** The task that the opened link is about: first, and opened, whatever arrives when. */
import type { ComponentChildren } from 'preact';
import type { StandingStop, Task } from '../data/answers';
import type { Known } from '../data/refresh';
import { toneOf } from '../text/statuses';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';
import type { Acts } from './acts';
import type { Rights } from './rights';
import type { Starts } from './starts';
import { StopCard } from './stop-card';
import { PartFailure, RobotName, StatusBadge, TaskName } from './task';

/** What is known of it. Null: the voice service knows no such task. Undefined: nothing yet. */
export interface Linked {
  readonly id: string;
  readonly task: Task | null | undefined;
  readonly known: Known<unknown>;
}

/** Whether nothing can be said of it yet: then no other task's button may stand where its own will be. */
export function isAwaited(linked: Linked | null): boolean {
  return linked !== null && linked.task === undefined && linked.known.failure === null;
}

interface Props {
  readonly linked: Linked;
  readonly stop: StandingStop | undefined;
  readonly isWatchKnown: boolean;
  readonly now: number;
  readonly starts: Starts;
  readonly rights: Rights;
  readonly acts: Acts;
}

export function LinkedTask({ linked: { task, known }, ...shared }: Props) {
  const say = useSay();
  if (task === undefined && known.failure !== null) return <PartFailure known={known} />;
  if (task === undefined) return <Card>{say(WORDS.asking)}</Card>;
  if (task === null) return <p class="note">{say(WORDS.linkedGone)}</p>;
  if (toneOf(task.status) === 'bad') return <StopCard task={task} {...shared} isLinked />;
  return (
    <article class="card linked" aria-labelledby={`task-${task.id}`}>
      <p class="muted">{say(WORDS.linked)}</p>
      <h2 id={`task-${task.id}`} class="brief">
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

/** As high as what comes in its place. */
function Card({ children }: { children: ComponentChildren }) {
  return (
    <article class="card linked awaited">
      <p class="muted">{children}</p>
    </article>
  );
}
