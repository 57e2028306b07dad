/** Looks at the account and carries out steps: the edge between the plan and the APIs. */
import type { Environment } from '../../shared/environment';
import type { Clock } from '../../shared/clock';
import type { Credentials } from '../../shared/function-context';
import type { TablestoreLocation } from '../../functions/watch-robot-tasks/stores/location';
import type { CallApi } from '../alibaba-cloud';
import { ramService, tablestoreInstanceEndpoint, tablestoreService } from '../services';
import { createInstances } from './instance';
import type { StepKind } from './plan';
import { createRam } from './ram';
import type { Desired, Found, FoundInstance } from './resources';
import { createTables } from './tables';

export interface Cloud {
  /** Rejects with an AggregateError of Errors for people: every look that failed. */
  find(desired: Desired): Promise<Found>;
  /** Rejects with an Error for people. */
  carryOut(kind: StepKind, desired: Desired): Promise<void>;
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

  return {
    async find({ name, table }) {
      const [role, policy, instance] = await Promise.allSettled([
        ram.findRole(name),
        ram.findPolicy(name),
        table === null ? null : findInstance(table),
      ]);
      if (role.status === 'fulfilled' && policy.status === 'fulfilled' && instance.status === 'fulfilled') {
        return { role: role.value, policy: policy.value, instance: instance.value };
      }
      const failed = [role, policy, instance].filter((look) => look.status === 'rejected');
      throw new AggregateError(failed.map((look) => look.reason as unknown));
    },

    async carryOut(kind, desired) {
      switch (kind) {
        case 'create-role':
          return ram.createRole(desired);
        case 'update-trust':
          return ram.updateTrust(desired);
        case 'create-policy':
          return ram.createPolicy(desired);
        case 'update-policy':
          return ram.updatePolicy(desired);
        case 'attach-policy':
          return ram.attachPolicy(desired);
        case 'detach-policy':
          return ram.detachPolicy(desired);
        case 'delete-policy':
          return ram.deletePolicy(desired);
        case 'delete-role':
          return ram.deleteRole(desired);
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
