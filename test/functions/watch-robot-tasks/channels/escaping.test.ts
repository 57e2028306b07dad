/** What others wrote arrives as that text: it forms no mention, no link and no markup in any channel. */
import fc from 'fast-check';
import { anyCharacter } from '../../../stand-ins/any-character';
import type { ChannelType } from '../../../../functions/watch-robot-tasks/channels/list';
import { createChannel } from '../../../../functions/watch-robot-tasks/channels/senders';
import { oneLine } from '../../../../functions/watch-robot-tasks/text/user-text';
import { alert, stopped } from '../../../stand-ins/alerts';
import { openCaptureServer, type CaptureServer } from '../../../stand-ins/capture-server';
import { linkTo, openInbox } from '../../../stand-ins/inbox-channels';
import { createLeapingClock } from '../../../stand-ins/leaping-clock';

type Chat = Exclude<ChannelType, 'webhook' | 'alertmanager' | 'email'>;
type Body = Record<string, Record<string, unknown>>;

const MOBILE = '13800000000';
const MEMBERS: Record<Chat, string> = {
  dingtalk: MOBILE,
  wecom: MOBILE,
  feishu: 'ou_abc',
  slack: 'U012AB3CD',
};
const LINK = linkTo('1045001');
/** To the page, the place to top up, and the console. */
const LINKS = 3;

/** What the four chats give a meaning to. */
const FRAGMENTS = [
  '@all',
  '@所有人',
  `@${MOBILE}`,
  '＠all',
  '@everyone',
  '<@U012AB3CD>',
  '<!channel>',
  '<!here|x>',
  '<@all>',
  '&lt;!channel&gt;',
  '<at user_id="all">所有人</at>',
  '<at id=all></at>',
  '<font color="warning">',
  '](http://evil.example) ',
  '[x](http://evil.example)',
  '![x](https://evil.example/a.png)',
  '<https://evil.example|x>',
  'https://evil.example',
  'www.evil.example',
  'dingtalk://x',
  '**',
  '*',
  '_',
  '__',
  '`',
  '```',
  '~',
  '~~',
  '#',
  '# ',
  '> ',
  '- ',
  '1. ',
  '\\',
  '\\[',
  '|',
  '&',
  '&amp;',
  ':fire:',
  '\n',
  '\r\n',
  '\u2028',
  '\u0000',
  '\u001b[31m',
  '\u202e',
  '\ud800',
  '\udc00',
  '春季',
  'a',
  ' ',
  '名',
  '10:15:30',
  'batch_2024_01',
];

const names = fc
  .array(fc.constantFrom(...FRAGMENTS), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(''));
const anyText = fc.oneof(
  names,
  fc.string({ unit: anyCharacter, maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
);

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>' };
const LOOK_ALIKES: Record<string, string> = { '∗': '*', ˋ: '`', '∼': '~', '＿': '_' };

/** Marks that look the same made the same. */
const withOneLook = (text: string) => text.replace(/[∗ˋ∼＿]/g, (mark) => LOOK_ALIKES[mark] ?? '');

const withoutZeroWidth = (text: string) => text.replaceAll('\u200b', '');

/** What stands where users' text can stand, and how the chat's reader sees that. */
const CHATS: Record<
  string,
  {
    type: Chat;
    mention: boolean;
    textOf: (body: Body) => string;
    seen: (text: string) => string;
    check: (text: string, body: Body) => void;
  }
> = {
  'DingTalk text': {
    type: 'dingtalk',
    mention: true,
    textOf: (body) => String(body['text']?.['content']),
    seen: (text) => text,
    check(text, body) {
      expect(body['at']).toEqual({ atMobiles: [MOBILE], isAtAll: false });
      expect(text.match(/[@＠](?!\u200b)/g)).toHaveLength(1);
      expect(text.endsWith(`@${MOBILE}`)).toBe(true);
    },
  },
  'DingTalk markdown': {
    type: 'dingtalk',
    mention: false,
    textOf: (body) => String(body['markdown']?.['text']),
    seen: (text) => text.replace(/\\([!-/:-@[-`{-~])/g, '$1'),
    check(text, body) {
      const unescaped = text.replace(/\\[!-/:-@[-`{-~]/g, '');
      expect(unescaped.match(/\]\(/g)).toHaveLength(LINKS);
      expect(unescaped.match(/[`_~<>|]/g)).toBeNull();
      // Ours: the advice's heading.
      expect(unescaped.match(/\*+/g)).toEqual(['**', '**']);
      // A client that does not know the backslash sees no link and no tag either.
      expect(text.replaceAll('\\', '').match(/\]\(|<[a-z/!@]/gi)).toHaveLength(LINKS);
      expect(`${text}${String(body['markdown']?.['title'])}`).not.toMatch(/[@＠](?!\u200b)/);
    },
  },
  'Feishu card': {
    type: 'feishu',
    mention: true,
    textOf: (body) => [...plainTexts(body['card'])].join('\n'),
    seen: (text) => text,
    check(_, body) {
      const markdown = JSON.stringify(body['card']).match(
        /"tag":"lark_md","content":"[^"]*"|"content":"[^"]*","tag":"lark_md"/g,
      );
      expect(markdown).toEqual([
        '"tag":"lark_md","content":"**🔧 怎么处理**"',
        '"tag":"lark_md","content":"<at id=ou_abc></at>"',
      ]);
    },
  },
  'WeCom text': {
    type: 'wecom',
    mention: true,
    textOf: (body) => String(body['text']?.['content']),
    seen: (text) => text,
    check(text, body) {
      expect(body['text']?.['mentioned_mobile_list']).toEqual([MOBILE]);
      expect(text).not.toMatch(/[@＠<](?!\u200b)/);
    },
  },
  'WeCom markdown': {
    type: 'wecom',
    mention: false,
    textOf: (body) => String(body['markdown']?.['content']),
    seen: (text) => text,
    check(text) {
      expect(text.match(/\]\(/g)).toHaveLength(LINKS);
      expect(text).not.toMatch(/[@＠<](?!\u200b)/);
      expect(text).not.toContain('`');
      expect(text.match(/\*+/g)).toEqual(['**', '**']);
    },
  },
  'Slack mrkdwn': {
    type: 'slack',
    mention: true,
    textOf: (body) => body['text'] as unknown as string,
    seen: (text) => text.replace(/&(amp|lt|gt);/g, (_, name: string) => ENTITIES[name] ?? ''),
    check(text) {
      expect(text.match(/<[^>]*>/g)).toEqual([
        `<${LINK.replaceAll('&', '&amp;')}|查看停止的任务>`,
        expect.stringMatching(/^<https:.*\|去充值>$/),
        expect.stringMatching(/^<https:.*\|语音服务控制台>$/),
        '<@U012AB3CD>',
      ]);
      expect(text).not.toMatch(/&(?!amp;|lt;|gt;)/);
      expect(text.match(/[*`~]/g)).toEqual(['*', '*', '*', '*']);
      expect(text).not.toMatch(/:[\w+-]+:/);
    },
  },
};

function* plainTexts(element: unknown): Generator<string> {
  if (typeof element !== 'object' || element === null) return;
  const { tag, content } = element as { tag?: unknown; content?: unknown };
  if (tag === 'plain_text' && typeof content === 'string') yield content;
  for (const child of Object.values(element)) yield* plainTexts(child);
}

let server: CaptureServer;

beforeAll(async () => {
  server = await openCaptureServer();
});

afterAll(async () => {
  await server.close();
});

async function bodyFor(
  type: ChannelType,
  mention: boolean,
  taskName: string,
  robotName = '机器人',
): Promise<string> {
  const clock = createLeapingClock();
  const channel = createChannel(
    {
      id: 'ops',
      type,
      url: server.url(type),
      secret: null,
      mention: mention ? [MEMBERS[type as Chat]] : [],
      statuses: null,
      hours: null,
      more: {},
    },
    { language: 'zh-CN', linkTo, clock },
  );
  const held = { by: robotName, at: clock.now(), until: null };
  const message = alert({ firing: [{ ...stopped({ taskName, robotName }), held }] });
  const delivery = await channel.send(message, clock.now() + 10_000);
  const [request] = server.take();
  if (!delivery.ok || request === undefined) throw new Error(`not delivered: ${JSON.stringify(delivery)}`);
  return request.body;
}

describe.each(Object.entries(CHATS))('in a %s message', (_, { type, mention, textOf, seen, check }) => {
  it('a name is read as it is and does nothing', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (taskName, robotName) => {
        const body = JSON.parse(await bodyFor(type, mention, taskName, robotName)) as Body;
        const text = textOf(body);
        check(text, body);
        expect(text).not.toMatch(/\p{Surrogate}|\u0000|\u001b|\u202e|\u2028/u);
        expect(text.match(/:\/\//g) ?? []).toHaveLength(text.includes('#ticket=') ? LINKS : 0);
        expect(text).not.toMatch(/evil\.example/);
        const read = withoutZeroWidth(seen(text));
        for (const name of [taskName, robotName]) {
          expect(withOneLook(read)).toContain(withOneLook(visible(name)));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('a name of 10 MB is cut, with a mark that it was', async () => {
    const text = textOf(JSON.parse(await bodyFor(type, mention, '很长'.repeat(5_000_000))) as Body);
    expect(text.length).toBeLessThan(600);
    expect(text).toContain('很长很…');
  });
});

/** A name as its reader should see it. */
function visible(name: string): string {
  return withoutZeroWidth(oneLine(name, 60)).trim();
}

it.each(['dingtalk', 'feishu', 'wecom', 'slack'] as const)(
  '%s: a task named `](http://evil) @all` arrives as that text and pages nobody',
  async (type) => {
    const set = await openInbox([{ id: 'ops', type }]);
    const taskName = '](http://evil) @all <!channel> <at user_id="all">x</at>';
    await set.channel('ops').send(alert({ firing: [stopped({ taskName })] }), set.deadline());
    await set.close();
    const [message] = set.inbox.messages;
    expect(withoutZeroWidth(message?.text ?? '')).toContain(taskName);
    expect(message?.mentions).toEqual([]);
  },
);

it('a webhook gets a name as data, whole and well-formed', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, async (taskName) => {
      const document = JSON.parse(await bodyFor('webhook', false, taskName)) as {
        data: { firing: { task: { taskName: string } }[] };
      };
      expect(document.data.firing[0]?.task.taskName).toBe(taskName.replace(/\p{Surrogate}/gu, '\ufffd'));
    }),
    { numRuns: 50 },
  );
});
