/**
 * Alertmanager, API v2. The labels are an alert's identity; one that is not confirmed by its `endsAt` is over. So every
 * standing condition is posted at every poll, and one that ended once more, with `endsAt` now.
 * https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
import * as v from 'valibot';
import { beijingIso } from '../../../shared/beijing-time';
import { STALLED } from '../../../shared/state/state';
import type { Text } from '../../../shared/text';
import type { Alert, Message, Notice, ResolvedTask, StoppedTask } from '../rules/message';
import type { TextOptions } from '../text/message-text';
import { oneLine } from '../text/user-text';
import { noticeInWords, taskInWords, type StandingText } from '../text/standing';
import type { ChannelConfig, ChannelKind, ChannelOptions } from './channel';
import { createHttpChannel } from './http/http-channel';
import { DELIVERED, refused, statusVerdict, withCode, type Verdict } from './http/verdict';
import { none, urlSetting } from './settings';

const NAME: Text = { en: 'Alertmanager', 'zh-CN': 'Alertmanager' };
const MINUTE_MS = 60_000;
const NAME_CHARACTERS = 100;
/** Where nobody says how long what is told holds. */
const DEFAULT_HOLD_MS = 3 * MINUTE_MS;

const bearerToken = v.optional(
  v.pipe(v.string('must be a text'), v.regex(/^[\x21-\x7e]+$/, 'must be a bearer token, without blanks')),
);

export const alertmanager = {
  type: 'alertmanager',
  name: NAME,
  settings: {
    url: urlSetting(httpUrl, "must be Alertmanager's base URL"),
    secret: bearerToken,
    mention: none('Alertmanager has its own receivers'),
  },
  mentionsPeople: false,
  wantsStanding: true,
  create(config, options) {
    const channel = createHttpChannel(config, options.clock, {
      // The same labels again are the same alert.
      dropsDuplicates: true,
      request: (message) => ({
        url: `${config.url.replace(/\/$/, '')}/api/v2/alerts`,
        headers: config.secret === null ? {} : { authorization: `Bearer ${config.secret}` },
        body: JSON.stringify(alertsOf(message, config, options)),
      }),
      verdict,
    });
    return {
      ...channel,
      async send(message, deadline) {
        for (const [index, part] of inParts(message).entries()) {
          const delivery = await channel.send(part, deadline);
          // What came before is there.
          if (!delivery.ok) return index === 0 ? delivery : { ...delivery, mayHaveArrived: true };
        }
        return DELIVERED;
      },
    };
  },
} as const satisfies ChannelKind;

/** A proxy takes a megabyte by default. */
const MOST_AT_ONCE = 250;

/** The tasks in groups that one request can carry; what else there is goes with the first. */
function inParts(message: Message): Message[] {
  if (message.kind === 'test') return [message];
  const tasks = standingTasks(message);
  const { notices, until } = message.standing ?? {
    notices: failing(message),
    until: message.now + DEFAULT_HOLD_MS,
  };
  const parts = Math.max(1, Math.ceil(Math.max(tasks.length, message.resolved.length) / MOST_AT_ONCE));
  return Array.from({ length: parts }, (_, index): Alert => {
    const ofPart = <T>(items: readonly T[]) => items.slice(index * MOST_AT_ONCE, (index + 1) * MOST_AT_ONCE);
    const isFirst = index === 0;
    return {
      ...message,
      standing: { tasks: ofPart(tasks), notices: isFirst ? notices : [], until },
      firing: ofPart(message.firing),
      resolved: ofPart(message.resolved),
      notices: isFirst ? message.notices : [],
    };
  });
}

function standingTasks({ standing, firing, repeated }: Alert): readonly StoppedTask[] {
  return standing?.tasks ?? [...firing, ...repeated];
}

function failing({ notices }: Alert): Notice[] {
  return notices.filter(({ state }) => state === 'failing');
}

/** Mostly inside a VPC, where there is no certificate. */
function httpUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new Error('must be a URL that starts with http:// or https://, with nothing after its path');
  }
  return url;
}

interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

function alertsOf(message: Message, config: ChannelConfig, options: ChannelOptions): PostedAlert[] {
  const { now } = message;
  if (message.kind === 'test') {
    const labels = { alertname: 'RobotTaskWatchTest', channel: config.id, severity: 'info' };
    return [{ labels, annotations: {}, startsAt: iso(now), endsAt: iso(now + MINUTE_MS) }];
  }
  const text: TextOptions = {
    ...{ language: options.language, linkTo: options.linkTo, channel: config.id },
    escape: (value) => value,
  };
  const link = (task: string | null) => {
    const url = options.linkTo?.(task, now);
    return url === undefined ? {} : { generatorURL: url };
  };
  const { tasks, notices, until: hold } = message.standing ?? { tasks: [], notices: [], until: now };
  const until = iso(hold);
  return [
    ...tasks.map((task) => ({
      labels: taskLabels(task, task.status),
      annotations: taskAnnotations(task, taskInWords(task, now, text)),
      ...{ startsAt: iso(task.since), endsAt: until },
      ...link(task.task.id),
    })),
    ...notices.map((notice) => ({
      labels: noticeLabels(notice),
      annotations: { ...noticeInWords(notice, now, text), since: beijingIso(notice.since) },
      ...{ startsAt: iso(notice.since), endsAt: until },
      ...link(null),
    })),
    ...ended(message).map(({ labels, since }) => ({
      labels,
      annotations: {},
      ...{ startsAt: iso(Math.min(since, now)), endsAt: iso(now) },
    })),
  ];
}

/** What stood under these labels and does no longer. */
function ended({ firing, resolved, notices }: Alert) {
  return [
    ...resolved.map((task) => ({ labels: taskLabels(task, task.previousStatus), since: task.since })),
    ...firing.flatMap((task) =>
      task.previousStatus === null
        ? []
        : [{ labels: taskLabels(task, task.previousStatus), since: task.since }],
    ),
    ...notices
      .filter(({ state }) => state === 'working')
      .map((notice) => ({ labels: noticeLabels(notice), since: notice.since })),
  ];
}

/** What changes while a condition stands has no place here. */
function taskLabels({ task }: StoppedTask | ResolvedTask, status: string): Record<string, string> {
  const isStalled = status === STALLED;
  return {
    alertname: isStalled ? 'RobotTaskStalled' : 'RobotTaskStopped',
    task_id: task.id,
    status,
    robot: task.robotId ?? '',
    severity: isStalled ? 'warning' : 'critical',
  };
}

function noticeLabels({ subject, channel }: Notice): Record<string, string> {
  if (subject === 'balance') return { alertname: 'RobotTaskBalanceLow', severity: 'warning' };
  return {
    alertname: 'RobotTaskWatchFailing',
    subject,
    ...(channel === null ? {} : { channel }),
    severity: 'warning',
  };
}

function taskAnnotations({ task, since }: StoppedTask, text: StandingText): Record<string, string> {
  const { finishCount, totalCount, taskName, robotName } = task;
  return {
    ...text,
    since: beijingIso(since),
    progress: `${finishCount ?? '?'} / ${totalCount ?? '?'}`,
    ...(taskName === null ? {} : { task_name: oneLine(taskName, NAME_CHARACTERS) }),
    ...(robotName === null ? {} : { robot_name: oneLine(robotName, NAME_CHARACTERS) }),
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

/** The body of a 200 is empty. */
function verdict(status: number): Verdict {
  if (status === 200) return DELIVERED;
  const coded = (reason: Text) => withCode(reason, `HTTP ${status}`);
  if (status === 401 || status === 403) {
    return refused(
      coded({
        en: 'Alertmanager, or what stands before it, refuses the sender: check the secret, which is its bearer token',
        'zh-CN': 'Alertmanager 或它前面的代理拒绝了发送方，请检查 secret（Bearer 令牌）',
      }),
    );
  }
  if (status === 404) {
    return refused(
      coded({
        en: "There is no Alertmanager at the channel's url: set its base URL, without /api",
        'zh-CN': '通道的 url 处没有 Alertmanager，请填写它的根地址，不带 /api',
      }),
    );
  }
  return statusVerdict(NAME, status);
}
