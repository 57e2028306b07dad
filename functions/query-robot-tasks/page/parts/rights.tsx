/** What whoever is signed in may do, and the way to more. */
import { Button } from './button';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';

export interface Rights {
  readonly canStart: boolean;
  /** It is known that this sign-in only reads. */
  readonly onlyReads: boolean;
  /** Leads to the form for an operator's token. */
  readonly askOperator: () => void;
}

/** For whoever may only read: what is missing, and one button that leads to it. */
export function NeedsOperator({ rights }: { rights: Rights }) {
  const say = useSay();
  if (!rights.onlyReads) return null;
  return (
    <div class="ask">
      <p class="muted">{say(WORDS.readOnly)}</p>
      <Button words={WORDS.useToken} act={rights.askOperator} />
    </div>
  );
}
