import { beijingShort } from '../../../../shared/beijing-time';
import { useState } from 'preact/hooks';
import type { TaskList, Watch } from '../data/answers';
import type { Known } from '../data/refresh';
import { paceOf, showAllOf } from '../text/words';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';
import { Button } from './button';
import { Pager, PartFailure, Progress, RobotName, TaskName } from './task';

interface Props {
  readonly running: Known<TaskList>;
  readonly pace: Watch['running']['items'];
  readonly now: number;
  readonly setPage: (page: number) => void;
  /** Other things matter more: a few are shown at first. */
  readonly isBrief: boolean;
}

const BRIEF = 3;

export function RunningTasks({ running, pace, now, setPage, isBrief }: Props) {
  const say = useSay();
  const [showsAll, setShowsAll] = useState(false);
  const { data, isLoading } = running;
  const isCut = isBrief && !showsAll && (data?.tasks.length ?? 0) > BRIEF;
  return (
    <section aria-labelledby="running" aria-busy={isLoading}>
      <h2 id="running">{say(WORDS.running)}</h2>
      <PartFailure known={running} />
      {data === undefined && running.failure === null && <p class="muted">{say(WORDS.asking)}</p>}
      {data?.tasks.length === 0 && data.page === 1 && <p class="muted">{say(WORDS.noneRunning)}</p>}
      {data !== undefined && (
        <>
          <ul class="rows">
            {data.tasks.slice(0, isCut ? BRIEF : undefined).map((task) => {
              const known = pace.find(({ id }) => id === task.id);
              return (
                <li key={task.id} class="row">
                  <div class="name brief">
                    <TaskName name={task.taskName} />
                  </div>
                  <div class="muted">
                    <RobotName task={task} />
                  </div>
                  <Progress task={task} />
                  {known !== undefined && known.callsPerHour !== null && (
                    <div class="muted">
                      {say(
                        paceOf(
                          known.callsPerHour,
                          known.doneAt === null ? null : beijingShort(known.doneAt, now),
                        ),
                      )}
                    </div>
                  )}
                </li>
              );
            })}
          </ul>
          {isCut ? (
            <Button
              words={showAllOf(data.total)}
              act={() => {
                setShowsAll(true);
              }}
            />
          ) : (
            <Pager list={data} label={WORDS.running} setPage={setPage} />
          )}
        </>
      )}
    </section>
  );
}
