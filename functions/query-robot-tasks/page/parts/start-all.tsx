/** The button that starts all tasks of a cause again: it asks once, with all that somebody has to know before. */
import { beijingShort } from '../../../../shared/beijing-time';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Api } from '../data/api';
import type { StandingStop, Task } from '../data/answers';
import { readAll } from '../data/pages';
import { planStart } from '../data/start-all';
import { statusOf } from '../text/statuses';
import { confirmStartAll, leftOut, startAllOf, uncounted, withOld } from '../text/words';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';
import { Button } from './button';
import type { Runs } from './runs';

interface Props {
  readonly api: Api;
  readonly cause: string;
  readonly standing: readonly StandingStop[];
  /** All tasks of the cause, where they have been read. */
  readonly listed: readonly Task[] | null;
  /** How many there are now; the watch sees it a minute later. */
  readonly count: number;
  readonly runs: Runs;
  readonly now: number;
}

const NOBODY: ReadonlySet<string> = new Set();

export function StartAll(props: Props) {
  const { cause, standing, listed, count, runs, now } = props;
  const say = useSay();
  const [isAsking, setAsking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const { tasks } = planStart(cause, standing, listed, runs.left, NOBODY, true, now);
  const close = () => {
    setAsking(false);
    requestAnimationFrame(() => {
      button.current?.focus();
    });
  };
  if (runs.isGoing) return null;
  if (isAsking) return <Question {...props} close={close} />;
  const number = Math.min(tasks.length, count);
  if (number < 2) return null;
  return (
    <button
      ref={button}
      type="button"
      onClick={() => {
        setAsking(true);
      }}
    >
      {say(startAllOf(number))}
    </button>
  );
}

function Question({ api, cause, standing, runs, now, close }: Props & { readonly close: () => void }) {
  const say = useSay();
  const [wantsOld, setWantsOld] = useState(false);
  /** Undefined: being read. Null: it cannot be read. */
  const [listed, setListed] = useState<readonly Task[] | null | undefined>(undefined);
  const cancel = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    cancel.current?.focus();
    let isWanted = true;
    const nothing = () => undefined;
    readAll(api, cause, nothing, () => isWanted).then(
      (tasks) => {
        if (isWanted) setListed(tasks);
      },
      () => {
        if (isWanted) setListed(null);
      },
    );
    return () => {
      isWanted = false;
    };
  }, [api, cause]);
  const plan = planStart(cause, standing, listed ?? null, runs.left, refusedOf(runs), wantsOld, now);
  const { tasks, old, calls, oldest } = plan;
  const isRead = listed !== undefined;
  return (
    <div class="ask" role="group" aria-label={say(startAllOf(tasks.length))} aria-busy={!isRead}>
      {!isRead && <p class="muted">{say(WORDS.counting)}</p>}
      {isRead && (
        <>
          <p>
            {say(
              confirmStartAll(
                tasks.length,
                statusOf(cause),
                calls,
                oldest === null ? null : beijingShort(oldest, now),
              ),
            )}
          </p>
          {plan.uncounted > 0 && <p>{say(uncounted(plan.uncounted))}</p>}
          {runs.left.size > 0 && <p>{say(leftOut(runs.left.size))}</p>}
          {old > 0 && (
            <label class="check">
              <input
                type="checkbox"
                checked={wantsOld}
                onChange={(event) => {
                  setWantsOld(event.currentTarget.checked);
                }}
              />
              {say(withOld(old))}
            </label>
          )}
          <Button
            words={WORDS.startYes}
            look="primary"
            isOff={tasks.length === 0}
            act={() => {
              close();
              runs.begin(cause, tasks);
            }}
          />
        </>
      )}
      <button ref={cancel} type="button" onClick={close}>
        {say(WORDS.cancel)}
      </button>
    </div>
  );
}

/** Refused a moment ago: they come last, or the same five would end every run. */
function refusedOf({ run }: Runs): ReadonlySet<string> {
  return new Set([...(run?.results ?? [])].filter(([, { kind }]) => kind === 'refused').map(([id]) => id));
}
