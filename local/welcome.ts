import { wrapCommand } from '../scripts/wrap';
import type { FunctionSpec } from './host/spec/spec';

export interface WelcomeOptions {
  readonly title: string;
  /** What else is to be known, a line each. */
  readonly notes: readonly string[];
  /** The host's address, without a slash at its end. */
  readonly url: string;
  readonly functions: readonly FunctionSpec[];
  readonly commands: readonly Command[];
  /** Columns that a command may take before it goes on in the next line; default: as many as it needs. */
  readonly width?: number;
}

/** A line to paste into a shell, and what it is for. */
export interface Command {
  readonly purpose: string;
  readonly line: string;
}

/** What runs where, and what to do with it: shown when the host has started, and at its `/`. */
export function welcome({
  title,
  notes,
  url,
  functions,
  commands,
  width: columns = Infinity,
}: WelcomeOptions): string {
  const rows = functions.flatMap((spec) =>
    spec.triggers.map((trigger): [string, string] =>
      trigger.type === 'http'
        ? [`${url}/${spec.name}/`, `HTTP, ${describeAuth(trigger.authType)}`]
        : [spec.name, trigger.enabled ? `timer, ${trigger.cronExpression}` : 'timer, switched off'],
    ),
  );
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    title,
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `  ${note}`)]),
    '',
    ...rows.map(([name, what]) => `  ${name.padEnd(width)}  ${what}`),
    '',
    ...commands.flatMap(({ purpose, line }) => [
      `  # ${purpose}`,
      ...wrapCommand(line, columns - 2).map((part) => `  ${part}`),
    ]),
    '',
    'Ctrl-C ends it all.',
  ].join('\n');
}

function describeAuth(authType: string): string {
  return authType === 'anonymous'
    ? 'the function checks the token'
    : `the gateway checks (authType ${authType})`;
}
