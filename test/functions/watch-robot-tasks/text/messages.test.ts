/** The messages as a group sees them. The snapshots are for reading: look at each change of theirs as a user would. */
import { format } from '../../../../functions/watch-robot-tasks/text/markup';
import { plain } from '../../../../functions/watch-robot-tasks/channels/chat/plain';
import { systemClock } from '../../../../shared/runtime/clock';
import type { ChannelConfig } from '../../../../functions/watch-robot-tasks/channels/channel';
import { renderMessage } from '../../../../functions/watch-robot-tasks/channels/chat/render';
import { fitMessage } from '../../../../functions/watch-robot-tasks/text/fit';
import type { AcknowledgedTask, Message } from '../../../../functions/watch-robot-tasks/rules/message';
import { unansweredInWords } from '../../../../functions/watch-robot-tasks/poll/unanswered';
import { refused as refusedCall } from '../../../../shared/sources/openapi/errors';
import { stateKind } from '../../../../shared/state/document';
import { foundIn } from '../../../../shared/documents/store';
import { parseTablestoreError, unreachable } from '../../../../shared/documents/tablestore/error';
import { LANGUAGES, type Language, type Text } from '../../../../shared/text';
import type { RobotType } from '../../../../local/inbox/robot';
import { alert, manyStopped, NOW, resolved, stopped, testMessage } from '../../../stand-ins/alerts';
import { text } from '../../../stand-ins/text';
import { linkTo, openInbox } from '../../../stand-ins/inbox-channels';

const QUARTER_MS = 15 * 60_000;

const PLACE = {
  host: 'dyvmsapi.aliyuncs.com',
  permissions: ['dyvms:QueryRobotTaskList', 'dyvms:QueryRobotTaskDetail'],
};
const REQUESTS = ['6D5C3B2A-0F1E-5D4C-8B7A-123456789ABC', '7E6D4C3B-1A2F-5E6D-9C8B-23456789ABCD'];
const STATUSES = ['ARREARS_STOP', 'SYSTEM_STOP'];

/** What the watch says when the lists of `refused` are refused with `code`, each under a request id of its own. */
function blindBecause(code: string, refused = STATUSES): Text | null {
  const unanswered = refused.map((status, index) => {
    const { error } = refusedCall({ code, requestId: REQUESTS[index] ?? '', statusCode: 400 }, PLACE);
    return { status, cause: error.text, code: error.code, requestId: error.requestId };
  });
  return unansweredInWords(unanswered, STATUSES);
}

const STORE_PROBLEM = unreachable(
  foundIn(stateKind, 'tablestore://voice-watch.cn-hangzhou/robot_task_watch'),
  parseTablestoreError({
    code: 503,
    message: 'OTSServerBusy',
    headers: { 'x-ots-requestid': '0005c1d2-6e0f-4a3b-9c8d-7e6f5a4b3c2d' },
  }),
).text;

const blind = (reason: Text | null): Message =>
  alert({
    watchStatus: 'unknown',
    notices: [
      { subject: 'poll', channel: null, state: 'failing', since: NOW - QUARTER_MS, reason, reminders: 0 },
    ],
  });

const HOUR = 60 * 60_000;
const HOLD = { by: '张三', at: NOW - 60_000, until: null };

function taken(more: { until?: number } = {}): AcknowledgedTask {
  return { ...stopped(), held: { ...HOLD, ...more } };
}

function givenBack(until: number | null): AcknowledgedTask {
  return { ...stopped(), heldBefore: { ...HOLD, until } };
}

const CASES: { name: string; message: Message }[] = [
  { name: 'one task stops', message: alert({ firing: [stopped()] }) },
  {
    name: 'one task stops for another reason, just now',
    message: alert({ firing: [stopped({}, { previousStatus: 'SYSTEM_STOP', minutes: 0 })] }),
  },
  {
    name: 'a reminder',
    message: alert({ repeated: [stopped({ status: 'SYSTEM_STOP' }, { minutes: 60 * 28 })] }),
  },
  {
    name: 'one task stops, and the balance is known',
    message: alert({ firing: [stopped()], balance: '-3.20 CNY' }),
  },
  { name: 'a stop that was taken', message: alert({ acknowledged: [taken()] }) },
  { name: 'a stop that was muted', message: alert({ acknowledged: [taken({ until: NOW + 20 * HOUR })] }) },
  { name: 'a stop that was given back', message: alert({ acknowledged: [givenBack(null)] }) },
  { name: 'a stop that is muted no longer', message: alert({ acknowledged: [givenBack(NOW + HOUR)] }) },
  {
    name: 'a stop that somebody has taken already',
    message: alert({ firing: [{ ...stopped(), held: HOLD }] }),
  },
  {
    name: 'running again, started by an operator',
    message: alert({ resolved: [{ ...resolved('EXCUTING'), startedBy: '李四' }] }),
  },
  {
    name: 'all of a cause taken at once',
    message: alert({
      acknowledged: manyStopped(12).map((task) => ({ ...task, held: HOLD })),
      resolved: [{ ...resolved('EXCUTING'), startedBy: '李四' }],
    }),
  },
  { name: 'running again', message: alert({ resolved: [resolved('EXCUTING')] }) },
  { name: 'over', message: alert({ resolved: [resolved('FINISH', { finishCount: 1000 })] }) },
  { name: 'stopped in another way', message: alert({ resolved: [resolved('MANUAL_STOP')] }) },
  { name: 'gone', message: alert({ resolved: [resolved(null)] }) },
  {
    name: 'a task of which little is known',
    message: alert({
      firing: [
        stopped({
          taskName: null,
          robotName: null,
          robotId: null,
          status: 'NEW_STOP',
          totalCount: null,
          finishCount: null,
        }),
      ],
    }),
  },
  {
    name: 'two of one cause',
    message: alert({ firing: [stopped(), stopped({ id: '1045002', taskName: '会员续费' })] }),
  },
  {
    name: 'three of different kinds, with long names',
    message: alert({
      firing: [stopped({ taskName: '名'.repeat(70) }), stopped({ id: '1045002', status: 'SYSTEM_STOP' })],
      resolved: [resolved('EXCUTING', { id: '1045004', taskName: '双十一预热' }, 0)],
    }),
  },
  {
    name: 'several at once, while the state store is down',
    message: alert({
      firing: [
        stopped(),
        stopped({ id: '1045002', taskName: '会员续费', status: 'SYSTEM_STOP' }, { minutes: 0 }),
      ],
      repeated: [stopped({ id: '1045003', taskName: '满意度调查', finishCount: 10 }, { minutes: 241 })],
      resolved: [resolved('EXCUTING', { id: '1045004', taskName: '双十一预热' })],
      duplicatesPossible: 'unreachable',
      watchStatus: 'unknown',
    }),
  },
  {
    name: 'a reminder of a stall that was seen just now',
    message: alert({ repeated: [{ ...stopped({}, { minutes: 0 }), status: 'STALLED' }] }),
  },
  {
    name: 'one robot was removed from its group',
    message: alert({
      notices: [
        {
          subject: 'channel',
          channel: 'ops',
          state: 'failing',
          since: NOW - QUARTER_MS,
          reason: {
            en: 'DingTalk knows no robot with this token: copy the webhook URL again (errcode 300005).',
            'zh-CN': '钉钉查不到这个 token 对应的机器人，请重新复制 Webhook 地址（errcode 300005）。',
          },
          reminders: 0,
        },
      ],
    }),
  },
  {
    name: 'a digest',
    message: alert({
      firing: manyStopped(4980),
      repeated: manyStopped(15).map((task) => ({ ...task, task: { ...task.task, id: `r${task.task.id}` } })),
      resolved: [
        resolved('EXCUTING', { id: '1' }),
        resolved('FINISH', { id: '2' }),
        resolved('CANCEL', { id: '3' }),
      ],
    }),
  },
  {
    name: 'the watch fails',
    message: alert({
      watchStatus: 'unknown',
      notices: [
        {
          subject: 'poll',
          channel: null,
          state: 'failing',
          since: NOW - QUARTER_MS,
          reason: blindBecause('InvalidAccessKeyId.NotFound'),
          reminders: 0,
        },
        {
          subject: 'store',
          channel: null,
          state: 'failing',
          since: NOW - QUARTER_MS,
          reason: STORE_PROBLEM,
          reminders: 0,
        },
        {
          subject: 'channel',
          channel: 'ops',
          state: 'failing',
          since: NOW - QUARTER_MS,
          reason: {
            en: 'DingTalk refuses the signature: check the secret and the clock (errcode 310000).',
            'zh-CN': '钉钉签名校验失败，请检查签名密钥和时钟（errcode 310000）。',
          },
          reminders: 0,
        },
      ],
    }),
  },
  { name: 'the watch is blind: every list is throttled', message: blind(blindBecause('Throttling.User')) },
  {
    name: 'the watch is blind on one eye',
    message: blind(blindBecause('isv.OUT_OF_SERVICE', ['SYSTEM_STOP'])),
  },
  {
    name: 'the watch works again',
    message: alert({
      notices: [
        {
          subject: 'poll',
          channel: null,
          state: 'working',
          since: NOW - QUARTER_MS,
          reason: null,
          reminders: 0,
        },
        {
          subject: 'store',
          channel: null,
          state: 'working',
          since: NOW - QUARTER_MS,
          reason: null,
          reminders: 0,
        },
        {
          subject: 'channel',
          channel: 'ops',
          state: 'working',
          since: NOW - QUARTER_MS,
          reason: null,
          reminders: 0,
        },
      ],
    }),
  },
  {
    name: 'a damaged state',
    message: alert({ firing: [stopped()], duplicatesPossible: 'damaged' }),
  },
  { name: 'a test', message: testMessage },
];

const inPlainText = (message: Message, language: Language, fits: (text: string) => boolean = () => true) =>
  fitMessage(
    message,
    {
      language,
      channel: 'ops',
      linkTo,
      escape: plain.escape,
    },
    (text) => format(text, plain),
    fits,
  );

describe.each(LANGUAGES)('in %s', (language) => {
  it.each(CASES)('$name', ({ message }) => {
    expect(`\n${inPlainText(message, language)}\n`).toMatchSnapshot();
  });
});

it.each([
  { source: 'dyvms', link: 'Voice Service console: https://dyvms.console.aliyun.com/overview/home' },
  { source: 'aiccs', link: 'Cloud Contact Center console: https://aiccs.console.aliyun.com/overview' },
] as const)('links the console of the product that has the tasks: $source', ({ source, link }) => {
  const config = { id: 'ops' } as ChannelConfig;
  const options = { language: 'en', linkTo, source, clock: systemClock } as const;
  const text = renderMessage(alert({ firing: [stopped()] }), config, options, {
    escape: plain.escape,
    render: (message) => format(message, plain),
    fits: () => true,
  });
  expect(text).toContain(link);
});

describe('as each chat shows it', () => {
  const channels: { id: string; type: RobotType; mention?: string[] }[] = [
    { id: 'dingtalk', type: 'dingtalk' },
    { id: 'dingtalk with a mention', type: 'dingtalk', mention: ['13800000000'] },
    { id: 'feishu', type: 'feishu', mention: ['ou_7d8a6e6df7621556'] },
    { id: 'wecom', type: 'wecom' },
    { id: 'wecom with a mention', type: 'wecom', mention: ['all'] },
    { id: 'slack', type: 'slack', mention: ['all'] },
  ];
  const several = CASES.find(({ name }) => name.startsWith('several'))?.message ?? testMessage;

  it.each(channels)('$id', async ({ id, type, mention = [] }) => {
    const set = await openInbox([{ id: 'ops', type, mention }]);
    const delivery = await set.channel('ops').send(several, set.deadline());
    await set.close();
    expect(delivery).toEqual({ ok: true });
    const [message] = set.inbox.messages;
    expect({ ...message, text: message?.text.split('\n') }).toMatchSnapshot(id);
  });
});

describe('every alert', () => {
  it.each(CASES.filter(({ message }) => message.kind === 'alert'))(
    'of $name holds the keyword, however short it must be',
    ({ message }) => {
      for (const fits of [() => true, () => false]) {
        expect(inPlainText(message, 'zh-CN', fits)).toContain('机器人任务');
        expect(inPlainText(message, 'en', fits)).toContain('Robot task');
      }
    },
  );

  it('that is about a stopped task names task, robot, status, time, progress, what to do and where to look', () => {
    const told = inPlainText(alert({ firing: [stopped()] }), 'zh-CN');
    for (const part of [
      '春季回访',
      '回访机器人',
      '欠费暂停',
      '10:12',
      '北京时间',
      '998 / 1000',
      '充值',
      '&task=1045001',
      'dyvms.console.aliyun.com',
    ]) {
      expect(told).toContain(part);
    }
  });

  it('promises in no language that a task goes on by itself after a top-up', () => {
    expect(inPlainText(alert({ firing: [stopped()] }), 'zh-CN')).toContain('不一定自动恢复');
    expect(inPlainText(alert({ firing: [stopped()] }), 'en')).toContain('may not resume on its own');
  });
});

describe('a message that must be short', () => {
  const ten = alert({ firing: manyStopped(10), repeated: [] });

  it('tells ten tasks in full and eleven as a digest', () => {
    expect(inPlainText(ten, 'en')).toContain('Task id: 2000000');
    expect(inPlainText(alert({ firing: manyStopped(11) }), 'en')).not.toContain('Task id:');
  });

  it('names fewer and fewer tasks, and always counts all', () => {
    const digest = alert({ firing: manyStopped(500) });
    let shown = Infinity;
    for (let limit = 3000; limit > 80; limit -= 20) {
      const told = inPlainText(digest, 'en', (candidate) => candidate.length <= limit);
      const named = told.match(/^\d+\. /gm)?.length ?? 0;
      expect(named).toBeLessThanOrEqual(shown);
      shown = named;
      expect(told).toContain('Stopped (500)');
      expect(told).toContain(`${500 - named} more not listed.`);
    }
    expect(shown).toBe(0);
  });

  it.each([
    { tail: ' Request ids: 6D5C3B2A-0F1E, 7E6D4C3B-1A2F.', language: 'en' },
    { tail: '请求 ID：6D5C3B2A-0F1E、7E6D4C3B-1A2F。', language: 'zh-CN' },
    { tail: '（Throttling.User，HTTP 400）。', language: 'zh-CN' },
  ] as const)('cuts no reason inside a request id or a code: $tail', ({ tail, language }) => {
    const wrong: string[] = [];
    // A reason is cut at 300 characters.
    for (let length = 150; length < 400; length += 1) {
      const cause = ['Too many calls (Throttling.User). ', '因'.repeat(length)];
      for (const words of [cause, cause.toReversed()]) {
        const reason = `${words.join('')}${tail}`;
        const told = inPlainText(blind({ en: reason, 'zh-CN': reason }), language).replaceAll('\u200b', '');
        if (!told.includes(tail) || /\(Throttling\.User(?!\))|\(Thrott?l?i?n?g?…/.test(told))
          wrong.push(told);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('is never longer than a few hundred bytes at its shortest', () => {
    const worst = alert({
      firing: manyStopped(500).map((task, index) => ({
        ...task,
        status: `STATUS_${index}_${'长'.repeat(100)}`,
      })),
      repeated: manyStopped(500),
      resolved: ['EXCUTING', 'INIT', 'FINISH', 'MANUAL_STOP', 'X', null].map((status) => resolved(status)),
      notices: Array.from({ length: 100 }, () => ({
        subject: 'poll',
        channel: null,
        state: 'failing',
        since: NOW,
        reason: text('因'.repeat(500)),
        reminders: 0,
      })),
      duplicatesPossible: 'unreachable',
      watchStatus: 'unknown',
    });
    for (const language of LANGUAGES) {
      expect(Buffer.byteLength(inPlainText(worst, language, () => false))).toBeLessThan(2048);
    }
  });

  it('says first what matters most: what is new, then by the calls that are still to be made', () => {
    const told = inPlainText(
      alert({
        firing: [stopped({ id: 'small', finishCount: 999 }), stopped({ id: 'large', finishCount: 1 })],
        repeated: [stopped({ id: 'old', finishCount: 0 })],
      }),
      'en',
    );
    expect([...told.matchAll(/Task id: (\w+)/g)].map(([, id]) => id)).toEqual(['large', 'small', 'old']);
  });
});
