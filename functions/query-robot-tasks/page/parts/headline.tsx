/** The sentence that matters, how old it is, and what stands behind the number. */
import { beijingShort } from '../../../../shared/beijing-time';
import type { Counts } from '../data/counts';
import type { Known, Refresh } from '../data/refresh';
import { detailOf, reasonOf } from '../text/failures';
import { statusOf } from '../text/statuses';
import { ageOf } from '../text/time';
import { because, beijing, countOf, stoppedHeadline, updated } from '../text/words';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';
import { Button } from './button';
import { Detail } from './outcome';

interface Props {
  readonly counts: Counts;
  /** What the counts are made of. */
  readonly main: readonly Known<unknown>[];
  readonly isLoading: boolean;
  readonly refresh: Refresh;
  readonly isOld: boolean;
}

export function Headline({ counts, main, isLoading, refresh, isOld }: Props) {
  const say = useSay();
  const { now } = refresh;
  const { stopped, causes } = counts;
  if (stopped === null) {
    const failure = main.find((known) => known.failure !== null)?.failure ?? null;
    return (
      <section class={`headline ${failure === null ? '' : 'unknown'}`}>
        <h1>{say(failure === null ? WORDS.asking : WORDS.nobodyKnows)}</h1>
        {failure !== null && (
          <>
            <p>{say(because(reasonOf(failure)))}</p>
            <Detail text={detailOf(failure)} />
            <RefreshButton isLoading={isLoading} refresh={refresh} isOld={isOld} />
          </>
        )}
      </section>
    );
  }
  const at = main
    .filter(({ data }) => data !== undefined)
    .reduce((oldest, known) => Math.min(oldest, known.at), now);
  const named = causes.flatMap(({ status, count }) =>
    count === null || count === 0 ? [] : [say(countOf(statusOf(status), count))],
  );
  return (
    <section class={`headline ${stopped > 0 ? 'bad' : 'good'}`}>
      <h1>{say(stoppedHeadline(stopped))}</h1>
      {stopped > 0 && named.length > 0 && <p class="causes">{named.join(' · ')}</p>}
      <p class="age">
        <span>
          {say(beijing(beijingShort(at, now)))} · {say(updated(ageOf(now - at)))}
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
  if (isOld) return null;
  return (
    <Button
      words={isLoading ? WORDS.refreshing : WORDS.refresh}
      look="link"
      isBusy={isLoading}
      act={() => {
        if (!isLoading) refresh.refresh();
      }}
    />
  );
}
