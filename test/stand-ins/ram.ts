/** Roles and policies as RAM keeps them: https://help.aliyun.com/document_detail/28754.html */
import { ACCOUNT_ID, Refusal, type StandInAction, type StandInCall } from './alibaba-cloud';

export interface StoredRole {
  description: string;
  trust: string;
  /** `<type> <policy>` */
  readonly attached: Set<string>;
}

export interface StoredPolicy {
  description: string;
  /** The last one is the default. */
  readonly versions: string[];
}

export interface RamState {
  readonly roles: Map<string, StoredRole>;
  /** Custom policies. */
  readonly policies: Map<string, StoredPolicy>;
}

const MAX_VERSIONS = 5;

export function createRamState(): RamState {
  return { roles: new Map(), policies: new Map() };
}

export function ramActions({ roles, policies }: RamState): Readonly<Record<string, StandInAction>> {
  function role(call: StandInCall): [string, StoredRole] {
    const name = required(call, 'RoleName');
    const found = roles.get(name);
    if (found === undefined) throw new Refusal(404, 'EntityNotExist.Role', `The role not exists: ${name}.`);
    return [name, found];
  }
  function policy(call: StandInCall): [string, StoredPolicy] {
    const name = required(call, 'PolicyName');
    const found = policies.get(name);
    if (found === undefined)
      throw new Refusal(404, 'EntityNotExist.Policy', `The policy not exists: ${name}.`);
    return [name, found];
  }
  function holders(name: string): StoredRole[] {
    return [...roles.values()].filter((candidate) => candidate.attached.has(`Custom ${name}`));
  }

  const actions: Record<string, StandInAction> = {
    GetRole(call) {
      const [name, { description, trust }] = role(call);
      const Arn = `acs:ram::${ACCOUNT_ID}:role/${name}`;
      return {
        body: {
          Role: { RoleName: name, Arn, Description: description, AssumeRolePolicyDocument: trust },
        },
      };
    },
    ListPoliciesForRole(call) {
      const [, { attached }] = role(call);
      const Policy = [...attached].map((entry) => {
        const [PolicyType, PolicyName] = entry.split(' ');
        return { PolicyType, PolicyName, DefaultVersion: 'v1' };
      });
      return { body: { Policies: { Policy } } };
    },
    CreateRole(call) {
      const name = required(call, 'RoleName');
      if (roles.has(name))
        throw new Refusal(409, 'EntityAlreadyExists.Role', `The role already exists: ${name}.`);
      const trust = document(call, 'AssumeRolePolicyDocument');
      roles.set(name, { description: call.query['Description'] ?? '', trust, attached: new Set() });
      return { body: {} };
    },
    UpdateRole(call) {
      const [, found] = role(call);
      const { NewAssumeRolePolicyDocument, NewDescription } = call.query;
      if (NewAssumeRolePolicyDocument !== undefined)
        found.trust = document(call, 'NewAssumeRolePolicyDocument');
      if (NewDescription !== undefined) found.description = NewDescription;
      return { body: {} };
    },
    DeleteRole(call) {
      const [name, { attached }] = role(call);
      if (attached.size > 0)
        throw new Refusal(409, 'DeleteConflict.Role.Policy', 'The role has attached policies.');
      roles.delete(name);
      return { body: {} };
    },
    GetPolicy(call) {
      const [name, { description, versions }] = policy(call);
      return {
        body: {
          Policy: {
            PolicyName: name,
            PolicyType: 'Custom',
            Description: description,
            AttachmentCount: holders(name).length,
          },
          DefaultPolicyVersion: { VersionId: `v${versions.length}`, PolicyDocument: versions.at(-1) },
        },
      };
    },
    CreatePolicy(call) {
      const name = required(call, 'PolicyName');
      if (policies.has(name))
        throw new Refusal(409, 'EntityAlreadyExists.Policy', `The policy already exists: ${name}.`);
      const versions = [document(call, 'PolicyDocument')];
      policies.set(name, { description: call.query['Description'] ?? '', versions });
      return { body: {} };
    },
    CreatePolicyVersion(call) {
      const [, { versions }] = policy(call);
      if (call.query['SetAsDefault'] !== 'true') throw new Error('only default versions are played');
      if (versions.length === MAX_VERSIONS) {
        if (call.query['RotateStrategy'] !== 'DeleteOldestNonDefaultVersionWhenLimitExceeded') {
          throw new Refusal(
            409,
            'LimitExceeded.Policy.Version',
            'The count of policy versions is too large.',
          );
        }
        versions.shift();
      }
      versions.push(document(call, 'PolicyDocument'));
      return { body: {} };
    },
    DeletePolicy(call) {
      const [name, { versions }] = policy(call);
      if (holders(name).length > 0)
        throw new Refusal(409, 'DeleteConflict.Policy.Role', 'The policy is attached to roles.');
      if (versions.length > 1 && call.query['CascadingDelete'] !== 'true') {
        throw new Refusal(409, 'DeleteConflict.Policy.Version', 'The policy has more than one version.');
      }
      policies.delete(name);
      return { body: {} };
    },
    AttachPolicyToRole(call) {
      const [, { attached }] = role(call);
      const entry = `${required(call, 'PolicyType')} ${policy(call)[0]}`;
      if (attached.has(entry)) {
        throw new Refusal(
          409,
          'EntityAlreadyExists.Role.Policy',
          'The policy is already attached to the role.',
        );
      }
      attached.add(entry);
      return { body: {} };
    },
    DetachPolicyFromRole(call) {
      const [, { attached }] = role(call);
      if (!attached.delete(`${required(call, 'PolicyType')} ${required(call, 'PolicyName')}`)) {
        throw new Refusal(404, 'EntityNotExist.Role.Policy', 'The policy is not attached to the role.');
      }
      return { body: {} };
    },
  };
  return Object.fromEntries(Object.entries(actions).map(([name, play]) => [`2015-05-01 ${name}`, play]));
}

function required(call: StandInCall, name: string): string {
  const value = call.query[name] ?? '';
  if (value === '') throw new Refusal(400, `MissingParameter.${name}`, `The parameter ${name} is needed.`);
  return value;
}

/** A policy must be JSON with the version that RAM knows. */
function document(call: StandInCall, name: string): string {
  const text = required(call, name);
  const parsed = JSON.parse(text) as { Version?: unknown; Statement?: unknown };
  if (parsed.Version !== '1' || !Array.isArray(parsed.Statement)) {
    throw new Refusal(400, `InvalidParameter.${name}`, 'The policy document is malformed.');
  }
  return text;
}
