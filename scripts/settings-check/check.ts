/** Finds what is wrong with the settings before anything is uploaded or called. Pure. */
import { readConfiguration as readQueryConfiguration } from '../../functions/query-robot-tasks/config';
import { parseChannels } from '../../functions/watch-robot-tasks/channels/config';
import { readConfiguration as readWatchConfiguration } from '../../functions/watch-robot-tasks/config';
import { ConfigurationError, type Environment } from '../../shared/runtime/environment';
import { parseStateStore, type StateStoreLocation } from '../../shared/documents/location';
import { STOPPED_STATUSES } from '../../shared/robot-task';
import { STALLED } from '../../shared/state/state';
import { lackingStatuses, sourceOf } from '../../shared/task-source';
import type { EnvFile } from '../env-file';
import { declaredFunction, type DeclaredFunction, type FunctionSet } from '../function-set';
import { accessNotes, accessProblems } from './access';
import { domainNotes, domainProblems, type Wanted } from './domain';
import { instanceNameProblem } from './instance-name';
import { regionProblem, tablestoreRegionProblem } from './region';
import { scheduleProblem } from './schedule';
import {
  changedProblems,
  cutProblems,
  overrideNotes,
  ownValueNotes,
  placeholderProblems,
  quoteProblems,
  repeatedProblems,
  replacementProblems,
  strayProblems,
  unknownProblems,
} from './written';

export interface Findings {
  /** What makes a deployment useless or unsafe: a sentence each, without any value. */
  readonly problems: readonly string[];
  /** What works, and may surprise. */
  readonly notes: readonly string[];
}

/** All that can be known without the network. */
export interface Settings extends Wanted {
  readonly functionSet: FunctionSet;
  /** The person's own environment, which wins over the file of settings. */
  readonly shell: Environment;
  /** Every variable that is read by anybody. */
  readonly known: readonly string[];
  /** Whether other users of this machine can read the file of settings. */
  readonly othersCanRead: boolean;
}

/** https://www.alibabacloud.com/help/en/functioncompute/fc/product-overview/limits */
const MAX_ENVIRONMENT_BYTES = 4096;

/** Each variable has one problem at most, the first that is found here. */
export function checkSettings(settings: Settings): Findings {
  const { functionSet, shell, known, othersCanRead, now } = settings;
  const { functions, dotenv, dotenvText, variables, asked, envFile } = functionSet;
  const file = envFile.name;
  const query = declaredFunction(functionSet, 'query-robot-tasks');
  const watch = declaredFunction(functionSet, 'watch-robot-tasks');
  const environment = { ...query.environment, ...watch.environment };
  if (dotenv === null && !known.some((name) => isSetting(name) && isSet(shell, name))) {
    return { problems: [`There is no ${file}: run \`cp .env.example ${file}\` and fill it in.`], notes: [] };
  }
  const written = onlyKnown({ ...dotenv, ...shell }, known);
  const problems = [
    ...unknownProblems(dotenv ?? {}, known, file),
    ...cutProblems(dotenvText, file),
    ...quoteProblems(dotenv ?? {}),
    ...repeatedProblems(dotenvText, file),
    ...strayProblems(dotenvText, file),
    ...replacementProblems({ ...onlyKnown(dotenv ?? {}, known), ...written }),
    ...placeholderProblems(written),
    ...changedProblems(written, environment, asked),
    ...configurationProblems(query.environment, readQueryConfiguration),
    ...accessProblems(functions),
    ...configurationProblems(watch.environment, readWatchConfiguration),
    ...linkProblems(environment),
    ...storeProblems(environment),
    ...suffixProblems(variables),
    ...placeProblems(query, watch, now),
    ...domainProblems(variables, settings),
    ...functions.flatMap((declared) => [...roleProblems(declared), ...sizeProblems(declared)]),
  ];
  const notes = [
    ...overrideNotes(dotenv, shell, known, file),
    ...ownValueNotes(written, environment, asked),
    ...suffixNotes(envFile, variables),
    ...storeNotes(watch),
    ...sourceNotes(watch),
    ...unheardNotes(watch),
    ...secondLineNotes(environment),
    ...accessNotes(query),
    ...linkNotes(environment),
    ...domainNotes(variables, watch.environment['QUERY_URL']?.trim() ?? '', settings),
    ...(othersCanRead ? [readable(file)] : []),
  ];
  return { problems: oncePerVariable(problems).map((problem) => `${problem}.`.replace(/\?\.$/, '?')), notes };
}

/** Whoever routes by `statuses` may forget one. Nothing where the settings are wrong, which the problems tell. */
function unheardNotes({ environment }: DeclaredFunction): string[] {
  let configuration;
  try {
    configuration = readWatchConfiguration(environment);
  } catch {
    return [];
  }
  const { policy, channels } = configuration;
  const watched = [...policy.statuses, ...(policy.stalledAfter === null ? [] : [STALLED])];
  const isHeard = (condition: string) =>
    channels.some(({ statuses }) => statuses === null || statuses.includes(condition));
  const unheard = watched.filter((condition) => !isHeard(condition));
  return unheard.length === 0
    ? []
    : [`No channel in ALERT_CHANNELS hears of ${unheard.join(', ')}: nobody is told of such a task.`];
}

/** Where nobody can take a stop, a second line is told of every one. */
function secondLineNotes(environment: Environment): string[] {
  const lines = secondLines(environment);
  if (lines.length === 0) return [];
  const missing = [
    ...(isShared(environment) ? [] : ['STATE_STORE (a Tablestore table)']),
    ...(isSet(environment, 'OPERATOR_TOKENS') ? [] : ['OPERATOR_TOKENS']),
  ];
  return missing.length === 0
    ? []
    : [
        `after of ${lines.join(', ')} in ALERT_CHANNELS is only a delay: nobody can take a stop without ${missing.join(' and ')}.`,
      ];
}

/** The ids of the channels with after; none where the channels are malformed, which the function's own configuration tells. */
function secondLines(environment: Environment): string[] {
  try {
    const channels = parseChannels(environment['ALERT_CHANNELS'] ?? '');
    return channels.filter(({ after }) => after !== undefined).map(({ id }) => id);
  } catch {
    return [];
  }
}

function isShared(environment: Environment): boolean {
  return (stateStore(environment)?.kind ?? 'memory') !== 'memory';
}

/** The default of WATCH_STATUSES has a status that not every source has. */
function sourceNotes({ environment }: DeclaredFunction): string[] {
  const source = sourceOf(environment);
  if (isSet(environment, 'WATCH_STATUSES')) return [];
  const lacking = lackingStatuses(source, STOPPED_STATUSES);
  const watched = STOPPED_STATUSES.filter((status) => !lacking.includes(status));
  return lacking.length === 0
    ? []
    : [
        `With TASK_SOURCE=${source} no task is ever in ${lacking.join(', ')}: only ${watched.join(', ')} is watched.`,
      ];
}

function readable(file: string): string {
  return `${file} can be read by other users of this machine, and it holds secrets: run \`chmod 600 ${file}\`.`;
}

const SUFFIX = 'DEPLOYMENT_SUFFIX';

function suffixProblems(variables: Environment): string[] {
  const suffix = variables[SUFFIX] ?? '';
  if (suffix === '' || /^-[a-z0-9-]{0,19}[a-z0-9]$/.test(suffix)) return [];
  return [
    `${SUFFIX} must be a - and then 1 to 20 of a-z, 0-9 and -, and must not end in -: -test, for example`,
  ];
}

/** Whoever asks for a file of its own mostly wants a deployment of its own. */
function suffixNotes({ isChosen, name }: EnvFile, variables: Environment): string[] {
  if (!isChosen || isSet(variables, SUFFIX)) return [];
  return [
    `${name} sets no ${SUFFIX}: its functions and roles have the same names as those of any other file without one.`,
  ];
}

/** The person's keys are often in a shell for other reasons. */
function isSetting(name: string): boolean {
  return !name.startsWith('ALIBABA_CLOUD_');
}

function isSet(env: Environment, name: string): boolean {
  return (env[name]?.trim() ?? '') !== '';
}

function onlyKnown(env: Environment, known: readonly string[]): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => known.includes(name)));
}

/** A variable that is wrong in one way is mostly wrong in others, too: its first line is what is to be mended. */
function oncePerVariable(problems: readonly string[]): string[] {
  const told = new Set<string>();
  return problems.filter((problem) => {
    const [first = ''] = /^[A-Z][A-Z0-9_]+(?=[ =])/.exec(problem) ?? [];
    // Each channel is to be mended by itself.
    const name = first === '' || first === 'ALERT_CHANNELS' ? problem : first;
    if (told.has(name)) return false;
    told.add(name);
    return true;
  });
}

function configurationProblems(env: Environment, read: (env: Environment) => unknown): string[] {
  try {
    read(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ variable, message }) => `${variable} ${message}`);
  }
}

function linkProblems(env: Environment): string[] {
  if (!isSet(env, 'LINK_SECRET')) return [];
  if (!isSet(env, 'QUERY_URL'))
    return ['LINK_SECRET needs QUERY_URL: without it no alert has a link to sign'];
  if (!isDownloaded(env)) return [];
  return [
    'QUERY_URL is on fcapp.run, where every browser downloads what it opens: each link would end in a file. Set a domain of your own (QUERY_DOMAIN), or leave LINK_SECRET empty',
  ];
}

/** https://help.aliyun.com/zh/functioncompute/fc-3-0/user-guide/configure-custom-domain-names */
function isDownloaded(env: Environment): boolean {
  const url = env['QUERY_URL']?.trim() ?? '';
  return URL.canParse(url) && new URL(url).hostname.endsWith('.fcapp.run');
}

/** Scripts call it there as well as anywhere. */
function linkNotes(env: Environment): string[] {
  if (isSet(env, 'LINK_SECRET') || !isDownloaded(env)) return [];
  return [
    'QUERY_URL is on fcapp.run, where every browser downloads what it opens: the links in alerts show no page. "A domain for the page" in docs/deploy.md says how they do.',
  ];
}

function storeProblems(env: Environment): string[] {
  const location = stateStore(env);
  if (location?.kind !== 'tablestore') return [];
  const { instance, region } = location;
  return [instanceNameProblem(instance), tablestoreRegionProblem(region)]
    .filter((problem) => problem !== null)
    .map((problem) => `STATE_STORE ${problem}`);
}

/** Null when it is malformed, which the function's own configuration tells. */
function stateStore(env: Environment): StateStoreLocation | null {
  try {
    return isSet(env, 'STATE_STORE') ? parseStateStore(env['STATE_STORE']?.trim() ?? '') : null;
  } catch {
    return null;
  }
}

function placeProblems(query: DeclaredFunction, watch: DeclaredFunction, now: number): string[] {
  const region = regionProblem(query.region);
  const schedules = watch.schedules.map((schedule) => scheduleProblem(schedule, now));
  return [
    ...(region === null ? [] : [`FC_REGION_ID ${region}`]),
    ...schedules.filter((problem) => problem !== null).map((problem) => `WATCH_SCHEDULE ${problem}`),
    ...(watch.schedules.length === 0 ? [`s.yaml gives ${watch.name} no timer: it would never poll`] : []),
  ];
}

/** Serverless Devs lower-cases the name, and finds no role that is written otherwise. */
function roleProblems({ name, role }: DeclaredFunction): string[] {
  if (role === null || role === '')
    return [`s.yaml gives ${name} no role: without one it has no keys to ask with`];
  if (role === role.toLowerCase()) return [];
  return [`s.yaml gives ${name} the role ${role}: its name must be all lower-case`];
}

function sizeProblems({ name, environment }: DeclaredFunction): string[] {
  const sizes = Object.entries(environment)
    .map(([variable, value = '']) => ({ variable, bytes: Buffer.byteLength(variable + value) }))
    .sort((a, b) => b.bytes - a.bytes);
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const [largest] = sizes;
  if (total <= MAX_ENVIRONMENT_BYTES || largest === undefined) return [];
  return [
    `${largest.variable} is too long: the variables of ${name} take ${total} bytes, and Function Compute allows ${MAX_ENVIRONMENT_BYTES}`,
  ];
}

function storeNotes({ environment }: DeclaredFunction): string[] {
  if (environment['STATE_STORE']?.trim().startsWith('tablestore://')) return [];
  return [
    'STATE_STORE is not a Tablestore table: whenever Function Compute replaces the instance, every stop is told anew and no recovery from before.',
  ];
}
