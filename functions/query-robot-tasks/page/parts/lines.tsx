/** Many stopped tasks of one cause: a line each, which opens. */
import { beijingDate, beijingShort } from '../../../../shared/beijing-time';
import { useMemo, useState } from 'preact/hooks';
import type { StandingStop, Task } from '../data/answers';
import { useGrowing } from '../data/growing';
import { progressOf } from '../text/words';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';
import { actOf, Taken, type Acts } from './acts';
import { memo } from './memo';
import type { Rights } from './rights';
import type { Starts } from './starts';
import { StopCard } from './stop-card';
import { TaskName } from './task';

/** What every line is drawn with. */
interface Shared {
  readonly stops: ReadonlyMap<string, StandingStop>;
  readonly opened: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  readonly isWatchKnown: boolean;
  readonly now: number;
  readonly starts: Starts;
  readonly rights: Rights;
  readonly acts: Acts;
}

interface Props extends Omit<Shared, 'opened' | 'toggle'> {
  readonly tasks: readonly Task[];
  readonly label: string;
}

/** Drawn at once: on a slow phone that takes less than a finger notices. */
const SLICE = 10;

/** A long list is drawn slice by slice, so that the page can be used meanwhile. */
export function Lines({ tasks, label, ...shared }: Props) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const slices = useMemo(
    () =>
      Array.from({ length: Math.ceil(tasks.length / SLICE) }, (_, index) =>
        tasks.slice(index * SLICE, (index + 1) * SLICE),
      ),
    [tasks],
  );
  const drawn = useGrowing(slices.length);
  const day = beijingDate(shared.now);
  const toggle = (id: string) => {
    setOpened((old) => new Set(old.has(id) ? [...old].filter((other) => other !== id) : [...old, id]));
  };
  return (
    <div class="rows lines" role="list" aria-label={label}>
      {slices.slice(0, drawn).map((slice, index) => (
        <Slice key={index} tasks={slice} day={day} {...shared} opened={opened} toggle={toggle} />
      ))}
    </div>
  );
}

/** `day` changes at midnight: a time is told with its date when it is not today's. */
type SliceProps = Shared & { readonly tasks: readonly Task[]; readonly day: string };

/** Called for each slice whenever anything changes: of a long list, most are the same. */
function isSameSlice(old: SliceProps, next: SliceProps): boolean {
  const isOpened = ({ id }: Task) => old.opened.has(id) || next.opened.has(id);
  return (
    old.isWatchKnown === next.isWatchKnown &&
    old.day === next.day &&
    old.tasks.length === next.tasks.length &&
    next.tasks.every(
      (task, index) => task === old.tasks[index] && old.stops.get(task.id) === next.stops.get(task.id),
    ) &&
    // What is opened says how long it has stood, and what a start has led to.
    !next.tasks.some(isOpened)
  );
}

const Slice = memo(
  ({ tasks, stops, opened, toggle, ...shared }: SliceProps) => (
    <div class="slice">
      {tasks.map((task) => (
        <Line
          key={task.id}
          task={task}
          stop={stops.get(task.id)}
          isOpen={opened.has(task.id)}
          toggle={toggle}
          {...shared}
        />
      ))}
    </div>
  ),
  isSameSlice,
);

type LineProps = Omit<Shared, 'stops' | 'opened'> & {
  readonly task: Task;
  readonly stop: StandingStop | undefined;
  readonly isOpen: boolean;
};

function Line({ task, stop, isOpen, toggle, now, ...shared }: LineProps) {
  const say = useSay();
  const since = stop?.status === task.status ? stop.since : null;
  const { totalCount, finishCount } = task;
  const act = actOf(stop, now);
  return (
    <div role="listitem" class="line">
      <button
        type="button"
        class="row"
        aria-expanded={isOpen}
        onClick={() => {
          toggle(task.id);
        }}
      >
        <span class="name brief">
          <TaskName name={task.taskName} />
        </span>
        <span class="muted numbers">
          {since === null ? say(WORDS.unknown) : beijingShort(since, now)}
          {(totalCount !== null || finishCount !== null) && ` · ${say(progressOf(finishCount, totalCount))}`}
          {act !== null && ' · '}
          {act !== null && <Taken act={act} now={now} />}
        </span>
      </button>
      {isOpen && <StopCard task={task} stop={stop} now={now} isInLine {...shared} />}
    </div>
  );
}
