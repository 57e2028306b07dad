/** `npm start`: runs the function set on this machine. See `npm start -- --help`. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startDemo } from './demo';
import { startLive } from './live';
import type { Running } from './start';
import { createTerminal } from './terminal';

const HELP = `npm start [-- options]

Runs the function set of s.yaml on this machine, with a simulated upstream and an inbox for the alerts.

  --live       use the real API and the real channels, with the settings and keys of the environment or .env
  --port <n>   port of the HTTP endpoint (default 9000; 0 = any free one)
  --help       show this`;

const DEFAULT_PORT = '9000';

interface Flags {
  readonly live: boolean;
  readonly port: number;
  readonly help: boolean;
}

/** Throws a sentence for what is not understood. */
function readFlags(args: string[]): Flags {
  const { values } = parseArgs({
    args,
    options: {
      live: { type: 'boolean', default: false },
      port: { type: 'string', default: DEFAULT_PORT },
      help: { type: 'boolean', default: false },
    },
  });
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : NaN;
  if (!(port <= 65_535)) throw new Error('--port takes a number from 0 to 65535.');
  return { live: values.live, port, help: values.help };
}

async function main(): Promise<void> {
  let flags: Flags;
  try {
    flags = readFlags(process.argv.slice(2));
  } catch (error) {
    fail(`${(error as Error).message}\n\n${HELP}`, 2);
    return;
  }
  if (flags.help) {
    console.log(HELP);
    return;
  }
  const running = endOnSignal();
  const start = flags.live ? startLive : startDemo;
  try {
    running.is(
      await start({
        specFile: path.join(__dirname, '..', 's.yaml'),
        port: flags.port,
        shell: process.env,
        terminal: createTerminal({
          write: (text) => process.stdout.write(text),
          isTerminal: process.stdout.isTTY,
          isColoured: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '',
          width: process.stdout.columns,
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
  console.error(message);
  process.exitCode = exitCode;
}

void main();
