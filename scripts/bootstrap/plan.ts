/** Decides what bootstrap does. Pure: (what should be there, what is there) → steps. */
import { instanceNameProblem } from './instance-name';
import { documentChanges, documentLines } from './policy-document';
import { MARK, type Desired, type Found } from './resources';

export type StepKind =
  | 'create-role'
  | 'update-trust'
  | 'create-policy'
  | 'update-policy'
  | 'attach-policy'
  | 'create-instance'
  | 'create-table'
  | 'detach-policy'
  | 'delete-policy'
  | 'delete-role'
  | 'delete-table'
  | 'delete-instance';

export interface Step {
  readonly kind: StepKind;
  /** One line for people, such as "create the RAM role robot-task-watch". */
  readonly text: string;
  /** More lines: what a policy holds, what changes, what is lost. */
  readonly details: readonly string[];
}

export interface Plan {
  /** In the order in which they must be done. */
  readonly steps: readonly Step[];
  /** What a person should know besides. */
  readonly notes: readonly string[];
  /** What cannot be done, and what a person must do first. */
  readonly blocked: readonly string[];
}

/** What is missing or differs. No steps when all is as it should be. */
export function planCreation({ name, trust, permissions, table }: Desired, found: Found): Plan {
  const steps: Step[] = [];
  const notes: string[] = [];
  const blocked: string[] = [];
  const { role, policy, instance } = found;

  if (role === null) {
    steps.push(step('create-role', `create the RAM role ${name}`, documentLines(trust)));
  } else {
    const changes = documentChanges(role.trust, trust);
    const text = `change who may assume the RAM role ${name}${foreign(role.description)}`;
    if (changes.length > 0) steps.push(step('update-trust', text, changes));
    for (const other of otherPolicies(name, role)) {
      notes.push(`The role ${name} also has the policy ${other}: it may do more than these functions need.`);
    }
  }

  if (policy === null) {
    steps.push(step('create-policy', `create the RAM policy ${name}`, documentLines(permissions)));
  } else {
    const changes = documentChanges(policy.document, permissions);
    const text = `change the RAM policy ${name}${foreign(policy.description)}`;
    if (changes.length > 0) steps.push(step('update-policy', text, changes));
  }

  if (!isAttached(name, found)) {
    steps.push(step('attach-policy', `attach the policy ${name} to the role ${name}`));
  }

  if (table !== null) {
    const where = `Tablestore instance ${table.instance} in ${table.region}`;
    if (instance === null) {
      const problem = instanceNameProblem(table.instance);
      if (problem !== null) blocked.push(problem);
      const details = ['pay-as-you-go, nothing reserved: it costs what is read, written and stored'];
      steps.push(step('create-instance', `create the ${where}`, details));
    }
    if (!(instance?.tables.includes(table.table) ?? false)) {
      steps.push(step('create-table', `create the table ${table.table} in the ${where}`));
    }
  }
  return { steps, notes, blocked };
}

/** Takes away what bears bootstrap's mark, and nothing else. */
export function planDestruction({ name, table }: Desired, found: Found): Plan {
  const steps: Step[] = [];
  const notes: string[] = [];
  const blocked: string[] = [];
  const { role, policy, instance } = found;
  const roleIsOurs = role?.description === MARK;
  const policyIsOurs = policy?.description === MARK;
  const attached = isAttached(name, found);

  if (attached && (roleIsOurs || policyIsOurs)) {
    steps.push(step('detach-policy', `detach the policy ${name} from the role ${name}`));
  }
  if (policyIsOurs) {
    const others = policy.attachments - (attached ? 1 : 0);
    if (others === 0) steps.push(step('delete-policy', `delete the RAM policy ${name}`));
    else
      blocked.push(`The policy ${name} is attached to ${others} more identities: detach it from them first.`);
  } else if (policy !== null) {
    notes.push(`The policy ${name} stays: bootstrap did not make it.`);
  }
  if (roleIsOurs) {
    const others = otherPolicies(name, role);
    if (others.length === 0) steps.push(step('delete-role', `delete the RAM role ${name}`));
    else blocked.push(`The role ${name} has other policies: detach ${others.join(', ')} first.`);
  } else if (role !== null) {
    notes.push(`The role ${name} stays: bootstrap did not make it.`);
  }

  if (table !== null && instance !== null) {
    const where = `Tablestore instance ${table.instance} in ${table.region}`;
    const instanceIsOurs = instance.description === MARK;
    const otherTables = instance.tables.filter((other) => other !== table.table);
    if (instance.tables.includes(table.table)) {
      const loss =
        'what the watch remembers is lost for good: whom it told of what. It will tell every stop anew';
      if (instanceIsOurs || instance.tableIsOurs) {
        steps.push(step('delete-table', `delete the table ${table.table} in the ${where}`, [loss]));
      } else {
        notes.push(`The table ${table.table} stays: bootstrap did not make it.`);
      }
    }
    if (!instanceIsOurs) {
      notes.push(`The instance ${table.instance} stays: bootstrap did not make it.`);
    } else if (otherTables.length === 0) {
      steps.push(step('delete-instance', `delete the ${where}`));
    } else {
      blocked.push(
        `The instance ${table.instance} has other tables: delete ${otherTables.join(', ')} first.`,
      );
    }
  }
  return { steps, notes, blocked };
}

function step(kind: StepKind, text: string, details: readonly string[] = []): Step {
  return { kind, text, details };
}

function foreign(description: string): string {
  return description === MARK ? '' : ' (which bootstrap did not make)';
}

function isAttached(name: string, { role }: Found): boolean {
  return role?.attached.some((policy) => policy.name === name && policy.type === 'Custom') ?? false;
}

function otherPolicies(name: string, role: NonNullable<Found['role']>): string[] {
  return role.attached
    .filter((policy) => policy.name !== name || policy.type !== 'Custom')
    .map((policy) => policy.name);
}
