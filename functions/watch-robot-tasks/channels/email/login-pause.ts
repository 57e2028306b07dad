/**
 * A login that was refused for good is not tried at every poll: providers lock an account for less. Kept in the instance's
 * memory: a deployment, which brings a corrected password, begins anew.
 */
import type { Clock } from '../../../../shared/runtime/clock';
import { mapText } from '../../../../shared/text';
import type { DeliveryFailure } from '../channel';

const MINUTE_MS = 60_000;
const FIRST_PAUSE_MS = 5 * MINUTE_MS;
const LONGEST_PAUSE_MS = 60 * MINUTE_MS;

export interface LoginPause {
  /** The last refusal, while no login is to be tried; else null. */
  refusal(): DeliveryFailure | null;
  /** Begins a pause twice as long as the last one, and says so in what it returns. */
  begin(refused: DeliveryFailure): DeliveryFailure;
  /** The login worked. */
  end(): void;
}

export function createLoginPause(clock: Clock): LoginPause {
  let refused: DeliveryFailure | null = null;
  let until = 0;
  let pauseMs = 0;
  return {
    refusal: () => (clock.now() < until ? refused : null),
    begin(failure) {
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs === 0 ? FIRST_PAUSE_MS : pauseMs * 2);
      until = clock.now() + pauseMs;
      const minutes = pauseMs / MINUTE_MS;
      refused = {
        ...failure,
        reason: mapText(failure.reason, (sentence, language) =>
          language === 'en'
            ? `${sentence} The next login is tried after ${minutes} min, or after a deployment.`
            : `${sentence}${minutes} 分钟后或重新部署后再尝试登录。`,
        ),
      };
      return refused;
    },
    end() {
      pauseMs = 0;
      until = 0;
    },
  };
}
