/** Looks at the account and carries out steps: the edge between the plan and the APIs. */
import type { Environment } from '../../shared/runtime/environment';
import type { Clock } from '../../shared/runtime/clock';
import type { Credentials } from '../../shared/runtime/function-context';
import type { TablestoreLocation } from '../../shared/state/stores/location';
import type { CallApi } from '../alibaba-cloud';
import { ramService, tablestoreInstanceEndpoint, tablestoreService } from '../services';
import { createInstances } from './instance';
import type { Step } from './plan';
import { createRam } from './ram';
import type { Desired, Found, FoundIdentity, FoundInstance } from './resources';
import { createTables } from './tables';

export interface Cloud {
  /** Rejects with an AggregateError of Errors for people: every look that failed. */
  find(desired: Desired): Promise<Found>;
  /** Rejects with an Error for people. */
  carryOut(step: Step, desired: Desired): Promise<void>;
}

export interface CloudOptions {
  readonly callApi: CallApi;
  readonly credentials: Credentials;
  readonly env: Environment;
  readonly clock: Clock;
}

export function createCloud({ callApi, credentials, env, clock }: CloudOptions): Cloud {
  const ram = createRam(callApi, ramService(env));

  function instances({ region }: TablestoreLocation) {
    return createInstances(callApi, tablestoreService(env, region), clock);
  }

  function tables(location: TablestoreLocation) {
    const endpoint = tablestoreInstanceEndpoint(env, location.instance, location.region);
    return createTables(location, { endpoint, credentials, clock });
  }

  async function findInstance(location: TablestoreLocation): Promise<FoundInstance | null> {
    const instance = await instances(location).find(location.instance);
    if (instance === null) return null;
    const names = await tables(location).list();
    const tableIsOurs = names.includes(location.table) && (await tables(location).isOurs());
    return { description: instance.description, tables: names, tableIsOurs };
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
    async find({ identities, table }) {
      const failed: unknown[] = [];
      const [found, instance] = await Promise.all([
        Promise.all(identities.map(async ({ name }) => [name, await findIdentity(name, failed)] as const)),
        table === null
          ? null
          : findInstance(table).catch((error: unknown) => {
              failed.push(error);
              return null;
            }),
      ]);
      if (failed.length > 0) throw new AggregateError(failed);
      return { identities: new Map(found), instance };
    },

    async carryOut(step, desired) {
      switch (step.kind) {
        case 'create-role':
          return ram.createRole(step.identity);
        case 'update-trust':
          return ram.updateTrust(step.identity);
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
          return instances(tableOf(desired)).create(tableOf(desired).instance);
        case 'create-table':
          return tables(tableOf(desired)).create();
        case 'delete-table':
          return tables(tableOf(desired)).delete();
        case 'delete-instance':
          return instances(tableOf(desired)).delete(tableOf(desired).instance);
      }
    },
  };
}

function tableOf({ table }: Desired): TablestoreLocation {
  if (table === null) throw new Error('A plan without a table has no step for one.');
  return table;
}
