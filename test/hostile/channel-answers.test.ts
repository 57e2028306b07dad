/** A receiver that answers anything at all: a verdict in time, and nothing of the answer in it. */
import fc from 'fast-check';
import { anyCharacter } from '../stand-ins/any-character';
import { CHANNEL_KINDS } from '../../functions/watch-robot-tasks/channels/list';
import { alert, stopped } from '../stand-ins/alerts';
import { openInbox, type InboxChannels } from '../stand-ins/inbox-channels';

const MARK = 'MARKED-ANSWER';
const FIRING = alert({ firing: [stopped()] });

const body = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.json().map((json) => json.replace(/^"/, `"${MARK}`)),
  fc
    .tuple(
      fc.constantFrom('errcode', 'code', 'StatusCode', 'status', 'wait', '__proto__', 'errmsg'),
      fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(1, '0', -0.5, 1e308, null, [0], MARK)),
    )
    .map(
      ([key, value]) =>
        `{${JSON.stringify(key)}:${JSON.stringify(value)},"errmsg":"${MARK}","msg":"${MARK}"}`,
    ),
);
const status = fc.constantFrom(
  200,
  201,
  204,
  206,
  302,
  304,
  400,
  401,
  404,
  410,
  413,
  429,
  499,
  500,
  503,
  599,
);
const retryAfter = fc.constantFrom('0', '-1', '1e9', '999999999', 'Thu, 01 Jan 1970 00:00:00 GMT', MARK, '');

describe.each(CHANNEL_KINDS.map(({ type }) => type).filter((type) => type !== 'email'))(
  'a %s channel',
  (type) => {
    let set: InboxChannels;

    beforeAll(async () => {
      set = await openInbox([{ id: 'ops', type }]);
    });
    afterAll(async () => {
      await set.close();
    });

    const send = () => set.channel('ops').send(FIRING, set.deadline());

    it('gives a verdict for any answer, and repeats nothing of it', async () => {
      await fc.assert(
        fc.asyncProperty(status, body, retryAfter, async (code, text, retry) => {
          set.inbox.setFault('ops', {
            fault: 'answer',
            status: code,
            body: text,
            headers: { 'retry-after': retry, location: `http://127.0.0.1:1/${MARK}` },
          });
          const delivery = await send();
          expect(JSON.stringify(delivery)).not.toContain(MARK);
          // Of these bodies none is an OK but for a webhook and an Alertmanager, which go by the status.
          if (type === 'webhook' || type === 'alertmanager' ? code >= 300 : code !== 200)
            expect(delivery.ok).toBe(false);
        }),
        { numRuns: 40 },
      );
    });

    it.each([
      { name: 'of 10 MB', text: MARK.repeat(800_000) },
      { name: 'nested 30,000 deep', text: '['.repeat(30_000) },
      {
        name: 'with a code of 60,000 digits',
        text: `{"errcode":${'9'.repeat(60_000)},"code":${'9'.repeat(1000)}}`,
      },
      { name: 'with inherited fields', text: '{"__proto__":{"errcode":0,"code":0},"errmsg":"ok"}' },
    ])('does not take a 400 $name for a delivery', async ({ text }) => {
      set.inbox.setFault('ops', { fault: 'answer', status: 400, body: text });
      const delivery = await send();
      expect(delivery.ok).toBe(false);
      expect(JSON.stringify(delivery).length).toBeLessThan(500);
    });
  },
);
