/** What is posted to an Alertmanager: each standing condition and each end as an alert of its own. */
import { beijingIso } from '../../../../shared/beijing-time';
import { STALLED } from '../../../../shared/state/state';
import { asItStood } from '../../rules/ended';
import type { Message, Notice, StoppedTask } from '../../rules/message';
import type { TextOptions } from '../../text/message-text';
import { noticeInWords, taskInWords, type TaskInWords } from '../../text/standing';
import { oneLine } from '../../text/user-text';
import { sayOr } from '../../text/wording';
import type { ChannelConfig, ChannelOptions } from '../channel';

const MINUTE_MS = 60_000;
/** How long ago an end is said to have been. */
export const ENDED_BEFORE_MS = MINUTE_MS;
const NAME_CHARACTERS = 100;

interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

/**
 * An end is posted a minute back: one that is still ahead where it arrives does not shorten the alert, and an Alertmanager
 * whose clock is behind ours would keep it. It brings its annotations and link again, because what is posted last replaces
 * them.
 */
export function alertsOf(message: Message, config: ChannelConfig, options: ChannelOptions): PostedAlert[] {
  const { now } = message;
  const watch = options.watch === undefined ? {} : { watch: options.watch };
  if (message.kind === 'test') {
    const labels = { alertname: 'RobotTaskWatchTest', ...watch, channel: config.id, severity: 'info' };
    return [{ labels, annotations: {}, startsAt: iso(now), endsAt: iso(now + MINUTE_MS) }];
  }
  const text: TextOptions = { ...options, channel: config.id, escape: (value) => value };
  const linked = (task: string | null) => {
    const url = sayOr(options, undefined, () => options.linkTo?.(task, now));
    return url === undefined ? {} : { generatorURL: url };
  };
  const posted = (
    { alertname, ...labels }: Labels,
    { since, ends }: { readonly since: number; readonly ends: number },
    annotations: Readonly<Record<string, string>>,
    taskId: string | null,
  ): PostedAlert => {
    const startsAt = since >= 0 && since <= now ? since : now;
    return {
      labels: { alertname, ...watch, ...labels },
      annotations: { ...annotations, since: beijingIso(startsAt) },
      ...{ startsAt: iso(startsAt), endsAt: iso(Math.max(ends, startsAt)) },
      ...linked(taskId),
    };
  };
  const each = <T>(items: readonly T[], make: (item: T) => PostedAlert) =>
    items.flatMap((item) => sayOr(options, [], () => [make(item)]));
  const ofTasks = (tasks: readonly StoppedTask[], ends: number) =>
    each(tasks, (item) => {
      const annotations = taskAnnotations(item, taskInWords(item, now, text));
      return posted(taskLabels(item), { since: item.since, ends }, annotations, item.task.id);
    });
  const ofNotices = (notices: readonly Notice[], ends: number) =>
    each(notices, (notice) =>
      posted(
        noticeLabels(notice),
        { since: notice.since, ends },
        { ...noticeInWords(notice, now, text) },
        null,
      ),
    );
  if (message.standing === undefined) return [];
  const { tasks, notices, ended, until } = message.standing;
  const stood = asItStood(ended);
  return [
    ...ofTasks(tasks, until),
    ...ofNotices(notices, until),
    ...ofTasks(stood.tasks, now - ENDED_BEFORE_MS),
    ...ofNotices(stood.notices, now - ENDED_BEFORE_MS),
  ];
}

type Labels = Readonly<Record<string, string>> & { readonly alertname: string };

/** What changes while a condition stands has no place here. */
function taskLabels({ task, status }: StoppedTask): Labels {
  const isStalled = status === STALLED;
  return {
    alertname: isStalled ? 'RobotTaskStalled' : 'RobotTaskStopped',
    task_id: task.id,
    status,
    robot: task.robotId ?? '',
    severity: isStalled ? 'warning' : 'critical',
  };
}

function noticeLabels({ subject, channel }: Notice): Labels {
  if (subject === 'balance') return { alertname: 'RobotTaskBalanceLow', severity: 'warning' };
  return {
    alertname: 'RobotTaskWatchFailing',
    subject,
    ...(channel === null ? {} : { channel }),
    severity: 'warning',
  };
}

function taskAnnotations(
  { task }: StoppedTask,
  { summary, description, holder }: TaskInWords,
): Record<string, string> {
  const { finishCount, totalCount, taskName, robotName } = task;
  return {
    ...{ summary, description },
    progress: `${finishCount ?? '?'} / ${totalCount ?? '?'}`,
    ...(holder === null ? {} : { acknowledged: holder }),
    ...(taskName === null ? {} : { task_name: oneLine(taskName, NAME_CHARACTERS) }),
    ...(robotName === null ? {} : { robot_name: oneLine(robotName, NAME_CHARACTERS) }),
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
