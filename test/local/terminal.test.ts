import type { CallActivity } from '../../local/host/activity';
import { createTerminal, type TerminalOptions } from '../../local/terminal';

const NOON = new Date(2026, 0, 2, 12, 0, 0).getTime();

function record(options: Partial<TerminalOptions> = {}) {
  let written = '';
  const terminal = createTerminal({
    write: (text) => (written += text),
    isTerminal: false,
    isColoured: false,
    width: 120,
    now: () => NOON,
    ...options,
  });
  return { terminal, written: () => written };
}

const log = (line: Record<string, unknown>) =>
  JSON.stringify({ level: 'info', time: 't', requestId: 'r', ...line });

function call(parts: Partial<CallActivity> & { readonly result?: unknown } = {}): CallActivity {
  const { result = {}, ...rest } = parts;
  return {
    type: 'call',
    functionName: 'query-robot-tasks',
    trigger: 'http',
    label: 'GET /tasks',
    requestId: 'r',
    began: NOON,
    durationMs: 12,
    cold: false,
    lines: [log({ msg: 'answered', upstreamCalls: 2 })],
    outcome: { ok: true, payload: Buffer.from(JSON.stringify(result)) },
    status: '200',
    problem: null,
    ...rest,
  };
}

const quiet = { stopped: 0, fired: 0, repeated: 0, resolved: 0 };
const poll = (result: Record<string, unknown> = quiet, parts: Partial<CallActivity> = {}) =>
  call({
    functionName: 'watch-robot-tasks',
    trigger: 'timer',
    label: 'timer',
    status: 'ok',
    result,
    lines: [log({ msg: 'polled', upstreamCalls: 2 })],
    ...parts,
  });

describe('the terminal', () => {
  const lines = [
    {
      name: 'an HTTP call',
      activity: call(),
      shows: '12:00:00  query-robot-tasks  200     12 ms  GET /tasks · 2 upstream calls\n',
    },
    {
      name: 'a cold start',
      activity: call({ cold: true, lines: [log({ upstreamCalls: 1 })] }),
      shows: '12:00:00  query-robot-tasks  200     12 ms  GET /tasks · cold start · 1 upstream call\n',
    },
    {
      name: 'a poll with news',
      activity: poll({ stopped: 3, fired: 1, repeated: 0, resolved: 2 }),
      shows:
        '12:00:00  watch-robot-tasks  ok      12 ms  timer · 2 upstream calls · 3 stopped · 1 fired · 2 resolved\n',
    },
    {
      name: 'a function that fails, and why',
      activity: call({
        status: 'TypeError',
        problem: 'x is no function',
        lines: ['    at f (index.js:1:1)'],
      }),
      shows: [
        '12:00:00  query-robot-tasks  TypeError     12 ms  GET /tasks',
        '          x is no function',
        '              at f (index.js:1:1)',
        '',
      ].join('\n'),
    },
    {
      name: 'a warning of the function, without what the line says already',
      activity: poll(quiet, { lines: [log({ level: 'warn', msg: 'polled', failed: { ops: 'busy' } })] }),
      shows: [
        '12:00:00  watch-robot-tasks  ok      12 ms  timer · 0 stopped',
        '          warn polled { "failed": { "ops": "busy" } }',
        '',
      ].join('\n'),
    },
    {
      name: 'a sentence of a poll that failed once',
      activity: poll(quiet, {
        status: 'PollError',
        outcome: { ok: false, kind: 'handled', error: { errorMessage: '', errorType: '', stackTrace: [] } },
        problem: 'The poll is incomplete. The host is not found.',
        lines: [
          log({
            level: 'error',
            msg: 'polled in part',
            ...quiet,
            delivered: {},
            state: 'saved',
            problems: ['The host is not found.'],
          }),
          log({
            level: 'error',
            msg: 'polled in part',
            state: 'conflict',
            failed: { ops: 'busy' },
            problems: ['The host is not found.'],
          }),
        ],
      }),
      shows: [
        '12:00:00  watch-robot-tasks  PollError     12 ms  timer',
        '          The poll is incomplete. The host is not found.',
        '          error polled in part { "state": "conflict", "failed": { "ops": "busy" } }',
        '',
      ].join('\n'),
    },
    {
      name: 'what an instance prints between calls',
      activity: { type: 'output', functionName: 'f', line: 'hello' } as const,
      shows: '12:00:00  f  hello\n',
    },
    {
      name: 'a tick that was given up',
      activity: { type: 'dropped', functionName: 'f', reason: 'it is too old' } as const,
      shows: '12:00:00  f  dropped: it is too old\n',
    },
    {
      name: 'control characters as nothing',
      activity: { type: 'output', functionName: 'f', line: 'a\u001b[31mb\u0007' } as const,
      shows: '12:00:00  f  a [31mb \n',
    },
  ];
  it.each(lines)('shows $name', ({ activity, shows }) => {
    const { terminal, written } = record();
    terminal.show(activity);
    expect(written()).toBe(shows);
  });

  it('shows a message as the group would see it, set apart by one empty line', () => {
    const { terminal, written } = record();
    terminal.show(call());
    const message = { title: 't', text: 'one\ntwo', mentions: ['138'], receivedAt: 0 };
    terminal.showMessage({ ...message, channel: 'ops', type: 'dingtalk' });
    terminal.tell('It goes on.');
    terminal.show(call());
    expect(written().split('\n').slice(1, -2)).toEqual([
      '',
      '          ╭─ DingTalk · ops · 1970-01-01 08:00 Beijing',
      '          │ one',
      '          │ two',
      '          ╰─ notifies @138',
      '',
      '12:00:00  ▶ It goes on.',
      '',
    ]);
  });

  it('uses colours only when it is told to', () => {
    const plain = record();
    const coloured = record({ isColoured: true });
    for (const { terminal } of [plain, coloured]) {
      terminal.show(call({ status: '502', problem: 'no' }));
      terminal.tell('x');
    }
    expect(plain.written()).not.toContain('\u001b');
    expect(coloured.written()).toContain('\u001b[31m');
    expect(coloured.written()).toContain('\u001b[36m');
  });

  it('writes quiet polls over each other where somebody watches, and never over anything else', () => {
    const { terminal, written } = record({ isTerminal: true });
    for (const activity of [poll(), poll(), poll(), call(), poll()]) terminal.show(activity);
    const up = '\u001b[1A\u001b[2K';
    const line = '12:00:00  watch-robot-tasks  ok      12 ms  timer · 0 stopped';
    expect(written().split('\n')).toEqual([
      line,
      `${up}${line} · 2 in a row`,
      `${up}${line} · 3 in a row`,
      '12:00:00  query-robot-tasks  200     12 ms  GET /tasks · 2 upstream calls',
      line,
      '',
    ]);
  });

  it('writes nothing over in a file', () => {
    const { terminal, written } = record();
    for (const activity of [poll(), poll()]) terminal.show(activity);
    expect(written()).not.toContain('\u001b');
    expect(written().split('\n')).toHaveLength(3);
  });

  it.each([80, 60, 40])('collapses quiet polls in %d columns, each on one line', (width) => {
    const { terminal, written } = record({ isTerminal: true, width });
    for (const activity of [poll(), poll(), poll()]) terminal.show(activity);
    const lines = written().split('\n').slice(0, -1);
    expect(lines).toHaveLength(3);
    if (width === 80) expect(lines[2]).not.toContain('…');
    expect(lines[2]).toMatch(/ · 3 in a row$/);
    for (const line of lines) expect(line.replace('\u001b[1A\u001b[2K', '').length).toBeLessThan(width);
  });

  it.each([80, 60])('wraps what it tells on words in %d columns', (width) => {
    const { terminal, written } = record({ width });
    terminal.tell(
      'Task 9007199254741019 falls into ARREARS_STOP. The next poll tells the groups what happened to it.',
    );
    terminal.show(poll(quiet, { lines: [log({ level: 'warn', msg: 'a warning '.repeat(12) })] }));
    for (const line of written().split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    expect(written().replace(/\s+/g, ' ')).toContain('The next poll tells the groups what happened to it.');
  });
});
