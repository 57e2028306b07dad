/** Taking a stop, so that the others need not look, or muting it: one, or all of a cause. */
import { beijingShort } from '../../../../shared/beijing-time';
import { useCallback, useRef, useState } from 'preact/hooks';
import { failureOf, type Api } from '../data/api';
import type { Act, StandingStop } from '../data/answers';
import { detailOf, reasonOf } from '../text/failures';
import { tomorrowMorning } from '../text/time';
import { because, mutedBy, notTaken, takeAllOf, takenBy } from '../text/words';
import { both } from '../text/both';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';
import { Button } from './button';
import type { Outcome } from './outcome';

export interface Acts {
  readonly isBusy: boolean;
  /** Of the last one, where it did not go well. */
  readonly outcome: Outcome | undefined;
  /** `until`: epoch milliseconds; null: taken. Does nothing while another act is under way. */
  readonly take: (ids: readonly string[], until: number | null) => void;
  readonly release: (id: string) => void;
  readonly dismiss: () => void;
}

/** The most that the endpoint takes in one call. */
const AT_ONCE = 1000;

/** `onEnd` is called when an act has ended, however it did. */
export function useActs(api: Api | null, onEnd: () => void): Acts {
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | undefined>(undefined);
  const underWay = useRef(false);
  const dismiss = useCallback(() => {
    setOutcome(undefined);
  }, []);
  const attempt = async (act: (asked: Api) => Promise<Outcome | undefined>) => {
    if (api === null || underWay.current) return;
    underWay.current = true;
    setBusy(true);
    dismiss();
    setOutcome(
      await act(api).catch((error: unknown): Outcome => {
        const failure = failureOf(error);
        return { id: 'act', tone: 'bad', text: because(reasonOf(failure)), detail: detailOf(failure) };
      }),
    );
    underWay.current = false;
    setBusy(false);
    onEnd();
  };
  return {
    ...{ isBusy, outcome, dismiss },
    take(ids, until) {
      void attempt(async (asked) => {
        const refused: string[] = [];
        for (let from = 0; from < ids.length; from += AT_ONCE) {
          const answer = await asked.acknowledge(ids.slice(from, from + AT_ONCE), until);
          refused.push(...answer.refused.items.map(({ reason }) => reason));
        }
        if (refused.length === 0) return undefined;
        const reason = [...new Set(refused)].join(' ');
        return { id: 'act', tone: 'bad', text: notTaken(refused.length, both(reason, reason)), detail: null };
      });
    },
    release(id) {
      void attempt(async (asked) => {
        await asked.release(id);
        return undefined;
      });
    },
  };
}

/** What somebody did about a stop, while it counts; null: nobody did anything. */
export function actOf(stop: StandingStop | undefined, now: number): Act | null {
  const act = stop?.acknowledged ?? null;
  return act === null || (act.until !== null && act.until <= now) ? null : act;
}

/** Who took it, for everybody to see. */
export function Taken({ act, now }: { act: Act; now: number }) {
  const say = useSay();
  return (
    <>
      {say(
        act.until === null
          ? takenBy(act.by, act.at === null ? null : beijingShort(act.at, now))
          : mutedBy(act.by, beijingShort(act.until, now)),
      )}
    </>
  );
}

interface Props {
  readonly ids: readonly string[];
  /** All of a cause. */
  readonly isAll?: boolean;
  /** Of one task: what was done about it. */
  readonly act: Act | null;
  readonly acts: Acts;
  readonly now: number;
}

const HOUR_MS = 3_600_000;

export function Acknowledge({ ids, isAll, act, acts, now }: Props) {
  const [asksUntil, setAsksUntil] = useState(false);
  const [id] = ids;
  if (id === undefined) return null;
  const button = (words: Parameters<typeof Button>[0]['words'], press: () => void) => (
    <Button words={words} isOff={acts.isBusy} act={press} />
  );
  if (act !== null) {
    return button(WORDS.takeBack, () => {
      acts.release(id);
    });
  }
  const take = (until: number | null) => () => {
    setAsksUntil(false);
    acts.take(ids, until);
  };
  return (
    <>
      {button(isAll === true ? takeAllOf(ids.length) : WORDS.take, take(null))}
      {asksUntil ? (
        <>
          {button(WORDS.muteHour, take(now + HOUR_MS))}
          {button(WORDS.muteMorning, take(tomorrowMorning(now)))}
        </>
      ) : (
        button(isAll === true ? WORDS.muteAll : WORDS.mute, () => {
          setAsksUntil(true);
        })
      )}
    </>
  );
}
