/** What bootstrap does about the tables of a deployment, and their instance. Pure. */
import type { TablestoreLocation } from '../../shared/documents/location';
import { inWords, isOwn, makerOf, whyItStays } from './ownership';
import type { Desired, Found, FoundInstance } from './resources';
import type { Plan, Step, TableStepKind } from './steps';

/** What is missing. `rolesAreOurs`: then a table of an older version, which names no deployment, is this one's, too. */
export function planTables(desired: Desired, found: Found, rolesAreOurs: boolean): Plan {
  const { deployment, tables } = desired;
  const [state] = tables;
  const steps: Step[] = [];
  const notes: string[] = [];
  if (state === undefined) return { steps, notes, blocked: [] };
  const { instance } = found;
  const step = (kind: TableStepKind, location: TablestoreLocation, text: string, details: string[] = []) => {
    steps.push({ kind, location, text, details });
  };
  if (instance === null) {
    step('create-instance', state, `create the ${whereOf(state)}`, [
      'pay-as-you-go, nothing reserved: it costs what is read, written and stored',
    ]);
  }
  for (const location of tables) {
    const { table } = location;
    const mark = instance?.marks.get(table);
    if (mark === undefined) {
      step('create-table', location, `create the table ${table} in the ${whereOf(location)}`);
      continue;
    }
    const maker = makerOf(mark, deployment);
    const users = usersOf(location, desired, found);
    if (typeof maker === 'object' || users.length > 0) {
      const whose =
        typeof maker === 'object'
          ? `was made for ${maker.deployment}`
          : `is also that of ${users.join(', ')}`;
      notes.push(
        `The table ${table} ${whose}: two watches need a STATE_STORE each, with a table of its own.`,
      );
    } else if (maker === 'old' && rolesAreOurs) {
      step('mark-table', location, `note in the table ${table} that it is for ${inWords(deployment)}`);
    }
  }
  return { steps, notes, blocked: [] };
}

const LOSSES = [
  'what the watch remembers is lost for good: whom it told of what. It will tell every stop anew',
  'who started and took which task is lost for good',
];

/** The tables of this deployment that serve no other one, and an instance of bootstrap's in which none is left. */
export function planTableRemoval(desired: Desired, found: Found): Plan {
  const { deployment, everyTable } = desired;
  const steps: Step[] = [];
  const notes: string[] = [];
  const [state] = everyTable;
  const { instance } = found;
  if (state === undefined || instance === null) return { steps, notes, blocked: [] };
  for (const [index, location] of everyTable.entries()) {
    const { table } = location;
    const mark = instance.marks.get(table);
    if (mark === undefined) continue;
    const maker = makerOf(mark, deployment);
    const users = usersOf(location, desired, found);
    if (users.length > 0) notes.push(`The table ${table} stays: it is also that of ${users.join(', ')}.`);
    else if (maker !== 'ours') notes.push(`The table ${table} stays: ${whyItStays(maker)}.`);
    else {
      const text = `delete the table ${table} in the ${whereOf(location)}`;
      steps.push({ kind: 'delete-table', location, text, details: [LOSSES[index] ?? ''] });
    }
  }
  const left = tablesLeft(instance, steps);
  if (makerOf(instance.description, deployment) === 'foreign') {
    notes.push(`The instance ${state.instance} stays: bootstrap did not make it.`);
  } else if (left.length > 0) {
    notes.push(`The instance ${state.instance} stays: it has other tables (${left.join(', ')}).`);
  } else {
    steps.push({
      kind: 'delete-instance',
      location: state,
      text: `delete the ${whereOf(state)}`,
      details: [],
    });
  }
  return { steps, notes, blocked: [] };
}

function tablesLeft({ tables }: FoundInstance, steps: readonly Step[]): string[] {
  const gone = steps.map((step) => ('location' in step ? step.location.table : ''));
  return tables.filter((table) => !gone.includes(table));
}

/** The functions of the region that keep their state in the table, or in the one beside it, and are not this deployment's. */
function usersOf(
  { instance, region }: TablestoreLocation,
  { deployment, everyTable }: Desired,
  { functions }: Found,
): string[] {
  const [state] = everyTable;
  const store = `tablestore://${instance}.${region}/${state?.table ?? ''}`.toLowerCase();
  return functions
    .filter((one) => one.stateStore.toLowerCase() === store && !isOwn(one.name, deployment))
    .map((one) => one.name);
}

function whereOf({ instance, region }: TablestoreLocation): string {
  return `Tablestore instance ${instance} in ${region}`;
}
