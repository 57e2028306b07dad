/** The domain at which the page is shown: s.domain.yaml, which Serverless Devs deploys with its component fc3-domain. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { resolveSpec } from '../../shared/deployment/spec';
import type { Environment } from '../../shared/runtime/environment';
import { declaredFunction } from '../function-set';
import { certificateEndNotes, type Domain } from '../settings-check/domain';
import { lineOf } from '../spec-line';
import { saying } from '../waiting';
import { findDomain, type DeployedDomain, type Route } from './deployed';
import { serverlessDevs, type Deployment } from './deployment';

const SPEC = 's.domain.yaml';
/** fc3-domain knows no --assume-yes. */
const DOMAIN_SPEC = ['-y', '-t', SPEC];

/** Leads `domain` to the query function, unless it has other routes already. Resolves to the exit code. */
export async function deployDomain(deployment: Deployment, domain: Domain): Promise<number> {
  const { account, functionSet, terminal } = deployment;
  const query = declaredFunction(functionSet, 'query-robot-tasks').name;
  const ours = await declaredRoutes(deployment, deployment.env);
  const before = await find(deployment, domain.name);
  const others = othersOf(before, ours);
  if (others.length > 0) {
    terminal.print(
      `✗ ${domain.name} already leads to ${inWords(others)}. Deploying would cut that off: choose another name, or delete its routes first.`,
    );
    return 1;
  }
  terminal.print(`Leading ${domain.name} to ${query}.`);
  const deployed = await serverlessDevs(deployment, ['deploy', ...DOMAIN_SPEC, '--skip-actions']);
  const after = deployed.exitCode === 0 ? await find(deployment, domain.name) : null;
  if (after?.routes.some(isAmong(ours)) !== true) {
    deployed.printLastWords();
    const region = functionSet.functions[0]?.region ?? '';
    terminal.print(
      `✗ ${domain.name} is not deployed. What Serverless Devs said last stands above. If the name is not resolved: it needs a CNAME record to ${account.id}.${region}.fc.aliyuncs.com and, in mainland China, an ICP filing.`,
    );
    return deployed.wasInterrupted ? deployed.exitCode : 1;
  }
  terminal.print(`✓ The page is at ${domain.url}`);
  return 0;
}

/**
 * When the certificate ends that is at the domain now, epoch milliseconds, and says so where that is near; null where there
 * is none, or nobody can say. Never rejects.
 */
export async function findCertificateEnd(
  deployment: Deployment,
  name: string,
  now: number,
): Promise<number | null> {
  const found = await find(deployment, name).catch(() => null);
  if (found === null || found.certificate === '') return null;
  try {
    const endsAt = Date.parse(new X509Certificate(found.certificate).validTo);
    for (const note of certificateEndNotes(`the certificate at ${name}`, endsAt, now)) {
      deployment.terminal.print(`Note: ${note}`);
    }
    return endsAt;
  } catch {
    return null;
  }
}

/** Takes the domain of that name away, unless it has other routes, too. Resolves to the exit code. */
export async function removeDomain(deployment: Deployment, name: string): Promise<number> {
  const { terminal } = deployment;
  const found = await find(deployment, name);
  if (found === null) {
    terminal.print(`${name} was not deployed.`);
    return 0;
  }
  // A removal needs no certificate, and one that is written wrongly must not stop it.
  const env = { ...deployment.env, QUERY_DOMAIN: name, QUERY_DOMAIN_CERTIFICATE: '' };
  const others = othersOf(found, await declaredRoutes(deployment, env));
  if (others.length > 0) {
    terminal.print(`${name} leads to ${inWords(others)}, so it is left as it is.`);
    return 0;
  }
  const removed = await serverlessDevs({ ...deployment, env }, ['remove', ...DOMAIN_SPEC]);
  if (removed.exitCode !== 0 || (await find(deployment, name)) !== null) {
    removed.printLastWords();
    terminal.print(`✗ Not removed: ${name}. The functions are left, too.`);
    return removed.wasInterrupted ? removed.exitCode : 1;
  }
  terminal.print(`✓ ${name} is removed.`);
  return 0;
}

function find({ account, terminal }: Deployment, name: string): Promise<DeployedDomain | null> {
  return saying(terminal, 'Function Compute', () => findDomain(account.callApi, account.service, name));
}

const routesSchema = v.object({
  routeConfig: v.object({ routes: v.array(v.object({ path: v.string(), functionName: v.string() })) }),
});

/** The routes that s.domain.yaml gives. Rejects with an Error that names the line which leads elsewhere than to s.yaml's function. */
async function declaredRoutes(
  { folder, envFile, functionSet }: Deployment,
  env: Environment,
): Promise<Route[]> {
  const query = declaredFunction(functionSet, 'query-robot-tasks').name;
  const file = path.join(folder, SPEC);
  const { steps } = await resolveSpec(file, env, [], envFile.path);
  const at = [
    'resources',
    steps[0]?.projectName ?? 'query-domain',
    'props',
    'routeConfig',
    'routes',
    '0',
    'functionName',
  ];
  const line = async () => `${SPEC}, line ${lineOf(await readFile(file, 'utf8'), at)}`;
  const parsed = v.safeParse(routesSchema, steps[0]?.props);
  if (!parsed.success) throw new Error(`${await line()}: the scripts do not understand its routes.`);
  const { routes } = parsed.output.routeConfig;
  if (routes.some(({ functionName }) => functionName === query)) return routes;
  throw new Error(`${await line()}: it leads to ${inWords(routes)}, and in s.yaml the function is ${query}.`);
}

function othersOf(found: DeployedDomain | null, ours: readonly Route[]): Route[] {
  return (found?.routes ?? []).filter((route) => !isAmong(ours)(route));
}

function isAmong(routes: readonly Route[]): (route: Route) => boolean {
  return ({ path: at, functionName }) =>
    routes.some((one) => one.path === at && one.functionName === functionName);
}

function inWords(routes: readonly Route[]): string {
  return routes.map(({ path: at, functionName }) => `${functionName || 'something else'} (${at})`).join(', ');
}
