/** The run that starts all tasks of a cause: the one that goes on, or the one that this browser saw last. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Api } from '../data/api';
import type { Clock } from '../data/clock';
import { forgetRun, keepRun, lastRun } from '../data/kept-run';
import { recordRun, underWay, type RunRecord } from '../data/run-record';
import { beginRun, startAll, type Candidate, type Run } from '../data/start-all';

export interface Runs {
  /** Of this visit; null: none. */
  readonly run: Run | null;
  /** The same in numbers, or those of an earlier visit; null: none, or it was dismissed. */
  readonly record: RunRecord | null;
  readonly isGoing: boolean;
  readonly isStopping: boolean;
  /** Of these a start may be under way. */
  readonly left: ReadonlySet<string>;
  /** Does nothing while a run goes on. */
  begin(cause: string, tasks: readonly Candidate[]): void;
  readonly stop: () => void;
  readonly dismiss: () => void;
}

/** `onEnd` is called when a run has ended. */
export function useRuns(api: Api | null, clock: Clock, onEnd: () => void): Runs {
  const [run, setRun] = useState<Run | null>(null);
  const [record, setRecord] = useState(() => lastRun(clock.now()));
  const [isStopping, setStopping] = useState(false);
  const going = useRef<{ isStopped: boolean } | null>(null);
  const stop = useCallback(() => {
    if (going.current !== null) going.current.isStopped = true;
    setStopping(true);
  }, []);
  useEffect(() => {
    // Nobody is signed in any more: what is under way ends, and nothing new begins.
    if (api === null) stop();
  }, [api, stop]);
  const dismiss = useCallback(() => {
    forgetRun();
    setRecord(null);
    setRun(null);
  }, []);
  const begin = (cause: string, tasks: readonly Candidate[]) => {
    if (api === null || going.current !== null) return;
    const current = { isStopped: false };
    going.current = current;
    setStopping(false);
    const show = (changed: Run) => {
      const numbers = recordRun(changed, clock.now());
      keepRun(numbers);
      setRecord(numbers);
      setRun(changed);
    };
    void startAll(api, beginRun(cause, tasks), show, () => current.isStopped).then(() => {
      going.current = null;
      onEnd();
    });
  };
  return {
    ...{ run, record, isStopping, begin, stop, dismiss },
    isGoing: run?.end === null,
    left: underWay(record, clock.now()),
  };
}
