/** The configuration of watch-robot-tasks: its environment variables, read once and in one place. */
import {
  createEnvironmentReader,
  endpointUrl,
  httpsUrl,
  list,
  oneOf,
  type Environment,
} from '../../shared/environment';
import { LOG_LEVELS, type LogLevel } from '../../shared/log';
import { ROBOT_TASK_STATUSES, STOPPED_STATUSES } from '../../shared/robot-task';
import { channelSecrets, parseChannels, type ChannelConfig } from './channels/config';
import { parseDuration } from './duration';
import { parseStateStore, type StateStoreLocation } from './stores/location';
import { LANGUAGES, type Language } from './text/words';

export interface Configuration {
  readonly endpoint: URL;
  readonly logLevel: LogLevel;
  /** The watched statuses, each once. */
  readonly statuses: readonly string[];
  readonly channels: readonly ChannelConfig[];
  /** Milliseconds; 0 = never. */
  readonly repeatInterval: number;
  /** Milliseconds by status. */
  readonly pending: ReadonlyMap<string, number>;
  readonly language: Language;
  readonly store: StateStoreLocation;
  readonly tablestoreEndpoint: URL | null;
  /** A secret: whoever knows it can keep the dead-man switch quiet. */
  readonly heartbeatUrl: URL | null;
  readonly queryUrl: URL | null;
}

const FOUR_HOURS = 4 * 60 * 60 * 1000;

/** Throws a ConfigurationError that names every wrong variable and repeats no value. */
export function readConfiguration(env: Environment): Configuration {
  const reader = createEnvironmentReader(env);
  const channels = reader.read<ChannelConfig[] | null>('ALERT_CHANNELS', parseSomeChannels, null);
  const statuses = reader.read<readonly string[] | null>(
    'WATCH_STATUSES',
    parseStatuses,
    env['WATCH_STATUSES']?.trim() ? null : STOPPED_STATUSES,
  );
  const configuration: Configuration = {
    endpoint: reader.read('DYVMSAPI_ENDPOINT', endpointUrl, new URL('https://dyvmsapi.aliyuncs.com')),
    logLevel: reader.read('LOG_LEVEL', oneOf(LOG_LEVELS), 'info'),
    statuses: statuses ?? [],
    channels: channels ?? [],
    repeatInterval: reader.read('ALERT_REPEAT_INTERVAL', parseDuration, FOUR_HOURS),
    pending: reader.read('ALERT_PENDING', parsePending, new Map<string, number>()),
    language: reader.read('ALERT_LANGUAGE', oneOf(LANGUAGES), 'zh-CN'),
    store: reader.read<StateStoreLocation>('STATE_STORE', parseStateStore, { kind: 'memory' }),
    tablestoreEndpoint: reader.read<URL | null>('TABLESTORE_ENDPOINT', endpointUrl, null),
    heartbeatUrl: reader.read<URL | null>('HEARTBEAT_URL', httpsUrl, null),
    queryUrl: reader.read<URL | null>('QUERY_URL', plainUrl, null),
  };
  // A watch that can tell nobody is a mistake, and one that nobody would notice.
  if (!env['ALERT_CHANNELS']?.trim()) reader.problem('ALERT_CHANNELS', NO_CHANNEL);
  // When WATCH_STATUSES itself is wrong, nobody knows what else does not fit it.
  const isWatched = (status: string) => statuses === null || statuses.includes(status);
  for (const { id, statuses: wanted } of configuration.channels) {
    if (wanted?.every(isWatched) === false) {
      reader.problem('ALERT_CHANNELS', `has a channel, ${id}, with statuses that are not in WATCH_STATUSES`);
    }
  }
  if (![...configuration.pending.keys()].every(isWatched)) {
    reader.problem('ALERT_PENDING', 'names a status that is not in WATCH_STATUSES');
  }
  reader.check();
  return configuration;
}

/** Every value of the configuration that no log, error, state or message may show. */
export function configurationSecrets({ channels, heartbeatUrl }: Configuration): string[] {
  const heartbeat = heartbeatUrl === null ? [] : urlSecrets(heartbeatUrl);
  return [...channels.flatMap(channelSecrets), ...heartbeat];
}

const NO_CHANNEL = 'must name at least one channel: nobody would be told of anything';

function parseSomeChannels(value: string): ChannelConfig[] {
  const channels = parseChannels(value);
  if (channels.length === 0) throw new Error(NO_CHANNEL);
  return channels;
}

/** It is shown to the whole group. */
function plainUrl(value: string): URL {
  const url = httpsUrl(value);
  if (url.username !== '' || url.password !== '') throw new Error('must not hold a user name or a password');
  return url;
}

function parseStatuses(value: string): string[] {
  const statuses = [...new Set(list(value))];
  if (statuses.length === 0) throw new Error('must name at least one status');
  if (!statuses.every(isKnownStatus)) {
    throw new Error(`must be statuses, separated by commas: ${ROBOT_TASK_STATUSES.join(', ')}`);
  }
  return statuses;
}

/** `SYSTEM_STOP=5m,ARREARS_STOP=0` */
function parsePending(value: string): Map<string, number> {
  const entries = list(value).map((item): [string, number] => {
    const [status = '', duration = '', ...rest] = item.split('=').map((part) => part.trim());
    if (!isKnownStatus(status) || rest.length > 0) {
      throw new Error('must be a list of <status>=<duration>, separated by commas, such as SYSTEM_STOP=5m');
    }
    return [status, parseDuration(duration)];
  });
  const pending = new Map(entries);
  if (pending.size < entries.length) throw new Error('must name each status once');
  return pending;
}

function isKnownStatus(status: string): boolean {
  return ROBOT_TASK_STATUSES.some((known) => known === status);
}

/** The whole, and what of it identifies the receiver; the path's short pieces are ordinary words. */
function urlSecrets(url: URL): string[] {
  const pieces = [...url.pathname.split('/'), ...url.searchParams.values(), url.username, url.password];
  return [url.href, ...pieces.filter((piece) => piece.length >= 8)];
}
