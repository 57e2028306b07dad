/** Reads a function's configuration from its environment: every problem is collected, none is thrown one by one. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with one variable. The message never repeats the value: it may be a secret. */
export interface ConfigurationProblem {
  readonly variable: string;
  readonly message: string;
}

/** Thrown with every problem at once, each on a line of its own where one variable has several. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    const said = problems.map(({ variable, message }) => `${variable} ${message}`);
    const hasMistakes = new Set(problems.map(({ variable }) => variable)).size < problems.length;
    super(`The configuration is wrong:${hasMistakes ? `\n${said.join(';\n')}` : ` ${said.join('; ')}`}.`);
    this.problems = problems;
  }
}

/** Several things that are wrong with one value: each completes "<VARIABLE> …" and is told on a line of its own. */
export class Mistakes extends Error {
  override readonly name = 'Mistakes';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('; '));
    this.mistakes = mistakes;
  }
}

/**
 * Parses one variable's value. Throws an Error whose message completes the sentence "<VARIABLE> …", such as
 * "must be a whole number": it is shown to whoever deploys, so it says what to do and never holds the value.
 */
export type ParseVariable<T> = (value: string) => T;

export interface EnvironmentReader {
  /** The parsed value, or `fallback` when the variable is unset or empty, or when it is wrong (then noted as a problem). */
  read<T>(variable: string, parse: ParseVariable<T>, fallback: T): T;
  /** Notes a problem that takes more than one variable to see. */
  problem(variable: string, message: string): void;
  /** Throws a ConfigurationError if there was any problem. */
  check(): void;
}

/** An empty variable counts as unset: Serverless Devs' `${env('X', '')}` gives an empty string for an unset one. */
export function createEnvironmentReader(env: Environment): EnvironmentReader {
  const problems: ConfigurationProblem[] = [];
  return {
    read(variable, parse, fallback) {
      const value = env[variable]?.trim() ?? '';
      if (value === '') return fallback;
      try {
        return parse(value);
      } catch (error) {
        const messages = error instanceof Mistakes ? error.mistakes : [(error as Error).message];
        problems.push(...messages.map((message) => ({ variable, message })));
        return fallback;
      }
    },
    problem(variable, message) {
      problems.push({ variable, message });
    },
    check() {
      if (problems.length > 0) throw new ConfigurationError(problems);
    },
  };
}

/** One of `choices`, letter for letter. */
export function oneOf<const T extends string>(choices: readonly T[]): ParseVariable<T> {
  return (value) => {
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) throw new Error(`must be one of ${choices.join(', ')}`);
    return choice;
  };
}

/** Comma-separated, blanks around each item and empty items dropped. */
export function list(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** An absolute https URL; http is for loopback only, where local stand-ins run. */
export function httpsUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new Error('must be a URL that starts with https://');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new Error('must start with https:// (http:// is accepted for 127.0.0.1 and localhost only)');
  }
  return url;
}

/** An https URL of a host alone, as httpsUrl: where an API is that has no path. */
export function endpointUrl(value: string): URL {
  const url = httpsUrl(value);
  if (url.href !== `${url.origin}/`) {
    throw new Error('must be a host with nothing after it, such as https://dyvmsapi.aliyuncs.com');
  }
  return url;
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
