/** Reads what the check needs to know, and says what it found. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from '../../shared/runtime/environment';
import { certificateEnd, readDomain } from './domain';
import { defaultEnvFile, differences, type EnvFile } from '../env-file';
import { readFunctionSet, type FunctionSet } from '../function-set';
import type { Terminal } from '../terminal';
import { checkSettings, type Findings } from './check';
import { knownVariables, withoutReplacements } from './written';

const EXAMPLE = path.join(__dirname, '../../.env.example');

export interface CheckedSettings extends Findings {
  readonly functionSet: FunctionSet;
  /** The names of the settings that are in effect because the shell sets them. */
  readonly fromShell: readonly string[];
  /** When the certificate in the files of QUERY_DOMAIN_CERTIFICATE ends, epoch milliseconds; null where that is not known. */
  readonly certificateEndsAt: number | null;
}

export interface ReadOptions {
  /** Whether QUERY_DOMAIN is to be deployed, too. */
  readonly needsDomain?: boolean;
  /** `.env` if absent. */
  readonly envFile?: EnvFile;
}

/**
 * Resolves `folder`/s.yaml and checks the settings without network. `shell` is the person's own environment. Throws an Error
 * for people when s.yaml itself is broken, and when the shell says something else than a file that was asked for.
 */
export async function readSettings(
  folder: string,
  shell: Environment,
  { needsDomain = false, envFile = defaultEnvFile(folder) }: ReadOptions = {},
): Promise<CheckedSettings> {
  const explained = knownVariables(await readFile(EXAMPLE, 'utf8'));
  const functionSet = await readFunctionSet(folder, withoutReplacements(shell, explained), envFile);
  const known = [...new Set([...explained, ...functionSet.asked])];
  refuseDifferences(functionSet, shell, known);
  const wanted = { files: await readNamedFiles(folder, functionSet), needsDomain, now: Date.now() };
  const othersCanRead = await canOthersRead(envFile.path);
  const findings = checkSettings({ functionSet, shell, known, othersCanRead, ...wanted });
  const certificateEndsAt = certificateEnd(functionSet.variables, wanted);
  const fromShell = settingsOf(shell, functionSet, known);
  return { functionSet, fromShell, certificateEndsAt, ...findings };
}

/** With a file that was asked for, nothing of another deployment may come from the shell unseen. */
function refuseDifferences(
  { envFile, dotenv }: FunctionSet,
  shell: Environment,
  known: readonly string[],
): void {
  const differing = envFile.shellWins ? [] : differences(dotenv ?? {}, shell, known);
  if (differing.length === 0) return;
  throw new Error(
    `This shell sets something else than ${envFile.name}: ${differing.join(', ')}. Unset ${differing.length === 1 ? 'it' : 'them'} (\`unset ${differing.join(' ')}\`), or let the shell win: --shell-wins`,
  );
}

/** Keys are told by themselves. An empty variable is none, unless it takes away what the file says. */
function settingsOf(shell: Environment, { dotenv }: FunctionSet, known: readonly string[]): string[] {
  return known.filter(
    (name) =>
      !name.startsWith('ALIBABA_CLOUD_') &&
      shell[name] !== undefined &&
      shell[name] !== (dotenv?.[name] ?? ''),
  );
}

/** Prints each finding on a line of its own. Returns whether the settings are in order. */
export function printFindings({ problems, notes }: Findings, { print }: Pick<Terminal, 'print'>): boolean {
  for (const note of notes) print(`Note: ${note}`);
  for (const problem of problems) print(`✗ ${problem}`);
  return problems.length === 0;
}

/** What to do about problems that readSettings has printed. */
export function whereSettingsAre({ envFile }: FunctionSet): string {
  return `The settings are in ${envFile.name}; .env.example explains each.`;
}

async function readNamedFiles(folder: string, { variables }: FunctionSet): Promise<Map<string, string>> {
  const { certificate, privateKey } = readDomain(variables).domain?.files ?? {};
  const texts = new Map<string, string>();
  for (const name of [certificate, privateKey]) {
    if (name === undefined) continue;
    const text = await readFile(path.resolve(folder, name), 'utf8').catch(() => null);
    if (text !== null) texts.set(name, text);
  }
  return texts;
}

/** False on Windows, whose modes say nothing. */
async function canOthersRead(file: string): Promise<boolean> {
  if (process.platform === 'win32') return false;
  const found = await stat(file).catch(() => null);
  return found !== null && (found.mode & 0o044) !== 0;
}
