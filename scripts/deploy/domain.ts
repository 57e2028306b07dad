/** The domain at which the page is shown: s.domain.yaml, which Serverless Devs deploys with its component fc3-domain. */
import type { Domain } from '../settings-check/domain';
import { routesOf, type Route } from './deployed';
import { serverlessDevs, type Deployment } from './deployment';

/** The one route of s.domain.yaml. */
const OURS: Route = { path: '/*', functionName: 'query-robot-tasks' };
/** fc3-domain knows no --assume-yes. */
const DOMAIN_SPEC = ['-y', '-t', 's.domain.yaml'];

/** Leads `domain` to the query function, unless it has other routes already. Resolves to the exit code. */
export async function deployDomain(deployment: Deployment, domain: Domain): Promise<number> {
  const { account, functionSet, terminal } = deployment;
  const others = (await find(deployment, domain.name))?.filter((route) => !isOurs(route)) ?? [];
  if (others.length > 0) {
    terminal.print(
      `✗ ${domain.name} already leads to ${inWords(others)}. Deploying would cut that off: choose another name, or delete its routes first.`,
    );
    return 1;
  }
  terminal.print(`Leading ${domain.name} to ${OURS.functionName}.`);
  const deployed = await serverlessDevs(deployment, ['deploy', ...DOMAIN_SPEC, '--skip-actions']);
  const routes = deployed.exitCode === 0 ? await find(deployment, domain.name) : null;
  if (routes?.some(isOurs) !== true) {
    deployed.printLastWords();
    const region = functionSet.functions[0]?.region ?? '';
    terminal.print(
      `✗ ${domain.name} is not deployed. What Serverless Devs said last stands above. If the name is not resolved: it needs a CNAME record to ${account.id}.${region}.fc.aliyuncs.com and, in mainland China, an ICP filing.`,
    );
    return 1;
  }
  terminal.print(`✓ The page is at ${domain.url}`);
  return 0;
}

/** Takes the domain of that name away, unless it has other routes, too. Resolves to the exit code. */
export async function removeDomain(deployment: Deployment, name: string): Promise<number> {
  const { terminal } = deployment;
  const routes = await find(deployment, name);
  if (routes === null) {
    terminal.print(`${name} was not deployed.`);
    return 0;
  }
  const others = routes.filter((route) => !isOurs(route));
  if (others.length > 0) {
    terminal.print(`${name} leads to ${inWords(others)}, so it is left as it is.`);
    return 0;
  }
  // A removal needs no certificate, and one that is written wrongly must not stop it.
  const env = { ...deployment.env, QUERY_DOMAIN: name, QUERY_DOMAIN_CERTIFICATE: '' };
  const removed = await serverlessDevs({ ...deployment, env }, ['remove', ...DOMAIN_SPEC]);
  if (removed.exitCode !== 0 || (await find(deployment, name)) !== null) {
    removed.printLastWords();
    terminal.print(`✗ Not removed: ${name}. The functions are left, too.`);
    return 1;
  }
  terminal.print(`✓ ${name} is removed.`);
  return 0;
}

function find({ account }: Deployment, name: string): Promise<Route[] | null> {
  return routesOf(account.callApi, account.service, name);
}

function isOurs({ path, functionName }: Route): boolean {
  return path === OURS.path && functionName === OURS.functionName;
}

function inWords(routes: readonly Route[]): string {
  return routes.map(({ path, functionName }) => `${functionName || 'something else'} (${path})`).join(', ');
}
