/** Parses ALERT_CHANNELS: which receivers there are, and which of their settings must never be shown. */
import * as v from 'valibot';
import { httpsUrl } from '../../../shared/environment';
import { ROBOT_TASK_STATUSES } from '../../../shared/robot-task';
import { CHANNEL_TYPES, type ChannelType } from './channel';

export interface ChannelConfig {
  readonly id: string;
  readonly type: ChannelType;
  readonly url: string;
  /** Null when the channel does not sign. For a webhook: one or more `whsec_…`, separated by a space. */
  readonly secret: string | null;
  /** Who is to be mentioned: ids in the channel's own kind, or `['all']`, or nobody. */
  readonly mention: readonly string[];
  /** The statuses this channel wants to hear of; null = every watched one. */
  readonly statuses: readonly string[] | null;
}

/** More than a group's on-call rota, and few enough for every channel's size limit. */
const MAX_MENTIONS = 50;

const KEYS = ['id', 'type', 'url', 'secret', 'mention', 'statuses'];

/** A name in logs and in the JSON summary, where `constructor` and its like would be trouble as a key. */
const idSchema = v.optional(
  v.pipe(
    v.string('must be a text'),
    v.regex(
      /^[a-z0-9][a-z0-9_-]{0,31}$/i,
      'must be 1 to 32 letters, digits, - or _ (a letter or digit first)',
    ),
    v.check((id) => !(id in {}), 'is a reserved word'),
  ),
);

const urlSchema = v.pipe(
  v.string('must be the URL that the robot was given'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    try {
      httpsUrl(dataset.value);
    } catch (error) {
      addIssue({ message: (error as Error).message });
    }
  }),
);

const statusesSchema = v.optional(
  v.pipe(
    v.array(
      v.picklist(ROBOT_TASK_STATUSES, `must be one of ${ROBOT_TASK_STATUSES.join(', ')}`),
      'must be a list',
    ),
    v.minLength(1, 'must name at least one status, or be left out for all'),
  ),
);

const none = (what: string) => v.optional(v.never(`must be left out: ${what}`));

const signingKey = v.optional(
  v.pipe(v.string('must be a text'), v.regex(/^\S+$/, "must be the robot's signing secret, without blanks")),
);

const webhookKeys = v.optional(
  v.pipe(
    v.string('must be a text'),
    v.regex(
      /^whsec_[A-Za-z0-9+/]{8,}={0,2}( whsec_[A-Za-z0-9+/]{8,}={0,2})*$/,
      'must be whsec_<base64> (several, separated by one space, while a secret is being replaced)',
    ),
  ),
);

function mentionOf(id: RegExp, what: string) {
  const message = `must be ${what}, or "all" alone`;
  return v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(message),
          v.check((value) => value === 'all' || id.test(value), message),
        ),
        'must be a list',
      ),
      v.maxLength(MAX_MENTIONS, `must not name more than ${MAX_MENTIONS}`),
      v.check((list) => !list.includes('all') || list.length === 1, 'must be "all" alone, or not hold it'),
    ),
  );
}

const mobiles = mentionOf(/^\+?\d{5,20}$/, 'mobile numbers as texts of digits');

const SETTINGS = {
  dingtalk: { secret: signingKey, mention: mobiles },
  feishu: { secret: signingKey, mention: mentionOf(/^ou_[A-Za-z0-9_-]{1,64}$/, 'open ids (ou_…)') },
  wecom: { secret: none('a WeCom robot has none'), mention: mobiles },
  slack: {
    secret: none('a Slack webhook has none'),
    mention: mentionOf(/^[UW][A-Z0-9]{1,31}$/, 'member ids (U… or W…)'),
  },
  webhook: { secret: webhookKeys, mention: none('a webhook mentions nobody') },
} satisfies Record<ChannelType, object>;

const typeSchema = v.picklist(CHANNEL_TYPES, `must be one of ${CHANNEL_TYPES.join(', ')}`);
const commonSchema = v.object({
  id: idSchema,
  type: typeSchema,
  url: urlSchema,
  statuses: statusesSchema,
});

/**
 * Parses ALERT_CHANNELS, a JSON array. Throws an Error whose message completes "ALERT_CHANNELS …", names every problem
 * by its place, such as `[1].url`, and never repeats a value.
 */
export function parseChannels(value: string): ChannelConfig[] {
  const entries = parseJsonArray(value);
  const problems: string[] = [];
  const channels = entries.map((entry, index) => parseChannel(entry, `[${index}]`, problems));
  const ids = entries.map(idOf);
  ids.forEach((id, index) => {
    if (id !== null && ids.indexOf(id) < index) {
      problems.push(`[${index}].id is taken: give each channel an id of its own (the default is its type)`);
    }
  });
  if (problems.length > 0) throw new Error(problems.join('; '));
  return channels.filter((channel) => channel !== null);
}

/** Everything in a channel's settings that no log, error, state or message may show. */
export function channelSecrets(config: ChannelConfig): string[] {
  const url = new URL(config.url);
  const keys = config.secret?.split(' ') ?? [];
  const secrets = [
    config.url,
    url.href,
    // A short piece, such as the path's "send", is no secret, and to mask it would blot out ordinary words.
    ...atLeast(12, [`${url.pathname}${url.search}`, ...url.pathname.split('/')]),
    ...atLeast(6, [...url.searchParams.values(), url.password]),
    ...keys.flatMap((key) => [key, key.replace(/^whsec_/, '')]),
  ];
  return [...new Set(secrets)];
}

function atLeast(length: number, texts: readonly string[]): string[] {
  return texts.filter((text) => text.length >= length);
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
      'must be a JSON array of channels, but it is not valid JSON: check its quotes, commas and brackets',
    );
  }
  if (!Array.isArray(parsed)) throw new Error('must be a JSON array of channels: put [ and ] around it');
  return parsed;
}

function parseChannel(entry: unknown, place: string, problems: string[]): ChannelConfig | null {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    problems.push(`${place} must be an object with type and url`);
    return null;
  }
  const before = problems.length;
  if (Object.keys(entry).some((key) => !KEYS.includes(key))) {
    problems.push(`${place} has a key that is not known (known: ${KEYS.join(', ')})`);
  }
  const common = v.safeParse(commonSchema, entry);
  const type = v.safeParse(typeSchema, (entry as { type?: unknown }).type);
  problems.push(...(common.issues ?? []).map((issue) => sentence(place, issue)));
  if (!type.success) return null;

  const settings = v.safeParse(v.object(SETTINGS[type.output]), entry);
  problems.push(...(settings.issues ?? []).map((issue) => sentence(place, issue)));
  if (problems.length > before || !common.success || !settings.success) return null;
  return {
    id: common.output.id ?? type.output,
    type: type.output,
    url: common.output.url,
    secret: settings.output.secret ?? null,
    mention: settings.output.mention ?? [],
    statuses: common.output.statuses ?? null,
  };
}

function sentence(place: string, issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? [])
    .map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('');
  const isMissing = issue.kind === 'schema' && issue.type === 'object';
  return `${place}${path} ${isMissing ? 'is missing' : issue.message}`;
}
