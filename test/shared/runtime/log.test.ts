import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { createLogger, maskSecrets, type Logger, type LogLevel } from '../../../shared/runtime/log';

describe('a masked text', () => {
  it.each([
    { name: 'a secret', text: 'token=hunter2!', secrets: ['hunter2'], masked: 'token=***!' },
    { name: 'each of its places', text: 'a-b-a', secrets: ['a'], masked: '***-b-***' },
    { name: 'a secret in JSON', text: String.raw`{"k":"a\"b\n"}`, secrets: ['a"b\n'], masked: '{"k":"***"}' },
    { name: 'a secret in a URL', text: '?sign=a%2Fb%3D', secrets: ['a/b='], masked: '?sign=***' },
    { name: 'the longer of two that begin alike', text: 'abcdef', secrets: ['abc', 'abcdef'], masked: '***' },
    { name: 'one that is half a character', text: 'x\ud800y', secrets: ['\ud800'], masked: 'x***y' },
    { name: 'nothing, for an empty secret', text: 'abc', secrets: [''], masked: 'abc' },
    { name: 'nothing, without secrets', text: 'abc', secrets: [], masked: 'abc' },
  ])('hides $name', ({ text, secrets, masked }) => {
    expect(maskSecrets(text, secrets)).toBe(masked);
  });

  it('shows no secret, whatever they are and wherever they stand', () => {
    const secret = fc.string({
      minLength: 4,
      unit: fc.constantFrom('a', 'b', 'Z', '9', '/', '=', '"', '好'),
    });
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1 }), fc.array(fc.string()), (secrets, words) => {
        const line = JSON.stringify({ words, secrets, url: secrets.map(encodeURIComponent).join('&') });
        const masked = maskSecrets(line, secrets);
        for (const one of secrets) expect(masked).not.toContain(one);
      }),
    );
  });
});

/** What a logger of this level writes, parsed. */
function logged(level: LogLevel, secrets: readonly string[], use: (log: Logger) => void): unknown[] {
  const lines: string[] = [];
  use(
    createLogger(
      level,
      () => secrets,
      (line) => lines.push(line),
    ),
  );
  return lines.map((line) => JSON.parse(line) as unknown);
}

describe('a log', () => {
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown;

  it('is one JSON object a line, without the secrets', () => {
    const lines = logged('info', ['marked'], (log) => {
      log.info({ url: 'https://x/?token=marked' }, 'called with marked');
    });
    expect(lines).toEqual([{ level: 'info', time, url: 'https://x/?token=***', msg: 'called with ***' }]);
  });

  it.each<{ level: LogLevel; written: string[] }>([
    { level: 'trace', written: ['debug', 'info', 'warn', 'error'] },
    { level: 'debug', written: ['debug', 'info', 'warn', 'error'] },
    { level: 'info', written: ['info', 'warn', 'error'] },
    { level: 'warn', written: ['warn', 'error'] },
    { level: 'error', written: ['error'] },
    { level: 'fatal', written: [] },
    { level: 'silent', written: [] },
  ])('of level $level has the lines from that level on', ({ level, written }) => {
    const lines = logged(level, [], (log) => {
      for (const name of ['debug', 'info', 'warn', 'error'] as const) log[name]({}, name);
    });
    expect(lines).toEqual(written.map((name) => ({ level: name, time, msg: name })));
  });

  it('shows of an error what a person needs, and nothing that a vendor hung on it', () => {
    const error = Object.assign(
      new TypeError('The call failed.', { cause: new Error('GET https://x/?a=b') }),
      {
        request: { headers: 'x-acs-security-token' },
      },
    );
    const lines = logged('info', [], (log) => {
      log.error({ err: error }, 'failed');
    });
    const stack = expect.stringContaining('log.test.ts') as unknown;
    expect(lines).toEqual([
      { level: 'error', time, err: { name: 'TypeError', message: 'The call failed.', stack }, msg: 'failed' },
    ]);
  });

  it('shows no more of an error that has words of its own for JSON', () => {
    const error = Object.assign(new Error('refused'), {
      toJSON: () => ({ headers: 'x-acs-security-token' }),
    });
    const lines = logged('info', [], (log) => {
      log.error({ err: error }, 'failed');
    });
    expect(lines).toEqual([
      expect.objectContaining({ err: expect.objectContaining({ message: 'refused' }) as unknown }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('token');
  });

  it('keeps its own level and time, whatever the fields are called', () => {
    const lines = logged('info', [], (log) => {
      log.info({ level: 'fatal', time: 0, msg: '' }, 'asked');
    });
    expect(lines).toEqual([{ level: 'info', time, msg: 'asked' }]);
  });

  it.each([
    {
      name: 'a circle',
      fields: () => {
        const circle: Record<string, unknown> = {};
        return Object.assign(circle, { circle });
      },
    },
    { name: 'a number that is no JSON', fields: () => ({ count: 10n }) },
    {
      name: 'a getter that throws',
      fields: () => ({
        inner: {
          get secret(): string {
            throw new Error('no');
          },
        },
      }),
    },
  ])('says what happened even with $name in its fields', ({ fields }) => {
    expect(
      logged('info', [], (log) => {
        log.warn({ about: fields() }, 'failed');
      }),
    ).toEqual([{ level: 'warn', time, msg: 'failed' }]);
  });

  it('is on standard output before the process ends, however long its lines are', async () => {
    const program = `
      const { createLogger } = require('./shared/runtime/log');
      const log = createLogger('info', () => ['marked']);
      for (let line = 0; line < 20; line++) log.info({ text: 'marked'.repeat(20_000) }, String(line));
      process.exit();`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '-e', program], {
      cwd: path.join(__dirname, '../../..'),
      maxBuffer: 10_000_000,
    });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(
      Array.from({ length: 20 }, (_, line) => String(line)),
    );
    expect(stdout).not.toContain('marked');
  });
});
