import type { Text } from '../../../../shared/text';
import { useSay } from '../text/language';

interface Props {
  readonly words: Text;
  readonly act: () => void;
  /** How it looks: the one that is to be pressed first, a link, one of the bar. */
  readonly look?: 'primary' | 'link' | 'quiet';
  readonly isOff?: boolean;
  readonly isBusy?: boolean;
}

export function Button({ words, act, look, isOff, isBusy }: Props) {
  const say = useSay();
  return (
    <button
      type="button"
      class={look}
      disabled={isOff}
      aria-busy={isBusy}
      onClick={() => {
        act();
      }}
    >
      {say(words)}
    </button>
  );
}
