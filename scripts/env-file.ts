/**
 * Which file holds the settings: `.env`, or the one that `--env-file` names. A deployment is a file, so each command takes
 * these two options.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Environment } from '../shared/runtime/environment';
import type { Terminal } from './terminal';

/** For `options` of a CommandLine. */
export const ENV_FILE_OPTIONS = {
  'env-file': { type: 'string' },
  'shell-wins': { type: 'boolean', default: false },
} as const;

/** For the usage of a CommandLine: a line for each option, as wide as the others begin. */
export function envFileUsage(width: number): string {
  const line = (option: string, text: string) => `  ${option.padEnd(width)}${text}`;
  return [
    line('--env-file <file>', 'read this file instead of .env, and nothing of .env'),
    line('--shell-wins', 'with --env-file: go on where this shell sets something else than the file'),
  ].join('\n');
}

export interface EnvFile {
  /** As the person calls it. */
  readonly name: string;
  readonly path: string;
  /** Whether it was asked for by `--env-file`. */
  readonly isChosen: boolean;
  /** Whether what is set in the shell may differ from what the file says. */
  readonly shellWins: boolean;
}

/** The file that is read where nothing else is asked for. */
export function defaultEnvFile(folder: string): EnvFile {
  return { name: '.env', path: path.join(folder, '.env'), isChosen: false, shellWins: true };
}

/** What the options came to. */
export interface EnvFileValues {
  readonly 'env-file'?: string | undefined;
  readonly 'shell-wins': boolean;
}

/**
 * The file that the options name. `folder` is where s.yaml is. Rejects with an Error for people when the file that was asked
 * for is not there, and when git would commit it.
 */
export async function chooseEnvFile(folder: string, options: EnvFileValues): Promise<EnvFile> {
  const name = options['env-file'];
  const shellWins = options['shell-wins'];
  if (name === undefined && shellWins) {
    throw new Error('--shell-wins goes with --env-file: without it the shell wins as it is.');
  }
  const file =
    name === undefined
      ? defaultEnvFile(folder)
      : { name, path: path.resolve(folder, name), isChosen: true, shellWins };
  if (!existsSync(file.path)) {
    if (!file.isChosen) return file;
    throw new Error(`There is no ${file.name}: run \`cp .env.example ${file.name}\` and fill it in.`);
  }
  if (await wouldBeCommitted(file.path)) {
    throw new Error(
      `Git does not ignore ${file.name}, so a commit would publish its secrets: choose a name such as .env.test, which .gitignore knows, or add it there.`,
    );
  }
  return file;
}

/** No where git knows no repository around the file: then nothing can be committed. */
async function wouldBeCommitted(file: string): Promise<boolean> {
  const answer = await checkIgnore(file);
  if (answer !== 'no git') return answer === 'not ignored';
  // The names that the project's own .gitignore has.
  return !/^\.env(?!\.example$)/.test(path.basename(file));
}

function checkIgnore(file: string): Promise<'ignored' | 'not ignored' | 'no repository' | 'no git'> {
  const args = ['check-ignore', '--quiet', '--', path.basename(file)];
  return new Promise((resolve) => {
    execFile('git', args, { cwd: path.dirname(file), timeout: 10_000 }, (error) => {
      if (error === null) resolve('ignored');
      else if (error.code === 1) resolve('not ignored');
      else resolve(typeof error.code === 'number' ? 'no repository' : 'no git');
    });
  });
}

/** How a person calls one of our commands for the same deployment. */
export function command(
  name: string,
  { name: file, isChosen, shellWins }: EnvFile,
  ...args: readonly string[]
): string {
  const chosen = isChosen ? ['--env-file', file, ...(shellWins ? ['--shell-wins'] : [])] : [];
  const all = [...chosen, ...args];
  return `npm run ${name}${all.length === 0 ? '' : ` -- ${all.join(' ')}`}`;
}

/** Our words as they must be for the deployment: what is advised without the file would be done to another one. */
export function wordsFor(text: string, envFile: EnvFile): string {
  if (!envFile.isChosen) return text;
  return text
    .replace(
      /\bnpm run (deploy|bootstrap|smoke|test-channels)\b(?! -- --env-file)(?: --(?= ))?/g,
      (_, name: string) => command(name, envFile),
    )
    .replace(/(?<![\w./-])\.env(?![\w.-])/g, envFile.name);
}

/** `terminal`, which is given wordsFor. */
export function terminalFor(terminal: Terminal, envFile: EnvFile): Terminal {
  return {
    ...terminal,
    print: (line) => {
      terminal.print(wordsFor(line, envFile));
    },
  };
}

/** The variables with which the person's own keys are given. */
export const KEY_VARIABLES = [
  'ALIBABA_CLOUD_ACCESS_KEY_ID',
  'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  'ALIBABA_CLOUD_SECURITY_TOKEN',
] as const;

/**
 * Of `known`, the names that `shell` sets to something else than `written` does, the file's own values. A key that only the
 * shell has differs from a file that has none of the keys in nothing: many keep no keys in files.
 */
export function differences(written: Environment, shell: Environment, known: readonly string[]): string[] {
  const isSet = (env: Environment, name: string) => (env[name] ?? '') !== '';
  const fileHasKeys = KEY_VARIABLES.some((name) => isSet(written, name));
  return known.filter((name) => {
    if (shell[name] === undefined || shell[name] === (written[name] ?? '')) return false;
    return fileHasKeys || !(KEY_VARIABLES as readonly string[]).includes(name);
  });
}
