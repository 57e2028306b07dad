/** Tablestore's instances: the API 2020-12-09, as in the official SDK @alicloud/tablestore20201209. */
import * as v from 'valibot';
import { Refusal, type StandInAction, type StandInCall } from './alibaba-cloud';

export interface StoredInstance {
  readonly description: string;
  /** How many more times GetInstance says that it is being created. */
  creating: number;
}

export interface TablestoreControlState {
  /** By name, which has no case. */
  readonly instances: Map<string, StoredInstance>;
}

const creationSchema = v.object({
  InstanceName: v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9-]{1,14}[A-Za-z0-9]$/)),
  ClusterType: v.picklist(['SSD', 'HYBRID']),
  InstanceDescription: v.pipe(v.string(), v.minLength(3), v.maxLength(256)),
});

/** `tables` tells how many tables an instance has: one that has any cannot be deleted. */
export function tablestoreControlActions(
  { instances }: TablestoreControlState,
  tables: (instance: string) => number,
): Readonly<Record<string, StandInAction>> {
  function find(name: string): StoredInstance {
    const found = instances.get(name.toLowerCase());
    if (found === undefined) throw new Refusal(404, 'NotFound', `The instance ${name} does not exist.`);
    return found;
  }

  return {
    '2020-12-09 GetInstance': (call) => {
      expectPath(call, '/v2/openapi/getinstance');
      const name = call.query['InstanceName'] ?? '';
      const instance = find(name);
      const InstanceStatus = instance.creating > 0 ? 'creating' : 'normal';
      instance.creating -= 1;
      return {
        body: { InstanceName: name, InstanceDescription: instance.description, InstanceStatus },
      };
    },
    '2020-12-09 CreateInstance': (call) => {
      expectPath(call, '/v2/openapi/createinstance');
      const { InstanceName, InstanceDescription } = v.parse(creationSchema, JSON.parse(call.body));
      if (instances.has(InstanceName.toLowerCase())) {
        throw new Refusal(409, 'OTSObjectAlreadyExist', 'The instance already exists.');
      }
      instances.set(InstanceName.toLowerCase(), { description: InstanceDescription, creating: 2 });
      return { body: { Code: '200', Message: 'success' } };
    },
    '2020-12-09 DeleteInstance': (call) => {
      expectPath(call, '/v2/openapi/deleteinstance');
      const { InstanceName } = v.parse(v.object({ InstanceName: v.string() }), JSON.parse(call.body));
      find(InstanceName);
      if (tables(InstanceName) > 0) {
        throw new Refusal(400, 'OTSParameterInvalid', 'The instance has tables: delete them first.');
      }
      instances.delete(InstanceName.toLowerCase());
      return { body: {} };
    },
  };
}

function expectPath(call: StandInCall, path: string): void {
  if (call.path !== path) throw new Refusal(404, 'InvalidAction.NotFound', `The path is not ${path}.`);
}
