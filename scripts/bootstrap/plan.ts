/** Decides what bootstrap does. Pure: (what should be there, what is there) → steps. */
import { documentChanges, documentLines } from './policy-document';
import {
  MARK,
  type Desired,
  type Found,
  type FoundIdentity,
  type FoundRole,
  type Identity,
} from './resources';

export type RamStepKind =
  | 'create-role'
  | 'update-trust'
  | 'create-policy'
  | 'update-policy'
  | 'attach-policy'
  | 'detach-policy'
  | 'delete-policy'
  | 'delete-role';
export type TableStepKind = 'create-instance' | 'create-table' | 'delete-table' | 'delete-instance';

interface Words {
  /** One line for people, such as "create the RAM role robot-task-watch". */
  readonly text: string;
  /** More lines: what a policy holds, what changes, what is lost. */
  readonly details: readonly string[];
}

export type Step =
  | (Words & { readonly kind: RamStepKind; readonly identity: Identity })
  | (Words & { readonly kind: TableStepKind });

export interface Plan {
  /** In the order in which they must be done. */
  readonly steps: readonly Step[];
  /** What a person should know besides. */
  readonly notes: readonly string[];
  /** What cannot be done, and what a person must do first. */
  readonly blocked: readonly string[];
}

/** What is missing or differs. No steps when all is as it should be. */
export function planCreation({ identities, table }: Desired, { identities: found, instance }: Found): Plan {
  const plans = identities.map((identity) => planIdentity(identity, found.get(identity.name) ?? NONE));
  const steps: Step[] = plans.flatMap((plan) => plan.steps);
  const notes = plans.flatMap((plan) => plan.notes);

  if (table !== null) {
    const where = `Tablestore instance ${table.instance} in ${table.region}`;
    if (instance === null) {
      const details = ['pay-as-you-go, nothing reserved: it costs what is read, written and stored'];
      steps.push({ kind: 'create-instance', text: `create the ${where}`, details });
    }
    if (!(instance?.tables.includes(table.table) ?? false)) {
      steps.push({
        kind: 'create-table',
        text: `create the table ${table.table} in the ${where}`,
        details: [],
      });
    }
  }
  return { steps, notes, blocked: [] };
}

const NONE: FoundIdentity = { role: null, policy: null };

function planIdentity(identity: Identity, { role, policy }: FoundIdentity): Omit<Plan, 'blocked'> {
  const { name, trust, permissions } = identity;
  const steps: Step[] = [];
  const step = (kind: RamStepKind, text: string, details: readonly string[] = []) => {
    steps.push({ kind, text, details, identity });
  };

  if (role === null) {
    step('create-role', `create the RAM role ${name}`, documentLines(trust));
  } else {
    const changes = documentChanges(role.trust, trust);
    const text = `change who may assume the RAM role ${name}${foreign(role.description)}`;
    if (changes.length > 0) step('update-trust', text, changes);
  }
  if (policy === null) {
    step('create-policy', `create the RAM policy ${name}`, documentLines(permissions));
  } else {
    const changes = documentChanges(policy.document, permissions);
    if (changes.length > 0)
      step('update-policy', `change the RAM policy ${name}${foreign(policy.description)}`, changes);
  }
  if (!isAttached(name, role)) step('attach-policy', `attach the policy ${name} to the role ${name}`);
  const others = role === null ? [] : otherPolicies(name, role);
  const notes = others.map(
    (other) => `The role ${name} also has the policy ${other}: it may do more than its function needs.`,
  );
  return { steps, notes };
}

/** Takes away what bears bootstrap's mark, and nothing else. */
export function planDestruction(
  { identities, table }: Desired,
  { identities: found, instance }: Found,
): Plan {
  const plans = identities.map((identity) => planRemoval(identity, found.get(identity.name) ?? NONE));
  const steps: Step[] = plans.flatMap((plan) => plan.steps);
  const notes = plans.flatMap((plan) => plan.notes);
  const blocked = plans.flatMap((plan) => plan.blocked);
  if (steps.some(({ kind }) => kind === 'delete-role')) {
    notes.push(
      'A function that is still deployed loses its role, and the watch tells nothing more: remove it first, with npm run deploy -- --remove.',
    );
  }

  if (table !== null && instance !== null) {
    const where = `Tablestore instance ${table.instance} in ${table.region}`;
    const instanceIsOurs = instance.description === MARK;
    const otherTables = instance.tables.filter((other) => other !== table.table);
    if (instance.tables.includes(table.table)) {
      const loss =
        'what the watch remembers is lost for good: whom it told of what. It will tell every stop anew';
      if (instanceIsOurs || instance.tableIsOurs) {
        const text = `delete the table ${table.table} in the ${where}`;
        steps.push({ kind: 'delete-table', text, details: [loss] });
      } else {
        notes.push(`The table ${table.table} stays: bootstrap did not make it.`);
      }
    }
    if (!instanceIsOurs) {
      notes.push(`The instance ${table.instance} stays: bootstrap did not make it.`);
    } else if (otherTables.length === 0) {
      steps.push({ kind: 'delete-instance', text: `delete the ${where}`, details: [] });
    } else {
      blocked.push(
        `The instance ${table.instance} has other tables: delete ${otherTables.join(', ')} first.`,
      );
    }
  }
  return { steps, notes, blocked };
}

function planRemoval(identity: Identity, { role, policy }: FoundIdentity): Plan {
  const { name } = identity;
  const steps: Step[] = [];
  const notes: string[] = [];
  const blocked: string[] = [];
  const step = (kind: RamStepKind, text: string) => {
    steps.push({ kind, text, details: [], identity });
  };
  const roleIsOurs = role?.description === MARK;
  const policyIsOurs = policy?.description === MARK;
  const attached = isAttached(name, role);

  if (attached && (roleIsOurs || policyIsOurs)) {
    step('detach-policy', `detach the policy ${name} from the role ${name}`);
  }
  if (policyIsOurs) {
    const others = policy.attachments - (attached ? 1 : 0);
    if (others === 0) step('delete-policy', `delete the RAM policy ${name}`);
    else
      blocked.push(`The policy ${name} is attached to ${others} more identities: detach it from them first.`);
  } else if (policy !== null) {
    notes.push(`The policy ${name} stays: bootstrap did not make it.`);
  }
  if (roleIsOurs) {
    const others = otherPolicies(name, role);
    if (others.length === 0) step('delete-role', `delete the RAM role ${name}`);
    else blocked.push(`The role ${name} has other policies: detach ${others.join(', ')} first.`);
  } else if (role !== null) {
    notes.push(`The role ${name} stays: bootstrap did not make it.`);
  }
  return { steps, notes, blocked };
}

function foreign(description: string): string {
  return description === MARK ? '' : ' (which bootstrap did not make)';
}

function isAttached(name: string, role: FoundRole | null): boolean {
  return role?.attached.some((policy) => policy.name === name && policy.type === 'Custom') ?? false;
}

function otherPolicies(name: string, role: FoundRole): string[] {
  return role.attached
    .filter((policy) => policy.name !== name || policy.type !== 'Custom')
    .map((policy) => policy.name);
}
