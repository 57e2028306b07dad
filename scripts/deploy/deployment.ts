import type { Environment } from '../../shared/runtime/environment';
import type { EnvFile } from '../env-file';
import type { DeclaredFunction, FunctionSet } from '../function-set';
import type { Terminal } from '../terminal';
import { saying } from '../waiting';
import type { Account } from './account';
import { tellFailure } from './report';
import { secretsOf } from './secrets';
import type { RunServerlessDevs } from './serverless-devs';

/** One call of `npm run deploy` that has its keys: what each of its steps works with. */
export interface Deployment {
  readonly functionSet: FunctionSet;
  readonly account: Account;
  /** Where s.yaml is. */
  readonly folder: string;
  readonly envFile: EnvFile;
  /** The person's own environment. */
  readonly env: Environment;
  readonly terminal: Terminal;
  readonly runServerlessDevs: RunServerlessDevs;
}

/** What Serverless Devs made of a command. */
export interface Outcome {
  readonly exitCode: number;
  /** Whether a person, or who runs this, ended it. */
  readonly wasInterrupted: boolean;
  /** With secrets. */
  readonly output: string;
  /** Prints what it said last, without secrets. */
  printLastWords(): void;
}

/** From here on a program's exit code says which signal ended it. */
const FIRST_OF_SIGNALS = 129;

/** Runs Serverless Devs with the account's keys. Nothing of what it says is shown. */
export async function serverlessDevs(deployment: Deployment, args: readonly string[]): Promise<Outcome> {
  const { functionSet, account, env, terminal, runServerlessDevs, folder, envFile } = deployment;
  const { exitCode, output, ended } = await saying(terminal, `Serverless Devs (s ${args[0] ?? ''})`, () =>
    runServerlessDevs(
      [...args, ...account.access],
      { ...settingsOf(functionSet), ...env, ...account.key },
      { folder, envFile },
    ),
  );
  return {
    exitCode,
    wasInterrupted: ended !== undefined && exitCode >= FIRST_OF_SIGNALS,
    output,
    printLastWords() {
      const secrets = [...account.secrets, ...functionSet.functions.flatMap(secretsOf)];
      for (const line of tellFailure(output, secrets)) terminal.print(`  ${line}`);
      if (ended !== undefined) terminal.print(`✗ ${ended}`);
    },
  };
}

/** What was checked, so that it is what is deployed, whichever file Serverless Devs may read: a variable that is set wins. */
function settingsOf({ asked, variables }: FunctionSet): Environment {
  return Object.fromEntries([...asked].map((name) => [name, variables[name] ?? '']));
}

export function namesOf(functions: readonly DeclaredFunction[]): string {
  return `${functions.map(({ name }) => name).join(' and ')} in ${functions[0]?.region ?? ''}`;
}
