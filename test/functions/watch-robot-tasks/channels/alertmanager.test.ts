/** What an Alertmanager that is told by the watch takes for true, poll after poll. */
import type { Alert, Notice, StoppedTask } from '../../../../functions/watch-robot-tasks/rules/message';
import type { RobotTask } from '../../../../shared/robot-task';
import type { EndedAlert } from '../../../../shared/state/state';
import type { Text } from '../../../../shared/text';
import { alert, manyStopped, NOW, stopped } from '../../../stand-ins/alerts';
import { openCaptureServer, type CaptureServer } from '../../../stand-ins/capture-server';
import { createLeapingClock } from '../../../stand-ins/leaping-clock';
import { createChannel } from '../../../../functions/watch-robot-tasks/channels/senders';
import { parseChannels } from '../../../../functions/watch-robot-tasks/channels/config';
import {
  accepts,
  answersTooLate,
  createFakeChannel,
  createTestWatch,
  MINUTE,
  refuses,
  type TestWatch,
} from '../../../stand-ins/watch';
import { CONTEXT, createSurroundings } from '../watch-instance';

interface Posted {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

let server: CaptureServer;
beforeAll(async () => {
  server = await openCaptureServer();
});
afterAll(() => server.close());

/** Sends to an Alertmanager whose clock says `theirs`. */
async function send(message: Alert, theirs: number | null = message.now) {
  server.now = theirs === null ? null : () => theirs;
  const [config] = parseChannels(JSON.stringify([{ type: 'alertmanager', url: server.url('am') }]));
  if (config === undefined) throw new Error('There is no channel.');
  const clock = createLeapingClock();
  const linkTo = (task: string | null) => `https://q.example.com/#task=${task ?? ''}`;
  const watch = '1234567890123456/cn-hangzhou/watch-robot-tasks';
  const channel = createChannel(config, { language: 'zh-CN', linkTo, watch, clock });
  return channel.send(message, clock.now() + 20_000);
}

/** All that is posted of one message. */
async function posted(message: Alert, theirs?: number): Promise<Posted[]> {
  expect(await send(message, theirs)).toEqual({ ok: true });
  const requests = server.take();
  for (const { body } of requests) expect(Buffer.byteLength(body)).toBeLessThan(1_000_000);
  return requests.flatMap(({ body }) => JSON.parse(body) as Posted[]);
}

const until = NOW + 3 * MINUTE;

test('a stop that stands has an identity of what does not change, and says what a person needs', async () => {
  const standing = { tasks: [stopped()], notices: [], ended: [], until };
  expect(await posted(alert({ standing }))).toEqual([
    {
      labels: {
        alertname: 'RobotTaskStopped',
        watch: '1234567890123456/cn-hangzhou/watch-robot-tasks',
        task_id: '1045001',
        status: 'ARREARS_STOP',
        robot: '1000000075003',
        severity: 'critical',
      },
      annotations: {
        summary: '欠费暂停：春季回访',
        description: expect.stringContaining('充值') as string,
        since: '2026-03-02T10:12:00+08:00',
        progress: '998 / 1000',
        task_name: '春季回访',
        robot_name: '回访机器人',
      },
      startsAt: '2026-03-02T02:12:00.000Z',
      endsAt: '2026-03-02T02:18:00.000Z',
      generatorURL: 'https://q.example.com/#task=1045001',
    },
  ]);
});

test('its progress and its name make no other alert of it', async () => {
  const labels = async (fields: Parameters<typeof stopped>[0]) =>
    (await posted(alert({ standing: { tasks: [stopped(fields)], notices: [], ended: [], until } })))[0]
      ?.labels;
  expect(await labels({ finishCount: 5, taskName: 'x', robotName: null })).toEqual(await labels({}));
});

const notice: Notice & { reason: Text } = {
  ...{ subject: 'channel', channel: 'ops', state: 'failing', since: NOW - 2 * MINUTE, reminders: 0 },
  reason: { en: 'x', 'zh-CN': '原因' },
};
const endOfNotice: EndedAlert = {
  ...{ channel: 'alertmanager', condition: 'failing', since: notice.since, sends: 4 },
  failure: { subject: notice.subject, channel: notice.channel, reason: notice.reason },
};

/** A task that stood and is over, as it was seen last. */
function endOf({ task, status: condition, since }: StoppedTask, seen: Partial<RobotTask> = {}): EndedAlert {
  return { channel: 'alertmanager', task: { ...task, ...seen }, condition, since, sends: 4 };
}

test('what ended is over a minute ago, under the labels, words and link that it stood under', async () => {
  const tasks = [stopped({}, { minutes: 125 }), stopped({ id: '2', taskName: '会员续费' })];
  const notices = [notice];
  const before = await posted(alert({ standing: { tasks, notices, ended: [], until } }));
  const ended = [...tasks.map((item) => endOf(item, { status: 'EXCUTING' })), endOfNotice];
  const all = await posted(alert({ standing: { tasks: [stopped({ id: '3' })], notices: [], ended, until } }));
  const over = all.filter(({ endsAt }) => Date.parse(endsAt) <= NOW);
  expect(over).toEqual(before.map((each) => ({ ...each, endsAt: new Date(NOW - MINUTE).toISOString() })));
  expect(all.filter(({ endsAt }) => Date.parse(endsAt) > NOW)).toHaveLength(1);
});

test('what began less than a minute ago does not end before it began', async () => {
  const ended = [endOf(stopped({}, { minutes: 0 }))];
  const [over] = await posted(alert({ standing: { tasks: [], notices: [], ended, until } }));
  expect(over?.endsAt).toBe(over?.startsAt);
  expect(Date.parse(over?.startsAt ?? '')).toBe(NOW);
});

test.each([
  { name: 'a clock that was set back since', since: NOW + 60 * MINUTE },
  { name: 'an odd state', since: NaN },
])(
  'a begin that cannot be is that of now, after $name: one refused alert would take the others with it',
  async ({ since }) => {
    const tasks = [{ ...stopped(), since }, stopped({ id: '2' })];
    const all = await posted(alert({ standing: { tasks, notices: [], ended: [], until } }));
    expect(all.map(({ startsAt }) => Date.parse(startsAt))).toEqual([NOW, NOW - 3 * MINUTE]);
  },
);

test.each([201, 202, 204])('HTTP %s is taken for a success', async (status) => {
  server.statuses.push(status);
  expect(await send(alert({ firing: [stopped()] }))).toEqual({ ok: true });
  server.take();
});

describe('by the Date of the answer', () => {
  const standing = { tasks: [stopped()], notices: [], ended: [], until };
  const ends = alert({ standing: { tasks: [], notices: [], ended: [endOf(stopped())], until } });
  test.each([
    {
      name: 'a clock four minutes behind: nothing stands there',
      message: alert({ standing }),
      off: 4,
      says: /^Alertmanager's clock is 4 min ahead/,
    },
    {
      name: 'a clock so far behind that it lapses before the next poll',
      message: alert({ standing }),
      off: 2.5,
      says: /is over when it arrives/,
    },
    {
      name: 'a clock four minutes ahead: nothing ends there',
      message: ends,
      off: -4,
      says: /^Alertmanager's clock is 4 min behind/,
    },
  ])('it fails with words for $name', async ({ message, off, says }) => {
    expect(await send(message, NOW + off * MINUTE)).toMatchObject({
      ok: false,
      permanent: true,
      reason: { en: expect.stringMatching(says) as string },
    });
    server.take();
  });

  test.each([
    { name: 'a minute and a half behind', message: alert({ standing }), off: 1.5 },
    { name: 'four minutes ahead, while nothing ends', message: alert({ standing }), off: -4 },
    { name: 'four minutes behind, where something ends', message: ends, off: 4 },
    { name: 'half a minute ahead, where something ends', message: ends, off: -0.5 },
  ])('it is well with a clock $name', async ({ message, off }) => {
    expect(await send(message, NOW + off * MINUTE)).toEqual({ ok: true });
    server.take();
  });
});

test('the watch’s failures and a low balance are alerts of their own', async () => {
  const notice = {
    since: NOW,
    reason: { en: 'x', 'zh-CN': '原因' },
    reminders: 0,
    state: 'failing',
  } as const;
  const notices = [
    { ...notice, subject: 'channel', channel: 'ops' } as const,
    { ...notice, subject: 'balance', channel: null } as const,
  ];
  const all = await posted(alert({ standing: { tasks: [], notices, ended: [], until } }));
  const watch = '1234567890123456/cn-hangzhou/watch-robot-tasks';
  expect(all.map(({ labels }) => labels)).toEqual([
    { alertname: 'RobotTaskWatchFailing', watch, subject: 'channel', channel: 'ops', severity: 'warning' },
    { alertname: 'RobotTaskBalanceLow', watch, severity: 'warning' },
  ]);
  expect(all[0]?.annotations['description']).toContain('原因');
});

test('5,000 stopped tasks are as many alerts, in requests of less than a megabyte', async () => {
  const all = await posted(alert({ standing: { tasks: manyStopped(5000), notices: [], ended: [], until } }));
  expect(new Set(all.map(({ labels }) => labels['task_id'])).size).toBe(5000);
});

/** What an Alertmanager takes for true once it was told `news` when its clock said `now`. */
function standingAt(now: number, alerts: Map<string, Posted>, news: readonly Posted[]): string[] {
  for (const each of news) {
    const key = JSON.stringify(each.labels);
    const before = alerts.get(key)?.endsAt ?? '';
    // Seen with Alertmanager 0.25: an end that is still ahead never shortens one that is later.
    const isShorter = Date.parse(each.endsAt) > now && each.endsAt < before;
    alerts.set(key, isShorter ? { ...each, endsAt: before } : each);
  }
  return [...alerts.values()]
    .filter(({ endsAt }) => Date.parse(endsAt) > now)
    .map(({ labels }) => `${labels['task_id'] ?? labels['alertname'] ?? ''} ${labels['status'] ?? ''}`)
    .sort();
}

test.each([
  { name: 'on time', offMs: 0 },
  { name: 'half a minute behind', offMs: -30_000 },
  { name: 'half a minute ahead', offMs: 30_000 },
])(
  'with a clock $name, after each of 20 polls it holds exactly what stands, over lost polls, restarts and a channel that fails',
  async ({ offMs }) => {
    const channel = Object.assign(createFakeChannel('am'), { wantsStanding: true });
    const watch = createTestWatch({ channels: [channel], stalledAfter: 5 * MINUTE });
    const alerts = new Map<string, Posted>();
    const truth = new Map<string, string>();
    const set = (id: string, status: string) => {
      watch.robotTasks.set(id, status);
      truth.set(id, status);
    };
    const script: Record<number, () => void> = {
      1: () => {
        set('1', 'ARREARS_STOP');
      },
      3: () => {
        set('2', 'SYSTEM_STOP');
      },
      5: () => {
        set('1', 'SYSTEM_STOP');
      },
      8: () => {
        channel.answer = refuses;
        set('2', 'EXCUTING');
      },
      9: () => {
        channel.answer = () => ({ ok: true });
      },
      // The instance is replaced.
      11: () => {
        watch.restart();
      },
      14: () => {
        set('1', 'FINISH');
        set('3', 'ARREARS_STOP');
      },
      18: () => {
        set('3', 'EXCUTING');
      },
    };
    for (let minute = 0; minute < 20; minute += 1) {
      script[minute]?.();
      channel.received.length = 0;
      // Two polls are lost.
      if (minute !== 12 && minute !== 13) await watch.poll();
      const now = watch.clock.now();
      const news = channel.received[0] === undefined ? [] : await posted(channel.received[0], now + offMs);
      const stands = standingAt(now + offMs, alerts, news);
      if (channel.answer !== refuses) {
        const stopped = [...truth].filter(([, status]) => status.endsWith('_STOP'));
        // Task 2 runs again and makes no call: after five minutes it is stalled.
        const stalled = minute >= 14 ? ['2 STALLED'] : [];
        const want = [...stopped.map(([id, status]) => `${id} ${status}`), ...stalled].sort();
        expect({ minute, stands }).toEqual({ minute, stands: want });
      }
      watch.clock.set(now + MINUTE);
    }
  },
);

describe('an end', () => {
  /** For each of `times` polls, the ids of what is posted as ended. */
  async function endsIn(watch: TestWatch, times: number) {
    const ends: string[] = [];
    for (let each = 0; each < times; each += 1) {
      const { received } = watch.channel('am');
      received.length = 0;
      await watch.poll();
      watch.wait(MINUTE);
      const ended = received[0]?.standing?.ended ?? [];
      ends.push(
        ended
          .map(({ task, failure, condition }) => `${task?.id ?? failure?.subject ?? ''} ${condition}`)
          .join(),
      );
    }
    return ends;
  }
  const open = () =>
    createTestWatch({ channels: [Object.assign(createFakeChannel('am'), { wantsStanding: true })] });

  test('is posted in its poll and in three more, by whichever instance polls', async () => {
    const watch = open();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    expect(await endsIn(watch, 2)).toEqual(['', '']);
    watch.robotTasks.set('1', 'EXCUTING');
    expect(await endsIn(watch, 2)).toEqual(['1 ARREARS_STOP', '1 ARREARS_STOP']);
    watch.restart();
    expect(await endsIn(watch, 3)).toEqual(['1 ARREARS_STOP', '1 ARREARS_STOP', '']);
    expect(await endsIn(watch, 1)).toEqual(['']);
  });

  test('of a condition that became another is posted as often', async () => {
    const watch = open();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await endsIn(watch, 1);
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    expect(await endsIn(watch, 5)).toEqual([...Array<string>(4).fill('1 ARREARS_STOP'), '']);
  });

  test('that is not taken does not count, and what stands again is not over', async () => {
    const watch = open();
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.robotTasks.set('2', 'ARREARS_STOP');
    await endsIn(watch, 1);
    watch.robotTasks.set('1', 'EXCUTING');
    watch.robotTasks.set('2', 'EXCUTING');
    watch.channel('am').answer = refuses;
    await endsIn(watch, 5);
    watch.channel('am').answer = accepts;
    const both = '1 ARREARS_STOP,2 ARREARS_STOP';
    expect(await endsIn(watch, 2)).toEqual([both, both]);
    watch.robotTasks.set('1', 'ARREARS_STOP');
    expect(await endsIn(watch, 3)).toEqual(['2 ARREARS_STOP', '2 ARREARS_STOP', '']);
  });

  test('of a failure is posted as often', async () => {
    const watch = open();
    watch.robotTasks.brokenLists.add('ARREARS_STOP');
    await endsIn(watch, 4);
    watch.robotTasks.brokenLists.clear();
    expect(await endsIn(watch, 5)).toEqual([...Array<string>(4).fill('poll failing'), '']);
  });
});

describe('what it was told and is not over stands', () => {
  const open = (pending = new Map<string, number>()) => {
    const channel = Object.assign(createFakeChannel('am'), { wantsStanding: true });
    const watch = createTestWatch({ channels: [channel], pending });
    const polls = async (times: number) => {
      const stands: string[] = [];
      for (let each = 0; each < times; each += 1) {
        channel.received.length = 0;
        await watch.poll();
        watch.wait(MINUTE);
        const { standing } = channel.received[0] ?? {};
        stands.push(standing?.tasks.map(({ task, status }) => `${task.id} ${status}`).join() ?? '');
      }
      return [...new Set(stands)];
    };
    return { watch, polls };
  };

  test('while its pending time is made longer', async () => {
    const { watch, polls } = open();
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    await polls(2);
    Object.assign(watch.policy, { pending: new Map([['SYSTEM_STOP', 30 * MINUTE]]) });
    expect(await polls(10)).toEqual(['1 SYSTEM_STOP']);
  });

  test('for a new instance that cannot load at first', async () => {
    const { watch, polls } = open(new Map([['SYSTEM_STOP', 10 * MINUTE]]));
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    await polls(20);
    watch.restart();
    watch.store.broken.add('load');
    await polls(1);
    watch.store.broken.clear();
    expect(await polls(5)).toEqual(['1 SYSTEM_STOP']);
  });

  test('although its OK was lost, until the other stop that follows has held for its pending time', async () => {
    const { watch, polls } = open(new Map([['SYSTEM_STOP', 10 * MINUTE]]));
    watch.robotTasks.set('1', 'ARREARS_STOP');
    watch.channel('am').answer = answersTooLate;
    await polls(1);
    watch.channel('am').answer = accepts;
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    expect(await polls(12)).toEqual(['1 ARREARS_STOP', '1 SYSTEM_STOP']);
  });

  test('where its status is watched no longer', async () => {
    const { watch, polls } = open();
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    await polls(2);
    Object.assign(watch.policy, { statuses: ['ARREARS_STOP'] });
    expect(await polls(5)).toEqual(['1 SYSTEM_STOP']);
    watch.robotTasks.set('1', 'EXCUTING');
    expect(await polls(2)).toEqual(['']);
  });

  test('but not where its end may have arrived: then a new stop waits for its pending time', async () => {
    const { watch, polls } = open(new Map([['SYSTEM_STOP', 5 * MINUTE]]));
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    await polls(8);
    watch.robotTasks.set('1', 'EXCUTING');
    watch.channel('am').answer = answersTooLate;
    await polls(1);
    watch.channel('am').answer = accepts;
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    expect(await polls(4)).toEqual(['']);
    expect(await polls(3)).toEqual(['', '1 SYSTEM_STOP']);
  });

  test('until the condition that came after it has held for its pending time', async () => {
    const { watch, polls } = open(new Map([['SYSTEM_STOP', 10 * MINUTE]]));
    watch.robotTasks.set('1', 'ARREARS_STOP');
    await polls(2);
    watch.robotTasks.set('1', 'SYSTEM_STOP');
    expect(await polls(15)).toEqual(['1 ARREARS_STOP', '1 SYSTEM_STOP']);
  });
});

test.each([
  { name: 'the first', statuses: [400] },
  { name: 'the last', statuses: [200, 400] },
])(
  'of two requests $name is refused: the other one is posted, and the whole is no success',
  async ({ statuses }) => {
    server.statuses.push(...statuses);
    const standing = { tasks: manyStopped(300), notices: [], ended: [], until };
    expect(await send(alert({ standing }))).toMatchObject({ ok: false, mayHaveArrived: true });
    expect(server.take()).toHaveLength(2);
  },
);

test('what the built watch posts holds until the third poll of its own schedule', async () => {
  const around = await createSurroundings();
  server.now = null;
  try {
    const entry = { type: 'alertmanager', url: server.url('am') };
    const watch = around.start({
      ALERT_CHANNELS: JSON.stringify([entry]),
      WATCH_SCHEDULE: 'CRON_TZ=Asia/Shanghai 0 0 */4 * * *',
    });
    around.simulator.tasks.add({ status: 'ARREARS_STOP' });
    const before = Date.now();
    await watch.invoke('{}', CONTEXT);
    const [alertOfIt] = server.take().flatMap(({ body }) => JSON.parse(body) as Posted[]);
    const hours = (Date.parse(alertOfIt?.endsAt ?? '') - before) / (60 * MINUTE);
    expect(hours).toBeGreaterThan(7.9);
    expect(hours).toBeLessThan(12.1);
  } finally {
    await around.close();
  }
});
