/** What bootstrap makes, and what it finds. */
import type { TablestoreLocation } from '../../functions/watch-robot-tasks/stores/location';

/**
 * The description of everything that bootstrap makes. What bears another one belongs to somebody else: it may be used, but
 * it is never deleted.
 */
export const MARK = 'Made by robot-task-watch (npm run bootstrap).';

export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

export interface PolicyDocument {
  readonly Version: '1';
  readonly Statement: readonly (Statement | TrustStatement)[];
}

interface TrustStatement {
  readonly Effect: 'Allow';
  readonly Action: 'sts:AssumeRole';
  readonly Principal: { readonly Service: readonly string[] };
}

/** What should be there. */
export interface Desired {
  /** The RAM role that both functions run as, and the policy of the same name that says what it may do. */
  readonly name: string;
  readonly trust: PolicyDocument;
  readonly permissions: PolicyDocument;
  /** The table that keeps the watch's state; null when STATE_STORE names none. */
  readonly table: TablestoreLocation | null;
}

export interface FoundRole {
  readonly description: string;
  /** The trust policy, as JSON. */
  readonly trust: string;
  /** The policies attached to it. */
  readonly attached: readonly { readonly name: string; readonly type: string }[];
}

export interface FoundPolicy {
  readonly description: string;
  /** The default version's document, as JSON. */
  readonly document: string;
  /** How many identities it is attached to. */
  readonly attachments: number;
}

export interface FoundInstance {
  readonly description: string;
  readonly tables: readonly string[];
  /** Whether the wanted table exists and bootstrap made it. */
  readonly tableIsOurs: boolean;
}

/** What is there; null = it is not. */
export interface Found {
  readonly role: FoundRole | null;
  readonly policy: FoundPolicy | null;
  readonly instance: FoundInstance | null;
}

/** What the functions call, and nothing else: https://help.aliyun.com/zh/tablestore/developer-reference/configure-user-permissions */
const DYVMS_ACTIONS = ['dyvms:QueryRobotTaskList', 'dyvms:QueryRobotTaskDetail'];
const ROW_ACTIONS = ['ots:GetRow', 'ots:PutRow'];

/** `role` is the name in s.yaml. */
export function desiredResources(role: string, table: TablestoreLocation | null, accountId: string): Desired {
  const listing: Statement = { Effect: 'Allow', Action: DYVMS_ACTIONS, Resource: ['*'] };
  return {
    name: role,
    trust: {
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: ['fc.aliyuncs.com'] } }],
    },
    permissions: {
      Version: '1',
      Statement:
        table === null
          ? [listing]
          : [listing, { Effect: 'Allow', Action: ROW_ACTIONS, Resource: [tableArn(table, accountId)] }],
    },
    table,
  };
}

/** Instance names have no case, and a policy must write them in lower case (same page). */
function tableArn({ instance, region, table }: TablestoreLocation, accountId: string): string {
  return `acs:ots:${region}:${accountId}:instance/${instance.toLowerCase()}/table/${table}`;
}
