/** Who looks, in which language, and what is asked for them. */
import { useCallback, useMemo, useState } from 'preact/hooks';
import { LANGUAGES, type Language } from '../../../shared/text';
import { createApi, type Api } from './data/api';
import type { Summary } from './data/answers';
import { createClock } from './data/clock';
import { useRefresh } from './data/refresh';
import { useSession } from './data/session';
import { read, write } from './data/storage';
import { askWho } from './data/who';
import { Content } from './content';
import { LanguageContext, useSay } from './text/language';
import { Button } from './parts/button';
import { OperatorLink, operatorName } from './parts/operator-link';
import { SignIn } from './parts/sign-in';
import * as WORDS from './text/phrases';

const LANGUAGE = 'robot-task-watch.language';
const clock = createClock();

export function App() {
  const [language, setLanguage] = useState(firstLanguage);
  // Before the first call: the endpoint answers in this language.
  document.documentElement.lang = language;
  const switchLanguage = () => {
    const other = language === 'en' ? 'zh-CN' : 'en';
    write('localStorage', LANGUAGE, other);
    setLanguage(other);
  };
  return (
    <LanguageContext.Provider value={language}>
      <Page switchLanguage={switchLanguage} />
    </LanguageContext.Provider>
  );
}

function apiFor(credential: string, onUnauthorized: () => void): Api {
  return createApi({
    // The page's own folder, with or without a slash in the address: behind a path prefix as well.
    base: location.pathname.replace(/\/*$/, '/'),
    language: () => document.documentElement.lang,
    ...{ credential, clock, onUnauthorized },
  });
}

const checkToken = (token: string) => askWho(apiFor(token, () => undefined));

function Page({ switchLanguage }: { switchLanguage: () => void }) {
  const session = useSession();
  const { credential, refuse } = session;
  const [wantsOperator, setWantsOperator] = useState(false);
  const [hasSeen, setSeen] = useState(false);
  const api = useMemo<Api | null>(
    () =>
      credential === null
        ? null
        : apiFor(credential, () => {
            refuse(credential);
          }),
    [credential, refuse],
  );
  const refresh = useRefresh(clock, api !== null);
  const [summary, setSummary] = useState<Summary | undefined>(undefined);
  const isIn = api !== null;
  const askOperator = useCallback(() => {
    setWantsOperator(true);
  }, []);
  const signIn = (token: string, keepOnDevice: boolean) => {
    setWantsOperator(false);
    session.signIn(token, keepOnDevice);
    // The link's task is first, and its buttons are what somebody signs in for.
    window.scrollTo(0, 0);
  };
  const asksToken = session.refused !== null || wantsOperator || (!isIn && session.offered === null);
  return (
    <>
      <Bar
        summary={isIn ? summary : undefined}
        switchLanguage={switchLanguage}
        signOut={
          isIn
            ? () => {
                setSeen(false);
                setSummary(undefined);
                setWantsOperator(false);
                session.signOut();
              }
            : null
        }
      />
      <main>
        {session.offered !== null && (
          <OperatorLink
            offered={session.offered}
            present={session.token}
            check={checkToken}
            signIn={signIn}
            drop={session.dropOffer}
          />
        )}
        {asksToken && (
          <SignIn
            refused={session.refused}
            isAlone={!isIn && !hasSeen}
            isForOperator={wantsOperator}
            signIn={wantsOperator ? session.offer : signIn}
            cancel={
              wantsOperator && isIn
                ? () => {
                    setWantsOperator(false);
                  }
                : null
            }
          />
        )}
        {(isIn || hasSeen) && (
          <Content
            {...{ api, refresh, askOperator }}
            linkedTask={session.linkedTask}
            onSeen={setSeen}
            onSummary={setSummary}
          />
        )}
      </main>
      <Foot />
    </>
  );
}

interface BarProps {
  /** Of whoever is signed in. */
  readonly summary: Summary | undefined;
  readonly switchLanguage: () => void;
  /** Null: nobody is signed in. */
  readonly signOut: (() => void) | null;
}

function Bar({ summary, switchLanguage, signOut }: BarProps) {
  const say = useSay();
  const label = say(WORDS.otherLanguage);
  return (
    <header class="bar">
      <span class="product">{say(WORDS.product)}</span>
      {summary !== undefined && (
        <bdi class="who">{say(summary.canStart ? operatorName(summary.operator) : WORDS.reader)}</bdi>
      )}
      <button
        type="button"
        class="quiet"
        lang={label === WORDS.otherLanguage.en ? 'zh-CN' : 'en'}
        onClick={switchLanguage}
      >
        {label}
      </button>
      {signOut !== null && <Button words={WORDS.signOut} look="quiet" act={signOut} />}
    </header>
  );
}

function Foot() {
  const say = useSay();
  return (
    <footer>
      <p>{say(WORDS.beijingTime)}</p>
    </footer>
  );
}

function firstLanguage(): Language {
  const kept = read('localStorage', LANGUAGE);
  return LANGUAGES.find((known) => known === kept) ?? (/^en\b/i.test(navigator.language) ? 'en' : 'zh-CN');
}
