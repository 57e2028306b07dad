/** E-mail against a real SMTP server on loopback. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { createLoopbackCertificate } from '../../../../bench/certificate';
import { channelSecrets, parseChannels } from '../../../../functions/watch-robot-tasks/channels/config';
import { kindOf } from '../../../../functions/watch-robot-tasks/channels/list';
import { createChannel } from '../../../../functions/watch-robot-tasks/channels/senders';
import { failureOf } from '../../../../functions/watch-robot-tasks/channels/email/verdict';
import type { Message } from '../../../../functions/watch-robot-tasks/rules/message';
import { systemClock, type Clock } from '../../../../shared/runtime/clock';
import { createLeapingClock } from '../../../stand-ins/leaping-clock';
import type { Language } from '../../../../shared/text';
import { alert, manyStopped, resolved, stopped, testMessage } from '../../../stand-ins/alerts';
import { linkTo } from '../../../stand-ins/inbox-channels';
import { CONTEXT, createSurroundings } from '../watch-instance';

const USER = 'ops@example.com';
const PASSWORD = 'p@ss/wörd-marked';

let mails: string[] = [];
let server: SMTPServer | null = null;

beforeEach(() => {
  mails = [];
});
afterEach(async () => {
  const closing = server;
  server = null;
  if (closing !== null)
    await new Promise<void>((resolve) => {
      closing.close(resolve);
    });
});

function refusal(responseCode: number, code = ''): Error {
  return Object.assign(new Error(`${code}said with p@ss/wörd-marked and ops@example.com`), { responseCode });
}

/** Resolves to its port. */
async function listen(options: SMTPServerOptions = {}): Promise<number> {
  const listening = new SMTPServer({
    // Without a certificate that anybody trusts there is no STARTTLS to offer.
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    onAuth({ username, password }, _session, done) {
      if (username === USER && password === PASSWORD) done(null, { user: username });
      else done(refusal(535));
    },
    onData(stream, _session, done) {
      void text(stream).then((mail) => {
        mails.push(mail);
        done();
      });
    },
    ...options,
  });
  server = listening;
  listening.on('error', () => undefined);
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return (listening.server.address() as AddressInfo).port;
}

const auth = `${encodeURIComponent(USER)}:${encodeURIComponent(PASSWORD)}@`;

function configOf(url: string, more: object = {}) {
  const entry = {
    id: 'mail',
    type: 'email',
    url,
    from: USER,
    to: ['boss@example.com', 'team@example.com'],
    ...more,
  };
  const [config] = parseChannels(JSON.stringify([entry]));
  if (config === undefined) throw new Error('There is no channel.');
  return config;
}

function open(url: string, more: object = {}, language: Language = 'zh-CN', clock: Clock = systemClock) {
  return createChannel(configOf(url, more), { language, linkTo, clock });
}

function send(url: string, message: Message, language: Language = 'zh-CN', ms = 5000) {
  return open(url, {}, language).send(message, Date.now() + ms);
}

/** The parts of a mail, decoded, and its headers with each on one line. */
function read(mail: string) {
  const [head = ''] = mail.split('\r\n\r\n');
  const headers = head.replace(/\r\n[ \t]+/g, ' ');
  const boundary = /boundary="([^"]+)"/.exec(headers)?.[1] ?? '';
  const parts = mail.split(`--${boundary}`).slice(1, -1);
  const decoded = parts.map((part) => {
    const [partHead = '', ...body] = part.split('\r\n\r\n');
    const content = body.join('\r\n\r\n');
    return /base64/i.test(partHead)
      ? Buffer.from(content, 'base64').toString()
      : Buffer.from(
          content
            .replace(/=\r\n/g, '')
            .replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16))),
          'latin1',
        ).toString();
  });
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(headers)?.[1]?.trim() ?? null;
  return { header, plain: decoded[0] ?? '', html: decoded[1] ?? '' };
}

const FIRING = alert({ firing: [stopped()] });

test('an alert arrives as text and as HTML, with its links, at all who are in to', async () => {
  const recipients: string[] = [];
  const port = await listen({
    onRcptTo({ address }, _session, done) {
      recipients.push(address);
      done();
    },
  });
  expect(await send(`smtp://${auth}127.0.0.1:${port}`, FIRING)).toEqual({ ok: true });
  expect(recipients).toEqual(['boss@example.com', 'team@example.com']);
  const mail = read(mails[0] ?? '');
  expect(mail.header('Subject')).toMatch(/^=\?UTF-8\?/i);
  expect(mail.header('Auto-Submitted')).toBe('auto-generated');
  for (const part of [mail.plain, mail.html]) {
    expect(part).toContain('欠费暂停：春季回访');
    expect(part).toContain('998 / 1000');
    expect(part).toContain('机器人任务');
  }
  expect(mail.plain).toContain(linkTo('1045001'));
  expect(mail.html).toContain(`href="${linkTo('1045001').replaceAll('&', '&amp;')}"`);
});

test('a stop, its reminder and its end refer to the same task, and a repetition has the same Message-ID', async () => {
  const url = `smtp://127.0.0.1:${await listen()}`;
  const messages = [
    FIRING,
    FIRING,
    alert({ id: 'alert-2', repeated: [stopped()] }),
    alert({ id: 'alert-3', resolved: [resolved('EXCUTING')] }),
  ];
  for (const message of messages) expect(await send(url, message)).toEqual({ ok: true });
  const read4 = mails.map(read);
  expect(new Set(read4.map(({ header }) => header('References')))).toEqual(
    new Set(['<task-1045001@example.com>']),
  );
  expect(new Set(read4.map(({ header }) => header('In-Reply-To')))).toEqual(
    new Set(['<task-1045001@example.com>']),
  );
  const ids = read4.map(({ header }) => header('Message-ID'));
  expect(ids[0]).toBe('<alert-1-mail@example.com>');
  expect(ids[0]).toBe(ids[1]);
  expect(new Set(ids).size).toBe(3);
});

test.each([
  { from: '机器人任务监控 <ops@例子.中国>', host: 'xn--fsqu00a.xn--fiqs8s', name: /^=\?UTF-8\?/ },
  { from: '"Robot, tasks" <ops@example.com>', host: 'example.com', name: /^"Robot, tasks" </ },
  { from: 'ops@example.com', host: 'example.com', name: /^ops@example\.com$/ },
])('the host of from, $from, is what EHLO says and what the ids end in', async ({ from, host, name }) => {
  let greeted: string | undefined;
  const port = await listen({
    onMailFrom(_address, session, done) {
      greeted = session.hostNameAppearsAs;
      done();
    },
  });
  expect(await open(`smtp://127.0.0.1:${port}`, { from }).send(FIRING, Date.now() + 100_000)).toEqual({
    ok: true,
  });
  expect(greeted).toBe(host);
  const { header } = read(mails[0] ?? '');
  expect(header('From')).toMatch(name);
  for (const id of ['Message-ID', 'In-Reply-To', 'References']) expect(header(id)).toMatch(`@${host}>`);
});

test('5,000 stopped tasks are one mail of a readable length', async () => {
  const url = `smtp://127.0.0.1:${await listen()}`;
  expect(await send(url, alert({ firing: manyStopped(5000) }))).toEqual({ ok: true });
  const { plain } = read(mails[0] ?? '');
  expect(plain).toContain('停止（5000）');
  expect(plain.length).toBeLessThan(5000);
});

test('what others wrote arrives as that text: no markup, no header and no recipient of theirs', async () => {
  const url = `smtp://127.0.0.1:${await listen()}`;
  const fragments = [
    '<b>',
    '<img src=x onerror=1>',
    '"',
    "'",
    '&lt;',
    '\r\nBcc: evil@example.com',
    '\n',
    ' ',
    '名',
    '</p><script>',
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...fragments), { minLength: 1, maxLength: 6 }),
      async (pieces) => {
        mails = [];
        const taskName = `x${pieces.join('')}x`;
        expect(await send(url, alert({ firing: [stopped({ taskName, robotName: taskName })] }))).toEqual({
          ok: true,
        });
        const { header, html } = read(mails[0] ?? '');
        expect(header('Bcc')).toBeNull();
        expect(header('To')).toBe('boss@example.com, team@example.com');
        const tags = new Set([...html.matchAll(/<\/?([a-z1-9]+)/g)].map(([, tag]) => tag));
        const ours = ['html', 'head', 'meta', 'body', 'div', 'h1', 'p', 'br', 'a'];
        expect([...tags].filter((tag) => !ours.includes(tag ?? ''))).toEqual([]);
        expect(html.match(/<a /g)).toHaveLength(3);
      },
    ),
    { numRuns: 25 },
  );
});

/** A server that refuses what comes at `step`. */
function refusing(step: 'onConnect' | 'onAuth' | 'onMailFrom' | 'onRcptTo', code: number): SMTPServerOptions {
  const answer = (...given: unknown[]) => {
    (given.at(-1) as (error: Error) => void)(refusal(code));
  };
  return { [step]: answer };
}
const onData = (code: number, letters = ''): SMTPServerOptions => ({
  onData(stream, _session, done) {
    stream.resume();
    stream.on('end', () => {
      done(refusal(code, letters));
    });
  },
});

const LATER: readonly (readonly [name: string, server: SMTPServerOptions, reason: RegExp])[] = [
  [
    'a password that cannot be checked just now',
    refusing('onAuth', 454),
    /cannot check the password just now; the next poll tries again \(SMTP 454\)\.$/,
  ],
  ['greylisting', refusing('onRcptTo', 451), /greylisting.*next poll tries again \(SMTP 451\)/],
];
const FOR_GOOD: typeof LATER = [
  [
    'what 163 takes for spam',
    onData(554, 'DT:SPM 163 smtp5,'),
    /refuses the message: look the code up at your provider \(SMTP 554 DT:SPM\)\.$/,
  ],
  ['a reply with an enhanced code', onData(550, '5.7.1 '), /\(SMTP 550 5\.7\.1\)\.$/],
  ['letters that are no code', onData(554, 'AB:CDEFGHIJ '), /\(SMTP 554\)\.$/],
  ['a connection that is not wanted', refusing('onConnect', 554), /refuses the connection.*\(SMTP 554\)/],
  ['a wrong password', refusing('onAuth', 535), /user name or password.*authorization code.*\(SMTP 535\)/],
  ['every recipient refused', refusing('onRcptTo', 550), /refuses the recipients: check `to` \(SMTP 550\)/],
  ['the sender refused', refusing('onMailFrom', 553), /refuses the sender: set `from`.*\(SMTP 553\)/],
  ['the text refused', onData(554), /refuses the message.*\(SMTP 554\)/],
];
const refusals = [
  ...LATER.map((row) => [...row, false] as const),
  ...FOR_GOOD.map((row) => [...row, true] as const),
];
test.each(refusals)(
  'it says what to do about %s, and repeats nothing of the server',
  async (_name, server, reason, permanent) => {
    const url = `smtp://${auth}127.0.0.1:${await listen(server)}`;
    const delivery = await send(url, FIRING);
    expect(delivery).toMatchObject({
      ok: false,
      permanent,
      mayHaveArrived: false,
      reason: { en: expect.stringMatching(reason) as string },
    });
    expect(JSON.stringify(delivery)).not.toMatch(/marked|ops@example/);
  },
);

describe('of several recipients', () => {
  const id = (address: string) => createHash('sha256').update(address).digest('hex').slice(0, 8);
  const [BOSS, TEAM, THIRD] = ['boss@example.com', 'team@example.com', 'third@example.com'];
  const to = [BOSS, TEAM, THIRD];
  const codes = new Map<string, number>();
  const asked: string[] = [];
  const listenTo = () =>
    listen({
      onRcptTo({ address }, _session, done) {
        asked.push(address);
        const code = codes.get(address);
        done(code === undefined ? undefined : refusal(code));
      },
    });
  beforeEach(() => {
    asked.length = 0;
    codes.clear();
  });

  test('each counts by itself: whoever has the mail, and whoever was refused for now or for good', async () => {
    codes.set(BOSS, 550).set(THIRD, 450);
    const channel = open(`smtp://127.0.0.1:${await listenTo()}`, { to });
    const delivery = await channel.send(FIRING, Date.now() + 100_000);
    expect(delivery).toMatchObject({ ok: false, permanent: false, mayHaveArrived: false });
    if (delivery.ok) return;
    expect(delivery.reason.en).toBe(
      `The mail server refuses some of the recipients: check \`to\` (1 of 3: ${id(BOSS)}). ` +
        `The mail server refuses some of the recipients for now, they are tried again (1 of 3: ${id(THIRD)}).`,
    );
    expect(delivery.reason['zh-CN']).toContain(`（3 个中的 1 个：${id(BOSS)}）`);
    expect([...(delivery.receivers ?? [])]).toEqual([
      [id(BOSS), expect.objectContaining({ ok: false, permanent: true })],
      [id(TEAM), { ok: true }],
      [id(THIRD), expect.objectContaining({ ok: false, permanent: false })],
    ]);
    expect(JSON.stringify(delivery)).not.toMatch(/@|marked/);
    expect(mails).toHaveLength(1);
  });

  test('only those are sent the mail that it is for', async () => {
    const channel = open(`smtp://127.0.0.1:${await listenTo()}`, { to });
    const forThird = { ...FIRING, receivers: [id(THIRD)] };
    expect(await channel.send(forThird, Date.now() + 100_000)).toEqual({ ok: true });
    expect(asked).toEqual([THIRD]);
    expect(read(mails[0] ?? '').header('To')).toBe(to.join(', '));
    codes.set(THIRD, 550);
    const delivery = await channel.send(forThird, Date.now() + 100_000);
    expect(delivery.ok ? null : [...(delivery.receivers ?? [])]).toEqual([
      [id(THIRD), expect.objectContaining({ ok: false, permanent: true })],
    ]);
  });

  test('all refused are a failure of the channel', async () => {
    for (const address of to) codes.set(address, 550);
    const delivery = await open(`smtp://127.0.0.1:${await listenTo()}`, { to }).send(
      FIRING,
      Date.now() + 100_000,
    );
    expect(delivery).toMatchObject({ ok: false, permanent: true });
    expect(delivery).not.toHaveProperty('receivers');
  });

  test('the decision knows them by 8 digits of the hash of each address', () => {
    const config = configOf('smtp://127.0.0.1:1', { to });
    expect(kindOf(config).receivers?.(config)).toEqual(to.map(id));
  });

  test('a domain in letters of its own is known again in the server’s answer', async () => {
    const IDN = 'wang@例子.中国';
    const port = await listen({
      onRcptTo({ address }, _session, done) {
        if (address.startsWith('wang')) done(refusal(550));
        else done();
      },
    });
    const delivery = await open(`smtp://127.0.0.1:${port}`, { to: [IDN, TEAM] }).send(
      FIRING,
      Date.now() + 100_000,
    );
    expect(delivery.ok ? null : delivery.receivers?.get(id(TEAM))).toEqual({ ok: true });
    expect(delivery.ok ? null : delivery.receivers?.get(id(IDN))).toMatchObject({ permanent: true });
  });
});

describe('a login that is refused for good', () => {
  const refusing = (logins: { count: number; code: number }) =>
    listen({
      onAuth({ username }, _session, done) {
        logins.count += 1;
        if (logins.code === 0) done(null, { user: username ?? '' });
        else done(refusal(logins.code));
      },
    });

  test('is tried again after 5 minutes, then after twice as long, and at last once an hour', async () => {
    const logins = { count: 0, code: 535 };
    const clock = createLeapingClock();
    const times: number[] = [];
    // Time passes by the minute; the races' own timers do not.
    let minute = 0;
    const at = {
      now: () => clock.now() + minute * 60_000,
      sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms, signal),
    };
    const channel = open(`smtp://${auth}127.0.0.1:${await refusing(logins)}`, {}, 'en', at);
    for (; minute < 240; minute += 1) {
      const before = logins.count;
      const delivery = await channel.send(FIRING, at.now() + 5000);
      expect(delivery).toMatchObject({ ok: false, permanent: true, mayHaveArrived: false });
      if (logins.count > before) times.push(minute);
    }
    expect(times).toEqual([0, 5, 15, 35, 75, 135, 195]);
    minute = 1;
    expect(await channel.send(testMessage, at.now() + 5000)).toMatchObject({
      reason: { en: expect.stringMatching(/535\)\. The next login is tried after 60 min/) as string },
    });
    expect(logins.count).toBe(8);
  });

  test('and for now is tried at the next poll; a success ends it all', async () => {
    const logins = { count: 0, code: 454 };
    const channel = open(`smtp://${auth}127.0.0.1:${await refusing(logins)}`, {}, 'en');
    for (const code of [454, 535, 0]) {
      logins.code = code;
      const message = code === 0 ? testMessage : FIRING;
      expect((await channel.send(message, Date.now() + 100_000)).ok).toBe(code === 0);
    }
    expect(await channel.send(FIRING, Date.now() + 100_000)).toEqual({ ok: true });
    expect(logins.count).toBe(4);
  });
});

test('without encryption nothing is sent, but on loopback', async () => {
  // Another way to write 127.0.0.1 that is not taken for loopback.
  const delivery = await send(`smtp://${auth}127.1:${await listen()}`, FIRING);
  expect(delivery).toMatchObject({
    ok: false,
    permanent: true,
    reason: { en: expect.stringContaining('STARTTLS') as string },
  });
  expect(mails).toEqual([]);
});

test('a certificate that nobody trusts is refused before the password is sent', async () => {
  const port = await listen({ secure: true, ...createLoopbackCertificate(Date.now()) });
  const delivery = await send(`smtps://${auth}127.0.0.1:${port}`, FIRING);
  expect(delivery).toMatchObject({
    ok: false,
    permanent: true,
    mayHaveArrived: false,
    reason: { en: expect.stringMatching(/certificate is not accepted/) as string },
  });
});

/** A server that says what it is told to: to the connection, and to each command. */
async function script(replies: Readonly<Record<string, string>>, greeting = '220 hello') {
  const talking = net.createServer((socket) => {
    socket.on('error', () => undefined);
    if (greeting !== '') socket.write(`${greeting}\r\n`);
    socket.on('data', (data) => {
      const [command = ''] = String(data).split(/[ \r]/);
      const reply = replies[command];
      if (reply !== undefined) socket.write(`${reply}\r\n`);
    });
  });
  await new Promise<void>((resolve) => talking.listen(0, '127.0.0.1', resolve));
  const { port } = talking.address() as AddressInfo;
  return { port, close: () => new Promise((resolve) => talking.close(resolve)) };
}

const CAPABILITIES = '250-hello\r\n250 STARTTLS';
test.each([
  {
    name: 'encryption that is not to be had just now',
    replies: { EHLO: CAPABILITIES, STARTTLS: '454 4.7.0 TLS not available' },
    permanent: false,
    reason: /cannot encrypt just now \(STARTTLS\); the next poll tries again \(SMTP 454 4\.7\.0\)/,
  },
  {
    name: 'encryption that is not offered',
    replies: { EHLO: '250 hello', STARTTLS: '502 5.5.1 not here' },
    permanent: true,
    reason: /offers no encryption \(STARTTLS\)/,
  },
  {
    name: 'a name that is not taken',
    replies: { EHLO: '550 5.7.1 bad HELO', HELO: '550 bad HELO' },
    permanent: true,
    reason: /refuses our name \(EHLO\), which is the domain of `from`.*\(SMTP 550 5\.7\.1\)/,
  },
])('it says what to do about $name', async ({ replies, permanent, reason }) => {
  const server = await script(replies);
  // Another way to write 127.0.0.1 that is not taken for loopback.
  const delivery = await send(`smtp://${auth}127.1:${server.port}`, FIRING);
  await server.close();
  expect(delivery).toMatchObject({
    ok: false,
    permanent,
    mayHaveArrived: false,
    reason: { en: expect.stringMatching(reason) as string },
  });
});

test('smtps:// to a port that does not begin with TLS is told as that, and not as a wrong certificate', async () => {
  const delivery = await send(`smtps://${auth}127.0.0.1:${await listen()}`, FIRING);
  expect(delivery).toMatchObject({
    ok: false,
    permanent: true,
    mayHaveArrived: false,
    reason: { en: expect.stringMatching(/does not begin with TLS: write smtp:\/\/ .*587/) as string },
  });
});

test('smtp:// to a port that begins with TLS, where nothing is said, is told as that', async () => {
  const port = await listen({ secure: true, ...createLoopbackCertificate(Date.now()) });
  expect(await send(`smtp://${auth}127.0.0.1:${port}`, FIRING, 'en', 600)).toMatchObject({
    ok: false,
    permanent: false,
    mayHaveArrived: false,
    reason: { en: expect.stringMatching(/says nothing: if its port begins with TLS.*smtps:\/\//) as string },
  });
});

test('a port that does not answer is told as closed by Alibaba Cloud where it is 25', () => {
  const timeout = Object.assign(new Error('x'), { code: 'ETIMEDOUT', timeoutType: 'CONNECT_TIMEOUT' });
  const told = (url: string) => failureOf(timeout, false, new URL(url)).failure;
  expect(told('smtp://mail.example.com:25').reason.en).toMatch(/port 25, which Alibaba Cloud closes/);
  expect(told('smtp://mail.example.com:2525').reason.en).toMatch(/the connection takes too long, ETIMEDOUT/);
  expect(told('smtp://mail.example.com:2525').mayHaveArrived).toBe(false);
});

test('a reply that does not end is not read to its end', async () => {
  const endless = await script({}, '');
  const written = { bytes: 0 };
  const pouring = net.createServer((socket) => {
    socket.on('error', () => undefined);
    const block = Buffer.alloc(64 * 1024, '2');
    const more = () => {
      if (socket.destroyed) return;
      written.bytes += block.length;
      socket.write(block, () => setImmediate(more));
    };
    more();
  });
  await endless.close();
  await new Promise<void>((resolve) => pouring.listen(0, '127.0.0.1', resolve));
  const { port } = pouring.address() as AddressInfo;
  expect(await send(`smtp://127.0.0.1:${port}`, FIRING)).toMatchObject({ ok: false });
  await new Promise((resolve) => pouring.close(resolve));
  expect(written.bytes).toBeLessThan(20_000_000);
});

test('nobody there is a failure that may pass, and surely nothing arrived', async () => {
  expect(await send('smtp://127.0.0.1:1', FIRING)).toMatchObject({
    ok: false,
    permanent: false,
    mayHaveArrived: false,
    reason: { en: expect.stringContaining('ECONNREFUSED') as string },
  });
});

test('a server that goes silent after the text may have it', async () => {
  const url = `smtp://127.0.0.1:${await listen({
    onData(stream) {
      stream.resume();
    },
  })}`;
  expect(await send(url, FIRING, 'en', 600)).toMatchObject({
    ok: false,
    permanent: false,
    mayHaveArrived: true,
  });
});

test('user name and password are secrets, encoded and decoded', () => {
  const secrets = channelSecrets(configOf(`smtps://${auth}smtp.example.com:465`));
  expect(secrets).toEqual(expect.arrayContaining([PASSWORD, encodeURIComponent(PASSWORD)]));
});

test.each([
  { name: 'an address that is none', more: { to: ['boss'] }, says: ': to 1 must be a mail address' },
  { name: 'nobody', more: { to: [] }, says: ': to must name at least one' },
  { name: 'a secret', more: { secret: 'x' }, says: ': secret must be left out' },
  { name: 'a name without an address', more: { from: 'Robot tasks' }, says: ': from must be a mail address' },
  { name: 'a name that breaks out', more: { from: 'a"b <ops@example.com>' }, says: ': from must be a mail' },
  {
    name: 'two lines in an address',
    more: { from: 'a@b.c\nBcc: x@y.z' },
    says: ': from must be a mail address',
  },
])('the settings refuse $name', ({ more, says }) => {
  expect(() => configOf('smtps://smtp.example.com', more)).toThrow(says);
});

test.each(['smtps://us%er:x@host:465', 'smtps://user:50%off@host:465', 'smtps://user:%ff@host:465'])(
  'the settings refuse the url %s, whose %% stands for nothing',
  (url) => {
    expect(() => configOf(url)).toThrow(
      ': url has a % in its user name or password that stands for nothing: write %25',
    );
  },
);

test.each(['smtps://user:12#ss@host:465', 'smtps://user:12?ss@host:465', 'smtps://user:a#b@host'])(
  'the settings refuse the url %s, which # or ? would cut',
  (url) => {
    expect(() => configOf(url)).toThrow(': url has a # or a ?: in user name and password write %23 and %3F');
  },
);

test.each(['https://smtp.example.com', 'smtp.example.com', 'smtps:///x', 'smtps://host/path'])(
  'the settings refuse the url %s',
  (url) => {
    expect(() => configOf(url)).toThrow(': url must be smtps://user:password@host:465');
  },
);

test('the built watch loads the library beside its bundle when the first mail is sent, and not before', async () => {
  const around = await createSurroundings();
  try {
    const port = await listen();
    const mail = { type: 'email', url: `smtp://127.0.0.1:${port}`, from: USER, to: [USER] };
    const watch = around.start({ ALERT_CHANNELS: JSON.stringify([mail]) });
    await watch.invoke('{}', CONTEXT);
    expect(mails).toEqual([]);
    around.simulator.tasks.add({ status: 'ARREARS_STOP' });
    await expect(watch.invoke('{}', CONTEXT)).resolves.toMatchObject({ delivered: { email: 1 } });
    expect(mails).toHaveLength(1);
    await watch.kill();
  } finally {
    await around.close();
  }
});

test('the built watch sends again only to whom it was refused for now, and tries one that was refused for good with the next news', async () => {
  const around = await createSurroundings();
  try {
    const codes = new Map<string, number>([
      ['later@example.com', 450],
      ['never@example.com', 550],
    ]);
    const asked: string[] = [];
    const port = await listen({
      onRcptTo({ address }, _session, done) {
        const code = codes.get(address);
        asked.push(code === undefined ? address : `${address} ${code}`);
        done(code === undefined ? undefined : refusal(code));
      },
    });
    const to = ['boss@example.com', 'later@example.com', 'never@example.com'];
    const mail = { type: 'email', url: `smtp://127.0.0.1:${port}`, from: USER, to };
    const watch = around.start({ ALERT_CHANNELS: JSON.stringify([mail]) });
    const poll = async () => {
      asked.length = 0;
      const summary = await watch.invoke('{}', CONTEXT);
      return { asked: [...asked], ...(summary as { delivered: object; failed: Record<string, string> }) };
    };
    around.simulator.tasks.add({ status: 'ARREARS_STOP' });
    const first = await poll();
    expect(first).toMatchObject({
      asked: ['boss@example.com', 'later@example.com 450', 'never@example.com 550'],
      delivered: {},
      failed: { email: expect.stringMatching(/for good|1 of 3/) as string },
    });
    expect(JSON.stringify(first.failed)).not.toContain('@');
    expect((await poll()).asked).toEqual(['later@example.com 450']);
    codes.delete('later@example.com');
    expect(await poll()).toMatchObject({ asked: ['later@example.com'], delivered: { email: 1 }, failed: {} });
    expect((await poll()).asked).toEqual([]);
    around.simulator.tasks.add({ status: 'SYSTEM_STOP' });
    expect((await poll()).asked.toSorted()).toEqual([
      'boss@example.com',
      'later@example.com',
      'never@example.com 550',
    ]);
    await watch.kill();
  } finally {
    await around.close();
  }
});

test.each([
  { name: 'from the first byte', scheme: 'smtps', secure: true },
  { name: 'by STARTTLS', scheme: 'smtp', secure: false },
])('where the certificate is trusted, the password and the mail are encrypted $name', async (way) => {
  const around = await createSurroundings();
  const folder = await mkdtemp(path.join(tmpdir(), 'mail-'));
  try {
    const { cert, key } = createLoopbackCertificate(Date.now());
    const trusted = path.join(folder, 'cert.pem');
    await writeFile(trusted, cert);
    const seen: unknown[] = [];
    const port = await listen({
      ...{ cert, key, secure: way.secure },
      ...{ disabledCommands: [], authOptional: false, allowInsecureAuth: false },
      onAuth({ username, password }, session, done) {
        seen.push([username, password, session.secure]);
        done(null, { user: username ?? '' });
      },
    });
    const mail = { type: 'email', url: `${way.scheme}://${auth}127.0.0.1:${port}`, from: USER, to: [USER] };
    const watch = around.start({ ALERT_CHANNELS: JSON.stringify([mail]), NODE_EXTRA_CA_CERTS: trusted });
    around.simulator.tasks.add({ status: 'ARREARS_STOP' });
    await expect(watch.invoke('{}', CONTEXT)).resolves.toMatchObject({ delivered: { email: 1 } });
    expect(seen).toEqual([[USER, PASSWORD, true]]);
    expect(mails).toHaveLength(1);
    await watch.kill();
  } finally {
    await around.close();
    await rm(folder, { recursive: true });
  }
});
