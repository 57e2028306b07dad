/** One stopped task with all that somebody needs to know, and what to do first. */
import { beijingShort } from '../../../../shared/beijing-time';
import type { StandingStop, Task } from '../data/answers';
import { adviceOf, statusOf } from '../text/statuses';
import { durationOf } from '../text/time';
import { sinceFor, toldAt } from '../text/words';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';
import { Acknowledge, actOf, Taken, type Acts } from './acts';
import { ToConsole, TopUp } from './away';
import { OutcomeText } from './outcome';
import { StartAgain } from './start-again';
import type { Starts } from './starts';
import { NeedsOperator, type Rights } from './rights';
import { Progress, RobotName, StatusBadge, TaskName } from './task';
import { both } from '../text/both';

type Shown = Pick<Task, 'id' | 'taskName' | 'status'> & Partial<Task>;

interface Props {
  readonly task: Shown;
  /** What the watch knows of it. */
  readonly stop: StandingStop | undefined;
  readonly isWatchKnown: boolean;
  readonly now: number;
  readonly starts: Starts;
  readonly rights: Rights;
  readonly acts: Acts;
  /** The link that was opened is about this task. */
  readonly isLinked?: boolean;
  /** Its name stands above it already. */
  readonly isInLine?: boolean;
}

export function StopCard(props: Props) {
  const { task, stop, isWatchKnown, now, starts, rights, acts, isLinked = false, isInLine = false } = props;
  const say = useSay();
  const { robotName = null, robotId = null, totalCount = null, finishCount = null } = task;
  const hasCounts = totalCount !== null || finishCount !== null;
  const since = stop?.status === task.status ? stop.since : null;
  const act = actOf(stop, now);
  const isArrears = task.status === 'ARREARS_STOP';
  return (
    <article
      class={`${isInLine ? '' : 'card'} stop ${isLinked ? 'linked' : ''}`}
      aria-labelledby={`task-${task.id}`}
    >
      <h2 id={`task-${task.id}`} class={isInLine ? 'unseen' : 'brief'}>
        <TaskName name={task.taskName} />
      </h2>
      <StatusBadge status={task.status} />
      <dl>
        <dt>{say(task.status === 'STALLED' ? WORDS.stalledSince : WORDS.since)}</dt>
        <dd>
          {since === null ? (
            <span class="muted">{say(isWatchKnown ? WORDS.unknown : WORDS.sinceUnknown)}</span>
          ) : (
            say(sinceFor(beijingShort(since, now), durationOf(now - since)))
          )}
        </dd>
        {hasCounts && (
          <>
            <dt>{say(WORDS.progress)}</dt>
            <dd>
              <Progress task={{ taskName: task.taskName, totalCount, finishCount }} />
            </dd>
          </>
        )}
        {act !== null && (
          <>
            <dt>{say(WORDS.taken)}</dt>
            <dd>
              <Taken act={act} now={now} />
            </dd>
          </>
        )}
      </dl>
      <p class="advice">{say(adviceOf(task.status))}</p>
      <OutcomeText outcome={starts.outcomes.find(({ id }) => id === task.id)} />
      <div class="actions">
        {isArrears && <TopUp />}
        {rights.canStart && task.status !== 'STALLED' && (
          <StartAgain task={task} starts={starts} isFirst={!isArrears} />
        )}
        {rights.canStart && stop !== undefined && (
          <Acknowledge ids={[task.id]} act={act} acts={acts} now={now} />
        )}
        <NeedsOperator rights={rights} />
        <ToConsole />
      </div>
      <Facts task={task} stop={stop} isWatchKnown={isWatchKnown} now={now} robot={{ robotName, robotId }} />
    </article>
  );
}

/** Long names are cut above. */
const BRIEF = 30;

type FactsProps = Pick<Props, 'task' | 'stop' | 'isWatchKnown' | 'now'> & {
  readonly robot: Pick<Task, 'robotName' | 'robotId'>;
};

/** What is not needed in order to act. */
function Facts({ task, stop, isWatchKnown, now, robot }: FactsProps) {
  const say = useSay();
  const told = (stop?.told.items ?? []).map(({ channel, status, at }) =>
    say(
      toldAt(
        channel,
        at === null ? say(WORDS.unknown) : beijingShort(at, now),
        status === task.status ? null : statusOf(status),
      ),
    ),
  );
  return (
    <dl class="facts">
      {(task.taskName?.length ?? 0) > BRIEF && (
        <>
          <dt>{say(WORDS.name)}</dt>
          <dd>
            <TaskName name={task.taskName} />
          </dd>
        </>
      )}
      {(robot.robotName !== null || robot.robotId !== null) && (
        <>
          <dt>{say(WORDS.robot)}</dt>
          <dd>
            <RobotName task={robot} />
          </dd>
        </>
      )}
      {isWatchKnown && (
        <>
          <dt>{say(WORDS.told)}</dt>
          <dd>
            {told.length === 0 ? (
              <span class="muted">{say(WORDS.toldNobody)}</span>
            ) : (
              told.join(say(both('、', ', ')))
            )}
          </dd>
        </>
      )}
      <dt>{say(WORDS.taskId)}</dt>
      <dd class="id">{task.id}</dd>
    </dl>
  );
}
