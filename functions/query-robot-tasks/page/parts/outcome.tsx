/** How something that a person did has ended, in words. */
import type { Text } from '../../../../shared/text';
import * as WORDS from '../text/phrases';
import { Button } from './button';
import { useSay } from '../text/language';

export interface Outcome {
  readonly id: string;
  readonly tone: 'good' | 'bad' | 'unknown';
  readonly text: Text;
  /** The endpoint's own words. */
  readonly detail: string | null;
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
          <Detail text={outcome.detail} />
          {dismiss !== undefined && (
            <Button
              words={WORDS.dismiss}
              act={() => {
                dismiss(outcome.id);
              }}
            />
          )}
        </div>
      )}
    </div>
  );
}

/** The endpoint's own sentence. It is asked for in the reader's language, and may hold upstream's, in English. */
export function Detail({ text }: { text: string | null }) {
  if (text === null || text === '') return null;
  return (
    <p class="detail" lang={/^[ -~]*$/.test(text) ? 'en' : undefined}>
      {text}
    </p>
  );
}
