/** What groups get in three busy days. The snapshot is for reading: no more than a person would want. */
import { plain } from '../../../functions/watch-robot-tasks/channels/chat/plain';
import type { Alert } from '../../../functions/watch-robot-tasks/rules/message';
import { fitMessage } from '../../../functions/watch-robot-tasks/text/fit';
import { format } from '../../../functions/watch-robot-tasks/text/markup';
import { beijingMinute } from '../../../shared/beijing-time';
import { linkTo } from '../../stand-ins/inbox-channels';
import { createFakeChannel, createTestWatch, HOUR, MINUTE, type TestWatch } from '../../stand-ins/watch';

const DAY = 24 * HOUR;
const MONDAY = Date.parse('2026-03-02T00:00:00+08:00');
const OFFICE = { from: 9 * 60, until: 21 * 60, days: [1, 2, 3, 4, 5] };
const CAMPAIGNS = ['春季回访', '会员续费'];

/** Beside the campaigns' calls, what happens: by minutes since Monday, 00:00. */
function play({ robotTasks }: TestWatch, minute: number, account: { balance: number }): void {
  const ofDay = minute % (24 * 60);
  const isNight = ofDay < 8 * 60 || ofDay >= 21 * 60 + 30;
  const isStall = minute >= (24 + 12) * 60 && minute < (24 + 13) * 60 + 10;
  if (minute === (48 + 15) * 60) account.balance = 62.5;
  if (minute === (48 + 17) * 60 + 20) account.balance = 1062.5;
  for (const [index, taskName] of CAMPAIGNS.entries()) {
    const calls = isStall && index === 0 ? (24 + 12) * 60 : minute;
    robotTasks.set(`104500${index + 1}`, isNight ? 'SYSTEM_STOP' : 'EXCUTING', {
      taskName,
      createTime: '2026-03-01T10:00:00+08:00',
      totalCount: 5000,
      finishCount: calls,
    });
  }
}

function addOldTasks({ robotTasks }: TestWatch): void {
  for (let index = 0; index < 200; index += 1)
    robotTasks.set(`9${index}`, index % 3 === 0 ? 'SYSTEM_STOP' : 'ARREARS_STOP', {
      createTime: '2025-06-14T14:55:23+08:00',
    });
}

function shown(alert: Alert): { title: string; text: string } {
  const options = { language: 'zh-CN', channel: 'ops', linkTo, escape: plain.escape } as const;
  const text = fitMessage(
    alert,
    options,
    (message) => format(message, plain),
    () => true,
  );
  return { title: text.split('\n')[0] ?? '', text };
}

test('three days of nightly stops, a stall, a low balance and 200 old tasks are few messages, and each is worth reading', async () => {
  const account = { balance: 900 };
  const watch = createTestWatch({
    channels: [createFakeChannel('always'), createFakeChannel('office', null, OFFICE)],
    pending: new Map([['SYSTEM_STOP', 5 * MINUTE]]),
    repeatIntervals: [4 * HOUR, 8 * HOUR, DAY],
    createdWithin: 30 * DAY,
    stalledAfter: 30 * MINUTE,
    balanceBelow: 100,
    askBalance: () => Promise.resolve({ ok: true, amount: String(account.balance), currency: 'CNY' }),
  });
  watch.clock.set(MONDAY + 9 * HOUR);
  addOldTasks(watch);
  for (let minute = 9 * 60; minute < 72 * 60; minute += 1) {
    watch.clock.set(Math.max(watch.clock.now(), MONDAY + minute * MINUTE));
    play(watch, minute, account);
    await watch.poll();
  }
  const received = (id: string) =>
    watch.channel(id).received.map((alert) => ({ at: beijingMinute(alert.now), ...shown(alert) }));
  expect(received('always').map(({ at, title }) => `${at} ${title}`)).toMatchSnapshot('titles, at all hours');
  expect(
    received('office')
      .map(({ at, text }) => `── ${at}\n${text}`)
      .join('\n'),
  ).toMatchSnapshot('whole messages, in office hours');
});
