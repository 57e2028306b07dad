import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { scripts } from '../../package.json';
import { readOptions, UsageError } from '../../scripts/command-line';
import { bundleOfCommand } from '../stand-ins/commands';

const ROOT = path.join(__dirname, '../..');
const COMMAND = {
  usage: 'npm run example',
  options: { only: { type: 'string' }, yes: { type: 'boolean', default: false } },
  positionals: 1,
} as const;

function read(...args: string[]) {
  const printed: string[] = [];
  const options = readOptions(args, COMMAND, (text) => printed.push(text));
  return { options, printed };
}

test('Options and arguments are read', () => {
  expect(read('--only', 'this', 'there').options).toEqual({
    values: { only: 'this', yes: false },
    positionals: ['there'],
  });
});

test.each([['--help'], ['-h'], ['--yes', '--help'], ['--unknown', '--help']])(
  '%s %s shows the usage and nothing is done',
  (...args) => {
    expect(read(...args)).toEqual({ options: null, printed: [COMMAND.usage] });
  },
);

test.each([
  { args: ['--force'], says: "Unknown option '--force'." },
  { args: ['--onyl=x'], says: "Unknown option '--onyl'." },
  { args: ['--only'], says: "Option '--only <value>' argument missing." },
  { args: ['--yes=no'], says: "Option '--yes' does not take an argument." },
  { args: ['here', 'there'], says: 'At most 1 argument is taken, and there are 2.' },
])('$args is refused with the usage', ({ args, says }) => {
  expect(() => read(...args)).toThrow(new UsageError(says, COMMAND));
});

test('A usage is no wider than any terminal, and no word of it is broken', () => {
  const words = Array.from({ length: 40 }, (_unused, index) => `word-${index}`).join(' ');
  const usage = `npm run example\n\n${words}\n${words}\n\n  --only <this>  ${words}`;
  const { message } = new UsageError('Wrong.', { usage });
  expect(message.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(message.split(/\s+/)).toEqual(`Wrong. ${usage}`.split(/\s+/));
});

test.each(['true', 'x'])('An option that npm took for itself is not passed over in silence: %s', (value) => {
  const taken = { npm_config_only: value };
  expect(() => readOptions([], COMMAND, () => undefined, taken)).toThrow(
    new UsageError('npm took --only for itself: write -- before it, as in the first line.', COMMAND),
  );
});

test('A setting of npm that many have is none of ours', () => {
  const usual = { npm_config_yes: 'true', npm_config_only: '' };
  expect(readOptions([], COMMAND, () => undefined, usual)).not.toBeNull();
});

test.each(['16.20.2', '18.20.8', '20.18.3', '21.7.3', '22.11.0', '23.11.1'])(
  'Node.js %s is told that it is too old, before anything is done',
  (node) => {
    expect(() => readOptions(['--help'], COMMAND, () => undefined, {}, node)).toThrow(
      new Error(`This is Node.js ${node}, and 20.19, 22.12, 24 or newer is needed: see https://nodejs.org.`),
    );
  },
);

test.each(['20.19.0', '20.20.2', '22.12.0', '24.0.0', '26.12.1'])('Node.js %s is taken', (node) => {
  expect(readOptions([], COMMAND, () => undefined, {}, node)).not.toBeNull();
});

/** What npm runs for each script of ours; the others are tools of other people. */
const ours = Object.entries(scripts).filter(([, command]) => command.startsWith('node '));

test('Every script that runs a file of this project is looked at', () => {
  expect(ours.map(([name]) => name)).toEqual(
    expect.arrayContaining([
      'start',
      'build',
      'bench',
      'soak',
      'bootstrap',
      'deploy',
      'smoke',
      'test-channels',
    ]),
  );
});

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
  });
  return { status, stdout, stderr };
}

describe.each(ours)('npm run %s', (name, command) => {
  const called = name === 'start' ? 'npm start' : `npm run ${name}`;
  const bundle = bundleOfCommand(command.split(' ').at(-1) ?? '');

  test('knows --help', () => {
    const { status, stdout, stderr } = run(bundle, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.startsWith(called)).toBe(true);
    expect(stdout).toMatch(/^ {2}--help /m);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('refuses what it does not know with its usage', () => {
    const { status, stdout, stderr } = run(bundle, '--no-such-option');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.split('\n')[0]).toBe("Unknown option '--no-such-option'.");
    expect(stderr).toContain(called);
    expect(stderr.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

test('What npm runs runs the file itself', () => {
  for (const [, command] of ours) expect(command).toMatch(/^node --import tsx (-- )?(\w|-|\/)+\.ts$/);
  const options = run(...scripts.operator.split(' ').slice(1), '--help');
  expect(options).toMatchObject({ status: 0, stderr: '' });
  expect(options.stdout).toContain('npm run operator');
});
