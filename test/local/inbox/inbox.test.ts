import { createHmac } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { Webhook } from 'standardwebhooks';
import { parseChannels } from '../../../functions/watch-robot-tasks/channels/config';
import {
  createInbox,
  DEMO_CHANNELS,
  type Inbox,
  type InboxChannel,
  type InboxMessage,
} from '../../../local/inbox/inbox';
import { renderMessage } from '../../../local/inbox/render';
import { createLeapingClock, type LeapingClock } from '../../stand-ins/leaping-clock';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let clock: LeapingClock;
let inbox: Inbox;
let heard: InboxMessage[];

async function open(channels: readonly InboxChannel[]): Promise<void> {
  clock = createLeapingClock();
  heard = [];
  inbox = createInbox({ clock, channels, onMessage: (message) => heard.push(message) });
  await inbox.listen();
}

afterEach(async () => {
  await inbox.close();
});

function entry(id: string) {
  const found = inbox.channels().find((channel) => channel.id === id);
  if (found === undefined) throw new Error(`no channel ${id}`);
  return { ...found, secret: found.secret ?? '' };
}

async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers,
  });
  const text = await response.text();
  const answer: unknown = text.startsWith('{') ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, answer };
}

const dingTalkText = (content: string, at = {}) => ({ msgtype: 'text', text: { content }, at });
const weComText = (content: string, more = {}) => ({ msgtype: 'text', text: { content, ...more } });

describe('a DingTalk robot', () => {
  beforeEach(() =>
    open([
      { id: 'ops', type: 'dingtalk' },
      { id: 'open', type: 'dingtalk', signed: false },
    ]),
  );

  const signed = (timestamp: number, encode: (sign: string) => string = encodeURIComponent) => {
    const { url, secret } = entry('ops');
    const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
    return `${url}&timestamp=${timestamp}&sign=${encode(sign)}`;
  };

  it('takes a message that is signed for the present hour', async () => {
    await expect(post(signed(clock.now() - HOUR_MS + 1), dingTalkText('hi'))).resolves.toMatchObject({
      status: 200,
      answer: { errcode: 0 },
    });
    expect(heard).toMatchObject([{ channel: 'ops', type: 'dingtalk', text: 'hi', receivedAt: clock.now() }]);
  });

  it.each([
    ['no signature', () => entry('ops').url, 'invalid timestamp'],
    ['an old time', () => signed(clock.now() - HOUR_MS - 1), 'invalid timestamp'],
    ['a time in seconds', () => signed(Math.floor(clock.now() / 1000)), 'invalid timestamp'],
    [
      'a signature that is encoded twice',
      () => signed(clock.now(), (sign) => encodeURIComponent(encodeURIComponent(sign))),
      'sign not match',
    ],
    [
      'a signature of another time',
      () => signed(clock.now()).replace(/timestamp=\d+/, `timestamp=${clock.now() + 1}`),
      'sign not match',
    ],
  ])('refuses %s with 310000, as HTTP 200', async (_name, url, errmsg) => {
    await expect(post(url(), dingTalkText('hi'))).resolves.toMatchObject({
      status: 200,
      answer: { errcode: 310000, errmsg },
    });
    expect(heard).toEqual([]);
  });

  it.each([
    {
      name: 'another token',
      change: (url: string) => url.replace(/token=.{4}/, 'token=xxxx'),
      body: dingTalkText('hi'),
      errcode: 300005,
    },
    { name: 'no JSON', change: (url: string) => url, body: 'hi', errcode: 40035 },
    {
      name: 'more than 20,000 bytes',
      change: (url: string) => url,
      body: dingTalkText('信'.repeat(6700)),
      errcode: 460101,
    },
  ])('refuses $name with $errcode', async ({ change, body, errcode }) => {
    await expect(post(change(entry('open').url), body)).resolves.toMatchObject({
      status: 200,
      answer: { errcode },
    });
  });

  it('takes 20 messages a minute and then none for 10 minutes', async () => {
    const send = async () =>
      ((await post(entry('open').url, dingTalkText('hi'))).answer as { errcode: number }).errcode;
    for (let sent = 0; sent < 20; sent++) expect(await send()).toBe(0);
    expect(await send()).toBe(130101);
    await clock.sleep(9 * MINUTE_MS);
    expect(await send()).toBe(130101);
    await clock.sleep(MINUTE_MS);
    expect(await send()).toBe(0);
  });

  it('notifies a mobile that the text holds and the list names, and nobody else', async () => {
    await post(entry('open').url, dingTalkText('@138 @139 hi', { atMobiles: ['138', '137'] }));
    await post(entry('open').url, dingTalkText('hi', { atMobiles: [], isAtAll: true }));
    expect(heard.map(({ mentions }) => mentions)).toEqual([['138'], ['all']]);
  });

  it('shows markdown as the group sees it', async () => {
    const text = '### T\n\n**1\\. a\\*b\\_c**\n\n- x\n\n[see](https://a.example/b)';
    await post(entry('open').url, { msgtype: 'markdown', markdown: { title: 'T', text } });
    expect(heard[0]).toMatchObject({ title: 'T', text: 'T\n\n1. a*b_c\n\n• x\n\nsee (https://a.example/b)' });
  });
});

describe('a Feishu bot', () => {
  beforeEach(() =>
    open([
      { id: 'ops', type: 'feishu' },
      { id: 'open', type: 'feishu', signed: false },
    ]),
  );

  const text = (content: string) => ({ msg_type: 'text', content: { text: content } });
  const signed = (time: number) => {
    const timestamp = String(time);
    return {
      timestamp,
      sign: createHmac('sha256', `${timestamp}\n${entry('ops').secret}`).digest('base64'),
      ...text('hi'),
    };
  };

  it('takes a message whose body is signed for a time in seconds', async () => {
    await expect(post(entry('ops').url, signed(Math.floor(clock.now() / 1000)))).resolves.toMatchObject({
      status: 200,
      answer: { code: 0 },
    });
  });

  it.each([
    ['no signature', () => text('hi')],
    ['a time in milliseconds', () => signed(clock.now())],
    ['an old time', () => signed(Math.floor((clock.now() - 2 * HOUR_MS) / 1000))],
    ['a changed signature', () => ({ ...signed(Math.floor(clock.now() / 1000)), sign: 'x' })],
  ])('refuses %s with 19021, as HTTP 200', async (_name, body) => {
    await expect(post(entry('ops').url, body())).resolves.toMatchObject({
      status: 200,
      answer: { code: 19021 },
    });
  });

  it('refuses what it cannot read, and more than 20 KB, with 9499 as HTTP 400', async () => {
    await expect(post(entry('open').url, 'x')).resolves.toMatchObject({
      status: 400,
      answer: { code: 9499 },
    });
    await expect(post(entry('open').url, text('信'.repeat(7000)))).resolves.toMatchObject({
      status: 400,
      answer: { code: 9499 },
    });
  });

  it('takes 5 messages a second and 100 a minute', async () => {
    const send = async () => ((await post(entry('open').url, text('hi'))).answer as { code: number }).code;
    for (let second = 0; second < 20; second++) {
      for (let sent = 0; sent < 5; sent++) expect(await send()).toBe(0);
      expect(await send()).toBe(11232);
      await clock.sleep(1000);
    }
    expect(await send()).toBe(11232);
    await clock.sleep(MINUTE_MS);
    expect(await send()).toBe(0);
  });

  it('notifies by a tag in text and lark_md, and not in plain_text', async () => {
    const element = (tag: string, content: string) => ({ tag: 'div', text: { tag, content } });
    const elements = [
      element('plain_text', '<at id=ou_a></at>'),
      element('lark_md', '<at id=ou_b></at> **x**'),
      { tag: 'hr' },
    ];
    await post(entry('open').url, {
      msg_type: 'interactive',
      card: { header: { title: { tag: 'plain_text', content: 'T' } }, elements },
    });
    await post(entry('open').url, text('<at user_id="ou_c">C</at> hi'));
    expect(heard).toMatchObject([
      { title: 'T', text: 'T\n<at id=ou_a></at>\n@ou_b x\n———', mentions: ['ou_b'] },
      { text: '@ou_c hi', mentions: ['ou_c'] },
    ]);
  });
});

describe('a WeCom robot', () => {
  beforeEach(() => open([{ id: 'ops', type: 'wecom' }]));

  it.each([
    { name: '2048 bytes of text', body: weComText('a'.repeat(2048)), errcode: 0 },
    { name: '2049 bytes of text', body: weComText('信'.repeat(683)), errcode: 40058 },
    {
      name: '4096 bytes of markdown',
      body: { msgtype: 'markdown', markdown: { content: 'a'.repeat(4096) } },
      errcode: 0,
    },
    {
      name: '4097 bytes of markdown',
      body: { msgtype: 'markdown', markdown: { content: 'a'.repeat(4097) } },
      errcode: 40058,
    },
    { name: 'nothing', body: weComText(''), errcode: 44004 },
    { name: 'another kind', body: { msgtype: 'x' }, errcode: 40008 },
  ])('answers $name with $errcode', async ({ body, errcode }) => {
    await expect(post(entry('ops').url, body)).resolves.toMatchObject({ status: 200, answer: { errcode } });
  });

  it('refuses another key with 93000', async () => {
    await expect(post(`${entry('ops').url}0`, weComText('hi'))).resolves.toMatchObject({
      answer: { errcode: 93000 },
    });
  });

  it('takes 20 messages a minute', async () => {
    for (let sent = 0; sent < 20; sent++) await post(entry('ops').url, weComText('hi'));
    await expect(post(entry('ops').url, weComText('hi'))).resolves.toMatchObject({
      answer: { errcode: 45009 },
    });
    expect(heard).toHaveLength(20);
  });

  it('notifies mobiles in a text only', async () => {
    await post(entry('ops').url, weComText('hi', { mentioned_mobile_list: ['138', '@all'] }));
    await post(entry('ops').url, {
      msgtype: 'markdown',
      markdown: { content: '**x** \\_ <font color="info">y</font>', mentioned_mobile_list: ['138'] },
    });
    expect(heard).toMatchObject([{ mentions: ['138', 'all'] }, { text: 'x \\_ y', mentions: [] }]);
  });
});

describe('a Slack webhook', () => {
  beforeEach(() => open([{ id: 'ops', type: 'slack' }]));

  it('answers in words', async () => {
    await expect(post(entry('ops').url, { text: 'hi' })).resolves.toMatchObject({
      status: 200,
      answer: 'ok',
    });
    await expect(post(`${entry('ops').url}0`, { text: 'hi' })).resolves.toMatchObject({
      status: 404,
      answer: 'no_service',
    });
    await expect(post(entry('ops').url, 'hi')).resolves.toMatchObject({
      status: 400,
      answer: 'invalid_payload',
    });
    await expect(post(entry('ops').url, { text: '' })).resolves.toMatchObject({
      status: 400,
      answer: 'no_text',
    });
  });

  it('takes a message a second and names the wait', async () => {
    await post(entry('ops').url, { text: 'hi' });
    const refused = await post(entry('ops').url, { text: 'hi' });
    expect(refused).toMatchObject({ status: 429, answer: 'rate_limited' });
    expect(refused.headers.get('retry-after')).toBe('1');
    await clock.sleep(1000);
    await expect(post(entry('ops').url, { text: 'hi' })).resolves.toMatchObject({ status: 200 });
  });

  it('shows links, mentions and entities as the group sees them', async () => {
    await post(entry('ops').url, {
      text: '*T*\n&lt;!channel&gt; &amp; <https://a.example|see> <@U1> <!channel>',
    });
    expect(heard[0]).toMatchObject({
      title: 'T',
      text: 'T\n<!channel> & see (https://a.example) @U1 @channel',
      mentions: ['U1', 'all'],
    });
  });
});

describe('a webhook', () => {
  beforeEach(() => open([{ id: 'ops', type: 'webhook' }]));

  const document = JSON.stringify({ type: 'robot-tasks.test', timestamp: 'x', data: {} });
  const headers = (id: string, time: number, body = document) => ({
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(time / 1000)),
    'webhook-signature': new Webhook(entry('ops').secret).sign(id, new Date(time), body),
  });

  it('takes what standardwebhooks signs, each id once', async () => {
    await expect(post(entry('ops').url, document, headers('a', clock.now()))).resolves.toMatchObject({
      status: 200,
    });
    await expect(post(entry('ops').url, document, headers('a', clock.now()))).resolves.toMatchObject({
      status: 200,
    });
    await expect(post(entry('ops').url, document, headers('b', clock.now()))).resolves.toMatchObject({
      status: 200,
    });
    expect(heard.map(({ title }) => title)).toEqual(['robot-tasks.test', 'robot-tasks.test']);
  });

  it('shows who holds a stop, and that nobody does any more', async () => {
    const held = { task: { id: '1', taskName: '回访' }, condition: 'SYSTEM_STOP', by: '张三', until: null };
    const acknowledged = [held, { ...held, until: '2026-11-30T09:00:00+08:00' }, { ...held, by: null }];
    const body = JSON.stringify({ type: 'robot-tasks.alert', data: { acknowledged } });
    const signature = new Webhook(entry('ops').secret).sign('c', new Date(clock.now()), body);
    const sent = { ...headers('c', clock.now()), 'webhook-signature': signature };
    await expect(post(entry('ops').url, body, sent)).resolves.toMatchObject({ status: 200 });
    expect(heard[0]?.text.split('\n')).toEqual([
      'robot-tasks.alert',
      'acknowledged: 1 回访: SYSTEM_STOP by 张三',
      'acknowledged: 1 回访: SYSTEM_STOP by 张三 until 2026-11-30T09:00:00+08:00',
      'acknowledged: 1 回访: SYSTEM_STOP by nobody',
    ]);
  });

  it.each([
    ['no signature', () => ({})],
    ['an old one', () => headers('a', clock.now() - 6 * MINUTE_MS)],
    ['one of another id', () => ({ ...headers('a', clock.now()), 'webhook-id': 'b' })],
    ['one of another body', () => headers('a', clock.now(), '{}')],
    ['one of another version', () => ({ ...headers('a', clock.now()), 'webhook-signature': 'v2,AAAA' })],
  ])('refuses %s', async (_name, sent) => {
    await expect(post(entry('ops').url, document, sent())).resolves.toMatchObject({ status: 401 });
    expect(heard).toEqual([]);
  });
});

describe('a mail server', () => {
  beforeEach(() => open([{ id: 'mail', type: 'email' }]));

  const mail = {
    from: 'Watch <watch@example.com>',
    to: 'ops@example.com',
    subject: '欠费暂停：云杉',
    text: '时间：04:40 起\n',
  };
  const urlOf = (change: (url: URL) => void = () => undefined) => {
    const url = new URL(inbox.channels()[0]?.url ?? '');
    change(url);
    return url.href;
  };

  it('is what an e-mail channel needs, and shows a mail as a mail program does', async () => {
    const [config] = parseChannels(JSON.stringify(inbox.channels()));
    expect(config).toMatchObject({ id: 'mail', type: 'email' });
    await createTransport(urlOf()).sendMail(mail);
    expect(heard).toEqual([
      expect.objectContaining({
        ...{ channel: 'mail', type: 'email', title: mail.subject },
        text: `From: Watch <watch@example.com>\nTo: ops@example.com\nSubject: ${mail.subject}\n\n时间：04:40 起`,
      }),
    ]);
    expect(heard.map((message) => renderMessage(message)).join()).toMatch(/^╭─ E-mail · mail · /);
  });

  it('refuses another password', async () => {
    const send = createTransport(urlOf((url) => (url.password = 'guess'))).sendMail(mail);
    await expect(send).rejects.toMatchObject({ responseCode: 535 });
    expect(heard).toEqual([]);
  });
});

describe('the inbox', () => {
  beforeEach(() => open([{ id: 'ops', type: 'wecom' }]));

  it('gives what ALERT_CHANNELS needs', async () => {
    await inbox.close();
    await open(DEMO_CHANNELS);
    const channels = parseChannels(JSON.stringify(inbox.channels()));
    expect(channels.map(({ id, type }) => ({ id, type }))).toEqual([
      { id: 'ops', type: 'dingtalk' },
      { id: 'feishu', type: 'feishu' },
    ]);
    expect(channels.every(({ secret }) => secret !== null)).toBe(true);
  });

  it('makes up other secrets each time, and has no address before it listens', async () => {
    const channels: InboxChannel[] = [{ id: 'ops', type: 'dingtalk' }];
    const secrets: string[] = [];
    for (let time = 0; time < 2; time++) {
      await inbox.close();
      await open(channels);
      secrets.push(entry('ops').secret);
    }
    expect(secrets[0]).not.toBe(secrets[1]);
    expect(() => createInbox({ channels }).channels()).toThrow('no address');
  });

  it('keeps the last 200 messages until they are cleared', async () => {
    for (let sent = 0; sent < 201; sent++) {
      if (sent % 20 === 0) await clock.sleep(MINUTE_MS);
      await post(entry('ops').url, weComText(`message ${sent}`));
    }
    expect(inbox.messages).toHaveLength(200);
    expect(inbox.messages[0]?.text).toBe('message 1');
    inbox.clear();
    expect(inbox.messages).toEqual([]);
  });

  it('lists its messages by GET and forgets them by DELETE', async () => {
    await post(entry('ops').url, weComText('hi'));
    const listed = inbox.handleControl({ method: 'GET' });
    expect(listed).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });
    expect(JSON.parse(listed.body)).toEqual({
      messages: [
        {
          channel: 'ops',
          type: 'wecom',
          receivedAt: '2026-03-02T10:15:00+08:00',
          title: 'hi',
          text: 'hi',
          mentions: [],
        },
      ],
    });
    expect(inbox.handleControl({ method: 'DELETE' }).status).toBe(204);
    expect(inbox.messages).toEqual([]);
    expect(inbox.handleControl({ method: 'POST' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, DELETE' },
    });
  });

  it('can be broken and mended by PUT, and says how', async () => {
    const put = (body: unknown) =>
      inbox.handleControl({ method: 'PUT', path: '/_inbox/faults', body: JSON.stringify(body) });
    expect(put({ channel: 'ops', fault: { fault: 'answer', status: 500 } }).status).toBe(200);
    expect((await post(entry('ops').url, weComText('hi'))).status).toBe(500);
    expect(put({ channel: 'ops', fault: null })).toMatchObject({ status: 200, body: 'ops works again.\n' });
    expect((await post(entry('ops').url, weComText('hi'))).status).toBe(200);
    for (const wrong of [
      { channel: 'ops', fault: { fault: 'explode' } },
      { channel: 'nobody', fault: null },
      'x',
    ])
      expect(put(wrong)).toMatchObject({
        status: 400,
        body: expect.stringContaining('"fault":null') as string,
      });
    expect(inbox.handleControl({ method: 'POST', path: '/_inbox/faults' }).status).toBe(405);
  });

  it('knows its own robots only, and takes POST only', async () => {
    const { url } = entry('ops');
    await expect(post(url.replace('/ops/', '/other/'), weComText('hi'))).resolves.toMatchObject({
      status: 404,
    });
    expect((await fetch(url)).status).toBe(404);
  });

  it('fails as often as it is told to', async () => {
    inbox.setFault('ops', { fault: 'answer', status: 503 }, 2);
    const statuses: number[] = [];
    for (let sent = 0; sent < 3; sent++)
      statuses.push((await post(entry('ops').url, weComText('hi'))).status);
    expect(statuses).toEqual([503, 503, 200]);
    expect(inbox.requests('ops')).toBe(3);
    inbox.setFault('ops', { fault: 'throttle' });
    await expect(post(entry('ops').url, weComText('hi'))).resolves.toMatchObject({
      answer: { errcode: 45009 },
    });
    inbox.setFault('ops', null);
    await expect(post(entry('ops').url, weComText('hi'))).resolves.toMatchObject({ answer: { errcode: 0 } });
  });

  it('takes a message whose answer is lost', async () => {
    inbox.setFault('ops', { fault: 'lost-answer' });
    await expect(post(entry('ops').url, weComText('hi'))).rejects.toThrow();
    expect(inbox.messages).toHaveLength(1);
  });

  it('names the channel that it does not have', () => {
    expect(() => {
      inbox.setFault('x', null);
    }).toThrow('The inbox has no channel x.');
  });

  it('shows a message in a box, without a control character', async () => {
    await post(
      entry('ops').url,
      weComText('first\n\u001b[31msecond\u0007', { mentioned_mobile_list: ['138'] }),
    );
    expect(heard.map(renderMessage)).toEqual([
      '╭─ WeCom · ops · 2026-03-02 10:15 Beijing\n│ first\n│  [31msecond\n╰─ notifies @138',
    ]);
  });
});
