/** What casts doubt on what stands below: a refresh that failed, a watch that has gone quiet, an answer that is not understood. */
import { beijingShort } from '../../../../shared/beijing-time';
import type { Watch } from '../data/answers';
import type { Known } from '../data/refresh';
import { detailOf, isUnauthorized, reasonOf } from '../text/failures';
import { durationOf } from '../text/time';
import { refreshFailed, staleWatch, unreadParts, watchFailure } from '../text/words';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';
import { Detail } from './outcome';

/** The watch saves at least every 5 minutes. */
const STALE_MS = 15 * 60_000;

interface Props {
  /** What the headline is made of. */
  readonly main: readonly Known<unknown>[];
  readonly watch: Known<Watch | null>;
  /** How many parts of the answers cannot be read. */
  readonly unread: number;
  readonly now: number;
}

export function Warnings({ main, watch, unread, now }: Props) {
  const say = useSay();
  const failed = main.find(({ data, failure }) => data !== undefined && failure !== null);
  // Of a sign-in that is no longer good the sign-in itself tells.
  const failure = failed === undefined || isUnauthorized(failed.failure) ? null : failed.failure;
  const savedAt = watch.data?.savedAt ?? now;
  return (
    <div role="alert">
      {failure !== null && (
        <div class="warning">
          <p>{say(refreshFailed(beijingShort(failed?.at ?? now, now), reasonOf(failure)))}</p>
          <Detail text={detailOf(failure)} />
        </div>
      )}
      {now - savedAt > STALE_MS && (
        <div class="warning">
          <p>{say(staleWatch(beijingShort(savedAt, now), durationOf(now - savedAt)))}</p>
        </div>
      )}
      {watch.data?.failures.items.map(({ subject, channel, since, reason }, index) => (
        <div class="warning" key={index}>
          <p>
            {say(
              watchFailure(
                subject,
                channel,
                since === null ? say(WORDS.unknown) : beijingShort(since, now),
                reason,
              ),
            )}
          </p>
        </div>
      ))}
      {unread > 0 && (
        <div class="warning">
          <p>{say(unreadParts(unread))}</p>
        </div>
      )}
    </div>
  );
}
