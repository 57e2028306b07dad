/** The configuration of watch-robot-tasks: its environment variables, read once and in one place. */
import {
  createEnvironmentReader,
  endpointUrl,
  httpsUrl,
  list,
  oneOf,
  type Environment,
} from '../../shared/runtime/environment';
import { LOG_LEVELS, type LogLevel } from '../../shared/runtime/log';
import { ROBOT_TASK_STATUSES, type Source, STOPPED_STATUSES } from '../../shared/robot-task';
import { canBe, lackingStatuses, readSourceSettings, type SourceSettings } from '../../shared/task-source';
import type { ChannelConfig } from './channels/channel';
import { channelSecrets, parseChannels, placeOf } from './channels/config';
import { parseDuration } from './duration';
import type { Policy } from './rules/policy';
import { STALLED } from '../../shared/state/state';
import { parseStateStore, type StateStoreLocation } from '../../shared/documents/location';
import { LANGUAGES, type Language } from '../../shared/text';
import { urlSecrets } from '../../shared/runtime/url-secrets';
import { parseLinkSecrets } from '../../shared/ticket';

export interface Configuration extends SourceSettings {
  readonly logLevel: LogLevel;
  readonly channels: readonly ChannelConfig[];
  /** What is told, and when; of the channels, what the decision needs to know. */
  readonly policy: Omit<Policy, 'deployment' | 'channels' | 'nextPoll'>;
  /** The timer's cronExpression. */
  readonly schedule: string;
  readonly language: Language;
  readonly store: StateStoreLocation;
  readonly tablestoreEndpoint: URL | null;
  /** A secret: whoever knows it can keep the dead-man switch quiet. */
  readonly heartbeatUrl: URL | null;
  readonly queryUrl: URL | null;
  readonly bssEndpoint: URL;
  /** The first signs the links in alerts; empty = the links let nobody in. */
  readonly linkSecrets: readonly string[];
  /** Milliseconds for which a link lets in. */
  readonly linkTtl: number;
}

const MINUTE = 60 * 1000;
/** As in s.yaml. */
const EVERY_MINUTE = '@every 1m';
const FOUR_HOURS = 4 * 60 * MINUTE;
const DAY = 6 * FOUR_HOURS;

/** Throws a ConfigurationError that names every wrong variable and repeats no value. */
export function readConfiguration(env: Environment): Configuration {
  const reader = createEnvironmentReader(env);
  const channels = reader.read<ChannelConfig[] | null>('ALERT_CHANNELS', parseSomeChannels, null);
  const sourceSettings = readSourceSettings(reader);
  const { source } = sourceSettings;
  const statuses = reader.read<readonly string[] | null>(
    'WATCH_STATUSES',
    (value) => parseStatuses(value, source),
    // Of the default, what the source does not have is left out; the function's log says so (index.ts).
    env['WATCH_STATUSES']?.trim() ? null : STOPPED_STATUSES.filter((status) => canBe(source, status)),
  );
  const configuration: Configuration = {
    ...sourceSettings,
    logLevel: reader.read('LOG_LEVEL', oneOf(LOG_LEVELS), 'info'),
    policy: {
      statuses: statuses ?? [],
      stalledAfter: reader.read<number | null>('ALERT_STALLED', parseLongEnough, null),
      pending: reader.read('ALERT_PENDING', parsePending, new Map<string, number>()),
      repeatIntervals: reader.read<readonly number[]>('ALERT_REPEAT_INTERVAL', parseIntervals, [FOUR_HOURS]),
      createdWithin: reader.read<number | null>('WATCH_CREATED_WITHIN', parseLongEnough, null),
      balanceBelow: reader.read<number | null>('ALERT_BALANCE_BELOW', parseAmount, null),
      certificateEndsAt: reader.read<number | undefined>('QUERY_CERTIFICATE_ENDS', parseTime, undefined),
    },
    schedule: reader.read('WATCH_SCHEDULE', (value) => value, EVERY_MINUTE),
    channels: channels ?? [],
    language: reader.read('ALERT_LANGUAGE', oneOf(LANGUAGES), 'zh-CN'),
    store: reader.read<StateStoreLocation>('STATE_STORE', parseStateStore, { kind: 'memory' }),
    tablestoreEndpoint: reader.read<URL | null>('TABLESTORE_ENDPOINT', endpointUrl, null),
    heartbeatUrl: reader.read<URL | null>('HEARTBEAT_URL', httpsUrl, null),
    queryUrl: reader.read<URL | null>('QUERY_URL', plainUrl, null),
    bssEndpoint: reader.read('BSS_ENDPOINT', endpointUrl, new URL('https://business.aliyuncs.com')),
    linkSecrets: reader.read<readonly string[]>('LINK_SECRET', parseLinkSecrets, []),
    linkTtl: reader.read('LINK_TTL', parseLongEnough, DAY),
  };
  // A watch that can tell nobody is a mistake, and one that nobody would notice.
  if (!env['ALERT_CHANNELS']?.trim()) reader.problem('ALERT_CHANNELS', NO_CHANNEL);
  // When WATCH_STATUSES itself is wrong, nobody knows what else does not fit it.
  const isStalledWatched = configuration.policy.stalledAfter !== null;
  const isWatched = (condition: string) =>
    condition === STALLED ? isStalledWatched : statuses === null || statuses.includes(condition);
  const isInVain = (conditions: readonly string[]) => conditions.includes(STALLED) && !isStalledWatched;
  for (const [index, { id, statuses: wanted }] of configuration.channels.entries()) {
    const key = `${placeOf(index, id)} statuses`;
    const lacking = lackingStatuses(source, wanted ?? []);
    if (lacking.length > 0) {
      reader.problem('ALERT_CHANNELS', `${key} names ${noSuchStatus(lacking, source)}: leave it out`);
    } else if (wanted?.every(isWatched) === false) {
      const which = isInVain(wanted) ? STALLED_IN_VAIN : 'one that is not in WATCH_STATUSES';
      reader.problem('ALERT_CHANNELS', `${key} names ${which}`);
    }
  }
  const watched = [...(statuses ?? []), ...(isStalledWatched ? [STALLED] : [])];
  const late = watched.filter((condition) => isHeardLate(configuration.channels, condition));
  if (late.length > 0) {
    reader.problem(
      'ALERT_CHANNELS',
      `has only channels with after for ${late.join(', ')}: give one channel that hears of it at once (no after)`,
    );
  }
  const pending = [...configuration.policy.pending.keys()];
  const lackingPending = lackingStatuses(source, pending);
  if (lackingPending.length > 0) {
    reader.problem('ALERT_PENDING', `names ${noSuchStatus(lackingPending, source)}: leave it out`);
  } else if (!pending.every(isWatched)) {
    const which = isInVain(pending) ? STALLED_IN_VAIN : 'a status that is not in WATCH_STATUSES';
    reader.problem('ALERT_PENDING', `names ${which}`);
  }
  reader.check();
  return configuration;
}

/** Whether nobody but second lines hears of `condition`. */
function isHeardLate(channels: readonly ChannelConfig[], condition: string): boolean {
  const hearing = channels.filter(({ statuses }) => statuses === null || statuses.includes(condition));
  return hearing.length > 0 && hearing.every(({ after }) => after !== undefined);
}

/** Every value of the configuration that no log, error, state or message may show. */
export function configurationSecrets({ channels, heartbeatUrl, linkSecrets }: Configuration): string[] {
  const heartbeat = heartbeatUrl === null ? [] : urlSecrets(heartbeatUrl);
  const ids = channels.map(({ id }) => id);
  const secrets = channels.flatMap((channel) => channelSecrets(channel, ids));
  return [...secrets, ...heartbeat, ...linkSecrets];
}

const STALLED_IN_VAIN = `${STALLED}, which nobody looks for without ALERT_STALLED: set it, such as 30m`;
const NO_CHANNEL = 'must name at least one channel: nobody would be told of anything';

function parseSomeChannels(value: string): ChannelConfig[] {
  const channels = parseChannels(value);
  if (channels.length === 0) throw new Error(NO_CHANNEL);
  return channels;
}

/** With its zone: a time without one means another moment on each machine. */
function parseTime(value: string): number {
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/.test(value)
    ? Date.parse(value)
    : NaN;
  if (Number.isNaN(time)) throw new Error('must be a time with its zone, such as 2027-03-01T00:00:00Z');
  return time;
}

/** It is shown to the whole group. */
function plainUrl(value: string): URL {
  const url = httpsUrl(value);
  if (url.username !== '' || url.password !== '') throw new Error('must not hold a user name or a password');
  return url;
}

function parseStatuses(value: string, source: Source): string[] {
  const statuses = [...new Set(list(value))];
  if (statuses.length === 0) throw new Error('must name at least one status');
  if (!statuses.every(isKnownStatus)) {
    throw new Error(`must be statuses, separated by commas: ${ROBOT_TASK_STATUSES.join(', ')}`);
  }
  const lacking = lackingStatuses(source, statuses);
  if (lacking.length > 0) {
    const others = statuses.filter((status) => !lacking.includes(status));
    const instead = others.length > 0 ? others : STOPPED_STATUSES.filter((status) => canBe(source, status));
    throw new Error(`names ${noSuchStatus(lacking, source)}: write ${instead.join(',')}`);
  }
  return statuses;
}

function noSuchStatus(lacking: readonly string[], source: Source): string {
  return `${lacking.join(', ')}, which no task has with TASK_SOURCE=${source}`;
}

/** `SYSTEM_STOP=5m,ARREARS_STOP=0` */
function parsePending(value: string): Map<string, number> {
  const entries = list(value).map((item): [string, number] => {
    const [status = '', duration = '', ...rest] = item.split('=').map((part) => part.trim());
    if ((!isKnownStatus(status) && status !== STALLED) || rest.length > 0) {
      throw new Error('must be a list of <status>=<duration>, separated by commas, such as SYSTEM_STOP=5m');
    }
    return [status, parseDuration(duration)];
  });
  const pending = new Map(entries);
  if (pending.size < entries.length) throw new Error('must name each status once');
  return pending;
}

/** `4h,8h,24h`, or `0` for no reminder. */
function parseIntervals(value: string): number[] {
  const intervals = list(value).map(parseDuration);
  if (intervals.length === 0) throw new Error('must be a duration, a list of them, or 0');
  if (intervals.length === 1 && intervals[0] === 0) return [];
  if (intervals.includes(0)) throw new Error('must not have 0 in a list: 0 alone means no reminder');
  return intervals;
}

/** A poll comes once a minute: what is shorter cannot be seen. */
function parseLongEnough(value: string): number {
  const duration = parseDuration(value);
  if (duration < MINUTE) throw new Error('must be at least 1m');
  return duration;
}

function parseAmount(value: string): number {
  if (!/^\d{1,12}(?:\.\d{1,2})?$/.test(value)) throw new Error('must be an amount such as 100 or 99.50');
  return Number(value);
}

function isKnownStatus(status: string): boolean {
  return ROBOT_TASK_STATUSES.some((known) => known === status);
}
