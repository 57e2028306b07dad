/** The button that starts one task again: it asks once more. */
import { useRef, useState } from 'preact/hooks';
import { confirmStart } from '../text/words';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';
import { Button } from './button';
import type { Startable, Starts } from './starts';
import { plainName } from './task';

interface Props {
  readonly task: Startable;
  readonly starts: Starts;
  /** What is to be done first. */
  readonly isFirst: boolean;
}

export function StartAgain({ task, starts, isFirst }: Props) {
  const say = useSay();
  const [isAsking, setAsking] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const ask = (asks: boolean) => {
    setAsking(asks);
    // The button that had the focus is gone: the one that comes next takes it.
    requestAnimationFrame(() => {
      first.current?.focus();
    });
  };
  if (starts.busy.has(task.id)) return <p class="ask muted">{say(WORDS.starting)}</p>;
  if (!isAsking) {
    return (
      <button
        ref={first}
        type="button"
        class={isFirst ? 'primary' : undefined}
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
      <p>{say(confirmStart(plainName(task.taskName)))}</p>
      <Button
        words={WORDS.startYes}
        look="primary"
        act={() => {
          setAsking(false);
          starts.start(task);
        }}
      />
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
