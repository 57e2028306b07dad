/** Where a command is about to do something, and by whom: said before anything is done. */
import type { Environment } from '../shared/runtime/environment';
import { KEY_VARIABLES } from './env-file';
import { declaredFunction, type FunctionSet } from './function-set';
import type { Identity } from './identity';
import { domainName } from './settings-check/domain';
import type { CheckedSettings } from './settings-check/read';
import { printable } from './printable';
import type { Terminal } from './terminal';

/** `shell` is the person's own environment. */
export function printWhereabouts(
  { functionSet, fromShell }: Pick<CheckedSettings, 'functionSet' | 'fromShell'>,
  identity: Identity,
  shell: Environment,
  { print }: Pick<Terminal, 'print'>,
): void {
  const query = declaredFunction(functionSet, 'query-robot-tasks');
  const watch = declaredFunction(functionSet, 'watch-robot-tasks');
  const regions = [...new Set([query.region, watch.region])].join(' and ');
  const domain = domainName(functionSet.variables);
  print(`Account ${identity.accountId}, as ${printable(identity.arn)}.`);
  print(
    `Its keys are from ${whereKeysAre(functionSet, shell)}; the settings from ${functionSet.envFile.name}.`,
  );
  if (fromShell.length > 0) print(`From this shell instead: ${fromShell.join(', ')}.`);
  print(`In ${regions}: ${query.name} and ${watch.name}${domain === null ? '' : `, at ${domain}`}.`);
  print(
    `Their roles: ${query.role ?? 'none'} and ${watch.role ?? 'none'}. State: ${stateOf(watch.environment)}.`,
  );
}

/** Completes "keys from …". */
function whereKeysAre({ variables, dotenv, envFile, access }: FunctionSet, shell: Environment): string {
  const places = KEY_VARIABLES.filter((name) => (variables[name] ?? '') !== '').map((name) => {
    if ((shell[name] ?? '') === '') return envFile.name;
    return shell[name] === dotenv?.[name] ? `this shell and ${envFile.name}` : 'this shell';
  });
  const [id, secret] = KEY_VARIABLES;
  const isPair = (variables[id] ?? '') !== '' && (variables[secret] ?? '') !== '';
  return isPair ? [...new Set(places)].join(' and ') : `what \`s config\` keeps as ${access}`;
}

/** The location is no secret; one without is in the instance's memory. */
function stateOf(environment: Environment): string {
  const store = environment['STATE_STORE']?.trim() ?? '';
  return store === '' ? 'memory' : store;
}
