/** The watch itself: whether it works, and who does not hear from it. */
import type { Watch } from '../data/answers';
import type { Known } from '../data/refresh';
import { ageOf, timeOf } from '../text/time';
import { WORDS } from '../text/words';
import { useSay } from '../text/language';
import { PartFailure } from './task';

export function WatchSection({ watch, now }: { watch: Known<Watch | null>; now: number }) {
  const say = useSay();
  const { data } = watch;
  const failing = data?.failures.filter(({ subject }) => subject === 'channel') ?? [];
  return (
    <section aria-labelledby="watch" aria-busy={watch.isLoading}>
      <h2 id="watch">{say(WORDS.watch)}</h2>
      <PartFailure known={watch} />
      {data === null && <p class="muted">{say(WORDS.noState)}</p>}
      {data && (
        <dl>
          <dt>{say(WORDS.lastSave)}</dt>
          <dd>
            {timeOf(Date.parse(data.savedAt), now)} · {say(ageOf(now - Date.parse(data.savedAt)))}
          </dd>
          <dt>{say(WORDS.channels)}</dt>
          <dd>
            {failing.length === 0
              ? say(WORDS.channelsFine)
              : failing.map(({ channel, reason }) => (
                  <span key={channel} class="problem">
                    {channel}: {say(reason)}
                  </span>
                ))}
          </dd>
        </dl>
      )}
    </section>
  );
}
