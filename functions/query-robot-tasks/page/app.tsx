/** Who looks, in which language, and what is asked for them. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { LANGUAGES, type Language } from '../../../shared/text';
import { createApi, type Api } from './data/api';
import { useRefresh } from './data/refresh';
import { read, useSession, write } from './data/session';
import { Content } from './content';
import { LanguageContext, useSay } from './text/language';
import { SignIn } from './parts/sign-in';
import { WORDS } from './text/words';

const LANGUAGE = 'robot-task-watch.language';

export function App() {
  const [language, setLanguage] = useState(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
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

function Page({ switchLanguage }: { switchLanguage: () => void }) {
  const say = useSay();
  const session = useSession();
  const { credential, refuse } = session;
  const [wantsToken, setWantsToken] = useState(false);
  const [hasSeen, setSeen] = useState(false);
  const api = useMemo<Api | null>(
    () =>
      credential === null
        ? null
        : createApi({
            base: baseOf(location.pathname),
            credential,
            onUnauthorized() {
              refuse(credential);
            },
          }),
    [credential, refuse],
  );
  const refresh = useRefresh(api !== null);
  const isIn = api !== null;
  const signIn = (token: string, keepOnDevice: boolean) => {
    setWantsToken(false);
    session.signIn(token, keepOnDevice);
  };
  return (
    <>
      <header class="bar">
        <span class="product">{say(WORDS.product)}</span>
        <button
          type="button"
          class="quiet"
          lang={otherLanguage(say(WORDS.otherLanguage))}
          onClick={switchLanguage}
        >
          {say(WORDS.otherLanguage)}
        </button>
        {isIn && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              setSeen(false);
              setWantsToken(false);
              session.signOut();
            }}
          >
            {say(WORDS.signOut)}
          </button>
        )}
      </header>
      <main>
        {(!isIn || wantsToken || session.refused !== null) && (
          <SignIn refused={session.refused} isAlone={!isIn && !hasSeen} signIn={signIn} />
        )}
        {(isIn || hasSeen) && (
          <Content
            api={api}
            refresh={refresh}
            linkedTask={session.linkedTask}
            onSeen={setSeen}
            useToken={() => {
              setWantsToken(true);
            }}
          />
        )}
      </main>
      <footer>
        <p>{say(WORDS.beijingTime)}</p>
      </footer>
    </>
  );
}

/** The page's own folder, with or without a slash in the address: behind a path prefix as well. */
function baseOf(pathname: string): string {
  return pathname.replace(/\/*$/, '/');
}

function firstLanguage(): Language {
  const kept = read('localStorage', LANGUAGE);
  return LANGUAGES.find((known) => known === kept) ?? (/^en\b/i.test(navigator.language) ? 'en' : 'zh-CN');
}

function otherLanguage(label: string): Language {
  return label === WORDS.otherLanguage.en ? 'zh-CN' : 'en';
}
