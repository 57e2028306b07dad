/** The account's balance: a low one is told before it stops every task. */
import type { KnownBalance, WatchState } from '../../../shared/state/state';
import type { BalanceAnswer } from '../../../shared/sources/bss/balance';
import type { Text } from '../../../shared/text';
import { noteOutcome } from './failures';
import type { Policy } from './policy';

const ASK_EVERY_MS = 10 * 60 * 1000;

/** Whether a poll at `now` is to ask for the balance. */
export function isBalanceDue(known: KnownBalance | null, { balanceBelow }: Policy, now: number): boolean {
  if (balanceBelow === null) return false;
  // A time ahead of the clock is not believed.
  return known === null || now - known.askedAt >= ASK_EVERY_MS || known.askedAt > now;
}

type Account = Pick<WatchState, 'balance' | 'failures'>;

/** What is known once `reading` came; null = this poll did not ask. Nothing is kept where nobody looks any more. */
export function noteBalance(
  { balance, failures }: Account,
  reading: BalanceAnswer | null,
  { balanceBelow }: Policy,
  now: number,
): Account {
  if (balanceBelow === null) {
    const isOther = ({ subject }: { subject: string }) =>
      subject !== 'balance' && subject !== 'balance-query';
    return { balance: null, failures: failures.filter(isOther) };
  }
  if (reading === null) return { balance, failures };
  if (!reading.ok) {
    return {
      balance: { askedAt: now, amount: null, currency: null },
      failures: noteOutcome(failures, 'balance-query', reading.reason, now),
    };
  }
  const { amount, currency } = reading;
  const low = Number(amount) < balanceBelow ? lowBalance(amount, currency, balanceBelow) : null;
  const answered = noteOutcome(failures, 'balance-query', null, now);
  return {
    balance: { askedAt: now, amount, currency },
    failures: noteOutcome(answered, 'balance', low, now),
  };
}

/** The amount with its currency; null when it is not known by now. */
export function balanceInWords(known: KnownBalance | null): string | null {
  if (typeof known?.amount !== 'string') return null;
  return `${known.amount} ${known.currency ?? ''}`.trim();
}

function lowBalance(amount: string, currency: string, limit: number): Text {
  return {
    en: `The available balance is ${amount} ${currency}, below ${limit}.`,
    'zh-CN': `可用余额 ${amount} ${currency}，低于 ${limit}。`,
  };
}
