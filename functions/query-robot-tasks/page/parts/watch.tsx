/** The watch itself: whether it works, and who does not hear from it. */
import { beijingShort } from '../../../../shared/beijing-time';
import type { Watch } from '../data/answers';
import type { Known } from '../data/refresh';
import { ageOf } from '../text/time';
import { failingSince, lastNews, secondLine } from '../text/words';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';
import { PartFailure } from './task';

export function WatchSection({ watch, now }: { watch: Known<Watch | null>; now: number }) {
  const say = useSay();
  const { data } = watch;
  return (
    <section aria-labelledby="watch" aria-busy={watch.isLoading}>
      <h2 id="watch">{say(WORDS.watch)}</h2>
      <PartFailure known={watch} />
      {data === null && <p class="muted">{say(WORDS.noState)}</p>}
      {data && (
        <dl>
          <dt>{say(WORDS.lastSave)}</dt>
          <dd>
            {data.savedAt === null
              ? say(WORDS.unknown)
              : `${beijingShort(data.savedAt, now)} · ${say(ageOf(now - data.savedAt))}`}
          </dd>
          <dt>{say(WORDS.channels)}</dt>
          <dd>
            <Channels watch={data} now={now} />
          </dd>
        </dl>
      )}
    </section>
  );
}

/** Each channel with its last news, and why it fails. */
function Channels({ watch, now }: { watch: Watch; now: number }) {
  const say = useSay();
  const failing = watch.failures.items.filter(({ subject }) => subject === 'channel');
  if (watch.channels === null && failing.length === 0) return <>{say(WORDS.everyChannelWorks)}</>;
  const known = watch.channels?.items ?? [];
  const others = failing.filter(({ channel }) => !known.some(({ id }) => id === channel));
  return (
    <ul class="plain">
      {known.map(({ id, type, after, lastNewsAt, failingSince: since }) => {
        const reason = failing.find(({ channel }) => channel === id)?.reason;
        const isFailing = since !== null || reason !== undefined;
        return (
          <li key={id}>
            <bdi>{id}</bdi>
            {type !== null && type !== id && ` (${type})`}
            {after !== null && ` · ${say(secondLine(after))}`}
            {' · '}
            {isFailing ? (
              <span class="problem">
                {since === null ? '' : say(failingSince(beijingShort(since, now)))}
                {reason === undefined ? '' : `${since === null ? '' : ': '}${say(reason)}`}
              </span>
            ) : (
              say(WORDS.sendsFine)
            )}
            {' · '}
            {say(lastNewsAt === null ? WORDS.noNewsYet : lastNews(beijingShort(lastNewsAt, now)))}
          </li>
        );
      })}
      {others.map(({ channel, reason }) => (
        <li key={channel} class="problem">
          {channel}: {say(reason)}
        </li>
      ))}
    </ul>
  );
}
