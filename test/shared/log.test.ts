import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { maskSecrets } from '../../shared/log';

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

it('logs one JSON object a line, from its level on, without the secrets', async () => {
  const program = `
    const { createLogger } = require('./shared/log');
    const secrets = ['marked-secret'];
    const log = createLogger('info', () => secrets);
    log.debug('too fine');
    log.info({ url: 'https://x/?token=marked-secret' }, 'called with marked-secret');
    secrets.push('late');
    log.error(new Error('a late one'), 'failed');
    process.exit();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '-e', program], {
    cwd: path.join(__dirname, '../..'),
  });
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
      url: 'https://x/?token=***',
      msg: 'called with ***',
    },
    expect.objectContaining({ level: 'error', msg: 'failed' }),
  ]);
  expect(stdout).not.toMatch(/marked|late/);
});
