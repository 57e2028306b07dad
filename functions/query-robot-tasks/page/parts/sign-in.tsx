import { useEffect, useRef, useState } from 'preact/hooks';
import { WORDS } from '../text/words';
import { useSay } from '../text/language';

interface Props {
  readonly refused: 'ticket' | 'token' | null;
  /** Nothing else stands on the page. */
  readonly isAlone: boolean;
  readonly signIn: (token: string, keepOnDevice: boolean) => void;
}

export function SignIn({ refused, isAlone, signIn }: Props) {
  const say = useSay();
  const [isKept, setKept] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // Above what else there is, the form may be out of sight.
    field.current?.focus({ preventScroll: isAlone });
  }, [refused, isAlone]);
  const submit = (event: Event) => {
    event.preventDefault();
    const token = field.current?.value.trim() ?? '';
    if (token !== '') signIn(token, isKept);
  };
  const Heading = isAlone ? 'h1' : 'h2';
  return (
    <form class="card sign-in" onSubmit={submit} aria-labelledby="sign-in">
      <Heading id="sign-in">{say(WORDS.signIn)}</Heading>
      <p role="alert" class={refused === null ? undefined : 'problem'}>
        {refused !== null && say(refused === 'ticket' ? WORDS.refusedTicket : WORDS.refusedToken)}
      </p>
      <p class="muted">{say(WORDS.signInHint)}</p>
      <label>
        {say(WORDS.token)}
        <input ref={field} type="password" name="token" autocomplete="current-password" required />
      </label>
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
      <button type="submit" class="primary">
        {say(WORDS.signIn)}
      </button>
    </form>
  );
}
