/** E-mail against a real SMTP server on loopback. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { createLoopbackCertificate } from '../../../../bench/certificate';
import { channelSecrets, parseChannels } from '../../../../functions/watch-robot-tasks/channels/config';
import { createChannel } from '../../../../functions/watch-robot-tasks/channels/create';
import type { Message } from '../../../../functions/watch-robot-tasks/rules/message';
import { systemClock } from '../../../../shared/runtime/clock';
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

function refusal(responseCode: number): Error {
  return Object.assign(new Error('said with p@ss/wörd-marked and ops@example.com'), { responseCode });
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

function send(url: string, message: Message, language: Language = 'zh-CN', ms = 5000) {
  const channel = createChannel(configOf(url), { language, linkTo, clock: systemClock });
  return channel.send(message, Date.now() + ms);
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
    new Set(['<task-1045001@robot-task-watch>']),
  );
  const ids = read4.map(({ header }) => header('Message-ID'));
  expect(ids[0]).toBe(ids[1]);
  expect(new Set(ids).size).toBe(3);
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

const refusals: { name: string; options: SMTPServerOptions; permanent: boolean; reason: RegExp }[] = [
  {
    name: 'a wrong password',
    options: {
      onAuth(_auth, _session, done) {
        done(refusal(535));
      },
    },
    permanent: true,
    reason: /user name or password.*authorization code.*\(SMTP 535\)/,
  },
  {
    name: 'every recipient refused',
    options: {
      onRcptTo(_address, _session, done) {
        done(refusal(550));
      },
    },
    permanent: true,
    reason: /refuses the recipients: check `to` \(SMTP 550\)/,
  },
  {
    name: 'greylisting',
    options: {
      onRcptTo(_address, _session, done) {
        done(refusal(451));
      },
    },
    permanent: false,
    reason: /greylisting.*next poll tries again \(SMTP 451\)/,
  },
  {
    name: 'the sender refused',
    options: {
      onMailFrom(_address, _session, done) {
        done(refusal(553));
      },
    },
    permanent: true,
    reason: /refuses the sender: set `from`.*\(SMTP 553\)/,
  },
  {
    name: 'the text refused',
    options: {
      onData(stream, _session, done) {
        stream.resume();
        stream.on('end', () => {
          done(refusal(554));
        });
      },
    },
    permanent: true,
    reason: /refuses the message.*\(SMTP 554\)/,
  },
];
test.each(refusals)(
  'it says what to do about $name, and repeats nothing of the server',
  async ({ options, permanent, reason }) => {
    const url = `smtp://${auth}127.0.0.1:${await listen(options)}`;
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

test('of several recipients one that is refused is told to whoever tries the channel, and does not repeat an alert', async () => {
  const url = `smtp://127.0.0.1:${await listen({
    onRcptTo({ address }, _session, done) {
      if (address.startsWith('boss')) done(refusal(550));
      else done();
    },
  })}`;
  expect(await send(url, testMessage)).toMatchObject({ ok: false, permanent: true });
  expect(await send(url, FIRING)).toEqual({ ok: true });
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
