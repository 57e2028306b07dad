/** `npm start`: runs the function set on this machine. See `npm start -- --help`. */
import path from 'node:path';
import { printError, readOptions, UsageError } from '../scripts/command-line';
import { chooseEnvFile, ENV_FILE_OPTIONS, envFileUsage, type EnvFileValues } from '../scripts/env-file';
import { SOURCES, type Source } from '../shared/robot-task';
import { startDemo } from './demo';
import { INBOX_TYPES, type InboxType } from './inbox/robot';
import { startLive } from './live';
import type { Running } from './start';
import { widthOf } from '../scripts/terminal';
import { createTerminal } from './terminal';

const COMMAND = {
  usage: `npm start [-- options]

Runs the function set of s.yaml on this machine, with a simulated upstream and an inbox for the alerts.

  --live            use the real API and the real channels, with the settings and keys of the environment or .env
  --port <n>        port of the HTTP endpoint (default 9000; 0 = any free one)
  --channels <list>
                    who is told: ${INBOX_TYPES.join(', ')}
                    (default dingtalk,feishu)
  --alertmanager <url>
                    a real Alertmanager that is told as well, such as http://127.0.0.1:9093
  --source <name>   whose API is simulated: dyvms, or aiccs, where the voice robot moved (default dyvms)
${envFileUsage(18)}
  --help            show this`,
  options: {
    live: { type: 'boolean', default: false },
    port: { type: 'string', default: '9000' },
    source: { type: 'string' },
    channels: { type: 'string' },
    alertmanager: { type: 'string' },
    ...ENV_FILE_OPTIONS,
  },
} as const;

const ROOT = path.join(__dirname, '..');

interface Flags {
  readonly live: boolean;
  readonly port: number;
  readonly source: Source;
  readonly channels: readonly InboxType[];
  readonly alertmanager: string | undefined;
  readonly settings: EnvFileValues;
}

/** Null when help was wanted and shown. Throws a UsageError for what is not understood. */
function readFlags(args: readonly string[]): Flags | null {
  refuseWhatNpmTook(process.env);
  const options = readOptions(args, COMMAND, console.log);
  if (options === null) return null;
  const { values } = options;
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : NaN;
  if (!(port <= 65_535)) throw new UsageError('--port takes a number from 0 to 65535.', COMMAND);
  if (values.live && values.source !== undefined)
    throw new UsageError('With --live the source is what TASK_SOURCE says: leave --source out.', COMMAND);
  const source = SOURCES.find((known) => known === (values.source ?? 'dyvms'));
  if (source === undefined) throw new UsageError(`--source takes one of ${SOURCES.join(', ')}.`, COMMAND);
  const told = (['channels', 'alertmanager'] as const).find((name) => values[name] !== undefined);
  if (values.live && told !== undefined)
    throw new UsageError(
      `With --live the channels are those of ALERT_CHANNELS: leave --${told} out.`,
      COMMAND,
    );
  if (!values.live && (values['env-file'] !== undefined || values['shell-wins']))
    throw new UsageError(
      '--env-file goes with --live: the demonstration reads no settings of yours.',
      COMMAND,
    );
  if (values.alertmanager !== undefined && !isHttpUrl(values.alertmanager))
    throw new UsageError('--alertmanager takes a URL such as http://127.0.0.1:9093.', COMMAND);
  const channels = parseChannels(values.channels);
  if (values.alertmanager !== undefined && channels.includes('alertmanager'))
    throw new UsageError(
      '--alertmanager takes the place of alertmanager in --channels: leave one out.',
      COMMAND,
    );
  return { live: values.live, port, source, channels, alertmanager: values.alertmanager, settings: values };
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** What npm keeps for itself when `--` is left out, as in `npm start --live`: it would be passed over in silence. */
function refuseWhatNpmTook(env: NodeJS.ProcessEnv): void {
  const taken = Object.keys(COMMAND.options).find((name) => env[`npm_config_${name}`] !== undefined);
  if (taken === undefined) return;
  const value = env[`npm_config_${taken}`] ?? '';
  const option = `--${taken}${value === 'true' ? '' : ` ${value}`}`;
  throw new UsageError(`npm took --${taken} for itself: write npm start -- ${option}`, COMMAND);
}

function parseChannels(text = 'dingtalk,feishu'): InboxType[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const types = names.flatMap((name) => INBOX_TYPES.filter((type) => type === name));
  if (types.length < names.length)
    throw new UsageError(`--channels takes a list of ${INBOX_TYPES.join(', ')}.`, COMMAND);
  return types;
}

async function main(): Promise<void> {
  let flags: Flags | null;
  try {
    flags = readFlags(process.argv.slice(2));
  } catch (error) {
    fail((error as Error).message, 2);
    return;
  }
  if (flags === null) return;
  const running = endOnSignal();
  const start = flags.live ? startLive : startDemo;
  const width = widthOf(process.stdout);
  try {
    running.is(
      await start({
        specFile: path.join(ROOT, 's.yaml'),
        // Loaded only then: whoever asks for help, mistypes an option or has a wrong setting waits for no compiler.
        build: async () => (await import('../scripts/build')).buildFunctions(),
        ...(flags.live ? { envFile: await chooseEnvFile(ROOT, flags.settings) } : {}),
        port: flags.port,
        source: flags.source,
        channels: flags.channels,
        ...(flags.alertmanager === undefined ? {} : { alertmanager: flags.alertmanager }),
        width,
        shell: process.env,
        terminal: createTerminal({
          write: (text) => process.stdout.write(text),
          isTerminal: process.stdout.isTTY,
          isColoured: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '',
          width,
          now: Date.now,
        }),
      }),
    );
  } catch (error) {
    fail((error as Error).message, 1);
  }
}

const PARENT_LOOK_MS = 500;

/** The first Ctrl-C, SIGTERM or SIGHUP ends everything in order; the second one ends this process at once. */
function endOnSignal(): { is(running: Running): void } {
  let running: Running | null = null;
  let ending = false;
  const end = () => {
    if (ending) process.exit(130);
    ending = true;
    if (running === null) process.exit(0);
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        fail(String(error), 1);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  // npm hands a signal to its shell alone, which ends without handing it on: then nobody but init is left above us.
  if (process.env['npm_lifecycle_event'] !== undefined) {
    const parent = process.ppid;
    const look = setInterval(() => {
      if (ending || process.ppid === parent) return;
      clearInterval(look);
      end();
    }, PARENT_LOOK_MS);
    look.unref();
  }
  // Whoever read our output has left, as in `npm start | head`.
  process.stdout.on('error', end);
  return {
    is(started) {
      running = started;
    },
  };
}

function fail(message: string, exitCode: number): void {
  printError(message);
  process.exitCode = exitCode;
}

void main();
