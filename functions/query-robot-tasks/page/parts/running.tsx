import type { TaskList } from '../data/answers';
import type { Known } from '../data/refresh';
import { WORDS } from '../text/words';
import { useSay } from '../text/language';
import { Pager, PartFailure, Progress, RobotName, TaskName } from './task';

interface Props {
  readonly running: Known<TaskList>;
  readonly now: number;
  readonly setPage: (page: number) => void;
}

export function RunningTasks({ running, setPage }: Props) {
  const say = useSay();
  const { data, isLoading } = running;
  return (
    <section aria-labelledby="running" aria-busy={isLoading}>
      <h2 id="running">{say(WORDS.running)}</h2>
      <PartFailure known={running} />
      {data === undefined && running.failure === null && <p class="muted">{say(WORDS.asking)}</p>}
      {data?.tasks.length === 0 && data.page === 1 && <p class="muted">{say(WORDS.noneRunning)}</p>}
      {data !== undefined && (
        <>
          <ul class="rows">
            {data.tasks.map((task) => (
              <li key={task.id} class="row">
                <div class="name">
                  <TaskName name={task.taskName} />
                </div>
                <div class="muted">
                  <RobotName task={task} />
                </div>
                <Progress task={task} />
              </li>
            ))}
          </ul>
          <Pager list={data} label={WORDS.running} setPage={setPage} />
        </>
      )}
    </section>
  );
}
