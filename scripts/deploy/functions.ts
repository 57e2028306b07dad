import { isDeployed, urlOf } from './deployed';
import { namesOf, serverlessDevs, type Deployment } from './deployment';

export interface Deployed {
  readonly exitCode: number;
  /** Where the query function answers; null when that is not known. */
  readonly url: string | null;
}

/** Deploys both functions. */
export async function deployFunctions(deployment: Deployment): Promise<Deployed> {
  const { functionSet, account, terminal } = deployment;
  const { functions } = functionSet;
  terminal.print(`Deploying ${namesOf(functions)} with Serverless Devs. This takes a minute or two.`);
  // Its pre-deploy actions would check and build the same again, once for each function.
  const deployed = await serverlessDevs(deployment, ['deploy', '--assume-yes', '--skip-actions']);
  if (deployed.exitCode !== 0) {
    deployed.printLastWords();
    terminal.print(
      '✗ Serverless Devs did not deploy. What it said last stands above, without your secrets. If a role does not exist: npm run bootstrap.',
    );
    return { exitCode: deployed.exitCode, url: null };
  }
  for (const { name, region } of functions) terminal.print(`✓ ${name} is deployed in ${region}.`);
  const [query] = functions.filter(({ authTypes }) => authTypes.length > 0);
  const { callApi, service } = account;
  const url = query === undefined ? null : await urlOf(callApi, service, query.name).catch(() => null);
  terminal.print(
    url === null
      ? 'Its URL stands in the Function Compute console, at the HTTP trigger of query-robot-tasks.'
      : `It answers at ${url}`,
  );
  return { exitCode: 0, url };
}

/** Removes both functions, and asks Function Compute whether they are gone. Resolves to the exit code. */
export async function removeFunctions(deployment: Deployment): Promise<number> {
  const { functionSet, account, terminal } = deployment;
  const names = functionSet.functions.map(({ name }) => name);
  const deployedOf = async () => {
    const found: string[] = [];
    for (const name of names) {
      if (await isDeployed(account.callApi, account.service, name)) found.push(name);
    }
    return found;
  };
  const before = await deployedOf();
  const removed = await serverlessDevs(deployment, ['remove', '--assume-yes']);
  // It ends well also when it could not remove a thing.
  const left = await deployedOf();
  if (left.length > 0 || removed.exitCode !== 0) {
    removed.printLastWords();
    terminal.print(`✗ Not removed: ${left.length > 0 ? left.join(', ') : 'Serverless Devs failed'}.`);
    return 1;
  }
  for (const name of names) {
    terminal.print(before.includes(name) ? `✓ ${name} is removed.` : `${name} was not deployed.`);
  }
  return 0;
}
