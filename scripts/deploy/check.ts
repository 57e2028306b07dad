/** Finds what is wrong with the settings before anything is uploaded. Pure. */
import { readConfiguration as readQueryConfiguration } from '../../functions/query-robot-tasks/config';
import { readConfiguration as readWatchConfiguration } from '../../functions/watch-robot-tasks/config';
import { parseSchedule } from '../../local/host/schedule';
import { ConfigurationError, type Environment } from '../../shared/environment';
import { declaredFunction, type DeclaredFunction, type FunctionSet } from '../function-set';

export interface Findings {
  /** What makes a deployment useless or unsafe: a sentence each, without any value. */
  readonly problems: readonly string[];
  /** What works, and may surprise. */
  readonly notes: readonly string[];
}

/** https://www.alibabacloud.com/help/en/functioncompute/fc/product-overview/limits */
const MAX_ENVIRONMENT_BYTES = 4096;

/** `dotenv` is the text of .env; empty when there is none. */
export function checkSettings(functionSet: FunctionSet, dotenv: string): Findings {
  const query = declaredFunction(functionSet, 'query-robot-tasks');
  const watch = declaredFunction(functionSet, 'watch-robot-tasks');
  const problems = [
    ...configurationProblems(query.environment, readQueryConfiguration),
    ...accessProblems(query),
    ...configurationProblems(watch.environment, readWatchConfiguration),
    ...scheduleProblems(watch),
    ...dollarProblems(dotenv),
    ...[query, watch].flatMap((declared) => [...roleProblems(declared), ...sizeProblems(declared)]),
  ];
  // Both functions have some variables in common.
  return { problems: [...new Set(problems)], notes: storeNotes(watch) };
}

function configurationProblems(env: Environment, read: (env: Environment) => unknown): string[] {
  try {
    read(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ variable, message }) => `${variable} ${message}.`);
  }
}

/** Who may call the HTTP function: never everybody, and never nobody. */
function accessProblems({ environment, authType }: DeclaredFunction): string[] {
  const isSet = (name: string) => (environment[name]?.trim() ?? '') !== '';
  if (authType !== 'anonymous' && authType !== 'function') {
    return [
      'HTTP_TRIGGER_AUTH must be anonymous (the function checks tokens) or function (the gateway checks signatures).',
    ];
  }
  if (environment['HTTP_AUTH']?.trim() === 'gateway') {
    if (authType === 'function') return [];
    return ['HTTP_AUTH=gateway needs HTTP_TRIGGER_AUTH=function: as it is, everybody could read the tasks.'];
  }
  if (authType === 'function') {
    return [
      'HTTP_TRIGGER_AUTH=function needs HTTP_AUTH=gateway: the signature takes the place of the token, and every call would be refused.',
    ];
  }
  if (isSet('API_TOKENS')) return [];
  return [
    'API_TOKENS must hold at least one token, such as the output of `openssl rand -hex 24`: as it is, every call would be refused.',
  ];
}

function scheduleProblems({ schedule }: DeclaredFunction): string[] {
  try {
    parseSchedule(schedule ?? '');
    return [];
  } catch (error) {
    return [`WATCH_SCHEDULE ${(error as Error).message}.`];
  }
}

/** Serverless Devs lower-cases the name, and finds no role that is written otherwise. */
function roleProblems({ name, role }: DeclaredFunction): string[] {
  if (role === null || role === '')
    return [`s.yaml gives ${name} no role: without one it has no keys to ask with.`];
  if (role === role.toLowerCase()) return [];
  return [`s.yaml gives ${name} the role ${role}: its name must be all lower-case.`];
}

function sizeProblems({ name, environment }: DeclaredFunction): string[] {
  const sizes = Object.entries(environment)
    .map(([variable, value = '']) => ({ variable, bytes: Buffer.byteLength(variable + value) }))
    .sort((a, b) => b.bytes - a.bytes);
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const [largest] = sizes;
  if (total <= MAX_ENVIRONMENT_BYTES || largest === undefined) return [];
  return [
    `${largest.variable} is too long: the variables of ${name} take ${total} bytes, and Function Compute allows ${MAX_ENVIRONMENT_BYTES}.`,
  ];
}

function storeNotes({ environment }: DeclaredFunction): string[] {
  if (environment['STATE_STORE']?.trim().startsWith('tablestore://')) return [];
  return [
    'STATE_STORE is not a Tablestore table: whenever Function Compute replaces the instance, every stop is told anew and no recovery from before.',
  ];
}

/**
 * Serverless Devs puts variables in for `$…`, even between single quotes and after a backslash, and it does so more than
 * once: what arrives is not what stands in .env.
 */
function dollarProblems(dotenv: string): string[] {
  return [...dotenv.matchAll(ASSIGNMENT)]
    .filter(([, , value = '']) => value.includes('$'))
    .map(
      ([, name = '']) =>
        `${name} in .env has a $, which Serverless Devs takes for a variable: write \\u0024 in JSON, %24 in a URL, and choose tokens without it.`,
    );
}

/** A line of .env as dotenv reads it: a value in quotes may go over several lines, one without ends before a #. */
const ASSIGNMENT = /^\s*(?:export\s+)?([\w.-]+)\s*[=:][ \t]*('[^']*'|"[^"]*"|`[^`]*`|[^#\n]*)/gm;
