/** When the page asks again, and what it keeps of the answers. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { failureOf, type Api, type Failure } from './api';
import type { Clock } from './clock';

const REFRESH_MS = 30_000;
const AGE_STEP_MS = 5000;

export interface Refresh {
  /** Grows by one with every refresh. */
  readonly round: number;
  /** Epoch milliseconds by the server's clock; it moves on every few seconds while the page is seen. */
  readonly now: number;
  readonly clock: Clock;
  readonly refresh: () => void;
}

/** A round every 30 s while `isOn` and the page is visible; one at once when it comes back into sight after longer. */
export function useRefresh(clock: Clock, isOn: boolean): Refresh {
  const isVisible = useVisible();
  const [round, setRound] = useState(0);
  const [, setTick] = useState(0);
  const [lastRound] = useState(() => ({ mark: clock.mark() }));
  const refresh = useCallback(() => {
    lastRound.mark = clock.mark();
    setRound((old) => old + 1);
  }, [clock, lastRound]);
  useEffect(() => {
    if (!isVisible) return undefined;
    setTick((old) => old + 1);
    const ageing = setInterval(() => {
      setTick((old) => old + 1);
      if (isOn && clock.hasLeapt()) refresh();
    }, AGE_STEP_MS);
    return () => {
      clearInterval(ageing);
    };
  }, [isVisible, isOn, clock, refresh]);
  useEffect(() => {
    if (!isVisible || !isOn) return undefined;
    const timer = setTimeout(refresh, Math.max(0, REFRESH_MS - clock.since(lastRound.mark)));
    return () => {
      clearTimeout(timer);
    };
  }, [isVisible, isOn, round, clock, lastRound, refresh]);
  useEffect(() => {
    if (!isOn) return undefined;
    window.addEventListener('online', refresh);
    return () => {
      window.removeEventListener('online', refresh);
    };
  }, [isOn, refresh]);
  return {
    ...{ round, clock, refresh },
    // An answer can have set the clock right since.
    get now() {
      return clock.now();
    },
  };
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
  /** Epoch milliseconds by the server's clock at which `data` came. */
  readonly at: number;
  /** Of the last call; null when it went well, or none has ended yet. */
  readonly failure: Failure | null;
  /** The last call failed, and `data` answers another question than that one's. */
  readonly isOther: boolean;
  readonly isLoading: boolean;
}

/** Of what has not been asked for. */
export const UNASKED: Known<never> = {
  data: undefined,
  at: 0,
  failure: null,
  isOther: false,
  isLoading: false,
};

/**
 * Asks in every round, and when `key` changes; a null key or api asks for nothing. An answer that comes after a later
 * question is dropped.
 */
export function useAnswer<Data>(
  api: Api | null,
  key: string | null,
  { round, clock }: Refresh,
  ask: (api: Api) => Promise<Data>,
): Known<Data> {
  const [known, setKnown] = useState<Known<Data> & { readonly key: string | null }>({
    ...UNASKED,
    key: null,
  });
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (api === null || key === null) {
      setKnown((old) => (old.isLoading ? { ...old, isLoading: false } : old));
      return undefined;
    }
    let isCurrent = true;
    setKnown((old) => ({ ...old, isLoading: true }));
    latest.current(api).then(
      (data) => {
        if (isCurrent)
          setKnown({ key, data, at: clock.now(), failure: null, isOther: false, isLoading: false });
      },
      (error: unknown) => {
        if (isCurrent)
          setKnown((old) => ({
            ...old,
            failure: failureOf(error),
            isOther: old.key !== null && old.key !== key,
            isLoading: false,
          }));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [api, key, round, clock]);
  return known;
}
