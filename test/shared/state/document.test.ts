import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { EMPTY_STATE, taskSubject, type Told } from '../../../shared/state/state';
import { decodeState, encodeState } from '../../../shared/state/document';
import { states } from './arbitrary-states';
import { SAMPLE, stateOf, TOLD, trackedTask } from './sample-state';

const decodeText = (text: string) => decodeState(Buffer.from(text));

/** The sample document, parsed, changed and written again. */
function spoiled(change: (document: Record<string, unknown>) => void): string {
  const document = JSON.parse(encodeState(SAMPLE, 'save')) as Record<string, unknown>;
  change(document);
  return JSON.stringify(document);
}

const withTask = (fields: object) =>
  spoiled((document) => {
    document['tasks'] = [{ ...trackedTask('1'), ...fields }];
  });

const withVendorTask = (fields: object) => withTask({ task: { ...trackedTask('1').task, ...fields } });

describe('the state document', () => {
  it('decodes to the state that was encoded', () => {
    fc.assert(
      fc.property(states, fc.uuid(), (state, saveId) => {
        expect(decodeText(encodeState(state, saveId))).toEqual({ kind: 'ok', content: state });
      }),
    );
  });

  it('decodes an empty state', () => {
    expect(decodeText(encodeState(EMPTY_STATE, 'save'))).toEqual({ kind: 'ok', content: EMPTY_STATE });
  });

  it('has one task a line, and ids as strings', () => {
    const lines = encodeState(stateOf('9007199254740993', '1045002'), 'save').split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^\{"schemaVersion":3,"saveId":"save",.*,"tasks":\[$/);
    expect(lines[1]).toMatch(/^\{"task":\{"id":"9007199254740993",.*\},$/);
    expect(lines[2]).toMatch(/^\{"task":\{"id":"1045002",/);
  });

  it('is another document with each save of the same state', () => {
    expect(encodeState(SAMPLE, 'one')).not.toBe(encodeState(SAMPLE, 'two'));
  });

  it('is accepted with a byte order mark and other white space, as an editor may leave it', () => {
    const pretty = JSON.stringify(JSON.parse(encodeState(SAMPLE, 'save')), null, 4);
    expect(decodeText(`\ufeff${pretty}\r\n`)).toEqual({ kind: 'ok', content: SAMPLE });
  });

  it('is accepted with members that this version does not know, which it drops', () => {
    const text = spoiled((document) => {
      document['extra'] = { deep: [1] };
    });
    expect(decodeText(text)).toEqual({ kind: 'ok', content: SAMPLE });
  });

  it('names what was told by its place: tasks that were told together share it', () => {
    const head = encodeState(stateOf('1', '2'), 'save').split('\n')[0] ?? '';
    expect(head).toContain(',"told":[[{"channel":"ops","at":1560495383000}]],"tasks":[');
  });

  it('is read from version 0.1, so that an upgrade tells nothing twice', () => {
    const { task, since, begin } = trackedTask('1');
    const told = { channel: 'ops', status: 'ARREARS_STOP', since, at: since };
    const failure = { subject: 'poll', channel: null, since, polls: 4, reason: 'It fails.', told: ['ops'] };
    const text = JSON.stringify({
      schemaVersion: 1,
      tasks: [{ task, since, hasHeld: true, unknownPolls: 0, told: [told, { ...told, doubtful: true }] }],
      failures: [failure],
      savedAt: since,
    });
    const record = { channel: 'ops', condition: 'ARREARS_STOP', since, at: since, reminders: 0, sure: true };
    expect(decodeText(text)).toEqual({
      kind: 'ok',
      content: {
        ...EMPTY_STATE,
        tasks: [{ task, condition: 'ARREARS_STOP', since, begin, hasHeld: true }],
        failures: [
          {
            ...{ subject: 'poll', channel: null, state: 'failing', since, polls: 4 },
            reason: { 'zh-CN': 'It fails.', en: 'It fails.' },
          },
        ],
        told: new Map([
          ['task 1', [record, { ...record, sure: false }]],
          ['poll', [{ ...record, condition: 'failing' }]],
        ]),
        savedAt: since,
      },
    });
  });

  it('is read from version 0.2, so that an upgrade tells nothing twice', () => {
    const { task, since } = trackedTask('1');
    const sent = { channel: 'ops', condition: 'ARREARS_STOP', since, at: since };
    const { source, savedAt, savedAs, history, balance, progress } = SAMPLE;
    const reason = { 'zh-CN': '失败。', en: 'It fails.' };
    const text = JSON.stringify({
      ...{ schemaVersion: 2, saveId: 'x', source, savedAt, savedAs, history, balance, progress },
      failures: [
        { subject: 'store', channel: null, since, polls: 0, reason, sent: [{ channel: 'ops', at: since }] },
        { subject: 'channel', channel: 'ops', since, polls: 2, reason, sent: [] },
      ],
      unconfirmed: [{ channel: 'mail', messageId: '5d6e', newsKey: 'key' }],
      tasks: [
        {
          ...{ task, condition: 'ARREARS_STOP', since, begin: 7, hasHeld: true, unknownPolls: 2 },
          sent: [
            { ...sent, reminders: 3 },
            { ...sent, channel: 'mail', uncertain: true },
          ],
        },
        {
          task: { ...task, id: '2' },
          condition: null,
          since,
          unknownPolls: 0,
          doubtedStatus: 'FINISH',
          sent: [],
        },
      ],
    });
    const record = { ...sent, reminders: 0, sure: true };
    expect(decodeText(text)).toEqual({
      kind: 'ok',
      content: {
        ...{ ...EMPTY_STATE, source, savedAt, savedAs, history, balance, progress },
        tasks: [
          {
            ...{ task, condition: 'ARREARS_STOP', since, begin: 7, hasHeld: true },
            doubt: { status: null, polls: 2 },
          },
          {
            ...{ task: { ...task, id: '2' }, condition: null, since, begin: since },
            doubt: { status: 'FINISH', polls: 1 },
          },
        ],
        failures: [
          { subject: 'store', channel: null, state: 'working', since, polls: 0, reason },
          { subject: 'channel', channel: 'ops', state: 'failing', since, polls: 2, reason },
        ],
        told: new Map([
          [
            'task 1',
            [
              { ...record, reminders: 3 },
              { ...record, channel: 'mail', sure: false },
            ],
          ],
          ['store', [{ ...record, condition: 'failing' }]],
        ]),
      },
    });
  });

  it.each([4, 5, Number.MAX_SAFE_INTEGER])(
    'is newer with schema version %d, whatever else it holds',
    (version) => {
      expect(decodeText(`{"schemaVersion":${version},"tasks":"not a list"}`)).toEqual({
        kind: 'newer',
        schemaVersion: version,
      });
    },
  );

  it.each([
    ['nothing at all', '', 'it is no JSON'],
    ['half a document', encodeState(SAMPLE, 'save').slice(0, 200), 'it is no JSON'],
    ['a document and more', `${encodeState(SAMPLE, 'save')}}`, 'it is no JSON'],
    ['no object', '[]', 'it has no schemaVersion'],
    ['null', 'null', 'it has no schemaVersion'],
    ['no schema version', '{"tasks":[],"failures":[]}', 'it has no schemaVersion'],
    ['schema version 0', '{"schemaVersion":0}', 'it has no schemaVersion'],
    ['schema version 1.5', '{"schemaVersion":1.5}', 'it has no schemaVersion'],
    ['schema version "2"', '{"schemaVersion":"2"}', 'it has no schemaVersion'],
    ['schema version 1e999', '{"schemaVersion":1e999}', 'it has no schemaVersion'],
    [
      'a schema version in the prototype only',
      '{"__proto__":{"schemaVersion":1,"tasks":[],"failures":[]}}',
      'it has no schemaVersion',
    ],
    ['no failures', '{"schemaVersion":1,"tasks":[]}', 'failures is missing'],
    [
      'tasks that are no list',
      '{"schemaVersion":1,"tasks":{"length":1},"failures":[]}',
      'tasks must be Array',
    ],
    ['an id that is a number', withVendorTask({ id: 9007199254740992 }), 'tasks.0.task.id must be string'],
    ['an empty id', withVendorTask({ id: '' }), 'tasks.0.task.id must not be empty'],
    [
      'an endless count',
      withVendorTask({ totalCount: 'HUGE' }).replace('"HUGE"', '1e999'),
      'tasks.0.task.totalCount must be finite',
    ],
    ['a time with a fraction', withTask({ since: 1.5 }), 'tasks.0.since must be a whole number'],
    [
      'a negative count of polls',
      withTask({ doubt: { status: null, polls: -1 } }),
      'tasks.0.doubt.polls must not be negative',
    ],
    [
      'a channel that is no text',
      spoiled((document) => {
        document['told'] = [[{ channel: 7, at: 0 }]];
      }),
      'told.0.0.channel must be string',
    ],
    [
      'a task that was told what is not in it',
      withTask({ told: 9 }),
      'the document names a list of what was told that is not in it',
    ],
    ['a pending time that has not held', withTask({ hasHeld: false }), 'tasks.0.hasHeld must be true'],
    [
      'a time of saving that is no number',
      spoiled((document) => {
        document['savedAt'] = null;
      }),
      'savedAt must be number',
    ],
    [
      'a task that occurs twice',
      spoiled((document) => {
        document['tasks'] = [trackedTask('1'), trackedTask('1')];
      }),
      'tasks hold a task twice',
    ],
    [
      'a failure of something unknown',
      spoiled((document) => {
        document['failures'] = [{ ...SAMPLE.failures[0], subject: 'moon' }];
      }),
      'failures.0.subject must be ("poll" | "store" | "channel" | "balance" | "balance-query" | "certificate" | "record" | "owner")',
    ],
    [
      'a time that no calendar has',
      withTask({ since: Number.MIN_SAFE_INTEGER }),
      'tasks.0.since must not be negative',
    ],
    [
      'a time in a far future',
      withTask({ since: Date.UTC(2201, 0) }),
      'tasks.0.since must be a time before the year 2200',
    ],
    [
      'more failures than can be',
      spoiled((document) => {
        document['failures'] = Array.from({ length: 20_000 }, () => SAMPLE.failures[0]);
      }),
      'failures must not hold so many',
    ],
    [
      'a name that no task has',
      withVendorTask({ taskName: 'x'.repeat(10_001) }),
      'tasks.0.task.taskName must not be so long',
    ],
    ['millions of braces', `[${'{},'.repeat(2_000_001)}{}]`, 'it holds too many values'],
  ])('is corrupt with %s', (_name, text, reason) => {
    expect(decodeText(text)).toEqual({ kind: 'corrupt', reason });
  });

  it('is corrupt when it is no UTF-8', () => {
    const bytes = Buffer.from(encodeState(SAMPLE, 'save'));
    bytes[bytes.indexOf('第')] = 0xff;
    expect(decodeState(bytes)).toEqual({ kind: 'corrupt', reason: 'it is no JSON' });
  });

  it('never throws and never pollutes a prototype, whatever the bytes', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => Buffer.from(text)),
      fc.json().map((text) => Buffer.from(`{"schemaVersion":1,"failures":[],"tasks":${text}}`)),
      fc
        .json()
        .map((text) => Buffer.from(`{"schemaVersion":1,"__proto__":${text},"tasks":[],"failures":[]}`)),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        expect(['ok', 'corrupt', 'newer']).toContain(decodeState(bytes).kind);
      }),
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('is corrupt, and no more, when it is nested 100,000 deep', () => {
    const deep = `{"schemaVersion":1,"failures":[],"tasks":${'['.repeat(1e5)}${']'.repeat(1e5)}}`;
    expect(decodeText(deep).kind).toBe('corrupt');
  });

  it('does not quote what it refuses', () => {
    const secret = 'SECd00d00';
    for (const text of [
      secret,
      `{"schemaVersion":1,"tasks":"${secret}","failures":[]}`,
      withTask({ since: secret }),
    ]) {
      expect(JSON.stringify(decodeText(text))).not.toContain(secret);
    }
  });

  it('of 10,000 stopped tasks on 5 channels, 300 of them taken one by one, packs to no more than with a list of what was told at each task', () => {
    const channels = ['ops', 'finance', 'night', 'mail', 'hook'];
    const tasks = Array.from({ length: 10_000 }, (_unused, index) => ({
      ...trackedTask(`${1_045_001 + index}`),
      ...{
        since: 1_772_417_700_000 + (index % 100) * 60_123,
        begin: 1_772_417_700_000 + (index % 100) * 60_123,
      },
    }));
    const recordsOf = (since: number) => channels.map((channel) => ({ ...TOLD, channel, since, at: since }));
    const told = new Map(
      tasks.map(({ task, since }, index): [string, Told[]] => {
        const held = { by: '张三', at: since + 61_234 + index * 997, until: null };
        const records = recordsOf(since);
        return [taskSubject(task.id), index < 300 ? records.map((record) => ({ ...record, held })) : records];
      }),
    );
    const asBefore = tasks.map(({ begin, ...tracked }) => ({
      ...{ ...tracked, unknownPolls: 0 },
      sent: recordsOf(begin).map(({ reminders, sure, ...record }) => record),
    }));
    const packed = (text: string) => gzipSync(text).length;
    expect(packed(encodeState({ ...EMPTY_STATE, tasks, told }, 'save'))).toBeLessThan(
      packed(JSON.stringify(asBefore)),
    );
  });

  it('holds 10,000 tasks, each once', () => {
    const state = stateOf(...Array.from({ length: 10_000 }, (_unused, index) => `${1_045_001 + index}`));
    // jest's comparison would take longer than the rest of this file.
    expect(isDeepStrictEqual(decodeText(encodeState(state, 'save')), { kind: 'ok', content: state })).toBe(
      true,
    );
  });
});
