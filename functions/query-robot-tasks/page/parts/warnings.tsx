/** What casts doubt on what stands below: a refresh that failed, a watch that has gone quiet. */
import type { Watch } from '../data/answers';
import type { Known } from '../data/refresh';
import { detailOf, isUnauthorized, reasonOf } from '../text/failures';
import { durationOf, timeOf } from '../text/time';
import { refreshFailed, staleWatch, watchFailure } from '../text/words';
import { useSay } from '../text/language';

/** The watch saves at least every 5 minutes. */
const STALE_MS = 15 * 60_000;

interface Props {
  /** What the headline is made of. */
  readonly main: readonly Known<unknown>[];
  readonly watch: Known<Watch | null>;
  readonly now: number;
}

export function Warnings({ main, watch, now }: Props) {
  const say = useSay();
  const failed = main.find(({ data, failure }) => data !== undefined && failure !== null);
  // Of a sign-in that is no longer good the sign-in itself tells.
  const failure = failed === undefined || isUnauthorized(failed.failure) ? null : failed.failure;
  const detail = failure === null ? null : detailOf(failure);
  const savedAt = watch.data ? Date.parse(watch.data.savedAt) : now;
  const isStale = now - savedAt > STALE_MS;
  return (
    <div role="alert">
      {failure !== null && (
        <div class="warning">
          <p>{say(refreshFailed(timeOf(failed?.at ?? now, now), reasonOf(failure)))}</p>
          {detail !== null && (
            <p class="detail" lang="en">
              {detail}
            </p>
          )}
        </div>
      )}
      {isStale && (
        <div class="warning">
          <p>{say(staleWatch(timeOf(savedAt, now), durationOf(now - savedAt)))}</p>
        </div>
      )}
      {watch.data?.failures.map(({ subject, channel, since, reason }) => (
        <div class="warning" key={`${subject}:${channel ?? ''}`}>
          <p>{say(watchFailure(subject, channel, timeOf(Date.parse(since), now), reason))}</p>
        </div>
      ))}
    </div>
  );
}
