/** Every task: by status, by name, page by page. Nothing is asked for before somebody chooses. */
import { beijingShort } from '../../../../shared/beijing-time';
import { useRef, useState } from 'preact/hooks';
import type { Api, ListQuery } from '../data/api';
import type { Counts } from '../data/counts';
import { useAnswer, type Known, type Refresh } from '../data/refresh';
import { statusOf } from '../text/statuses';
import { unreadParts } from '../text/words';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';
import { Pager, PartFailure, Progress, RobotName, StatusBadge, TaskName } from './task';

interface Props {
  readonly api: Api | null;
  readonly refresh: Refresh;
  readonly counts: Counts;
  /** What the counts are made of. */
  readonly summary: Known<unknown>;
}

export function FindTasks({ api, refresh, counts, summary }: Props) {
  const say = useSay();
  const [query, setQuery] = useState<ListQuery | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const answer = useAnswer(api, query === null ? null : JSON.stringify(query), refresh, (asked) =>
    asked.tasks(query ?? { status: null, taskName: '', page: 1 }),
  );
  const found = answer.isOther ? { ...answer, data: undefined } : answer;
  const choose = (status: string | null) => {
    setQuery({ status, taskName: field.current?.value.trim() ?? '', page: 1 });
  };
  const chips: readonly (readonly [string | null, number | null])[] = [
    [null, counts.total],
    ...counts.statuses.filter(([status, count]) => count !== 0 || status === query?.status),
  ];
  return (
    <section aria-labelledby="tasks" aria-busy={found.isLoading}>
      <h2 id="tasks">{say(WORDS.tasks)}</h2>
      {summary.data === undefined && <PartFailure known={summary} />}
      <div class="chips" role="group" aria-label={say(WORDS.byStatus)}>
        {chips.map(([status, count]) => (
          <button
            key={status ?? ''}
            type="button"
            class="chip"
            aria-pressed={query !== null && query.status === status}
            disabled={api === null}
            onClick={() => {
              choose(status);
            }}
          >
            {say(status === null ? WORDS.all : statusOf(status))} {count !== null && <b>{count}</b>}
          </button>
        ))}
      </div>
      <form
        class="search"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          choose(query?.status ?? null);
        }}
      >
        <label>
          <span>{say(WORDS.name)}</span>
          <input ref={field} type="search" name="name" autocomplete="off" enterkeyhint="search" />
        </label>
        <button type="submit" disabled={api === null}>
          {say(WORDS.search)}
        </button>
      </form>
      {query === null ? <p class="muted">{say(WORDS.tasksHint)}</p> : <PartFailure known={found} />}
      {query !== null && found.data === undefined && found.failure === null && (
        <p class="muted">{say(WORDS.asking)}</p>
      )}
      {query !== null && found.data !== undefined && (
        <>
          <p class="muted" role="status">
            {found.data.tasks.length + found.data.unread === 0 &&
              found.data.page === 1 &&
              say(WORDS.noneFound)}
            {found.data.unread > 0 && say(unreadParts(found.data.unread))}
          </p>
          <ul class="rows">
            {found.data.tasks.map((task) => (
              <li key={task.id} class="row">
                <div class="name brief">
                  <TaskName name={task.taskName} /> <StatusBadge status={task.status} />
                </div>
                <div class="muted">
                  <RobotName task={task} />
                  {task.createTime !== null &&
                    ` · ${say(WORDS.created)} ${beijingShort(task.createTime, refresh.now)}`}
                </div>
                <Progress task={task} />
              </li>
            ))}
          </ul>
          <Pager
            list={found.data}
            label={WORDS.tasks}
            setPage={(page) => {
              setQuery({ ...query, page });
            }}
          />
        </>
      )}
    </section>
  );
}
