import fc from 'fast-check';
import { channelSecrets, parseChannels } from '../../../../functions/watch-robot-tasks/channels/config';
import { ConfigurationError, createEnvironmentReader } from '../../../../shared/runtime/environment';

const DINGTALK = {
  id: 'ops',
  type: 'dingtalk',
  url: 'https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef',
  secret: 'SEC0123',
  mention: ['13800000000'],
  statuses: ['SYSTEM_STOP'],
};

function problemsOf(channels: unknown): string {
  try {
    parseChannels(typeof channels === 'string' ? channels : JSON.stringify(channels));
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('ALERT_CHANNELS', () => {
  it('gives each channel as it is written', () => {
    expect(parseChannels(JSON.stringify([DINGTALK]))).toMatchObject([DINGTALK]);
  });

  it('takes the type as the id, all statuses, no secret and no mention when they are left out', () => {
    const url = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123';
    expect(parseChannels(JSON.stringify([{ type: 'wecom', url }]))).toEqual([
      { id: 'wecom', type: 'wecom', url, secret: null, mention: [], statuses: null, hours: null, more: {} },
    ]);
  });

  it.each([
    ['feishu', { type: 'feishu', secret: 'abc', mention: ['ou_7d8a6e6df7621556'] }],
    ['slack', { type: 'slack', mention: ['U012AB3CD', 'W012AB3CD'] }],
    ['webhook with one secret', { type: 'webhook', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }],
    [
      'webhook whose secret is being replaced',
      {
        type: 'webhook',
        secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
      },
    ],
    ['everybody', { type: 'wecom', mention: ['all'] }],
    ['loopback over http', { type: 'slack', url: 'http://127.0.0.1:9000/x' }],
    ['a second line', { type: 'slack', after: '1h30m' }],
    ['an empty mention', { type: 'dingtalk', mention: [] }],
  ])('takes %s', (_name, entry) => {
    expect(parseChannels(JSON.stringify([{ url: 'https://example.com/x', ...entry }]))).toHaveLength(1);
  });

  it.each([
    ['an after that is no duration', [{ ...DINGTALK, after: 'soon' }], 'after must be a duration'],
    ['broken JSON', '[{"type":', 'it is not valid JSON'],
    ['an object', DINGTALK, 'put [ and ] around it'],
    ['a text as an entry', ['dingtalk'], ': must be an object'],
    ['null as an entry', [null], ': must be an object'],
    ['an unknown type', [{ ...DINGTALK, type: 'telegram' }], ': type must be one of dingtalk,'],
    ['no type', [{ url: DINGTALK.url }], ': type is missing'],
    ['no url', [{ type: 'slack' }], ': url is missing'],
    ['http', [{ type: 'slack', url: 'http://example.com' }], ': url must start with https://'],
    ['no URL at all', [{ type: 'slack', url: 'hooks' }], ': url must be a URL'],
    [
      'an unknown key',
      [{ ...DINGTALK, secrets: 'x' }],
      ': secrets is not known (known: id, type, url, secret,',
    ],
    ['a key that may be a secret', [{ ...DINGTALK, SECf00d1234: 'x' }], ': has a key that is not known'],
    ['a key that every object inherits', [{ ...DINGTALK, constructor: 1 }], ': constructor is not known'],
    ['an id with a blank', [{ ...DINGTALK, id: 'my ops' }], ': id must be 1 to 32'],
    ['an id that is no key', [{ ...DINGTALK, id: 'constructor' }], ': id is a reserved word'],
    ['the same id twice', [DINGTALK, DINGTALK], ': id is taken'],
    [
      'the same type twice without ids',
      [
        { type: 'slack', url: 'https://a.example' },
        { type: 'slack', url: 'https://b.example' },
      ],
      ': id is taken',
    ],
    ['a number as a mobile', [{ ...DINGTALK, mention: [13800000000] }], ': mention 1 must be mobile'],
    ['a name as a mobile', [{ ...DINGTALK, mention: ['Li'] }], ': mention 1 must be mobile'],
    ['all and somebody', [{ ...DINGTALK, mention: ['all', '13800000000'] }], ': mention must be "all" alone'],
    ['a mobile for Feishu', [{ ...DINGTALK, type: 'feishu' }], ': mention 1 must be open ids'],
    [
      'a mobile for Slack',
      [{ type: 'slack', url: DINGTALK.url, mention: ['13800000000'] }],
      ': mention 1 must be member ids',
    ],
    [
      'a mention for a webhook',
      [{ type: 'webhook', url: DINGTALK.url, mention: ['all'] }],
      ': mention must be left out',
    ],
    ['a secret for WeCom', [{ type: 'wecom', url: DINGTALK.url, secret: 'x' }], ': secret must be left out'],
    ['a secret for Slack', [{ type: 'slack', url: DINGTALK.url, secret: 'x' }], ': secret must be left out'],
    [
      "a webhook's secret without whsec_",
      [{ type: 'webhook', url: DINGTALK.url, secret: 'c2VjcmV0' }],
      ': secret must be whsec_<base64>',
    ],
    [
      'a blank in a secret',
      [{ ...DINGTALK, secret: 'SEC 1' }],
      ": secret must be the robot's signing secret",
    ],
    ['an unknown status', [{ ...DINGTALK, statuses: ['STOPPED'] }], ': statuses 1 must be one of INIT'],
    ['no status', [{ ...DINGTALK, statuses: [] }], ': statuses must name at least one'],
  ])('refuses %s', (_name, channels, problem) => {
    expect(problemsOf(channels)).toContain(problem);
  });

  it('names every problem at once', () => {
    const problems = problemsOf([
      { type: 'dingtalk', url: 'ftp://x', statuses: ['NO'] },
      { type: 'telegram', url: 'https://x.example' },
      { type: 'wecom', secret: 'x', mention: ['y'], id: '-' },
    ]);
    for (const place of [
      'channel 1 (dingtalk): url',
      'channel 1 (dingtalk): statuses 1',
      'channel 2: type',
      'channel 3: url',
      'channel 3: secret',
      'channel 3: mention 1',
      'channel 3: id',
    ]) {
      expect(problems).toContain(place);
    }
  });

  it('names a channel by its place and its id, each mistake on a line of its own, and bad JSON by line and column', () => {
    const channels = [DINGTALK, { ...DINGTALK, id: 'boss', url: 'x', mention: ['y'] }];
    expect(problemsOf(channels).split('; ')).toEqual([
      'channel 2 (boss): url must be a URL that starts with https://',
      expect.stringMatching(/^channel 2 \(boss\): mention 1 must be mobile numbers/) as string,
    ]);
    const reader = createEnvironmentReader({ ALERT_CHANNELS: JSON.stringify(channels) });
    reader.read('ALERT_CHANNELS', parseChannels, []);
    let lines = 0;
    try {
      reader.check();
    } catch (error) {
      lines = (error as ConfigurationError).problems.length;
    }
    expect(lines).toBe(2);
    expect(() => parseChannels('[{"type":"slack"},\n {"type" "x"}]')).toThrow(
      'not valid JSON at line 2, column 10',
    );
  });

  it('fits the reader of the environment', () => {
    const reader = createEnvironmentReader({ ALERT_CHANNELS: '[{}]' });
    reader.read('ALERT_CHANNELS', parseChannels, []);
    expect(() => {
      reader.check();
    }).toThrow(ConfigurationError);
  });

  it('never repeats a value, whatever is wrong with it', () => {
    const marked = fc.string().map((text) => `MARK${text}`);
    const value = fc.oneof(
      marked,
      fc.integer(),
      fc.constant(null),
      fc.array(marked),
      fc.dictionary(marked, marked),
    );
    const entry = fc.record(
      {
        id: fc.oneof(fc.constant('MARK it'), fc.integer(), fc.constant(null)),
        type: fc.oneof(fc.constantFrom('dingtalk', 'webhook', 'slack'), value),
        url: value,
        secret: value,
        mention: value,
        statuses: value,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(entry, value), { minLength: 1 }), (channels) => {
        expect(problemsOf(channels)).not.toContain('MARK');
      }),
    );
  });

  it('either gives channels or throws a sentence, for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          expect(Array.isArray(parseChannels(text))).toBe(true);
        } catch (error) {
          expect((error as Error).message).toMatch(/^(must be|channel \d+)/);
        }
      }),
    );
  });
});

describe("a channel's secrets", () => {
  const [channel] = parseChannels(JSON.stringify([DINGTALK]));

  it('are its URL, what in it opens the channel, and its secret', () => {
    expect(channel && channelSecrets(channel)).toEqual([
      DINGTALK.url,
      '/robot/send?access_token=0123456789abcdef',
      '0123456789abcdef',
      'SEC0123',
    ]);
  });

  it('are no words of its path, and nothing that stands in the id of a channel', () => {
    const hooks = ['services', 'ops-alerts', 'alarm2026x', 'T0123ABCD', 'robot-task-watch-alerts'];
    const channels = parseChannels(
      JSON.stringify(
        hooks.map((piece) => ({
          id: piece,
          type: 'webhook',
          url: `https://a.example/hooks/${piece}/x`,
        })),
      ),
    );
    const ids = channels.map(({ id }) => id);
    for (const each of channels) {
      for (const secret of channelSecrets(each, ids)) {
        for (const id of ids) expect(id).not.toContain(secret);
      }
    }
    // Where no channel is called so, it may well be a key.
    const [, , alarm] = channels;
    expect(alarm && channelSecrets({ ...alarm, id: 'other' })).toContain('alarm2026x');
  });

  it('are each secret of a webhook, with and without its prefix', () => {
    const [A, B] = ['a'.repeat(32), 'b'.repeat(86)];
    const [webhook] = parseChannels(
      `[{"type":"webhook","url":"https://a.example/hooks/0123456789abcdef","secret":"whsec_${A} whsec_${B}"}]`,
    );
    expect(webhook && channelSecrets(webhook)).toEqual(
      expect.arrayContaining(['0123456789abcdef', `whsec_${A}`, A, `whsec_${B}`, B]),
    );
  });
});
