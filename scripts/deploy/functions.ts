import { isDeployed, urlOf } from './deployed';
import { namesOf, serverlessDevs, type Deployment } from './deployment';

/** Deploys both functions. Resolves to the exit code. */
export async function deployFunctions(deployment: Deployment): Promise<number> {
  const { functionSet, account, terminal } = deployment;
  const { functions } = functionSet;
  terminal.print(`Deploying ${namesOf(functions)} with Serverless Devs. This takes a minute or two.`);
  // Its pre-deploy actions would check and build the same again, once for each function.
  const deployed = await serverlessDevs(deployment, ['deploy', '--assume-yes', '--skip-actions']);
  if (deployed.exitCode !== 0) {
    deployed.printLastWords();
    terminal.print('✗ Serverless Devs did not deploy. What it said last stands above, without your secrets.');
    return deployed.exitCode;
  }
  for (const { name, region } of functions) terminal.print(`✓ ${name} is deployed in ${region}.`);
  const [query] = functions.filter(({ authTypes }) => authTypes.length > 0);
  const { callApi, service } = account;
  const url = query === undefined ? null : await urlOf(callApi, service, query.name).catch(() => null);
  terminal.print(
    url === null
      ? 'Its URL stands in the Function Compute console, at the HTTP trigger of query-robot-tasks.'
      : `It answers at ${url}\nNext: npm run smoke -- ${url}`,
  );
  return 0;
}

/** Removes both functions, and asks Function Compute whether they are gone. Resolves to the exit code. */
export async function removeFunctions(deployment: Deployment): Promise<number> {
  const { functionSet, account, terminal } = deployment;
  const { functions } = functionSet;
  const removed = await serverlessDevs(deployment, ['remove', '--assume-yes']);
  // It ends well also when it could not remove a thing.
  const left: string[] = [];
  for (const { name } of functions) {
    if (await isDeployed(account.callApi, account.service, name)) left.push(name);
  }
  if (left.length > 0 || removed.exitCode !== 0) {
    removed.printLastWords();
    terminal.print(`✗ Not removed: ${left.length > 0 ? left.join(', ') : 'Serverless Devs failed'}.`);
    return 1;
  }
  for (const { name } of functions) terminal.print(`✓ ${name} is removed.`);
  return 0;
}
