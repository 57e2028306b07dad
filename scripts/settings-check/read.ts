/** Reads what the check needs to know, and says what it found. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from '../../shared/runtime/environment';
import { readDomain } from './domain';
import { readFunctionSet, type FunctionSet } from '../function-set';
import type { Terminal } from '../terminal';
import { checkSettings, type Findings } from './check';
import { knownVariables, withoutReplacements } from './written';

const EXAMPLE = path.join(__dirname, '../../.env.example');

export interface CheckedSettings extends Findings {
  readonly functionSet: FunctionSet;
}

/**
 * Resolves `folder`/s.yaml and checks the settings without network. `shell` is the person's own environment;
 * `needsDomain`: whether QUERY_DOMAIN is to be deployed, too. Throws an
 * Error for people when s.yaml itself is broken.
 */
export async function readSettings(
  folder: string,
  shell: Environment,
  needsDomain = false,
): Promise<CheckedSettings> {
  const known = knownVariables(await readFile(EXAMPLE, 'utf8'));
  const functionSet = await readFunctionSet(folder, withoutReplacements(shell, known));
  const findings = checkSettings({
    functionSet,
    shell,
    known,
    othersCanRead: await canOthersRead(path.join(folder, '.env')),
    files: await readNamedFiles(folder, functionSet),
    needsDomain,
    now: Date.now(),
  });
  return { functionSet, ...findings };
}

/** Prints each finding on a line of its own. Returns whether the settings are in order. */
export function printFindings({ problems, notes }: Findings, { print }: Pick<Terminal, 'print'>): boolean {
  for (const note of notes) print(`Note: ${note}`);
  for (const problem of problems) print(`✗ ${problem}`);
  return problems.length === 0;
}

/** What to do about problems that readSettings has printed. */
export const WHERE_SETTINGS_ARE = 'The settings are in .env; .env.example explains each.';

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
