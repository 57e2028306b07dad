import { useContext, useEffect, useRef } from 'preact/hooks';
import { CONSOLE_URLS, TOP_UP_URL } from '../../../../shared/vendor-links';
import { SourceContext } from '../data/source';
import type { StandingStop, Task } from '../data/answers';
import { adviceOf, statusOf } from '../text/statuses';
import { durationOf, timeOf } from '../text/time';
import { CONSOLE_NAMES, sinceFor, toldAt, WORDS } from '../text/words';
import { useSay } from '../text/language';
import { OutcomeText, StartAgain, type Starts } from './start-again';
import { Progress, RobotName, StatusBadge, TaskName } from './task';

type Shown = Pick<Task, 'id' | 'taskName' | 'status'> & Partial<Task>;

interface Props {
  readonly task: Shown;
  /** What the watch knows of it. */
  readonly stop: StandingStop | undefined;
  readonly isWatchKnown: boolean;
  readonly now: number;
  readonly starts: Starts | null;
  /** The link that was opened is about this task. */
  readonly isLinked: boolean;
}

export function StopCard({ task, stop, isWatchKnown, now, starts, isLinked }: Props) {
  const say = useSay();
  const source = useContext(SourceContext);
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isLinked) card.current?.scrollIntoView({ block: 'nearest' });
  }, [isLinked]);
  const { robotName = null, robotId = null, totalCount = null, finishCount = null } = task;
  const hasRobot = robotName !== null || robotId !== null;
  const hasCounts = totalCount !== null || finishCount !== null;
  const since = stop?.status === task.status ? Date.parse(stop.since) : null;
  return (
    <article ref={card} class={`card stop ${isLinked ? 'linked' : ''}`} aria-labelledby={`task-${task.id}`}>
      <h2 id={`task-${task.id}`}>
        <TaskName name={task.taskName} />
      </h2>
      <StatusBadge status={task.status} />
      <dl>
        <dt>{say(task.status === 'STALLED' ? WORDS.stalledSince : WORDS.since)}</dt>
        <dd>
          {since === null ? (
            <span class="muted">{say(isWatchKnown ? WORDS.unknown : WORDS.sinceUnknown)}</span>
          ) : (
            say(sinceFor(timeOf(since, now), durationOf(now - since)))
          )}
        </dd>
        {hasRobot && (
          <>
            <dt>{say(WORDS.robot)}</dt>
            <dd>
              <RobotName task={{ robotName, robotId }} />
            </dd>
          </>
        )}
        {hasCounts && (
          <>
            <dt>{say(WORDS.progress)}</dt>
            <dd>
              <Progress task={{ taskName: task.taskName, totalCount, finishCount }} />
            </dd>
          </>
        )}
        {isWatchKnown && (
          <>
            <dt>{say(WORDS.told)}</dt>
            <dd>
              {stop === undefined || stop.told.length === 0 ? (
                <span class="muted">{say(WORDS.toldNobody)}</span>
              ) : (
                stop.told
                  .map(({ channel, status, at }) =>
                    say(
                      toldAt(
                        channel,
                        timeOf(Date.parse(at), now),
                        status === task.status ? null : statusOf(status),
                      ),
                    ),
                  )
                  .join(say({ 'zh-CN': '、', en: ', ' }))
              )}
            </dd>
          </>
        )}
        <dt>{say(WORDS.taskId)}</dt>
        <dd class="id">{task.id}</dd>
      </dl>
      <p class="advice">{say(adviceOf(task.status))}</p>
      <OutcomeText outcome={starts?.outcomes.find(({ id }) => id === task.id)} />
      <div class="actions">
        {starts !== null && task.status !== 'STALLED' && <StartAgain task={task} starts={starts} />}
        {task.status === 'ARREARS_STOP' && <Away href={TOP_UP_URL}>{say(WORDS.topUp)}</Away>}
        <Away href={CONSOLE_URLS[source]}>{say(CONSOLE_NAMES[source])}</Away>
      </div>
    </article>
  );
}

/** A link to the vendor. It opens a tab of its own: a sign-in with a ticket is kept for this one. */
function Away({ href, children }: { href: string; children: string }) {
  return (
    <a class="button" href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}
