import type { Environment } from '../../shared/runtime/environment';
import type { DeclaredFunction, FunctionSet } from '../function-set';
import type { Terminal } from '../terminal';
import type { Account } from './account';
import { tellFailure } from './report';
import { secretsOf } from './secrets';
import type { RunServerlessDevs } from './serverless-devs';

/** One call of `npm run deploy` that has its keys: what each of its steps works with. */
export interface Deployment {
  readonly functionSet: FunctionSet;
  readonly account: Account;
  /** The person's own environment. */
  readonly env: Environment;
  readonly terminal: Terminal;
  readonly runServerlessDevs: RunServerlessDevs;
}

/** What Serverless Devs made of a command. */
export interface Outcome {
  readonly exitCode: number;
  /** Prints what it said last, without secrets. */
  printLastWords(): void;
}

/** Runs Serverless Devs with the account's keys. Nothing of what it says is shown. */
export async function serverlessDevs(deployment: Deployment, args: readonly string[]): Promise<Outcome> {
  const { functionSet, account, env, terminal, runServerlessDevs } = deployment;
  const { exitCode, output } = await runServerlessDevs([...args, ...account.access], {
    ...env,
    ...account.key,
  });
  return {
    exitCode,
    printLastWords() {
      const secrets = [...account.secrets, ...functionSet.functions.flatMap(secretsOf)];
      for (const line of tellFailure(output, secrets)) terminal.print(`  ${line}`);
    },
  };
}

export function namesOf(functions: readonly DeclaredFunction[]): string {
  return `${functions.map(({ name }) => name).join(' and ')} in ${functions[0]?.region ?? ''}`;
}
