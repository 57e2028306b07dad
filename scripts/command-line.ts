/**
 * How every command of this project reads its options: each knows `--help`, and refuses what it does not know with its
 * usage, before it does anything.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Environment } from '../shared/runtime/environment';
import { printable } from './printable';
import { nodeProblem } from './node-version';
import { widthOf } from './terminal';
import { wrapLines } from './wrap';

type OptionTypes = NonNullable<ParseArgsConfig['options']>;

/** What a command takes. `help` is added to every command's options. */
export interface CommandLine<T extends OptionTypes> {
  /** For people: how the command is called, what it does, and a line for each option. */
  readonly usage: string;
  readonly options: T;
  /** How many arguments it takes that are no options; 0 if absent. */
  readonly positionals?: number;
}

type Values<T extends OptionTypes> = ReturnType<typeof parseArgs<{ options: T; args: string[] }>>['values'];

export interface Options<T extends OptionTypes> {
  readonly values: Values<T>;
  readonly positionals: readonly string[];
}

/** A command that was called wrongly. The message says what is wrong and ends with the command's usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(problem: string, { usage }: { readonly usage: string }) {
    super(`${problem}\n\n${laidOut(usage)}`);
  }
}

/**
 * Null when somebody asked for `--help`: `print` was given the usage then. Throws a UsageError, and an Error on a Node.js
 * that is too old. `env` is the process's own: npm puts there what it took for itself.
 */
export function readOptions<const T extends OptionTypes>(
  args: readonly string[],
  command: CommandLine<T>,
  print: (text: string) => void,
  env: Environment = process.env,
  node = process.versions.node,
): Options<T> | null {
  const problem = nodeProblem(node);
  if (problem !== null) throw new Error(problem);
  const { usage, options, positionals: allowed = 0 } = command;
  const taken = Object.keys(options).find((name) => isTakenByNpm(name, env));
  if (taken !== undefined) {
    throw new UsageError(
      `npm took --${taken} for itself: write -- before it, as in the first line.`,
      command,
    );
  }
  if (isHelpWanted(args)) {
    print(laidOut(usage));
    return null;
  }
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals: allowed > 0,
    });
    if (positionals.length > allowed) {
      throw new Error(`At most ${allowed} argument is taken, and there are ${positionals.length}.`);
    }
    return { values, positionals };
  } catch (error) {
    throw new UsageError(firstSentence((error as Error).message), command);
  }
}

/** Columns that every terminal has. */
const USUAL_WIDTH = 80;

/** A usage as it is read at the terminal's width, and at the usual one where it is wider or no terminal. */
function laidOut(usage: string): string {
  // A paragraph is written as it fits into the source.
  const paragraphs = usage.replace(/(?<=\n\S.*)\n(?=\S)/g, ' ');
  return wrapLines(paragraphs, Math.min(widthOf(process.stdout), USUAL_WIDTH));
}

/**
 * `npm run deploy --check` is a deploy without a check: npm takes every option before `--` as a setting of its own, and
 * hands it on in a variable. `yes` is one that many have set for good.
 */
function isTakenByNpm(option: string, env: Environment): boolean {
  return option !== 'yes' && (env[`npm_config_${option.replaceAll('-', '_')}`] ?? '') !== '';
}

/** Also beside what is not understood: whoever asks for help needs it then. */
function isHelpWanted(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
}

/** Node.js goes on with how to give an argument that begins with a hyphen, which none here does. */
function firstSentence(message: string): string {
  return `${message.split(/\. |\.$/)[0] ?? ''}.`.replace('..', '.');
}

/**
 * Runs a command's main function and sets the exit code: what it resolves to, 2 when the command was called wrongly, or 1
 * after printing why it failed.
 */
export function runCommand(main: () => Promise<number>): void {
  const started = Promise.resolve().then(main);
  started.then(
    (code) => {
      process.exitCode = code;
      endSoon();
    },
    (error: unknown) => {
      printError(error instanceof Error ? error.message : String(error));
      process.exitCode = error instanceof UsageError ? 2 : 1;
      endSoon();
    },
  );
}

/** Why a command ends, for people. */
export function printError(message: string): void {
  console.error(wrapLines(printable(message), widthOf(process.stderr)));
}

/** Long enough for what is printed to leave. */
const GRACE_MS = 1000;

/** All is said: a connection on which somebody still owes an answer is no reason to stay. */
function endSoon(): void {
  setTimeout(() => process.exit(), GRACE_MS).unref();
}
