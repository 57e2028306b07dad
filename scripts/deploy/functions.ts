import { saying } from '../waiting';
import { command } from '../env-file';
import { changesOf, type DeployedFunction } from './changes';
import { findDeployed, isDeployed, urlOf } from './deployed';
import { namesOf, serverlessDevs, type Deployment, type Outcome } from './deployment';

export interface Deployed {
  readonly exitCode: number;
  /** Where the query function answers; null when that is not known. */
  readonly url: string | null;
}

/** What is there before a deploy, by name; a function that nobody can look at is missing. */
export type Before = ReadonlyMap<string, DeployedFunction | null>;

/** Looks at what is there, and says what a deploy changes of it. Never rejects. */
export async function sayWhatChanges(deployment: Deployment): Promise<Before> {
  const { functionSet, terminal } = deployment;
  const before = await look(deployment);
  terminal.print('What changes:');
  for (const declared of functionSet.functions) {
    const { name } = declared;
    const found = before.get(name);
    if (found === undefined) continue;
    const { lines, notes } = changesOf(declared, found);
    for (const line of lines) terminal.print(`  ${name}: ${line}.`);
    if (lines.length === 0) terminal.print(`  ${name}: nothing but its code, where that differs.`);
    for (const note of notes) terminal.print(`Note: ${note}`);
  }
  return before;
}

async function look({ functionSet, account, terminal }: Deployment): Promise<Before> {
  const { callApi, service } = account;
  const found = new Map<string, DeployedFunction | null>();
  await saying(terminal, `Function Compute (${service.endpoint.host})`, async () => {
    for (const { name } of functionSet.functions) {
      try {
        found.set(name, await findDeployed(callApi, service, name));
      } catch (error) {
        terminal.print(`Note: what is there of ${name} cannot be looked at. ${(error as Error).message}`);
      }
    }
  });
  return found;
}

/** Deploys both functions. */
export async function deployFunctions(deployment: Deployment, before: Before): Promise<Deployed> {
  const { functionSet, account, terminal } = deployment;
  const { functions } = functionSet;
  terminal.print(`Deploying ${namesOf(functions)} with Serverless Devs. This takes a minute or two.`);
  // Its pre-deploy actions would check and build the same again, once for each function.
  const deployed = await serverlessDevs(deployment, ['deploy', '--assume-yes', '--skip-actions']);
  if (deployed.exitCode !== 0) {
    await sayWhatIsDone(deployment, before, deployed);
    return { exitCode: deployed.exitCode, url: null };
  }
  for (const { name, region } of functions) terminal.print(`✓ ${name} is deployed in ${region}.`);
  const [query] = functions.filter(({ authTypes }) => authTypes.length > 0);
  const { callApi, service } = account;
  const url =
    query === undefined
      ? null
      : await saying(terminal, 'Function Compute', () => urlOf(callApi, service, query.name)).catch(
          () => null,
        );
  terminal.print(
    url === null
      ? `Its URL stands in the Function Compute console, at the HTTP trigger of ${query?.name ?? 'the function'}.`
      : `It answers at ${url}`,
  );
  return { exitCode: 0, url };
}

/** What it said last, what is there of what should be, and what to do next. */
async function sayWhatIsDone(deployment: Deployment, before: Before, outcome: Outcome): Promise<void> {
  const { functionSet, terminal, envFile } = deployment;
  outcome.printLastWords();
  const again = command('deploy', envFile);
  if (outcome.wasInterrupted) {
    terminal.print(`Interrupted: what was done so far is kept. ${again} does the rest.`);
    return;
  }
  const after = await look(deployment);
  const isThere = functionSet.functions.some(({ name }) => (after.get(name) ?? null) !== null);
  terminal.print(
    isThere
      ? '✗ Serverless Devs did not deploy all of it. What it said last stands above, without your secrets. What is there now:'
      : '✗ Serverless Devs did not deploy anything. What it said last stands above, without your secrets.',
  );
  for (const declared of isThere ? functionSet.functions : []) {
    const { name } = declared;
    const found = after.get(name);
    if (found === undefined) continue;
    if (found === null) {
      terminal.print(`  ✗ ${name}: it is not there.`);
      continue;
    }
    const { lines } = changesOf(declared, found);
    for (const line of lines) terminal.print(`  ✗ ${name}: ${line}.`);
    const isNew = (before.get(name) ?? null) === null;
    if (lines.length > 0) continue;
    terminal.print(
      isNew
        ? `  ✓ ${name}: it is there, as s.yaml says.`
        : `  ✓ ${name}: it has these settings. Whether it has the new code is not known.`,
    );
  }
  const hint = HINTS.find(({ words }) => words.test(outcome.output));
  terminal.print(hint === undefined ? `When the cause is removed: ${again}` : `${hint.text} Then: ${again}`);
}

/** What is known of how Serverless Devs and Function Compute say it. */
const HINTS: readonly { readonly words: RegExp; readonly text: string }[] = [
  {
    words: /log ?store\b.*\bnot ?exist|LogStoreNotExist/is,
    text: 'A new log store is not ready at once: wait a minute.',
  },
  {
    words: /reserved ?concurrency|ConcurrencyConfig/i,
    text: 'Function Compute keeps instances for a function only as long as all of them together are at most 90 % of those that the region allows: without that, two polls may run at once. Lower another function’s, or ask for more instances.',
  },
  {
    words: /\brole\b.*\bnot exist|EntityNotExist\.Role/is,
    text: 'A role is missing: npm run bootstrap makes it.',
  },
];

/** Removes both functions, and asks Function Compute whether they are gone. Resolves to the exit code. */
export async function removeFunctions(deployment: Deployment): Promise<number> {
  const { functionSet, account, terminal } = deployment;
  const names = functionSet.functions.map(({ name }) => name);
  const deployedOf = () =>
    saying(terminal, 'Function Compute', async () => {
      const found: string[] = [];
      for (const name of names) {
        if (await isDeployed(account.callApi, account.service, name)) found.push(name);
      }
      return found;
    });
  const before = await deployedOf();
  const removed = await serverlessDevs(deployment, ['remove', '--assume-yes']);
  // It ends well also when it could not remove a thing.
  const left = await deployedOf();
  if (left.length > 0 || removed.exitCode !== 0) {
    removed.printLastWords();
    terminal.print(`✗ Not removed: ${left.length > 0 ? left.join(', ') : 'Serverless Devs failed'}.`);
    return removed.wasInterrupted ? removed.exitCode : 1;
  }
  for (const name of names) {
    terminal.print(before.includes(name) ? `✓ ${name} is removed.` : `${name} was not deployed.`);
  }
  return 0;
}
