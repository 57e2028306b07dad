/** Starting a stopped task again: asked once more, done once, and told how it ended. */
import { useCallback, useRef, useState } from 'preact/hooks';
import type { Text } from '../../../../shared/text';
import { ApiError, type Api, type Failure } from '../data/api';
import { reasonOf } from '../text/failures';
import { statusOf } from '../text/statuses';
import { confirmStart, refusedByVoiceService, started, startLost, startRefused, WORDS } from '../text/words';
import { useSay } from '../text/language';
import { nameOf } from './task';

export interface Startable {
  readonly id: string;
  readonly taskName: string | null;
}

/** How the start of a task ended. */
export interface Outcome {
  readonly id: string;
  readonly tone: 'good' | 'bad' | 'unknown';
  readonly text: Text;
  /** The endpoint's own words. */
  readonly detail: string | null;
}

export interface Starts {
  /** Of each task the last one, the latest first. */
  readonly outcomes: readonly Outcome[];
  readonly busy: ReadonlySet<string>;
  start(task: Startable): void;
  readonly dismiss: (id: string) => void;
}

/** Within a sentence, a name must not turn the direction of writing. */
function plainName({ taskName }: Pick<Startable, 'taskName'>): Text {
  return nameOf(taskName?.replace(/\p{Bidi_Control}/gu, '') ?? null);
}

/** `onEnd` is called when a start has ended, however it did. */
export function useStarts(api: Api | null, onEnd: () => void): Starts {
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const dismiss = useCallback((id: string) => {
    setOutcomes((old) => old.filter((outcome) => outcome.id !== id));
  }, []);
  const start = (task: Startable) => {
    if (api === null || busy.has(task.id)) return;
    const end = (outcome: Outcome) => {
      setBusy((old) => new Set([...old].filter((id) => id !== task.id)));
      setOutcomes((old) => [outcome, ...old.filter(({ id }) => id !== task.id)]);
      onEnd();
    };
    setBusy((old) => new Set([...old, task.id]));
    dismiss(task.id);
    api.start(task.id).then(
      ({ status }) => {
        const became = status === null ? null : statusOf(status);
        end({ id: task.id, tone: 'good', text: started(plainName(task), became), detail: null });
      },
      (error: unknown) => {
        end(failedStart(task, error instanceof ApiError ? error.failure : { kind: 'unreadable' }));
      },
    );
  };
  return { outcomes, busy, start, dismiss };
}

/** Statuses and problems that are given before the voice service is asked, or by which it says no. After any other the task may have been started. */
const NOT_STARTED: readonly (number | string)[] = [
  ...[400, 401, 403, 404, 405, 409, 429, 503],
  ...['upstream-unauthorized', 'upstream-account'],
];

function failedStart({ id, taskName }: Startable, failure: Failure): Outcome {
  const isProblem = failure.kind === 'problem';
  const detail = isProblem && failure.detail !== '' ? failure.detail : null;
  const name = plainName({ taskName });
  if (!isProblem || ![failure.status, failure.name].some((said) => NOT_STARTED.includes(said))) {
    return { id, tone: 'unknown', text: startLost(name, reasonOf(failure)), detail };
  }
  const reason = failure.status === 409 ? refusedByVoiceService(failure.upstreamCode) : reasonOf(failure);
  return { id, tone: 'bad', text: startRefused(name, reason), detail };
}

export function StartAgain({ task, starts }: { task: Startable; starts: Starts }) {
  const say = useSay();
  const [isAsking, setAsking] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const isBusy = starts.busy.has(task.id);
  const ask = (asks: boolean) => {
    setAsking(asks);
    // The button that had the focus is gone: the one that comes next takes it.
    requestAnimationFrame(() => {
      first.current?.focus();
    });
  };
  if (isBusy) return <p class="ask muted">{say(WORDS.starting)}</p>;
  if (!isAsking) {
    return (
      <button
        ref={first}
        type="button"
        class="primary"
        onClick={() => {
          ask(true);
        }}
      >
        {say(WORDS.start)}
      </button>
    );
  }
  return (
    <div class="ask" role="group" aria-label={say(WORDS.start)}>
      <p>{say(confirmStart(plainName(task)))}</p>
      <button
        type="button"
        class="primary"
        onClick={() => {
          setAsking(false);
          starts.start(task);
        }}
      >
        {say(WORDS.startYes)}
      </button>
      <button
        ref={first}
        type="button"
        onClick={() => {
          ask(false);
        }}
      >
        {say(WORDS.cancel)}
      </button>
    </div>
  );
}

interface OutcomeProps {
  readonly outcome: Outcome | undefined;
  /** Given where nothing else ends the message. */
  readonly dismiss?: (id: string) => void;
}

export function OutcomeText({ outcome, dismiss }: OutcomeProps) {
  const say = useSay();
  return (
    <div role="status">
      {outcome !== undefined && (
        <div class={`outcome ${outcome.tone}`}>
          <p>{say(outcome.text)}</p>
          {outcome.detail !== null && (
            <p class="detail" lang="en">
              {outcome.detail}
            </p>
          )}
          {dismiss !== undefined && (
            <button
              type="button"
              onClick={() => {
                dismiss(outcome.id);
              }}
            >
              {say(WORDS.dismiss)}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
