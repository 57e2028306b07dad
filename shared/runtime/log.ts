import { writeSync } from 'node:fs';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Writes one line: `fields` (an error is best called `err`), and a message for people. Never throws. */
type Log = (fields: object, message: string) => void;

/** The levels that are written at. */
export type Logger = Readonly<Record<'debug' | 'info' | 'warn' | 'error', Log>>;

/**
 * One JSON object a line on standard output, where Function Compute picks it up for SLS. Lines are written
 * synchronously: a frozen instance would keep a buffered one for itself.
 *
 * `secrets` is asked at every line for the values that must not appear in it; where one occurs, whatever it got in by,
 * `***` stands instead. That is the second line of defence: no code logs a secret on purpose.
 *
 * pino would do this as well, for 64 kB and a third of the CPU time of a bare Node process at every cold start.
 */
export function createLogger(
  level: LogLevel,
  secrets: () => Iterable<string>,
  write: (line: string) => void = writeLine,
): Logger {
  const logAt =
    (name: LogLevel): Log =>
    (fields, message) => {
      if (LOG_LEVELS.indexOf(name) < LOG_LEVELS.indexOf(level)) return;
      const head = { level: name, time: new Date().toISOString() };
      const line = toJson({ ...head, ...fields, ...head, msg: message });
      write(maskSecrets(line, secrets()));
    };
  return { debug: logAt('debug'), info: logAt('info'), warn: logAt('warn'), error: logAt('error') };
}

function toJson(line: Readonly<Record<'level' | 'time' | 'msg', string>>): string {
  try {
    return JSON.stringify(line, function (this: Record<string, unknown>, key, value: unknown) {
      // Not `value`: an error with a toJSON of its own would come as what it says of itself.
      const raw = this[key];
      return raw instanceof Error ? plain(raw) : value;
    });
  } catch {
    // A circle, a bigint, or a getter that throws: better a line without its fields than none.
    const { level, time, msg } = line;
    return JSON.stringify({ level, time, msg });
  }
}

/** What a person needs of an error, and nothing that a vendor hung on it: its request with its headers, or its URL as the cause. */
function plain({ name, message, stack }: Error) {
  return { name, message, stack };
}

const STANDARD_OUTPUT = 1;
const PAUSE_MS = 5;
const MOST_PAUSES = 200;

/** Waits for a full pipe as long as a second. */
function writeLine(line: string): void {
  let rest = Buffer.from(`${line}\n`);
  for (let pauses = 0; rest.length > 0 && pauses < MOST_PAUSES;) {
    try {
      rest = rest.subarray(writeSync(STANDARD_OUTPUT, rest));
    } catch (error) {
      // A full pipe is emptied soon. Any other error is beyond help, and no call may fail because of its log.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      pauses += 1;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

/** Replaces each secret in `text`, as it is and as JSON or a URL would write it, by `***`. */
export function maskSecrets(text: string, secrets: Iterable<string>): string {
  const forms = new Set([...secrets].flatMap((secret) => (secret === '' ? [] : formsOf(secret))));
  // The longest first: a secret that begins another one must not leave the other's rest readable.
  return [...forms]
    .sort((a, b) => b.length - a.length)
    .reduce((masked, form) => masked.replaceAll(form, '***'), text);
}

function formsOf(secret: string): string[] {
  // Half a character (a lone surrogate) cannot stand in a URL: encoding it would throw.
  const wellFormed = secret.replace(/[\uD800-\uDFFF]/gu, '\uFFFD');
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(wellFormed)];
}
