/** Parses ALERT_CHANNELS: which receivers there are, and which of their settings must never be shown. */
import { parse as parseLossless } from 'lossless-json';
import * as v from 'valibot';
import { Mistakes } from '../../../shared/runtime/environment';
import { urlSecrets } from '../../../shared/runtime/url-secrets';
import { ROBOT_TASK_STATUSES } from '../../../shared/robot-task';
import { STALLED } from '../../../shared/state/state';
import { parseDuration } from '../duration';
import type { Delay } from '../rules/policy';
import type { ChannelConfig } from './channel';
import { daysSetting, hoursOf, hoursSetting } from './hours';
import { CHANNEL_KINDS, kindOf } from './list';

const COMMON_KEYS = ['id', 'type', 'url', 'secret', 'mention', 'statuses', 'hours', 'days', 'after'];
/** Shown where it is not known. What does not look like one may be a secret in the wrong place. */
const KEY = /^[a-z]{1,20}$/i;
const CONDITIONS = [...ROBOT_TASK_STATUSES, STALLED];

const ID = /^[a-z0-9][a-z0-9_-]{0,31}$/i;

/** A name in logs and in the JSON summary, where `constructor` and its like would be trouble as a key. */
const idSchema = v.optional(
  v.pipe(
    v.string('must be a text'),
    v.regex(ID, 'must be 1 to 32 letters, digits, - or _ (a letter or digit first)'),
    v.check((id) => !(id in {}), 'is a reserved word'),
  ),
);

const statusesSchema = v.optional(
  v.pipe(
    v.array(v.picklist(CONDITIONS, `must be one of ${CONDITIONS.join(', ')}`), 'must be a list'),
    v.minLength(1, 'must name at least one status, or be left out for all'),
  ),
);

const afterSetting = v.optional(
  v.pipe(
    v.string('must be a text'),
    v.rawTransform(({ dataset, addIssue, NEVER }): Delay | null => {
      const text = dataset.value.trim();
      try {
        const ms = parseDuration(text);
        return ms === 0 ? null : { text, ms };
      } catch (error) {
        addIssue({ message: (error as Error).message });
        return NEVER;
      }
    }),
  ),
);

const TYPES = CHANNEL_KINDS.map(({ type }) => type);
const typeSchema = v.picklist(TYPES, `must be one of ${TYPES.join(', ')}`);
const commonSchema = v.object({
  id: idSchema,
  type: typeSchema,
  statuses: statusesSchema,
  hours: hoursSetting,
  days: daysSetting,
  after: afterSetting,
});

/**
 * Parses ALERT_CHANNELS, a JSON array. Throws Mistakes that complete "ALERT_CHANNELS …", name each channel by its place,
 * counted from 1, and its id, such as `channel 2 (ops): url must …`, and repeat no other value.
 */
export function parseChannels(value: string): ChannelConfig[] {
  const entries = parseJsonArray(value);
  const problems: string[] = [];
  const ids = entries.map(idOf);
  const place = (index: number) => placeOf(index, shownId(ids[index] ?? '', entries[index]));
  const channels = entries.map((entry, index) => parseChannel(entry, place(index), problems));
  ids.forEach((id, index) => {
    if (id !== null && ids.indexOf(id) < index) {
      problems.push(
        `${place(index)} id is taken: give each channel an id of its own (the default is its type)`,
      );
    }
  });
  if (problems.length > 0) throw new Mistakes(problems);
  return channels.filter((channel) => channel !== null);
}

/** Everything in a channel's settings that no log, error, state or message may show. `ids` of channels are shown. */
export function channelSecrets(config: ChannelConfig, ids: readonly string[] = [config.id]): string[] {
  const keys = config.secret?.split(' ') ?? [];
  const secrets = [
    config.url,
    ...urlSecrets(new URL(config.url), ids),
    ...keys.flatMap((key) => [key, key.replace(/^whsec_/, '')]),
    ...(kindOf(config).secrets?.(config) ?? []),
  ];
  return [...new Set(secrets)];
}

/** How a mistake begins: the channel's place, counted from 1, and its id, where it may be shown. */
export function placeOf(index: number, id: string | null): string {
  return `channel ${index + 1}${id === null ? '' : ` (${id})`}:`;
}

/** Null for what is no name. */
function shownId(id: string, entry: unknown): string | null {
  const isGiven = v.is(v.object({ id: v.string() }), entry);
  return (isGiven && ID.test(id)) || TYPES.some((type) => type === id) ? id : null;
}

/** The id that an entry will have, whatever else is wrong with it. */
function idOf(entry: unknown): string | null {
  const named = v.safeParse(v.object({ id: v.optional(v.string()), type: v.optional(v.string()) }), entry);
  return named.success ? (named.output.id ?? named.output.type ?? null) : null;
}

function parseJsonArray(value: string): unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    // The parser's own message quotes the text, and with it a secret.
    throw new Error(
      `must be a JSON array of channels, but it is not valid JSON${whereBroken(value)}: check its quotes, commas and brackets`,
    );
  }
  if (!Array.isArray(parsed)) throw new Error('must be a JSON array of channels: put [ and ] around it');
  return parsed;
}

/** Where the text stops being JSON, by line and column; empty when that cannot be told. */
function whereBroken(text: string): string {
  try {
    parseLossless(text);
    return '';
  } catch (error) {
    const [, position] = /position (\d+)/.exec((error as Error).message) ?? [];
    if (position === undefined) return '';
    const lines = text.slice(0, Number(position)).split('\n');
    return ` at line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
  }
}

function parseChannel(entry: unknown, place: string, problems: string[]): ChannelConfig | null {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    problems.push(`${place} must be an object with type and url`);
    return null;
  }
  const before = problems.length;
  const common = v.safeParse(commonSchema, entry);
  const type = v.safeParse(typeSchema, (entry as { type?: unknown }).type);
  problems.push(...(common.issues ?? []).map((issue) => sentence(place, issue)));
  if (!type.success) return null;

  const kind = kindOf({ type: type.output });
  const keys = [...new Set([...COMMON_KEYS, ...Object.keys(kind.settings)])];
  for (const key of Object.keys(entry).filter((key) => !keys.includes(key))) {
    const what = KEY.test(key) ? `${key} is not known` : 'has a key that is not known';
    problems.push(`${place} ${what} (known: ${keys.join(', ')})`);
  }
  const settings = v.safeParse(v.object(kind.settings), entry);
  problems.push(...(settings.issues ?? []).map((issue) => sentence(place, issue)));
  if (problems.length > before || !common.success || !settings.success) return null;
  const { url, secret, mention, ...more } = settings.output;
  const { id, statuses, hours, days, after } = common.output;
  return {
    id: id ?? type.output,
    type: type.output,
    url: String(url),
    secret: typeof secret === 'string' ? secret : null,
    mention: Array.isArray(mention) ? mention.map(String) : [],
    statuses: statuses ?? null,
    hours: hoursOf(hours, days),
    ...(after === undefined || after === null ? {} : { after }),
    more,
  };
}

function sentence(place: string, issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? [])
    .map(({ key }) => (typeof key === 'number' ? ` ${key + 1}` : ` ${String(key)}`))
    .join('');
  const isMissing = issue.kind === 'schema' && issue.type === 'object';
  return `${place}${path} ${isMissing ? 'is missing' : issue.message}`;
}
