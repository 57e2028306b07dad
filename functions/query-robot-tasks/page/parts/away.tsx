/** Links to the vendor. */
import { useContext } from 'preact/hooks';
import { CONSOLE_URLS, TOP_UP_URL } from '../../../../shared/vendor-links';
import { SourceContext } from '../data/source';
import { CONSOLE_NAMES } from '../text/words';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';

/** It opens a tab of its own: a sign-in with a ticket is kept for this one. */
function Away({ href, isFirst, children }: { href: string; isFirst?: boolean; children: string }) {
  return (
    <a
      class={`button ${isFirst === true ? 'primary' : ''}`}
      href={href}
      target="_blank"
      rel="noopener noreferrer"
    >
      {children}
    </a>
  );
}

/** Starting helps nobody while the account is in arrears. */
export function TopUp() {
  const say = useSay();
  return (
    <Away href={TOP_UP_URL} isFirst>
      {say(WORDS.topUp)}
    </Away>
  );
}

export function ToConsole() {
  const say = useSay();
  const source = useContext(SourceContext);
  return <Away href={CONSOLE_URLS[source]}>{say(CONSOLE_NAMES[source])}</Away>;
}
