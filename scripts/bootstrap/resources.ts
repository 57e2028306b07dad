/** What bootstrap makes, and what it finds. */
import { operatorsLocation, type TablestoreLocation } from '../../shared/documents/location';
import type { Source } from '../../shared/robot-task';
import { SOURCE_TRAITS } from '../../shared/task-source';

import type { Deployment } from './ownership';

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

/** A RAM role that one function runs as, and the policy of the same name that says what it may do. */
export interface Identity {
  readonly name: string;
  readonly trust: PolicyDocument;
  readonly permissions: PolicyDocument;
}

/** What should be there. */
export interface Desired {
  readonly deployment: Deployment;
  readonly identities: readonly Identity[];
  /** The tables: that of the watch's state first; none when STATE_STORE names none. */
  readonly tables: readonly TablestoreLocation[];
  /** Those that these settings once asked for, too: what is to be taken away. */
  readonly everyTable: readonly TablestoreLocation[];
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
  /** The names of all its tables. */
  readonly tables: readonly string[];
  /** By name, of each table of this deployment that is there: the mark in it; empty when bootstrap did not make it. */
  readonly marks: ReadonlyMap<string, string>;
}

/** A function of the region, whosever it is. */
export interface FoundFunction {
  readonly name: string;
  /** The name of its role; empty when it has none. */
  readonly role: string;
  readonly stateStore: string;
}

/** What is there of an identity; null = it is not. */
export interface FoundIdentity {
  readonly role: FoundRole | null;
  readonly policy: FoundPolicy | null;
}

/** What is there. */
export interface Found {
  /** By name: each of the desired ones. */
  readonly identities: ReadonlyMap<string, FoundIdentity>;
  /** Null = it is not there. */
  readonly instance: FoundInstance | null;
  /** Those of the region; asked for only when something that is there would change. */
  readonly functions: readonly FoundFunction[];
}

/** What the settings ask for. */
export interface Wishes {
  readonly deployment: Deployment;
  /** The names of the roles in s.yaml. */
  readonly queryRole: string;
  readonly watchRole: string;
  readonly table: TablestoreLocation | null;
  /** TASK_SOURCE: the roles may ask this one and no other. */
  readonly source: Source;
  /** OPERATOR_TOKENS is set: somebody may start tasks, and there is a record of who did. */
  readonly startsTasks: boolean;
  /** ALERT_BALANCE_BELOW is set. */
  readonly asksBalance: boolean;
}

const TRUST: PolicyDocument = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: ['fc.aliyuncs.com'] } }],
};
/**
 * The permission to ask for the balance, as the vendor spells it, and the name that its older documents give.
 * https://www.alibabacloud.com/help/en/user-center/developer-reference/api-bssopenapi-2017-12-14-queryaccountbalance
 */
const BALANCE = ['bss:DescribeAcccount', 'bssapi:QueryAccountBalance'];

/**
 * What each function calls, and nothing else. The HTTP function, which everybody can reach, reads the state and cannot write it;
 * what operators do it writes, and the watch reads.
 * Tablestore's actions: https://help.aliyun.com/zh/tablestore/developer-reference/configure-user-permissions
 */
export function desiredResources(wishes: Wishes, accountId: string): Desired {
  const { deployment, queryRole, watchRole, table, source, startsTasks, asksBalance } = wishes;
  const { readActions, startAction } = SOURCE_TRAITS[source];
  const rows = (where: TablestoreLocation | null, actions: readonly string[]) =>
    where === null ? [] : [allow(actions, tableArn(where, accountId))];
  const operators = table !== null && startsTasks ? operatorsLocation(table) : null;
  const [read, write] = [['ots:GetRow'], ['ots:GetRow', 'ots:PutRow']] as const;
  return {
    deployment,
    identities: [
      identity(queryRole, [
        allow([...readActions, ...(startsTasks ? [startAction] : [])], '*'),
        ...rows(table, read),
        ...rows(operators, write),
      ]),
      identity(watchRole, [
        allow([...readActions, ...(asksBalance ? BALANCE : [])], '*'),
        ...rows(table, write),
        ...rows(operators, read),
      ]),
    ],
    tables: [table, operators].filter((where) => where !== null),
    everyTable: table === null ? [] : [table, operatorsLocation(table)],
  };
}

function identity(name: string, statements: readonly Statement[]): Identity {
  return { name, trust: TRUST, permissions: { Version: '1', Statement: statements } };
}

function allow(actions: readonly string[], resource: string): Statement {
  return { Effect: 'Allow', Action: actions, Resource: [resource] };
}

/** Instance names have no case, and a policy must write them in lower case (same page). */
function tableArn({ instance, region, table }: TablestoreLocation, accountId: string): string {
  return `acs:ots:${region}:${accountId}:instance/${instance.toLowerCase()}/table/${table}`;
}
