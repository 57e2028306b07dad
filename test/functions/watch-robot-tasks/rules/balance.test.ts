import type { BalanceAnswer } from '../../../../shared/sources/bss/balance';
import { createTestWatch, HOUR, lastTold, MINUTE, nothing } from '../../../stand-ins/watch';
import { text } from '../../../stand-ins/text';

function open(first: BalanceAnswer, repeatIntervals = [4 * HOUR]) {
  let answer = first;
  const asked: number[] = [];
  const watch = createTestWatch({
    balanceBelow: 100,
    repeatIntervals,
    askBalance: () => {
      asked.push(watch.clock.now());
      return Promise.resolve(answer);
    },
  });
  const after = async (ms: number, next: BalanceAnswer = answer) => {
    answer = next;
    for (let passed = 0; passed < ms; passed += 10 * MINUTE) {
      watch.wait(10 * MINUTE);
      await watch.poll();
    }
  };
  return { watch, asked, after };
}

const has = (amount: string): BalanceAnswer => ({ ok: true, amount, currency: 'CNY' });
const failing: BalanceAnswer = { ok: false, reason: text('No permission.') };

test('a low balance is told at once, again by the reminders, and when it is no longer low', async () => {
  const { watch, after } = open(has('-3.20'));
  await watch.poll();
  expect(lastTold(watch)).toEqual({ ...nothing, notices: ['balance failing'] });
  expect(watch.channel('ops').received[0]?.notices[0]?.reason?.en).toBe(
    'The available balance is -3.20 CNY, below 100.',
  );
  await after(4 * HOUR);
  expect(watch.channel('ops').received).toHaveLength(2);
  await after(10 * MINUTE, has('100.00'));
  expect(lastTold(watch)).toEqual({ ...nothing, notices: ['balance working'] });
});

test('the reminders of a low balance grow apart as those of a stop do', async () => {
  const { watch, after } = open(has('-3.20'), [HOUR, 8 * HOUR]);
  await watch.poll();
  await after(9 * HOUR - 30 * MINUTE);
  expect(watch.channel('ops').received.map(({ notices }) => notices[0]?.reminders)).toEqual([0, 1]);
  await after(30 * MINUTE);
  expect(watch.channel('ops').received.at(-1)?.notices[0]?.reminders).toBe(2);
});

test('a message about a stop names what is known of it, and what is out of date it does not', async () => {
  const { watch, after } = open(has('500.00'));
  watch.robotTasks.set('1', 'ARREARS_STOP');
  await watch.poll();
  const named = () => watch.channel('ops').received.at(-1)?.balance;
  expect(named()).toBe('500.00 CNY');
  watch.robotTasks.set('1', 'EXCUTING');
  await after(30 * MINUTE, failing);
  expect(named()).toBeUndefined();
});

test('it is asked for at most every 10 minutes', async () => {
  const { watch, asked } = open(has('500'));
  for (let minute = 0; minute < 30; minute++) {
    await watch.poll();
    watch.wait(MINUTE);
  }
  expect(asked).toHaveLength(3);
});

test('where it cannot be asked for, no alert fails, and after an hour that is told', async () => {
  const { watch, after } = open(failing);
  watch.robotTasks.set('1', 'ARREARS_STOP');
  await watch.poll();
  expect(lastTold(watch)).toEqual({ ...nothing, firing: ['1 - > ARREARS_STOP'] });
  await after(HOUR - 10 * MINUTE);
  expect(watch.channel('ops').received).toHaveLength(1);
  await after(10 * MINUTE);
  expect(lastTold(watch)).toEqual({ ...nothing, notices: ['balance-query failing'] });
  await after(10 * MINUTE, has('500'));
  expect(lastTold(watch)).toEqual({ ...nothing, notices: ['balance-query working'] });
});

test('an hour is an hour, however seldom the watch polls', async () => {
  const { watch } = open(failing);
  for (let polls = 0; polls < 3; polls += 1) {
    expect(watch.channel('ops').received).toEqual([]);
    await watch.poll();
    watch.wait(30 * MINUTE);
  }
  expect(lastTold(watch)).toEqual({ ...nothing, notices: ['balance-query failing'] });
});
