import { useEffect, useRef, useState } from 'preact/hooks';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';
import { Button } from './button';

interface Props {
  readonly refused: 'ticket' | 'token' | null;
  /** Nothing else stands on the page. */
  readonly isAlone: boolean;
  /** An operator's token is asked for: whose it is, and whether to keep it, is asked behind it. */
  readonly isForOperator: boolean;
  readonly signIn: (token: string, keepOnDevice: boolean) => void;
  /** Null where there is nothing to go back to. */
  readonly cancel: (() => void) | null;
}

export function SignIn({ refused, isAlone, isForOperator, signIn, cancel }: Props) {
  const say = useSay();
  const [isKept, setKept] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // Above what else there is, the form may be out of sight.
    field.current?.focus({ preventScroll: isAlone });
  }, [refused, isAlone, isForOperator]);
  const submit = (event: Event) => {
    event.preventDefault();
    const token = field.current?.value.trim() ?? '';
    if (token !== '') signIn(token, isKept);
  };
  const Heading = isAlone ? 'h1' : 'h2';
  return (
    <form class="card sign-in" onSubmit={submit} aria-labelledby="sign-in">
      <Heading id="sign-in">{say(isForOperator ? WORDS.useToken : WORDS.signIn)}</Heading>
      <p role="alert" class="problem">
        {refused !== null && say(refused === 'ticket' ? WORDS.refusedTicket : WORDS.refusedToken)}
      </p>
      <p class="muted">{say(isForOperator ? WORDS.operatorHint : WORDS.signInHint)}</p>
      <label>
        {say(isForOperator ? WORDS.operatorToken : WORDS.token)}
        <input ref={field} type="password" name="token" autocomplete="current-password" required />
      </label>
      {!isForOperator && (
        <label class="check">
          <input
            type="checkbox"
            checked={isKept}
            onChange={(event) => {
              setKept(event.currentTarget.checked);
            }}
          />
          {say(WORDS.keep)}
        </label>
      )}
      <div class="actions">
        <button type="submit" class="primary">
          {say(WORDS.signIn)}
        </button>
        {cancel !== null && <Button words={WORDS.cancel} act={cancel} />}
      </div>
    </form>
  );
}
