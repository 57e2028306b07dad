/** What each receiver's own codes mean, and what its security settings do to a wrong configuration. */
import { createChannel } from '../../../../functions/watch-robot-tasks/channels/senders';
import type { ChannelConfig } from '../../../../functions/watch-robot-tasks/channels/channel';
import { alert, stopped } from '../../../stand-ins/alerts';
import { text } from '../../../stand-ins/text';
import { linkTo, openInbox, type InboxChannels } from '../../../stand-ins/inbox-channels';
import { RECEIVER_CODES } from './receiver-codes';

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

it.each(RECEIVER_CODES)(
  '$type: $name is told with what to do',
  async ({ type, fault, permanent, reason, requests }) => {
    set.inbox.setFault(type, fault);
    const delivery = await set.channel(type).send(FIRING, set.deadline());
    expect(delivery).toMatchObject({
      ok: false,
      permanent,
      reason: { en: expect.stringMatching(reason) as string },
    });
    const chinese = delivery.ok ? '' : delivery.reason['zh-CN'];
    expect(chinese).toMatch(/\p{Script=Han}.*。$/u);
    expect(set.inbox.requests(type)).toBe(requests);
  },
);

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
    const channel = createChannel(config, { language: 'zh-CN', linkTo, clock });
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
      reason: { en: expect.stringMatching(/check the secret .*the clock/) as string },
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
      reason: { en: expect.stringContaining('the clock') as string },
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
      alert({
        notices: [
          { subject: 'poll', channel: null, state: 'working', since: FIRING.now, reason: null, reminders: 0 },
        ],
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
