/** One task of which a field holds anything: every channel still tells of the others. */
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { SMTPServer } from 'smtp-server';
import { parseChannels } from '../../../../functions/watch-robot-tasks/channels/config';
import { createChannel } from '../../../../functions/watch-robot-tasks/channels/senders';
import { CHANNEL_KINDS } from '../../../../functions/watch-robot-tasks/channels/list';
import { createLinks } from '../../../../functions/watch-robot-tasks/links';
import type { Alert, StoppedTask } from '../../../../functions/watch-robot-tasks/rules/message';
import { systemClock } from '../../../../shared/runtime/clock';
import { LANGUAGES } from '../../../../shared/text';
import { alert, NOW, stopped, task } from '../../../stand-ins/alerts';
import { openCaptureServer, type CaptureServer } from '../../../stand-ins/capture-server';

let capture: CaptureServer;
let mails: string[] = [];
const post = new SMTPServer({
  disabledCommands: ['STARTTLS', 'AUTH'],
  logger: false,
  onData(stream, _session, done) {
    void text(stream).then((mail) => {
      mails.push(mail);
      done();
    });
  },
});

beforeAll(async () => {
  capture = await openCaptureServer();
  capture.now = () => NOW;
  await new Promise<void>((resolve) => post.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await capture.close();
  await new Promise<void>((resolve) => {
    post.close(resolve);
  });
});

const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 30 })
  .map((units) => String.fromCharCode(...units));
const anything = fc.oneof(
  { weight: 3, arbitrary: anyUnits },
  fc.constantFrom(
    '\ud800',
    '\udfff',
    '',
    ' ',
    '\u0000',
    '__proto__',
    'constructor',
    'toString',
    'x'.repeat(50_000),
  ),
  fc.constantFrom(null, undefined, true, NaN, Infinity, -1, 1e300, 8.64e15 + 1, [], {}),
  fc.object({ maxDepth: 1 }),
);
const FIELDS = [...Object.keys(task()), 'since', 'condition', 'previousStatus'];
const PLAIN = '会员续费';

/** A message of three kinds of news in each of which the odd task stands before a plain one. */
function messageWith(field: string, value: unknown): Alert {
  const [own, rest] = field in task() ? [{ [field]: value }, {}] : [{}, { [field]: value }];
  const odd = {
    ...stopped(own),
    ...('condition' in rest ? { status: rest['condition'] } : rest),
  } as StoppedTask;
  const plain = stopped({ id: '1045002', taskName: PLAIN });
  const over = { ...plain, task: { ...plain.task, id: '1045003' }, previousStatus: 'ARREARS_STOP' };
  const oddOver = { ...odd, previousStatus: 'ARREARS_STOP' };
  const firing = [odd, plain];
  const ended = firing.map(({ task: seen, since, status: condition }) => ({
    ...{ channel: 'alertmanager', task: seen, since, condition, sends: 4 },
  }));
  const standing = { tasks: firing, notices: [], ended, until: NOW + 180_000 };
  return alert({ firing, repeated: [odd, plain], resolved: [oddOver, over], standing });
}

const linkTo = createLinks({
  queryUrl: new URL('https://query.example.com/api'),
  linkSecrets: ['s'.repeat(32)],
  linkTtl: 3_600_000,
});

test.each(CHANNEL_KINDS)('$type', async (kind) => {
  const port = (post.server.address() as AddressInfo).port;
  const isMail = kind.type === 'email';
  const url = isMail ? `smtp://127.0.0.1:${port}` : capture.url(kind.type);
  const more = isMail ? { from: 'ops@example.com', to: ['boss@example.com'] } : {};
  const [config] = parseChannels(JSON.stringify([{ type: kind.type, url, ...more }]));
  if (config === undefined) throw new Error('There is no channel.');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...FIELDS),
      anything,
      fc.constantFrom(...LANGUAGES),
      async (field, value, language) => {
        mails = [];
        const channel = createChannel(config, { language, linkTo, watch: 'a/b/c', clock: systemClock });
        const delivery = await channel.send(messageWith(field, value), systemClock.now() + 10_000);
        expect(delivery).toEqual({ ok: true });
        const bodies = isMail ? mails : capture.take().map(({ body }) => body);
        expect(bodies).toHaveLength(1);
        if (isMail) return;
        expect(bodies[0]).toContain(PLAIN);
        // Half a character, which many a reader of JSON refuses.
        expect(bodies[0]).not.toMatch(/\\ud[89a-f]/i);
      },
    ),
    {
      numRuns: isMail ? 15 : 100,
      examples: [
        ['id', { toString: [] }, 'zh-CN'],
        ['since', { toString: [] }, 'en'],
        ['totalCount', { toString: [] }, 'en'],
        ['finishCount', 'x'.repeat(50_000), 'zh-CN'],
      ],
    },
  );
});
