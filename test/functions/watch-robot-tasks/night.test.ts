/** A night with operators, as the groups read it. The snapshot is for reading: no more than a person would want. */
import { plain } from '../../../functions/watch-robot-tasks/channels/chat/plain';
import { fitMessage } from '../../../functions/watch-robot-tasks/text/fit';
import { format } from '../../../functions/watch-robot-tasks/text/markup';
import { beijingMinute } from '../../../shared/beijing-time';
import { linkTo } from '../../stand-ins/inbox-channels';
import { createFakeChannel, createTestWatch, HOUR, MINUTE, type TestWatch } from '../../stand-ins/watch';

const MIDNIGHT = Date.parse('2026-03-03T00:00:00+08:00');

type Happening = (watch: TestWatch) => void;

const is =
  (id: string, status: string, taskName?: string): Happening =>
  ({ robotTasks }) => {
    robotTasks.set(id, status, taskName === undefined ? {} : { taskName });
  };
const takes =
  (...taken: Parameters<TestWatch['operators']['take']>): Happening =>
  ({ operators }) => {
    operators.take(...taken);
  };
const starts =
  (id: string, by: string): Happening =>
  ({ operators }) => {
    operators.start(id, by);
  };

/** What happens right before the poll of a minute of the night. */
const EVENTS: readonly (readonly [time: string, happens: Happening])[] = [
  ['01:10', is('1045001', 'ARREARS_STOP', '春季回访')],
  ['01:13', takes('1045001', '张三')],
  ['02:00', is('1045002', 'SYSTEM_STOP', '会员续费')],
  ['02:04', takes('1045002', '李四', MIDNIGHT + 9 * HOUR)],
  ['03:30', is('1045003', 'SYSTEM_STOP', '到店提醒')],
  ['09:05', starts('1045001', '张三')],
  ['09:06', is('1045001', 'EXCUTING')],
  ['09:08', starts('1045002', '王五')],
  ['09:08', starts('1045003', '王五')],
  ['09:09', is('1045002', 'EXCUTING')],
  ['09:09', is('1045003', 'EXCUTING')],
];

test('a night with one stop that is taken, one that is muted and one that nobody takes', async () => {
  const boss = { ...createFakeChannel('boss'), after: { text: '15m', ms: 15 * MINUTE } };
  const watch = createTestWatch({ channels: [createFakeChannel('group'), boss] });
  watch.clock.set(MIDNIGHT + HOUR);
  for (let minute = 60; minute <= 10 * 60; minute += 1) {
    watch.clock.set(Math.max(watch.clock.now(), MIDNIGHT + minute * MINUTE));
    const time = beijingMinute(watch.clock.now()).slice(11);
    for (const [at, happens] of EVENTS) if (at === time) happens(watch);
    await watch.poll();
  }
  const told = watch.channels.flatMap(({ id, received }) => received.map((alert) => ({ id, alert })));
  const texts = told
    .toSorted((a, b) => a.alert.now - b.alert.now)
    .map(({ id, alert }) => {
      const options = { language: 'zh-CN', channel: id, linkTo, escape: plain.escape } as const;
      const shown = (text: Parameters<typeof format>[0]) => format(text, plain);
      const text = fitMessage(alert, options, shown, () => true);
      return `── ${beijingMinute(alert.now).slice(11)} ${id}\n${text}`;
    });
  expect(texts.join('\n')).toMatchSnapshot();
});
