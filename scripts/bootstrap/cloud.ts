/** Looks at the account and carries out steps: the edge between the plan and the APIs. */
import * as v from 'valibot';
import type { Environment } from '../../shared/runtime/environment';
import type { Clock } from '../../shared/runtime/clock';
import type { Credentials } from '../../shared/runtime/function-context';
import type { TablestoreLocation } from '../../shared/documents/location';
import { parseAnswer, type CallApi } from '../alibaba-cloud';
import {
  functionComputeService,
  ramService,
  tablestoreInstanceEndpoint,
  tablestoreService,
} from '../services';
import { createInstances } from './instance';
import { createRam } from './ram';
import { markOf } from './ownership';
import type { Desired, Found, FoundFunction, FoundIdentity, FoundInstance } from './resources';
import type { Step } from './steps';
import { createTables } from './tables';

export interface Cloud {
  /**
   * All but the functions, of which there are none then. Rejects with an AggregateError of Errors for people: every look that
   * failed.
   */
  find(): Promise<Found>;
  /** The functions of the region. Rejects with an Error for people. */
  findFunctions(): Promise<FoundFunction[]>;
  /** Rejects with an Error for people. */
  carryOut(step: Step): Promise<void>;
}

export interface CloudOptions {
  readonly desired: Desired;
  readonly accountId: string;
  readonly callApi: CallApi;
  readonly credentials: Credentials;
  readonly env: Environment;
  readonly clock: Clock;
}

const functionsSchema = v.object({
  functions: v.array(
    v.object({
      functionName: v.string(),
      role: v.optional(v.string(), ''),
      environmentVariables: v.nullish(v.record(v.string(), v.string()), {}),
    }),
  ),
  nextToken: v.nullish(v.string(), ''),
});
/** More than any region's quota of functions. */
const MOST_PAGES = 100;

export function createCloud(options: CloudOptions): Cloud {
  const { desired, accountId, callApi, credentials, env, clock } = options;
  const { deployment, identities, tables: wanted, everyTable } = desired;
  const mark = markOf(deployment);
  const ram = createRam(callApi, ramService(env), mark);

  function instances({ region }: TablestoreLocation) {
    return createInstances(callApi, tablestoreService(env, region), clock, mark);
  }

  function tables(location: TablestoreLocation) {
    const endpoint = tablestoreInstanceEndpoint(env, location.instance, location.region);
    return createTables(location, { endpoint, credentials, clock, mark });
  }

  async function findInstance(location: TablestoreLocation): Promise<FoundInstance | null> {
    const instance = await instances(location).find(location.instance);
    if (instance === null) return null;
    const names = await tables(location).list();
    const ours = everyTable.filter(({ table }) => names.includes(table));
    const marks = await Promise.all(
      ours.map(async (one) => [one.table, await tables(one).madeBy()] as const),
    );
    return { description: instance.description, tables: names, marks: new Map(marks) };
  }

  /** Of each look that fails, the error is collected: all that is missing is to be said at once. */
  async function findIdentity(name: string, failed: unknown[]): Promise<FoundIdentity> {
    const [role, policy] = await Promise.allSettled([ram.findRole(name), ram.findPolicy(name)]);
    for (const look of [role, policy]) if (look.status === 'rejected') failed.push(look.reason);
    return {
      role: role.status === 'fulfilled' ? role.value : null,
      policy: policy.status === 'fulfilled' ? policy.value : null,
    };
  }

  return {
    async find() {
      const failed: unknown[] = [];
      const [location] = wanted;
      const [found, instance] = await Promise.all([
        Promise.all(identities.map(async ({ name }) => [name, await findIdentity(name, failed)] as const)),
        location === undefined
          ? null
          : findInstance(location).catch((error: unknown) => {
              failed.push(error);
              return null;
            }),
      ]);
      if (failed.length > 0) throw new AggregateError(failed);
      return { identities: new Map(found), instance, functions: [] };
    },

    async findFunctions() {
      const service = functionComputeService(env, deployment.region, accountId);
      const found: FoundFunction[] = [];
      let nextToken = '';
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const query = { limit: '100', ...(nextToken === '' ? {} : { nextToken }) };
        const roa = { method: 'GET', pathname: `/${service.version}/functions` } as const;
        const answer = parseAnswer(
          functionsSchema,
          await callApi(service, { action: 'ListFunctions', query, roa }),
        );
        for (const { functionName, role, environmentVariables } of answer.functions) {
          const stateStore = environmentVariables['STATE_STORE']?.trim() ?? '';
          found.push({ name: functionName, role: role.split('/').at(-1) ?? '', stateStore });
        }
        nextToken = answer.nextToken;
        if (nextToken === '') break;
      }
      return found;
    },

    async carryOut(step) {
      switch (step.kind) {
        case 'create-role':
          return ram.createRole(step.identity);
        case 'update-trust':
          return ram.updateTrust(step.identity);
        case 'mark-role':
          return ram.markRole(step.identity);
        case 'create-policy':
          return ram.createPolicy(step.identity);
        case 'update-policy':
          return ram.updatePolicy(step.identity);
        case 'attach-policy':
          return ram.attachPolicy(step.identity);
        case 'detach-policy':
          return ram.detachPolicy(step.identity);
        case 'delete-policy':
          return ram.deletePolicy(step.identity);
        case 'delete-role':
          return ram.deleteRole(step.identity);
        case 'create-instance':
          return instances(step.location).create(step.location.instance);
        case 'create-table':
          return tables(step.location).create();
        case 'mark-table':
          return tables(step.location).mark();
        case 'delete-table':
          return tables(step.location).delete();
        case 'delete-instance':
          return instances(step.location).delete(step.location.instance);
      }
    },
  };
}
