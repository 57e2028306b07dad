/**
 * The vendor's products that have robot tasks, and in what they differ for those who ask: Dyvmsapi has the voice robot of
 * 2019, Cloud Contact Center (aiccs) the one that replaced it.
 */
import { ROBOT_TASK_STATUSES, SOURCES, type RobotTaskFilter, type Source } from './robot-task';
import { endpointUrl, oneOf, type Environment, type EnvironmentReader } from './runtime/environment';

/** What a source has. What it lacks is null in a task, and a status that it lacks is never asked for. */
export interface SourceTraits {
  /** Of ROBOT_TASK_STATUSES, those in which a task of this source can be. */
  readonly statuses: readonly string[];
  /** What its own lists can be filtered by. */
  readonly filters: readonly (keyof RobotTaskFilter)[];
  /** The RAM actions that reading takes, and the one that a start takes. */
  readonly readActions: readonly string[];
  readonly startAction: string;
  /** The variable with its URL, and the URL without one. */
  readonly endpointVariable: 'DYVMSAPI_ENDPOINT' | 'AICCS_ENDPOINT';
  readonly endpoint: string;
}

/** The RAM names of aiccs are UNCONFIRMED: they follow its API's. */
export const SOURCE_TRAITS: Readonly<Record<Source, SourceTraits>> = {
  dyvms: {
    statuses: ROBOT_TASK_STATUSES,
    filters: ['status', 'taskName', 'createdOn'],
    readActions: ['dyvms:QueryRobotTaskList', 'dyvms:QueryRobotTaskDetail'],
    startAction: 'dyvms:StartRobotTask',
    endpointVariable: 'DYVMSAPI_ENDPOINT',
    endpoint: 'https://dyvmsapi.aliyuncs.com',
  },
  aiccs: {
    statuses: ROBOT_TASK_STATUSES.filter((status) => status !== 'ARREARS_STOP'),
    filters: ['status', 'taskName'],
    readActions: ['aiccs:ListTask'],
    startAction: 'aiccs:StartTask',
    endpointVariable: 'AICCS_ENDPOINT',
    endpoint: 'https://aiccs.aliyuncs.com',
  },
};

/** Whether a task of `source` can be in `status`. True of a status without a name here: the vendor may have added it. */
export function canBe(source: Source, status: string): boolean {
  const isNamed = ROBOT_TASK_STATUSES.some((named) => named === status);
  return !isNamed || SOURCE_TRAITS[source].statuses.includes(status);
}

/** Of `statuses`, those in which no task of `source` can be. */
export function lackingStatuses(source: Source, statuses: readonly string[]): string[] {
  return statuses.filter((status) => !canBe(source, status));
}

/** Which source it is, and where. */
export interface SourceSettings {
  readonly source: Source;
  readonly endpoint: URL;
}

/** The source that an environment names, the default one where it names none that there is. */
export function sourceOf(env: Environment): Source {
  return SOURCES.find((source) => source === env['TASK_SOURCE']?.trim()) ?? 'dyvms';
}

/** Reads TASK_SOURCE, and the URL of each source: one that is wrong is noted although the other is used. */
export function readSourceSettings(reader: EnvironmentReader): SourceSettings {
  const source = reader.read<Source>('TASK_SOURCE', oneOf(SOURCES), 'dyvms');
  const endpoints = SOURCES.map((candidate) => {
    const { endpointVariable, endpoint } = SOURCE_TRAITS[candidate];
    return [candidate, reader.read(endpointVariable, endpointUrl, new URL(endpoint))] as const;
  });
  return { source, endpoint: new Map(endpoints).get(source) ?? new URL(SOURCE_TRAITS[source].endpoint) };
}
