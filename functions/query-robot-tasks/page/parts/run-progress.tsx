/** How far the run is that starts all tasks of a cause, and how it ended. */
import { beijingShort } from '../../../../shared/beijing-time';
import type { Run } from '../data/start-all';
import { detailOf, reasonOf } from '../text/failures';
import { statusOf } from '../text/statuses';
import { because, notStartedBecause, runCounts, runEnded, runOf, startingAll } from '../text/words';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';
import { Button } from './button';
import { Detail } from './outcome';
import type { Runs } from './runs';
import { refusalOf } from './starts';
import { plainName } from './task';

export function RunProgress({ runs, now }: { runs: Runs; now: number }) {
  const say = useSay();
  const { run, record, isGoing, isStopping } = runs;
  if (record === null) return null;
  const { cause, at, total, counts, unknown, end } = record;
  const done = [...counts.values()].reduce((sum, number) => sum + number, 0);
  // Where nobody saw the answer: it was sent, and the page was left.
  const unseen = isGoing ? 0 : unknown.length - (counts.get('unknown') ?? 0);
  return (
    <section class="card run" aria-labelledby="run">
      <h2 id="run">{say(isGoing ? startingAll(done, total) : because(runEnded(end)))}</h2>
      <p class="muted">{say(runOf(beijingShort(at, now), statusOf(cause), total))}</p>
      <span
        class="track wide"
        role="progressbar"
        aria-label={say(WORDS.startAllProgress)}
        aria-valuemin={0}
        aria-valuenow={done}
        aria-valuemax={total}
      >
        <span class="done" style={{ width: `${(done / Math.max(1, total)) * 100}%` }} />
      </span>
      <p role="status">{say(because(runCounts(counts, unseen, total - done - unseen)))}</p>
      {run !== null && <Refusals run={run} />}
      <div class="actions">
        {isGoing ? (
          <Button words={isStopping ? WORDS.stopping : WORDS.stopStarting} act={runs.stop} />
        ) : (
          <Button words={WORDS.dismiss} act={runs.dismiss} />
        )}
      </div>
    </section>
  );
}

/** Each start that did not go well, with its reason; what several have in common is said once. */
function Refusals({ run: { tasks, results } }: { run: Run }) {
  const say = useSay();
  const failed = tasks.flatMap(({ id, taskName }) => {
    const result = results.get(id);
    if (result === undefined || !('failure' in result) || result.kind === 'already') return [];
    const isUnknown = result.kind === 'unknown';
    if (isUnknown && result.status === 'EXCUTING') return [];
    const reason = isUnknown ? reasonOf(result.failure) : refusalOf(result.failure);
    return [{ id, taskName, reason, detail: detailOf(result.failure) }];
  });
  const details = new Set(failed.map(({ detail }) => detail));
  return (
    <>
      <ul class="plain">
        {failed.map(({ id, taskName, reason }) => (
          <li key={id}>{say(notStartedBecause(plainName(taskName), reason))}</li>
        ))}
      </ul>
      {[...details].map((detail) => (
        <Detail key={detail} text={detail} />
      ))}
    </>
  );
}
