/** The Tablestore instance. Parameters as in the official SDK @alicloud/tablestore20201209. */
import * as v from 'valibot';
import { AlibabaCloudError, parseAnswer, type CallApi } from '../alibaba-cloud';
import type { Service } from '../services';
import type { Clock } from '../../shared/runtime/clock';

/** Each method rejects with an Error for people. */
export interface Instances {
  /** Null when there is none of that name. */
  find(name: string): Promise<{ readonly description: string } | null>;
  /** Resolves when the instance is ready for tables. */
  create(name: string): Promise<void>;
  delete(name: string): Promise<void>;
}

const instanceSchema = v.object({
  InstanceDescription: v.optional(v.string(), ''),
  InstanceStatus: v.optional(v.string(), ''),
});

/** How often, and how long, a new instance is asked whether it is ready. */
const POLL_MS = 2000;
const PATIENCE_MS = 120_000;

/** `mark` is the description of what is made. */
export function createInstances(callApi: CallApi, service: Service, clock: Clock, mark: string): Instances {
  async function get(name: string): Promise<v.InferOutput<typeof instanceSchema> | null> {
    try {
      const roa = { method: 'GET', pathname: '/v2/openapi/getinstance' } as const;
      const answer = await callApi(service, { action: 'GetInstance', query: { InstanceName: name }, roa });
      return parseAnswer(instanceSchema, answer);
    } catch (error) {
      if (error instanceof AlibabaCloudError && isNotFound(error.code)) return null;
      throw error;
    }
  }

  return {
    async find(name) {
      const found = await get(name);
      return found === null ? null : { description: found.InstanceDescription };
    },

    async create(name) {
      const body = {
        InstanceName: name,
        // The type that every region has.
        ClusterType: 'SSD',
        InstanceDescription: mark,
      };
      const roa = { method: 'POST', pathname: '/v2/openapi/createinstance', body } as const;
      await callApi(service, { action: 'CreateInstance', roa });
      const end = clock.now() + PATIENCE_MS;
      while ((await get(name))?.InstanceStatus !== 'normal') {
        if (clock.now() > end)
          throw new Error(`The instance ${name} is still being created: run this again later.`);
        await clock.sleep(POLL_MS);
      }
    },

    async delete(name) {
      const body = { InstanceName: name };
      const roa = { method: 'POST', pathname: '/v2/openapi/deleteinstance', body } as const;
      await callApi(service, { action: 'DeleteInstance', roa });
    },
  };
}

/** The documentation names no code for an instance that is not there; `InvalidAccessKeyId.NotFound` is another matter. */
function isNotFound(code: string): boolean {
  return /NotFound|NotExist/i.test(code) && !code.startsWith('InvalidAccessKeyId');
}
