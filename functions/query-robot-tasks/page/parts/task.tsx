/** The pieces that every list of tasks is made of. */
import { useEffect } from 'preact/hooks';
import { PAGE_SIZE } from '../data/api';
import type { Task, TaskList } from '../data/answers';
import type { Known } from '../data/refresh';
import type { Text } from '../../../../shared/text';
import { isUnauthorized, reasonOf } from '../text/failures';
import { statusOf, toneOf } from '../text/statuses';
import { callsMade, pageOf, partFailed, progressOf, remaining } from '../text/words';
import * as WORDS from '../text/phrases';
import { Button } from './button';
import { useSay } from '../text/language';

export function nameOf(taskName: string | null): Text {
  return taskName === null || taskName.trim() === '' ? WORDS.unnamed : { 'zh-CN': taskName, en: taskName };
}

/** Within a sentence, a name must not turn the direction of writing. */
export function plainName(taskName: string | null): Text {
  return nameOf(taskName?.replace(/\p{Bidi_Control}/gu, '') ?? null);
}

/** A name that others wrote: it may turn the direction of writing, and must not turn what stands beside it. */
export function TaskName({ name }: { name: string | null }) {
  const say = useSay();
  return <bdi>{say(nameOf(name))}</bdi>;
}

export function StatusBadge({ status }: { status: string }) {
  const say = useSay();
  return <span class={`badge ${toneOf(status)}`}>{say(statusOf(status))}</span>;
}

type Counted = Pick<Task, 'taskName' | 'totalCount' | 'finishCount'>;

/** The numbers, and a bar where both are known. */
export function Progress({ task: { taskName, totalCount, finishCount } }: { task: Counted }) {
  const say = useSay();
  if (totalCount === null || finishCount === null || totalCount <= 0) {
    return <span>{say(progressOf(finishCount, totalCount))}</span>;
  }
  const done = Math.min(totalCount, Math.max(0, finishCount));
  return (
    <span class="progress">
      <span class="numbers">
        {say(progressOf(finishCount, totalCount))}{' '}
        <span class="muted">{say(remaining(Math.max(0, totalCount - finishCount)))}</span>
      </span>
      <span
        class="track"
        role="progressbar"
        aria-label={say(callsMade(nameOf(taskName)))}
        aria-valuemin={0}
        aria-valuenow={done}
        aria-valuemax={totalCount}
      >
        <span class="done" style={{ width: `${(done / totalCount) * 100}%` }} />
      </span>
    </span>
  );
}

export function RobotName({ task }: { task: Pick<Task, 'robotName' | 'robotId'> }) {
  const say = useSay();
  return <bdi class="robot">{task.robotName ?? task.robotId ?? say(WORDS.unknown)}</bdi>;
}

interface PagerProps {
  readonly list: TaskList;
  readonly label: Text;
  readonly setPage: (page: number) => void;
}

/** Nothing where one page holds all. Upstream may clamp a page, and may give no total. */
export function Pager({ list, label, setPage }: PagerProps) {
  const say = useSay();
  const { page, pageSize, total, tasks } = list;
  const pages = total === null ? null : Math.max(1, Math.ceil(total / Math.max(1, pageSize)));
  const hasNext = pages === null ? tasks.length + list.unread >= Math.min(pageSize, PAGE_SIZE) : page < pages;
  // Of a list that has become shorter, the page that was looked at may be gone.
  const isGone = page > 1 && tasks.length + list.unread === 0;
  useEffect(() => {
    if (isGone) setPage(Math.min(pages ?? page, page - 1));
    // Once for each answer: a list may ask anew whenever its page is set.
  }, [isGone, page, pages]);
  if (page === 1 && !hasNext) return null;
  const turn = (to: number, isPossible: boolean, words: Text) => (
    <Button
      words={words}
      isOff={!isPossible}
      act={() => {
        setPage(to);
      }}
    />
  );
  return (
    <nav class="pager" aria-label={say(label)}>
      {turn(page - 1, page > 1, WORDS.previous)}
      <span>{say(pageOf(page, pages))}</span>
      {turn(page + 1, hasNext, WORDS.next)}
    </nav>
  );
}

/** Where a part has failed and has never been read; its old data says enough otherwise (the warnings name the reason). */
export function PartFailure({ known }: { known: Pick<Known<unknown>, 'failure'> }) {
  const say = useSay();
  if (known.failure === null || isUnauthorized(known.failure)) return null;
  return <p class="problem">{say(partFailed(reasonOf(known.failure)))}</p>;
}
