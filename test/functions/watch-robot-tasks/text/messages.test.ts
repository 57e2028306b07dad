/** The messages as a group sees them. The snapshots are for reading: look at each change of theirs as a user would. */
import { format } from '../../../../functions/watch-robot-tasks/text/markup';
import { plain } from '../../../../functions/watch-robot-tasks/channels/plain';
import { fitMessage } from '../../../../functions/watch-robot-tasks/text/fit';
import type { Message } from '../../../../functions/watch-robot-tasks/message';
import { LANGUAGES, type Language } from '../../../../functions/watch-robot-tasks/text/words';
import type { RobotType } from '../../../../local/inbox/robot';
import { alert, manyStopped, NOW, resolved, stopped, testMessage } from '../../../stand-ins/alerts';
import { openInbox } from '../../../stand-ins/inbox-channels';

const QUARTER_MS = 15 * 60_000;

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
          reason:
            "ARREARS_STOP, SYSTEM_STOP: Upstream refuses the credentials: check the access key, the role's permissions (dyvms:QueryRobotTaskList, dyvms:QueryRobotTaskDetail) and this machine's clock. (InvalidAccessKeyId.NotFound, request id 6D5C3B2A-0F1E-5D4C-8B7A-123456789ABC)",
        },
        {
          subject: 'store',
          channel: null,
          state: 'failing',
          since: NOW - QUARTER_MS,
          reason:
            'The state in tablestore://voice-watch.cn-hangzhou/robot_task_watch cannot be used. Tablestore answers OTSServerBusy, request 0005c1d2-6e0f-4a3b-9c8d-7e6f5a4b3c2d.',
        },
        {
          subject: 'channel',
          channel: 'ops',
          state: 'failing',
          since: NOW - QUARTER_MS,
          reason: 'DingTalk refuses the signature: check the secret and the clock (errcode 310000)',
        },
      ],
    }),
  },
  {
    name: 'the watch works again',
    message: alert({
      notices: [
        { subject: 'poll', channel: null, state: 'working', since: NOW - QUARTER_MS, reason: null },
        { subject: 'store', channel: null, state: 'working', since: NOW - QUARTER_MS, reason: null },
        { subject: 'channel', channel: 'ops', state: 'working', since: NOW - QUARTER_MS, reason: null },
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
      link: 'https://query.example.com/tasks?status=stopped',
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
    'of $name holds the keyword in its title',
    ({ message }) => {
      expect(inPlainText(message, 'zh-CN').split('\n')[0]).toContain('机器人任务');
      expect(inPlainText(message, 'en').split('\n')[0]).toMatch(/^Robot task/);
    },
  );

  it('that is about a stopped task names task, robot, status, time, progress, what to do and where to look', () => {
    const text = inPlainText(alert({ firing: [stopped()] }), 'zh-CN');
    for (const part of [
      '春季回访',
      '回访机器人',
      '欠费暂停',
      '2026-03-02 10:12',
      '北京时间',
      '998 / 1000',
      '充值',
      '/tasks?status=stopped',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('promises in no language that a task goes on by itself after a top-up', () => {
    expect(inPlainText(alert({ firing: [stopped()] }), 'zh-CN')).toContain('不一定会自动继续');
    expect(inPlainText(alert({ firing: [stopped()] }), 'en')).toContain('may not go on by itself');
  });
});

describe('a message that must be short', () => {
  const ten = alert({ firing: manyStopped(10), repeated: [] });

  it('tells ten tasks in full and eleven as a digest', () => {
    expect(inPlainText(ten, 'en')).toContain('Task id: 2000000');
    expect(inPlainText(alert({ firing: manyStopped(11) }), 'en')).not.toContain('Task id:');
  });

  it('names fewer and fewer tasks, and always counts all', () => {
    const digest = alert({ firing: manyStopped(5000) });
    let shown = Infinity;
    for (let limit = 3000; limit > 80; limit -= 20) {
      const text = inPlainText(digest, 'en', (candidate) => candidate.length <= limit);
      const named = text.match(/^\d+\. /gm)?.length ?? 0;
      expect(named).toBeLessThanOrEqual(shown);
      shown = named;
      expect(text).toContain('Stopped (5000)');
      expect(text).toContain(`${5000 - named} more not listed.`);
    }
    expect(shown).toBe(0);
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
        reason: '因'.repeat(500),
      })),
      duplicatesPossible: 'unreachable',
      watchStatus: 'unknown',
    });
    for (const language of LANGUAGES) {
      expect(Buffer.byteLength(inPlainText(worst, language, () => false))).toBeLessThan(2048);
    }
  });

  it('says first what matters most: what is new, then by the calls that are still to be made', () => {
    const text = inPlainText(
      alert({
        firing: [stopped({ id: 'small', finishCount: 999 }), stopped({ id: 'large', finishCount: 1 })],
        repeated: [stopped({ id: 'old', finishCount: 0 })],
      }),
      'en',
    );
    expect([...text.matchAll(/Task id: (\w+)/g)].map(([, id]) => id)).toEqual(['large', 'small', 'old']);
  });
});
