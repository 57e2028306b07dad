/** What each receiver's own codes mean, and what its security settings do to a wrong configuration. */
import { createChannel } from '../../../../functions/watch-robot-tasks/channels/create';
import type { ChannelConfig } from '../../../../functions/watch-robot-tasks/channels/config';
import type { InboxFault } from '../../../../local/inbox/faults';
import type { RobotType } from '../../../../local/inbox/robot';
import { alert, stopped } from '../../../stand-ins/alerts';
import { openInbox, QUERY_URL, type InboxChannels } from '../../../stand-ins/inbox-channels';

const FIRING = alert({ firing: [stopped()] });
const HOUR_MS = 60 * 60 * 1000;

let set: InboxChannels;

beforeEach(async () => {
  set = await openInbox([
    { id: 'dingtalk', type: 'dingtalk' },
    { id: 'feishu', type: 'feishu' },
    { id: 'wecom', type: 'wecom' },
    { id: 'slack', type: 'slack' },
    { id: 'webhook', type: 'webhook' },
    { id: 'dingtalk-keyword', type: 'dingtalk', keyword: '机器人任务' },
    { id: 'feishu-keyword', type: 'feishu', keyword: '机器人任务' },
    { id: 'dingtalk-other-keyword', type: 'dingtalk', keyword: '监控平台' },
    { id: 'feishu-other-keyword', type: 'feishu', keyword: '监控平台' },
    { id: 'dingtalk-english', type: 'dingtalk', keyword: 'Robot task' },
  ]);
});

afterEach(async () => {
  await set.close();
});

const ding = (errcode: number, errmsg = ''): InboxFault => ({
  fault: 'answer',
  body: JSON.stringify({ errcode, errmsg }),
});
const feishu = (code: number, msg = '', status = 200): InboxFault => ({
  fault: 'answer',
  status,
  body: JSON.stringify({ code, msg }),
});
const slack = (status: number, body: string): InboxFault => ({ fault: 'answer', status, body });

interface Row {
  readonly type: RobotType;
  readonly name: string;
  readonly fault: InboxFault;
  readonly permanent: boolean;
  readonly reason: RegExp;
  /** Whether the same message is tried again within the poll. */
  readonly retried: boolean;
}

const ROWS: Row[] = [
  {
    type: 'dingtalk',
    name: 'busy',
    fault: ding(-1),
    permanent: false,
    reason: /busy \(errcode -1\)/,
    retried: true,
  },
  {
    type: 'dingtalk',
    name: '130101',
    fault: ding(130101),
    permanent: false,
    reason: /20 messages a minute.*130101/,
    retried: false,
  },
  {
    type: 'dingtalk',
    name: '410100',
    fault: ding(410100),
    permanent: false,
    reason: /20 messages a minute.*410100/,
    retried: false,
  },
  {
    type: 'dingtalk',
    name: "the gateway's throttle",
    fault: { fault: 'throttle' },
    permanent: false,
    reason: /status 1111/,
    retried: false,
  },
  {
    type: 'dingtalk',
    name: 'a wrong signature',
    fault: ding(310000, 'sign not match'),
    permanent: true,
    reason: /^DingTalk refuses the signature: check the secret and the clock \(errcode 310000\)$/,
    retried: false,
  },
  {
    type: 'dingtalk',
    name: 'a wrong time',
    fault: ding(310000, 'invalid timestamp'),
    permanent: true,
    reason: /check the secret and the clock/,
    retried: false,
  },
  {
    type: 'dingtalk',
    name: 'a missing keyword',
    fault: ding(310000, 'keywords not in content'),
    permanent: true,
    reason: /keyword: make 机器人任务/,
    retried: false,
  },
  {
    type: 'dingtalk',
    name: 'a foreign IP',
    fault: ding(310000, 'ip 203.0.113.9 not in whitelist'),
    permanent: true,
    reason: /refuses the sender's IP address/,
    retried: false,
  },
  {
    type: 'dingtalk',
    name: '310000 and no more',
    fault: ding(310000),
    permanent: true,
    reason: /security settings/,
    retried: false,
  },
  ...[300001, 300005, 400101].map((code): Row => ({
    type: 'dingtalk',
    name: String(code),
    fault: ding(code),
    permanent: true,
    reason: /copy the webhook URL again/,
    retried: false,
  })),
  ...[400013, 400102, 400106].map((code): Row => ({
    type: 'dingtalk',
    name: String(code),
    fault: ding(code),
    permanent: true,
    reason: /stopped or its group is gone/,
    retried: false,
  })),
  ...[40035, 43002, 43004, 460101].map((code): Row => ({
    type: 'dingtalk',
    name: String(code),
    fault: ding(code),
    permanent: true,
    reason: /bug of robot-task-watch/,
    retried: false,
  })),
  {
    type: 'dingtalk',
    name: 'an unknown code',
    fault: ding(987654),
    permanent: false,
    reason: /code 987654/,
    retried: false,
  },

  {
    type: 'feishu',
    name: '11232',
    fault: feishu(11232),
    permanent: false,
    reason: /throttles.*11232/,
    retried: true,
  },
  {
    type: 'feishu',
    name: '9499, too many',
    fault: feishu(9499, 'too many request', 400),
    permanent: false,
    reason: /throttles.*9499/,
    retried: true,
  },
  {
    type: 'feishu',
    name: '9499, bad request',
    fault: feishu(9499, 'Bad Request', 400),
    permanent: true,
    reason: /bug of robot-task-watch.*9499/,
    retried: false,
  },
  {
    type: 'feishu',
    name: '19001',
    fault: feishu(19001),
    permanent: true,
    reason: /copy the webhook URL again/,
    retried: false,
  },
  {
    type: 'feishu',
    name: '19021',
    fault: feishu(19021),
    permanent: true,
    reason: /^Feishu refuses the signature: check the secret and the clock/,
    retried: false,
  },
  {
    type: 'feishu',
    name: '19022',
    fault: feishu(19022),
    permanent: true,
    reason: /IP address/,
    retried: false,
  },
  {
    type: 'feishu',
    name: '19024',
    fault: feishu(19024),
    permanent: true,
    reason: /keyword: make 机器人任务/,
    retried: false,
  },
  {
    type: 'feishu',
    name: 'an unknown code',
    fault: feishu(987654),
    permanent: false,
    reason: /code 987654/,
    retried: false,
  },

  { type: 'wecom', name: 'busy', fault: ding(-1), permanent: false, reason: /busy/, retried: true },
  {
    type: 'wecom',
    name: '45009',
    fault: ding(45009),
    permanent: false,
    reason: /20 messages a minute.*45009/,
    retried: false,
  },
  {
    type: 'wecom',
    name: '93000',
    fault: ding(93000),
    permanent: true,
    reason: /copy the webhook URL again.*93000/,
    retried: false,
  },
  {
    type: 'wecom',
    name: '44004',
    fault: ding(44004),
    permanent: true,
    reason: /bug of robot-task-watch/,
    retried: false,
  },
  {
    type: 'wecom',
    name: '40058',
    fault: ding(40058),
    permanent: true,
    reason: /bug of robot-task-watch/,
    retried: false,
  },
  {
    type: 'wecom',
    name: 'an unknown code',
    fault: ding(987654),
    permanent: false,
    reason: /code 987654/,
    retried: false,
  },

  {
    type: 'slack',
    name: 'its throttle',
    fault: { fault: 'throttle' },
    permanent: false,
    reason: /one message a second/,
    retried: true,
  },
  {
    type: 'slack',
    name: 'no_service',
    fault: slack(404, 'no_service'),
    permanent: true,
    reason: /make a new one/,
    retried: false,
  },
  {
    type: 'slack',
    name: 'invalid_token',
    fault: slack(403, 'invalid_token'),
    permanent: true,
    reason: /make a new one/,
    retried: false,
  },
  {
    type: 'slack',
    name: 'channel_is_archived',
    fault: slack(410, 'channel_is_archived'),
    permanent: true,
    reason: /archived/,
    retried: false,
  },
  {
    type: 'slack',
    name: 'action_prohibited',
    fault: slack(403, 'action_prohibited'),
    permanent: true,
    reason: /admin/,
    retried: false,
  },
  {
    type: 'slack',
    name: 'user_not_found',
    fault: slack(400, 'user_not_found'),
    permanent: true,
    reason: /check the channel's mention/,
    retried: false,
  },
  {
    type: 'slack',
    name: 'invalid_payload',
    fault: slack(400, 'invalid_payload'),
    permanent: true,
    reason: /bug of robot-task-watch/,
    retried: false,
  },
  {
    type: 'slack',
    name: 'rollup_error',
    fault: slack(500, 'rollup_error'),
    permanent: false,
    reason: /HTTP 500/,
    retried: true,
  },

  {
    type: 'webhook',
    name: '401',
    fault: { fault: 'answer', status: 401 },
    permanent: true,
    reason: /check the secret/,
    retried: false,
  },
  {
    type: 'webhook',
    name: '410',
    fault: { fault: 'answer', status: 410 },
    permanent: true,
    reason: /remove the channel/,
    retried: false,
  },
  {
    type: 'webhook',
    name: '413',
    fault: { fault: 'answer', status: 413 },
    permanent: true,
    reason: /too large/,
    retried: false,
  },
  {
    type: 'webhook',
    name: '422',
    fault: { fault: 'answer', status: 422 },
    permanent: true,
    reason: /HTTP 422/,
    retried: false,
  },
  {
    type: 'webhook',
    name: 'its throttle',
    fault: { fault: 'throttle' },
    permanent: false,
    reason: /HTTP 429/,
    retried: true,
  },
  {
    type: 'webhook',
    name: '504',
    fault: { fault: 'answer', status: 504 },
    permanent: false,
    reason: /HTTP 504/,
    retried: true,
  },
];

it.each(ROWS)('$type: $name is told with what to do', async ({ type, fault, permanent, reason, retried }) => {
  set.inbox.setFault(type, fault);
  const delivery = await set.channel(type).send(FIRING, set.deadline());
  expect(delivery).toEqual({ ok: false, permanent, reason: expect.stringMatching(reason) as string });
  expect(set.inbox.requests(type)).toBe(retried ? 3 : 1);
});

it('repeats nothing of what the receiver says about the error', async () => {
  const marked = { errcode: 310000, errmsg: 'MARK sign MARK', code: 19021, msg: 'MARK', error: 'MARK' };
  for (const type of ['dingtalk', 'feishu', 'wecom', 'slack', 'webhook']) {
    for (const body of [JSON.stringify(marked), 'MARK', JSON.stringify({ errcode: 'MARK', code: 'MARK' })]) {
      set.inbox.setFault(type, { fault: 'answer', status: 400, body });
      expect(JSON.stringify(await set.channel(type).send(FIRING, set.deadline()))).not.toContain('MARK');
    }
  }
});

describe("a receiver's security settings", () => {
  const send = (id: string, changes: Partial<ChannelConfig>, offsetMs = 0) => {
    const clock = { ...set.clock, now: () => set.clock.now() + offsetMs };
    const config = { ...set.config(id), ...changes };
    const channel = createChannel(config, { language: 'zh-CN', queryUrl: QUERY_URL, clock });
    return channel.send(FIRING, clock.now() + 10_000);
  };

  it.each([
    { id: 'dingtalk', secret: 'SECwrong' },
    { id: 'feishu', secret: 'wrong' },
    { id: 'webhook', secret: 'whsec_d3Jvbmd3cm9uZw==' },
    { id: 'dingtalk', secret: null },
    { id: 'feishu', secret: null },
    { id: 'webhook', secret: null },
  ])('$id refuses the secret $secret for good', async ({ id, secret }) => {
    await expect(send(id, { secret })).resolves.toMatchObject({
      ok: false,
      permanent: true,
      reason: expect.stringMatching(/check the secret .*the clock/) as string,
    });
  });

  it.each([
    { id: 'dingtalk', offset: 2 * HOUR_MS },
    { id: 'dingtalk', offset: -2 * HOUR_MS },
    { id: 'feishu', offset: 2 * HOUR_MS },
    { id: 'webhook', offset: -2 * HOUR_MS },
  ])('$id refuses a clock that is off by $offset ms', async ({ id, offset }) => {
    await expect(send(id, {}, offset)).resolves.toMatchObject({
      ok: false,
      reason: expect.stringContaining('the clock') as string,
    });
  });

  it.each(['dingtalk', 'feishu', 'wecom', 'slack'])('%s refuses a wrong token for good', async (id) => {
    const url = set.config(id).url.replace(/.{4}$/, 'xxxx');
    await expect(send(id, { url })).resolves.toMatchObject({ ok: false, permanent: true });
  });

  it.each([
    { id: 'dingtalk-keyword', ok: true },
    { id: 'feishu-keyword', ok: true },
    { id: 'dingtalk-other-keyword', ok: false },
    { id: 'feishu-other-keyword', ok: false },
  ])('$id: a message that holds the keyword is taken: $ok', async ({ id, ok }) => {
    await expect(send(id, {})).resolves.toMatchObject({ ok });
  });

  it('lets an English message pass a keyword of "Robot task", whatever it is about', async () => {
    const messages = [
      FIRING,
      alert({ firing: [stopped(), stopped({ id: '2' })] }),
      alert({
        notices: [{ subject: 'poll', channel: null, state: 'failing', since: FIRING.now, reason: 'x' }],
      }),
      alert({
        notices: [{ subject: 'poll', channel: null, state: 'working', since: FIRING.now, reason: null }],
      }),
      { kind: 'test', id: 't', now: FIRING.now } as const,
    ];
    for (const message of messages) {
      const channel = set.channel('dingtalk-english', {}, 'en');
      await expect(channel.send(message, set.deadline())).resolves.toEqual({ ok: true });
    }
  });

  it('signs anew for each try', async () => {
    set.inbox.setFault('dingtalk', { fault: 'answer', status: 503, headers: { 'retry-after': '5400' } }, 1);
    const deadline = set.clock.now() + 3 * HOUR_MS;
    await expect(set.channel('dingtalk').send(FIRING, deadline)).resolves.toEqual({ ok: true });
  });

  it('signs right for secrets and signatures of any characters', async () => {
    for (let second = 0; second < 60; second++) {
      await set.clock.sleep(61_000);
      await expect(send('dingtalk', {})).resolves.toEqual({ ok: true });
      await expect(send('feishu', {})).resolves.toEqual({ ok: true });
    }
  });
});
