/** The sentence that matters, how old it is, and what stands behind the number. */
import { STOPPED_STATUSES } from '../../../../shared/robot-task';
import type { Summary, TaskList, Watch } from '../data/answers';
import type { Known, Refresh } from '../data/refresh';
import { detailOf, reasonOf } from '../text/failures';
import { statusOf } from '../text/statuses';
import { ageOf, timeOf } from '../text/time';
import { because, beijing, countOf, stoppedHeadline, updated, WORDS } from '../text/words';
import { useSay } from '../text/language';

interface Props {
  readonly stopped: Known<TaskList>;
  readonly summary: Known<Summary>;
  readonly watch: Known<Watch | null>;
  readonly refresh: Refresh;
  readonly isOld: boolean;
}

export function Headline({ stopped, summary, watch, refresh, isOld }: Props) {
  const say = useSay();
  const { now } = refresh;
  const count = stopped.data?.total ?? summary.data?.stopped;
  const failure = stopped.failure ?? summary.failure;
  const isLoading = stopped.isLoading || summary.isLoading || watch.isLoading;
  const at = Math.min(
    ...[stopped, summary].filter(({ data }) => data !== undefined).map((known) => known.at),
  );
  if (count === undefined) {
    const detail = failure === null ? null : detailOf(failure);
    return (
      <section class={`headline ${failure === null ? '' : 'unknown'}`}>
        <h1>{say(failure === null ? WORDS.asking : WORDS.nobodyKnows)}</h1>
        {failure !== null && (
          <>
            <p>{say(because(reasonOf(failure)))}</p>
            {detail !== null && (
              <p class="detail" lang="en">
                {detail}
              </p>
            )}
            <RefreshButton isLoading={isLoading} refresh={refresh} isOld={isOld} />
          </>
        )}
      </section>
    );
  }
  const causes = [...STOPPED_STATUSES]
    .map((status) => [status, summary.data?.statuses[status] ?? 0] as const)
    .filter(([, number]) => number > 0);
  return (
    <section class={`headline ${count > 0 ? 'bad' : 'good'}`}>
      <h1>{say(stoppedHeadline(count))}</h1>
      {count > 0 && causes.length > 0 && (
        <p class="causes">
          {causes.map(([status, number]) => say(countOf(statusOf(status), number))).join(' · ')}
        </p>
      )}
      <p class="age">
        <span>
          {say(beijing(timeOf(at, now)))} · {say(updated(ageOf(now - at)))}
        </span>
        <RefreshButton isLoading={isLoading} refresh={refresh} isOld={isOld} />
      </p>
    </section>
  );
}

function RefreshButton({
  isLoading,
  refresh,
  isOld,
}: { isLoading: boolean } & Pick<Props, 'refresh' | 'isOld'>) {
  const say = useSay();
  if (isOld) return null;
  return (
    <button type="button" class="link" aria-busy={isLoading} onClick={refresh.refresh}>
      {say(isLoading ? WORDS.refreshing : WORDS.refresh)}
    </button>
  );
}
