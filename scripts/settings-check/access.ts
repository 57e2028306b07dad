/** Who may call what s.yaml deploys: never everybody, and never nobody. */
import { tokenSecrets } from '../../functions/query-robot-tasks/tokens';
import { list } from '../../shared/runtime/environment';
import type { DeclaredFunction } from '../function-set';

/** The function that checks its callers itself, by its key in s.yaml. */
const CHECKS_CALLERS = 'query-robot-tasks';

export function accessProblems(functions: readonly DeclaredFunction[]): string[] {
  return functions.flatMap((declared) =>
    declared.resource === CHECKS_CALLERS ? queryProblems(declared) : otherProblems(declared),
  );
}

/** Nobody but the gateway checks who calls another function. */
function otherProblems({ name, authTypes }: DeclaredFunction): string[] {
  if (authTypes.every((authType) => authType === 'function')) return [];
  return [
    `s.yaml gives ${name} an HTTP trigger that is not of authType function: everybody could call it, and it checks nobody`,
  ];
}

function queryProblems({ environment, authTypes }: DeclaredFunction): string[] {
  const isSet = (name: string) => (environment[name]?.trim() ?? '') !== '';
  if (authTypes.some((authType) => authType !== 'anonymous' && authType !== 'function')) {
    return [
      'HTTP_TRIGGER_AUTH must be anonymous (the function checks tokens) or function (the gateway checks signatures)',
    ];
  }
  if (environment['HTTP_AUTH']?.trim() === 'gateway') {
    if (authTypes.every((authType) => authType === 'function')) return [];
    return ['HTTP_AUTH=gateway needs HTTP_TRIGGER_AUTH=function: as it is, everybody could read the tasks'];
  }
  if (authTypes.includes('function')) {
    return [
      'HTTP_TRIGGER_AUTH=function needs HTTP_AUTH=gateway: the signature takes the place of the token, and every call would be refused',
    ];
  }
  if (isSet('API_TOKENS') || isSet('OPERATOR_TOKENS')) return [];
  return [
    'API_TOKENS must hold at least one token, such as the output of `openssl rand -hex 24`: as it is, every call would be refused',
  ];
}

/** A token that stands in both lists is an operator's. */
export function accessNotes({ environment }: DeclaredFunction): string[] {
  const operators = tokenSecrets(environment['OPERATOR_TOKENS'] ?? '');
  return list(environment['API_TOKENS'] ?? '').some((token) => operators.includes(token))
    ? ['A token stands in API_TOKENS and in OPERATOR_TOKENS: whoever has it may start tasks.']
    : [];
}
