/** `npm run operator`: what stands on the screen is what a phone signs in with. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encode } from 'uqr';
import { parseOperatorTokens } from '../../functions/query-robot-tasks/tokens';
import { operator } from '../../scripts/operator';
import { createWorkspace, SETTINGS, type Workspace } from './workspace';

const ZHANG = '0123456789abcdef0123456789abcdef0123456789abcdef';
const UNNAMED = 'another-token/+0123456789';
const PAGE = 'https://robots.example.com';
const READY = { ...SETTINGS, QUERY_URL: PAGE, OPERATOR_TOKENS: `zhang:${ZHANG},${UNNAMED}` };

let workspace: Workspace;

beforeAll(async () => {
  workspace = await createWorkspace();
});

afterAll(async () => {
  await workspace.remove();
});

/** Runs it before somebody's eyes; `code` is what it resolves to, or the message of its error. */
async function show(
  args: readonly string[],
  settings: Readonly<Record<string, string>> = READY,
  columns = 80,
) {
  await workspace.writeEnv(settings);
  const lines: string[] = [];
  const questions: string[] = [];
  const screen = {
    isTerminal: true,
    columns,
    print: (line: string) => lines.push(...line.split('\n')),
    ask: (question: string) => Promise.resolve(String(questions.push(question))),
  };
  const code = await operator({ args, folder: workspace.folder, env: {}, screen }).catch(
    (error: unknown) => (error as Error).message,
  );
  return { code, lines, questions };
}

const ESCAPES = /\u001b\[[\d;]*m/g;
const isOfCode = (line: string) => line.includes('\u001b[');

/** Each row of modules on the screen: # is dark. */
function rowsOf(lines: readonly string[]): string[] {
  return lines.filter(isOfCode).flatMap((line) => {
    const blocks = line.replace(ESCAPES, '');
    return [/[█▀]/g, /[█▄]/g].map((dark) => blocks.replace(dark, '#').replace(/[▀▄]/g, ' '));
  });
}

test('An operator’s link is shown, and its QR code, black on white, with a border around it', async () => {
  const { code, lines } = await show(['zhang']);
  const link = `${PAGE}/#operator=${ZHANG}`;
  expect(code).toBe(0);
  expect(lines).toContain(link);
  expect(lines[0]).toBe('The link of zhang. It is the token: whoever has it acts as zhang.');
  const { data, size } = encode(link, { ecc: 'L', border: 2 });
  const expected = data.map((row) => row.map((isDark) => (isDark ? '#' : ' ')).join(''));
  expect(rowsOf(lines).slice(0, size)).toEqual(expected);
  expect(lines.filter(isOfCode).every((line) => line.startsWith('\u001b[38;5;16;48;5;231m'))).toBe(true);
});

test('Nothing but the link is wider than 80 columns, and the code is whole on 24 lines', async () => {
  const { lines } = await show(['新人'], { ...READY, OPERATOR_TOKENS: '' });
  const wide = lines.filter((line) => line.replace(ESCAPES, '').length > 80);
  expect(wide.every((line) => line.startsWith('https://'))).toBe(true);
  expect(lines.filter(isOfCode).length).toBeLessThanOrEqual(22);
});

test('All operators are shown one after the other, each when the one before has scanned', async () => {
  const { code, lines, questions } = await show(['--all']);
  expect(code).toBe(0);
  expect(lines.filter((line) => line.startsWith('https://'))).toEqual([
    `${PAGE}/#operator=${ZHANG}`,
    `${PAGE}/#operator=another-token%2F%2B0123456789`,
  ]);
  expect(lines.join('\n')).toMatch(/The link of operator [\da-f]{4}\./);
  expect(questions).toEqual(['Press Enter for the next one. ']);
});

test('Of two tokens with one name the newer one is shown, which stands behind', async () => {
  const { lines } = await show(['zhang'], { ...READY, OPERATOR_TOKENS: `zhang:${UNNAMED},zhang:${ZHANG}` });
  expect(lines).toContain(`${PAGE}/#operator=${ZHANG}`);
});

test('A token is made for who has none, and the line for .env is one that works', async () => {
  const first = await show(['王-2'], { ...READY, OPERATOR_TOKENS: '' });
  const [line = ''] = first.lines.filter((text) => text.startsWith('OPERATOR_TOKENS='));
  const [made] = parseOperatorTokens(line.replace('OPERATOR_TOKENS=', ''));
  expect(made).toEqual({ name: '王-2', token: expect.stringMatching(/^[\da-f]{48}$/) as string });
  expect(first.lines).toContain(`${PAGE}/#operator=${made?.token ?? ''}`);
  expect(first.lines.join('\n')).toMatch(/npm run bootstrap[^]*npm run deploy/);

  const next = await show(['li']);
  const [end = ''] = next.lines.filter((text) => text.startsWith(','));
  expect(parseOperatorTokens(READY.OPERATOR_TOKENS + end).map(({ name }) => name)).toEqual([
    'zhang',
    null,
    'li',
  ]);
  expect(next.lines.join('\n')).toContain('npm run deploy');
  expect(next.lines.join('\n')).not.toContain(ZHANG);
});

test.each([
  ['without QUERY_URL', { ...READY, QUERY_URL: '' }, ['zhang'], /^QUERY_URL in \.env is empty/],
  [
    'over http',
    { ...READY, QUERY_URL: 'http://robots.example.com' },
    ['zhang'],
    /^QUERY_URL must start with https/,
  ],
  ['of nobody', { ...READY, OPERATOR_TOKENS: '' }, ['--all'], /^OPERATOR_TOKENS in \.env is empty/],
  [
    'of a list that is wrong',
    { ...READY, OPERATOR_TOKENS: 'zhang:x' },
    ['zhang'],
    /^OPERATOR_TOKENS must be tokens of/,
  ],
])('There is no link %s', async (_name, settings, args, message) => {
  const { code, lines } = await show(args, settings);
  expect(code).toMatch(message);
  expect(lines.join('\n')).not.toContain('#operator=');
});

test('Another file of settings is read instead of .env, and named where something is to be put', async () => {
  await writeFile(
    path.join(workspace.folder, '.env.test'),
    `QUERY_URL=https://test.example.com\nOPERATOR_TOKENS=li:${ZHANG}\n`,
  );
  const known = await show(['--env-file', '.env.test', 'li']);
  expect(known.lines).toContain(`https://test.example.com/#operator=${ZHANG}`);
  const { lines } = await show(['--env-file', '.env.test', 'zhang']);
  expect(lines.join('\n')).toMatch(
    /in \.env\.test, with its comma[^]*npm run deploy -- --env-file \.env\.test/,
  );
});

test('On this machine http is good enough', async () => {
  const { lines } = await show(['zhang'], { ...READY, QUERY_URL: 'http://127.0.0.1:9000/query-robot-tasks' });
  expect(lines).toContain(`http://127.0.0.1:9000/query-robot-tasks/#operator=${ZHANG}`);
});

test('Where the code is wider than the terminal, that is said instead of a broken one', async () => {
  const { code, lines } = await show(['zhang'], READY, 40);
  expect(code).toBe(0);
  expect(lines.filter(isOfCode)).toEqual([]);
  expect(lines.join('\n')).toContain('Its QR code takes 41 columns, and this terminal has 40');
});

test.each([
  ['no name', []],
  ['a name and --all', ['zhang', '--all']],
  ['what is no name', ['a.b']],
  ['two names', ['zhang', 'li']],
  ['an unknown option', ['zhang', '--print']],
])('It refuses %s with its usage', async (_name, args) => {
  const { code, lines } = await show(args);
  expect(code).toContain('npm run operator -- [options] <name>');
  expect(lines).toEqual([]);
});

test('Nothing goes into a pipe or a file', async () => {
  await workspace.writeEnv(READY);
  const { code, output } = await workspace.run('operator', ['zhang'], {});
  expect({ code, output }).toEqual({
    code: 1,
    output: 'The link is a token, and is printed to a terminal only: not to a file, a pipe or a log.\n',
  });
});
