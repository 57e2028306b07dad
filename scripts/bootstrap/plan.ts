/** Decides what bootstrap does. Pure: (what should be there, what is there) → steps. */
import { inWords, isAnothers, isOwn, makerOf, whyItStays } from './ownership';
import { documentChanges, documentLines } from './policy-document';
import type { Desired, Found, FoundIdentity, FoundRole, Identity } from './resources';
import type { Plan, RamStepKind, Step } from './steps';
import { planTableRemoval, planTables } from './table-plan';

/** What is missing or differs. No steps when all is as it should be. `takeOver`: also what another deployment made. */
export function planCreation(desired: Desired, found: Found, takeOver = false): Plan {
  const plans = desired.identities.map((identity) => planIdentity(identity, desired, found, takeOver));
  const rolesAreOurs = plans.every(({ blocked }) => blocked.length === 0);
  return joined([...plans, planTables(desired, found, rolesAreOurs)]);
}

/** Takes away what bears this deployment's mark and serves no other one, and nothing else. */
export function planDestruction(desired: Desired, found: Found): Plan {
  const plans = desired.identities.map((identity) => planRemoval(identity, desired, found));
  const losesRole = plans.some(({ steps }) => steps.some(({ kind }) => kind === 'delete-role'));
  return joined([...plans, ...(losesRole ? [LOSES_ROLE] : []), planTableRemoval(desired, found)]);
}

/** Whether it depends on the functions of the region: it changes or takes away what is there, or refuses to. */
export function dependsOnFunctions({ steps, blocked }: Plan, { identities }: Found): boolean {
  if (blocked.length > 0) return true;
  return steps.some((step) => {
    if (!('identity' in step)) return step.kind === 'delete-table' || step.kind === 'mark-table';
    const { role, policy } = identities.get(step.identity.name) ?? NONE;
    return role !== null || policy !== null;
  });
}

const LOSES_ROLE: Plan = {
  steps: [],
  notes: [
    'A function that is still deployed loses its role, and the watch tells nothing more: remove it first, with npm run deploy -- --remove.',
  ],
  blocked: [],
};

const NONE: FoundIdentity = { role: null, policy: null };

function joined(plans: readonly Plan[]): Plan {
  return {
    steps: plans.flatMap(({ steps }) => steps),
    notes: plans.flatMap(({ notes }) => notes),
    blocked: plans.flatMap(({ blocked }) => blocked),
  };
}

function planIdentity(identity: Identity, desired: Desired, found: Found, takeOver: boolean): Plan {
  const { name, trust, permissions } = identity;
  const { role, policy } = found.identities.get(name) ?? NONE;
  const steps: Step[] = [];
  const step = (kind: RamStepKind, text: string, details: readonly string[] = []) => {
    steps.push({ kind, text, details, identity });
  };
  const { deployment } = desired;
  const foreign = (description: string) =>
    makerOf(description, deployment) === 'foreign' ? ' (which bootstrap did not make)' : '';

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
  const objections = takeOver ? [] : objectionsTo(identity, desired, found, steps.length > 0);
  if (objections.length > 0) return { steps: [], notes: [], blocked: objections };
  if (role !== null && isAnothers(makerOf(role.description, deployment))) {
    step('mark-role', `note in the RAM role ${name} that it is for ${inWords(deployment)}`);
  }
  const notes = (role === null ? [] : otherPolicies(name, role)).map(
    (other) => `The role ${name} also has the policy ${other}: it may do more than its function needs.`,
  );
  return { steps, notes, blocked: [] };
}

/** Why what is there is not this deployment's to change. */
function objectionsTo(identity: Identity, desired: Desired, found: Found, changes: boolean): string[] {
  const { name } = identity;
  const { deployment } = desired;
  const { role, policy } = found.identities.get(name) ?? NONE;
  const cure = `give this deployment a DEPLOYMENT_SUFFIX of its own, such as -test. If it is this one's all the same: --take-over`;
  const maker = makerOf((role ?? policy)?.description ?? '', deployment);
  const what = role === null ? `policy ${name}` : `role ${name}`;
  if (typeof maker === 'object') return [`The RAM ${what} was made for ${maker.deployment}: ${cure}.`];
  const users = usersOf(name, desired, found);
  if (changes && users.length > 0) {
    return [
      `The RAM ${what} is also that of ${users.join(', ')}, which this deployment does not have: ${cure}.`,
    ];
  }
  // An older version wrote no name. Where its role differs, only a function of ours that has it tells that it is ours.
  const isKnown = found.functions.some((one) => one.role === name && isOwn(one.name, deployment));
  if (maker === 'old' && role !== null && changes && !isKnown) {
    return [`The RAM ${what} serves other settings, and no function of this deployment runs as it: ${cure}.`];
  }
  return [];
}

/** The functions of the region that have this role and are not this deployment's. */
function usersOf(role: string, { deployment }: Desired, { functions }: Found): string[] {
  return functions.filter((one) => one.role === role && !isOwn(one.name, deployment)).map((one) => one.name);
}

function planRemoval(identity: Identity, desired: Desired, found: Found): Plan {
  const { name } = identity;
  const { role, policy } = found.identities.get(name) ?? NONE;
  const { deployment } = desired;
  const steps: Step[] = [];
  const notes: string[] = [];
  const blocked: string[] = [];
  const step = (kind: RamStepKind, text: string) => {
    steps.push({ kind, text, details: [], identity });
  };
  const users = usersOf(name, desired, found);
  if (users.length > 0) {
    return { steps, notes: [`The role ${name} stays: it is also that of ${users.join(', ')}.`], blocked };
  }
  const roleMaker = role === null ? null : makerOf(role.description, deployment);
  const policyMaker = policy === null ? null : makerOf(policy.description, deployment);
  const roleIsOurs = roleMaker === 'ours';
  // A role that was taken over keeps a policy with the mark of before.
  const policyIsOurs =
    policyMaker === 'ours' || (roleIsOurs && policyMaker !== null && policyMaker !== 'foreign');
  const attached = isAttached(name, role);

  if (attached && (roleIsOurs || policyIsOurs)) {
    step('detach-policy', `detach the policy ${name} from the role ${name}`);
  }
  if (policy !== null && policyIsOurs) {
    const others = policy.attachments - (attached ? 1 : 0);
    if (others === 0) step('delete-policy', `delete the RAM policy ${name}`);
    else notes.push(`The policy ${name} stays: ${others} more identities have it.`);
  } else if (policyMaker !== null) {
    notes.push(`The policy ${name} stays: ${whyItStays(policyMaker)}.`);
  }
  if (role !== null && roleIsOurs) {
    const others = otherPolicies(name, role);
    if (others.length === 0) step('delete-role', `delete the RAM role ${name}`);
    else blocked.push(`The role ${name} has other policies: detach ${others.join(', ')} first.`);
  } else if (roleMaker !== null) {
    notes.push(`The role ${name} stays: ${whyItStays(roleMaker)}.`);
  }
  return { steps, notes, blocked };
}

function isAttached(name: string, role: FoundRole | null): boolean {
  return role?.attached.some((policy) => policy.name === name && policy.type === 'Custom') ?? false;
}

function otherPolicies(name: string, role: FoundRole): string[] {
  return role.attached
    .filter((policy) => policy.name !== name || policy.type !== 'Custom')
    .map((policy) => policy.name);
}
