/** RAM roles and their policies. Parameters as in the official SDK @alicloud/ram20150501. */
import * as v from 'valibot';
import { AlibabaCloudError, parseAnswer, type ApiAnswer, type CallApi } from '../alibaba-cloud';
import type { Service } from '../services';
import type { FoundPolicy, FoundRole, Identity } from './resources';

const roleSchema = v.object({
  Role: v.object({ Description: v.optional(v.string(), ''), AssumeRolePolicyDocument: v.string() }),
});
const attachedSchema = v.object({
  Policies: v.object({ Policy: v.array(v.object({ PolicyName: v.string(), PolicyType: v.string() })) }),
});
const policySchema = v.object({
  Policy: v.object({ Description: v.optional(v.string(), ''), AttachmentCount: v.optional(v.number(), 0) }),
  DefaultPolicyVersion: v.object({ PolicyDocument: v.string() }),
});

/** Each method rejects with an AlibabaCloudError. */
export interface Ram {
  findRole(name: string): Promise<FoundRole | null>;
  findPolicy(name: string): Promise<FoundPolicy | null>;
  createRole(identity: Identity): Promise<void>;
  updateTrust(identity: Identity): Promise<void>;
  markRole(identity: Identity): Promise<void>;
  createPolicy(identity: Identity): Promise<void>;
  updatePolicy(identity: Identity): Promise<void>;
  attachPolicy(identity: Identity): Promise<void>;
  detachPolicy(identity: Identity): Promise<void>;
  deletePolicy(identity: Identity): Promise<void>;
  deleteRole(identity: Identity): Promise<void>;
}

/** `mark` is the description of what is made. */
export function createRam(callApi: CallApi, service: Service, mark: string): Ram {
  function call(action: string, query: Readonly<Record<string, string>>): Promise<ApiAnswer> {
    return callApi(service, { action, query });
  }

  return {
    async findRole(name) {
      const found = await orNull(call('GetRole', { RoleName: name }), 'EntityNotExist.Role');
      if (found === null) return null;
      const { Role } = parseAnswer(roleSchema, found);
      const { Policies } = parseAnswer(attachedSchema, await call('ListPoliciesForRole', { RoleName: name }));
      return {
        description: Role.Description,
        trust: Role.AssumeRolePolicyDocument,
        attached: Policies.Policy.map((policy) => ({ name: policy.PolicyName, type: policy.PolicyType })),
      };
    },

    async findPolicy(name) {
      const query = { PolicyName: name, PolicyType: 'Custom' };
      const found = await orNull(call('GetPolicy', query), 'EntityNotExist.Policy');
      if (found === null) return null;
      const { Policy, DefaultPolicyVersion } = parseAnswer(policySchema, found);
      return {
        description: Policy.Description,
        document: DefaultPolicyVersion.PolicyDocument,
        attachments: Policy.AttachmentCount,
      };
    },

    async createRole({ name, trust }) {
      await call('CreateRole', {
        RoleName: name,
        Description: mark,
        AssumeRolePolicyDocument: JSON.stringify(trust),
      });
    },

    async updateTrust({ name, trust }) {
      await call('UpdateRole', { RoleName: name, NewAssumeRolePolicyDocument: JSON.stringify(trust) });
    },

    async markRole({ name }) {
      await call('UpdateRole', { RoleName: name, NewDescription: mark });
    },

    async createPolicy({ name, permissions }) {
      await call('CreatePolicy', {
        PolicyName: name,
        Description: mark,
        PolicyDocument: JSON.stringify(permissions),
      });
    },

    async updatePolicy({ name, permissions }) {
      await call('CreatePolicyVersion', {
        PolicyName: name,
        PolicyDocument: JSON.stringify(permissions),
        SetAsDefault: 'true',
        // A policy has at most five versions.
        RotateStrategy: 'DeleteOldestNonDefaultVersionWhenLimitExceeded',
      });
    },

    async attachPolicy({ name }) {
      await call('AttachPolicyToRole', { RoleName: name, PolicyName: name, PolicyType: 'Custom' });
    },

    async detachPolicy({ name }) {
      await call('DetachPolicyFromRole', { RoleName: name, PolicyName: name, PolicyType: 'Custom' });
    },

    async deletePolicy({ name }) {
      // With its older versions, which would otherwise forbid it.
      await call('DeletePolicy', { PolicyName: name, CascadingDelete: 'true' });
    },

    async deleteRole({ name }) {
      await call('DeleteRole', { RoleName: name });
    },
  };
}

/** Null when upstream says that it knows no such thing. */
async function orNull<T>(promise: Promise<T>, notFoundCode: string): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof AlibabaCloudError && error.code === notFoundCode) return null;
    throw error;
  }
}
