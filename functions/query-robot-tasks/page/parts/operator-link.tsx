/** An operator's own link was opened, or a token typed in: whose it is, and what it shall do here. */
import { useEffect, useState } from 'preact/hooks';
import type { Text } from '../../../../shared/text';
import type { Offer } from '../data/session';
import { isKeeping } from '../data/storage';
import type { Who } from '../data/who';
import { reasonOf } from '../text/failures';
import { becomeOperator, because, otherOperator, remainOperator, signedInAs } from '../text/words';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';
import { both } from '../text/both';
import { Button } from './button';

interface Props {
  readonly offered: Offer;
  /** The token that is signed in here; null: none. */
  readonly present: string | null;
  readonly check: (token: string) => Promise<Who>;
  readonly signIn: (token: string, keepOnDevice: boolean) => void;
  readonly drop: () => void;
}

/** What is said, and the answers to it; the first one is what most want. */
interface Step {
  readonly text: Text;
  readonly more?: readonly Text[];
  readonly answers: readonly (readonly [words: Text, act: () => void])[];
}

export function operatorName(operator: string | null): Text {
  return operator === null ? WORDS.anOperator : both(operator, operator);
}

export function OperatorLink({ offered, present, check, signIn, drop }: Props) {
  const { token } = offered;
  const say = useSay();
  const [step, setStep] = useState<Step>({ text: WORDS.checking, answers: [] });
  const take = (who: Who) => {
    if (present !== token) signIn(token, false);
    const stay = () => {
      signIn(token, true);
      drop();
    };
    const canKeep = isKeeping();
    setStep({
      text: signedInAs(operatorName(who.operator)),
      more: [WORDS.thisBrowser, canKeep ? WORDS.askKeep : WORDS.keepsNothing],
      answers: canKeep
        ? [
            [WORDS.stay, stay],
            [WORDS.onlyNow, drop],
          ]
        : [[WORDS.dismiss, drop]],
    });
  };
  const ask = async () => {
    setStep({ text: WORDS.checking, answers: [] });
    const isOther = present !== null && present !== token;
    const [who, other] = await Promise.all([check(token), isOther ? check(present) : null]);
    const failure = who.failure ?? (other?.isRefused === true ? null : other?.failure) ?? null;
    if (who.isRefused) setStep({ text: WORDS.operatorRefused, answers: [[WORDS.dismiss, drop]] });
    else if (failure !== null) {
      const again = () => {
        void ask();
      };
      setStep({
        text: because(reasonOf(failure)),
        answers: [
          [WORDS.tryAgain, again],
          [WORDS.cancel, drop],
        ],
      });
    } else if (!who.canStart) setStep({ text: WORDS.notOperator, answers: [[WORDS.dismiss, drop]] });
    else if (other?.canStart === true && (who.operator === null || other.operator !== who.operator)) {
      const [name, before] = [operatorName(who.operator), operatorName(other.operator)];
      const become = () => {
        take(who);
      };
      setStep({
        text: otherOperator(name, before),
        answers: [
          [becomeOperator(name), become],
          [remainOperator(before), drop],
        ],
      });
    } else take(who);
  };
  useEffect(() => {
    void ask();
    // Whoever is signed in at that moment counts.
  }, [offered]);
  return (
    <section class="card operator" aria-live="polite">
      <p class="lead">{say(step.text)}</p>
      {step.more?.map((text) => (
        <p key={text.en}>{say(text)}</p>
      ))}
      <div class="actions">
        {step.answers.map(([words, act], index) => (
          <Button key={words.en} words={words} act={act} {...(index === 0 ? { look: 'primary' } : {})} />
        ))}
      </div>
    </section>
  );
}
