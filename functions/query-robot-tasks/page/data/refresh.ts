/** When the page asks again, and what it keeps of the answers. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, type Api, type Failure } from './api';

const REFRESH_MS = 30_000;
const AGE_STEP_MS = 5000;

export interface Refresh {
  /** Grows by one with every refresh. */
  readonly round: number;
  /** Epoch milliseconds; it moves on every few seconds while the page is seen. */
  readonly now: number;
  readonly refresh: () => void;
}

/** A round every 30 s while `isOn` and the page is visible; one at once when it comes back into sight after longer. */
export function useRefresh(isOn: boolean): Refresh {
  const isVisible = useVisible();
  const [round, setRound] = useState(0);
  const [now, setNow] = useState(Date.now);
  const lastRound = useRef(now);
  const refresh = useCallback(() => {
    lastRound.current = Date.now();
    setNow(lastRound.current);
    setRound((old) => old + 1);
  }, []);
  useEffect(() => {
    if (!isVisible) return undefined;
    setNow(Date.now());
    const ageing = setInterval(() => {
      setNow(Date.now());
    }, AGE_STEP_MS);
    return () => {
      clearInterval(ageing);
    };
  }, [isVisible]);
  useEffect(() => {
    if (!isVisible || !isOn) return undefined;
    const wait = Math.max(0, lastRound.current + REFRESH_MS - Date.now());
    const timer = setTimeout(refresh, wait);
    return () => {
      clearTimeout(timer);
    };
  }, [isVisible, isOn, round, refresh]);
  useEffect(() => {
    if (!isOn) return undefined;
    window.addEventListener('online', refresh);
    return () => {
      window.removeEventListener('online', refresh);
    };
  }, [isOn, refresh]);
  return { round, now, refresh };
}

function useVisible(): boolean {
  const [isVisible, setVisible] = useState(!document.hidden);
  useEffect(() => {
    const onChange = () => {
      setVisible(!document.hidden);
    };
    document.addEventListener('visibilitychange', onChange);
    return () => {
      document.removeEventListener('visibilitychange', onChange);
    };
  }, []);
  return isVisible;
}

/** What is known of one answer. Data stays when a later call fails. */
export interface Known<Data> {
  readonly data: Data | undefined;
  /** Epoch milliseconds at which `data` came. */
  readonly at: number;
  /** Of the last call; null when it went well, or none has ended yet. */
  readonly failure: Failure | null;
  /** The last call failed, and `data` answers another question than that one's. */
  readonly isOther: boolean;
  readonly isLoading: boolean;
}

/**
 * Asks in every round, and when `key` changes; a null key or api asks for nothing. An answer that comes after a later
 * question is dropped.
 */
export function useAnswer<Data>(
  api: Api | null,
  key: string | null,
  round: number,
  ask: (api: Api) => Promise<Data>,
): Known<Data> {
  const [known, setKnown] = useState<Known<Data> & { readonly key: string | null }>({
    ...{ key: null, data: undefined, at: 0, failure: null },
    ...{ isOther: false, isLoading: false },
  });
  useEffect(() => {
    if (api === null || key === null) {
      setKnown((old) => ({ ...old, isLoading: false }));
      return undefined;
    }
    let isCurrent = true;
    setKnown((old) => ({ ...old, isLoading: true }));
    ask(api).then(
      (data) => {
        if (isCurrent)
          setKnown({ key, data, at: Date.now(), failure: null, isOther: false, isLoading: false });
      },
      (error: unknown) => {
        // Of anything else than an ApiError the page itself is the cause.
        const failure: Failure = error instanceof ApiError ? error.failure : { kind: 'unreadable' };
        if (isCurrent)
          setKnown((old) => ({
            ...old,
            failure,
            isOther: old.key !== null && old.key !== key,
            isLoading: false,
          }));
      },
    );
    return () => {
      isCurrent = false;
    };
    // `ask` is told apart by `key`.
  }, [api, key, round]);
  return known;
}
