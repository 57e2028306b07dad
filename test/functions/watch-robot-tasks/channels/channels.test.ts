/** The contract of every channel, kept against robots that judge as the real ones do. */
import { CHANNEL_KINDS } from '../../../../functions/watch-robot-tasks/channels/list';
import { channelSecrets } from '../../../../functions/watch-robot-tasks/channels/config';
import type { InboxFault } from '../../../../local/inbox/faults';
import { alert, manyStopped, resolved, stopped, testMessage } from '../../../stand-ins/alerts';
import { text } from '../../../stand-ins/text';
import { openInbox, type InboxChannels } from '../../../stand-ins/inbox-channels';

const MENTION: Readonly<Record<string, string>> = {
  dingtalk: '13800000000',
  feishu: 'ou_7d8a6e6df7621556',
  wecom: '13800000000',
  slack: 'U012AB3CD',
};
/** E-mail has a contract test of its own: there is no robot for it. */
const OVER_HTTP = CHANNEL_KINDS.filter((kind) => kind.type !== 'email');
const FIRING = alert({ firing: [stopped()] });

/** 200 and a body that is no OK of any of the chats; a webhook goes by the status alone. */
const ERRORS_IN_OK: Record<string, string> = {
  dingtalk: '{"errcode":310000,"errmsg":"sign not match"}',
  feishu: '{"code":19021,"msg":"sign match fail"}',
  wecom: '{"errcode":93000,"errmsg":"invalid webhook url"}',
  slack: 'invalid_token',
};

describe.each(OVER_HTTP)('a $type channel', ({ type, mentionsPeople }) => {
  let set: InboxChannels;
  const mention = mentionsPeople ? { mention: [MENTION[type] ?? ''] } : {};

  beforeEach(async () => {
    set = await openInbox([
      { id: 'quiet', type },
      { id: 'loud', type, ...mention },
      { id: 'all', type, ...(mentionsPeople ? { mention: ['all'] } : {}) },
      { id: 'routed', type, statuses: ['SYSTEM_STOP'] },
    ]);
  });

  afterEach(async () => {
    await set.close();
  });

  const sendWith = async (fault: InboxFault, times?: number) => {
    set.inbox.setFault('quiet', fault, times);
    return set.channel('quiet').send(FIRING, set.deadline());
  };

  it('is known by its id, type and statuses', () => {
    expect(set.channel('quiet')).toMatchObject({ id: 'quiet', type, statuses: null });
    expect(set.channel('routed')).toMatchObject({ id: 'routed', type, statuses: ['SYSTEM_STOP'] });
  });

  it('delivers an alert as one message that names the task', async () => {
    await expect(set.channel('quiet').send(FIRING, set.deadline())).resolves.toEqual({ ok: true });
    expect(set.inbox.messages).toHaveLength(1);
    expect(set.inbox.messages[0]?.text).toContain('春季回访');
  });

  it('delivers a test message', async () => {
    await expect(set.channel('quiet').send(testMessage, set.deadline())).resolves.toEqual({ ok: true });
    expect(set.inbox.messages).toHaveLength(1);
  });

  const failures: {
    name: string;
    fault: InboxFault;
    permanent: boolean;
    mayHaveArrived?: boolean;
    reason: RegExp;
    tries: number;
  }[] = [
    {
      name: 'an HTTP 500',
      fault: { fault: 'answer', status: 500 },
      permanent: false,
      reason: /HTTP 500/,
      tries: 3,
    },
    {
      name: 'an HTTP 503',
      fault: { fault: 'answer', status: 503 },
      permanent: false,
      reason: /HTTP 503/,
      tries: 3,
    },
    ...[502, 504].map((status) => ({
      name: `a gateway's HTML page with HTTP ${status}`,
      fault: { fault: 'answer', status, body: '<html>' } as const,
      permanent: false,
      mayHaveArrived: true,
      reason: new RegExp(`HTTP ${status}`),
      tries: mentionsPeople ? 1 : 3,
    })),
    {
      name: 'an HTTP 429',
      fault: { fault: 'answer', status: 429 },
      permanent: false,
      reason: /throttling \(HTTP 429\)/,
      tries: 3,
    },
    {
      name: 'an HTTP 403',
      fault: { fault: 'answer', status: 403 },
      permanent: true,
      reason: /check .* \(HTTP 403\)/,
      tries: 1,
    },
    {
      name: 'an HTTP 404',
      fault: { fault: 'answer', status: 404 },
      permanent: true,
      reason: /channel's url.*\(HTTP 404\)/,
      tries: 1,
    },
    {
      name: 'a redirect',
      fault: { fault: 'answer', status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      permanent: true,
      reason: /redirect/,
      tries: 1,
    },
    {
      name: 'a lost connection',
      fault: { fault: 'reset' },
      permanent: false,
      mayHaveArrived: true,
      reason: /connection .* failed/,
      // A chat would show a message twice that arrived all the same; the others know it again.
      tries: mentionsPeople ? 1 : 3,
    },
    ...(mentionsPeople
      ? [
          {
            name: 'an endless answer',
            fault: { fault: 'answer', body: 'x'.repeat(100_000) } as const,
            permanent: false,
            mayHaveArrived: true,
            reason: /does not say that the message was taken/,
            tries: 1,
          },
        ]
      : []),
  ];

  it.each(failures)(
    'does not take $name for a delivery',
    async ({ fault, permanent, mayHaveArrived = false, reason, tries }) => {
      const delivery = await sendWith(fault);
      expect(delivery).toMatchObject({
        ok: false,
        permanent,
        mayHaveArrived,
        reason: { en: expect.stringMatching(reason) as string },
      });
      expect(set.inbox.requests('quiet')).toBe(tries);
      expect(set.inbox.messages).toHaveLength(0);
    },
  );

  if (mentionsPeople) {
    it.each([
      { name: 'an error in the body', body: ERRORS_IN_OK[type] ?? '' },
      { name: 'an empty body', body: '' },
      { name: 'a page', body: '<!doctype html><title>Sign in</title>' },
      { name: 'an empty object', body: '{}' },
      { name: 'null', body: 'null' },
      { name: 'a list', body: '[{"errcode":0,"code":0}]' },
      { name: 'codes that are texts', body: '{"errcode":"0","code":"0"}' },
      { name: 'half an OK', body: '{"errcode":0,"code":0' },
      { name: "the gateway's throttle", body: '{"status":1111,"wait":5,"punish":"deny"}' },
    ])('does not take HTTP 200 with $name for a delivery', async ({ body }) => {
      await expect(sendWith({ fault: 'answer', status: 200, body })).resolves.toMatchObject({ ok: false });
    });

    it('does not take its OK with an HTTP 500 for a delivery', async () => {
      const body = type === 'slack' ? 'ok' : '{"errcode":0,"code":0}';
      await expect(sendWith({ fault: 'answer', status: 500, body })).resolves.toMatchObject({ ok: false });
    });
  }

  it('delivers on a later try what failed in passing', async () => {
    await expect(sendWith({ fault: 'answer', status: 503 }, 2)).resolves.toEqual({ ok: true });
    expect(set.inbox.requests('quiet')).toBe(3);
    expect(set.inbox.messages).toHaveLength(1);
  });

  it.each([
    { name: 'seconds', header: () => '4', wait: 4000 },
    { name: 'an HTTP date', header: () => new Date(set.clock.now() + 3000).toUTCString(), wait: 3000 },
  ])('waits for as long as Retry-After says in $name', async ({ header, wait }) => {
    const fault: InboxFault = { fault: 'answer', status: 429, headers: { 'retry-after': header() } };
    await expect(sendWith(fault, 1)).resolves.toEqual({ ok: true });
    expect(set.clock.sleeps).toEqual([wait]);
  });

  it('does not wait for a Retry-After that lies behind the deadline', async () => {
    const delivery = await sendWith({ fault: 'answer', status: 429, headers: { 'retry-after': '60' } });
    expect(delivery).toMatchObject({ ok: false, permanent: false });
    expect(set.inbox.requests('quiet')).toBe(1);
    expect(set.clock.sleeps).toEqual([]);
  });

  it.each([{ fault: 'stall' }, { fault: 'trickle' }] as const)(
    'ends at the deadline when the answer is a $fault',
    async (fault) => {
      set.inbox.setFault('quiet', fault);
      const delivery = await set.channel('quiet').send(FIRING, set.clock.now() + 200);
      expect(delivery).toMatchObject({
        ok: false,
        permanent: false,
        mayHaveArrived: true,
        reason: { en: 'No answer came before the deadline.' },
      });
    },
  );

  it('sends nothing when the deadline is over', async () => {
    const delivery = await set.channel('quiet').send(FIRING, set.clock.now());
    expect(delivery).toMatchObject({ ok: false, permanent: false });
    expect(set.inbox.requests('quiet')).toBe(0);
  });

  it('fails in passing when nobody listens', async () => {
    await set.inbox.close();
    const delivery = await set.channel('quiet').send(FIRING, set.deadline());
    expect(delivery).toMatchObject({
      ok: false,
      permanent: false,
      mayHaveArrived: false,
      reason: { en: expect.stringContaining('ECONNREFUSED') as string },
    });
    await set.inbox.listen();
  });

  it('tells 5,000 stopped tasks in one message that the receiver takes, with the right counts', async () => {
    const many = alert({ firing: manyStopped(5000), resolved: [resolved('EXCUTING', { id: '1' })] });
    await expect(set.channel('loud').send(many, set.deadline())).resolves.toEqual({ ok: true });
    // What a receiver takes for itself need not be read by people.
    expect(set.inbox.messages).toHaveLength(type === 'alertmanager' ? 20 : 1);
    if (!mentionsPeople) return;
    const { text } = set.inbox.messages[0] ?? { text: '' };
    for (const count of [
      '停止（5000）',
      '欠费暂停 3334',
      '系统暂停 1666',
      '恢复执行（1）',
      '批次 5000',
      '另有 4991 个未列出',
    ]) {
      expect(text).toContain(count);
    }
  });

  it('tells 5,000 tasks with long names and a crowd of notices in one message', async () => {
    const firing = manyStopped(5000).map((task) => ({
      ...task,
      task: { ...task.task, taskName: '名'.repeat(500) },
    }));
    const notices = Array.from({ length: 40 }, (_, index) => ({
      subject: 'channel' as const,
      channel: `channel-${index}`,
      state: 'failing' as const,
      since: FIRING.now,
      reason: text('因'.repeat(2000)),
      reminders: 0,
    }));
    await expect(set.channel('loud').send(alert({ firing, notices }), set.deadline())).resolves.toEqual({
      ok: true,
    });
  });

  if (mentionsPeople) {
    it.each([
      { name: 'a task that stops', message: FIRING, mentions: true },
      { name: 'a reminder', message: alert({ repeated: [stopped()] }), mentions: true },
      {
        name: 'a watch that fails',
        message: alert({
          notices: [
            {
              subject: 'poll',
              channel: null,
              state: 'failing',
              since: FIRING.now,
              reason: text('x'),
              reminders: 0,
            },
          ],
        }),
        mentions: true,
      },
      { name: 'a test', message: testMessage, mentions: true },
      { name: 'a recovery', message: alert({ resolved: [resolved('EXCUTING')] }), mentions: false },
      {
        name: 'a watch that works again',
        message: alert({
          notices: [
            {
              subject: 'poll',
              channel: null,
              state: 'working',
              since: FIRING.now,
              reason: null,
              reminders: 0,
            },
          ],
        }),
        mentions: false,
      },
    ])('mentions whom it is to mention for $name: $mentions', async ({ message, mentions }) => {
      await set.channel('loud').send(message, set.deadline());
      await set.clock.sleep(2000);
      await set.channel('all').send(message, set.deadline());
      await set.clock.sleep(2000);
      await set.channel('quiet').send(message, set.deadline());
      const mentioned = set.inbox.messages.map((seen) => seen.mentions);
      expect(mentioned).toEqual(mentions ? [[MENTION[type]], ['all'], []] : [[], [], []]);
    });
  }

  it('tells of the others, and says so, when one item cannot be put into words', async () => {
    const errors: unknown[] = [];
    const odd = { ...stopped({ id: '\ud800', taskName: '\udc00' }), since: NaN };
    const channel = set.channel('quiet', {}, 'zh-CN', (error) => errors.push(error));
    const message = alert({ firing: [odd, stopped({ id: '1045002', taskName: '会员续费' })] });
    await expect(channel.send(message, set.deadline())).resolves.toEqual({ ok: true });
    expect(set.inbox.messages[0]?.text).toContain('会员续费');
    if (type !== 'alertmanager') expect(errors).toContainEqual(expect.any(RangeError));
    if (mentionsPeople) expect(set.inbox.messages[0]?.text).toContain('（此项内容无法显示，详见函数日志）');
  });

  it('shows no part of its URL and no secret in any reason', async () => {
    const secrets = [...channelSecrets(set.config('quiet')), '127.0.0.1'];
    for (const { fault } of failures) {
      const delivery = await sendWith(fault);
      for (const secret of secrets) expect(JSON.stringify(delivery)).not.toContain(secret);
    }
  });
});
