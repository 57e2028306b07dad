import { destination, pino, type Logger } from 'pino';

export type { Logger };

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * One JSON object a line on standard output, where Function Compute picks it up for SLS. Lines are written
 * synchronously: a frozen instance would keep a buffered one for itself.
 *
 * `secrets` is asked at every line for the values that must not appear in it; where one occurs, whatever it got in by,
 * `***` stands instead. That is the second line of defence: no code logs a secret on purpose.
 */
export function createLogger(level: LogLevel, secrets: () => Iterable<string>): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => maskSecrets(line, secrets()) },
    },
    destination({ dest: 1, sync: true }),
  );
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
  const wellFormed = secret.replace(/\p{Surrogate}/gu, '\uFFFD');
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(wellFormed)];
}
