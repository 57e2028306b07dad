/** The generic webhook's JSON document. Times are ISO 8601 with +08:00, tasks are as in the HTTP API. */
import { beijingIso } from '../../../shared/beijing-time';
import type { RobotTask } from '../../../shared/robot-task';
import type { Alert, Message, ResolvedTask, StoppedTask } from '../rules/message';
import { remainingCalls } from './facts';
import { toJson } from './json';
import { sayOr, type Wording } from './wording';

/** Receivers commonly take 1 MB or less at most, and a queue behind them 256 kB. */
const MAX_BYTES = 256_000;
/** What stands around the lists and the notices. */
const MAX_FRAME_BYTES = 4000;
/** Far more than the vendor's console takes, and little enough that one name cannot fill the document. */
const MAX_TEXT = 1000;

const LISTS = ['firing', 'repeated', 'resolved'] as const;

/**
 * The document as JSON. All tasks are in it while they fit; else what matters most is (firing before repeated before
 * resolved, then by calls still to be made), `counts` still counts all and `omitted` says how many are missing. Each step
 * of `brevity` makes it a quarter as large.
 */
export function webhookDocument(message: Message, channel: string, wording: Wording, brevity = 0): string {
  const timestamp = beijingIso(message.now);
  if (message.kind === 'test') {
    return toJson({ type: 'robot-tasks.test', timestamp, data: { channel } });
  }
  const { firing, repeated, resolved } = message;
  const counts = { firing: firing.length, repeated: repeated.length, resolved: resolved.length };
  const notices = message.notices.flatMap((notice) =>
    sayOr(wording, [], () => [noticeEntry(notice, wording.language)]),
  );
  const frame = MAX_FRAME_BYTES + Buffer.byteLength(toJson(notices));
  const lists = fittingLists(message, MAX_BYTES / 4 ** brevity, frame, wording);
  const listed = lists.firing.length + lists.repeated.length + lists.resolved.length;
  return toJson({
    type: 'robot-tasks.alert',
    timestamp,
    data: {
      ...lists,
      watch: { status: message.watchStatus },
      notices,
      counts,
      omitted: counts.firing + counts.repeated + counts.resolved - listed,
      duplicatesPossible: message.duplicatesPossible !== false,
      link: sayOr(wording, null, () => {
        const only = listed === 1 ? onlyTask(lists) : null;
        return wording.linkTo?.(only, message.now) ?? null;
      }),
    },
  });
}

function onlyTask(lists: Record<(typeof LISTS)[number], readonly TaskEntry[]>): string | null {
  return LISTS.flatMap((list) => lists[list])[0]?.task.id ?? null;
}

type TaskEntry = ReturnType<typeof taskEntry>;

function fittingLists(
  alert: Alert,
  maxBytes: number,
  frameBytes: number,
  wording: Wording,
): Record<(typeof LISTS)[number], TaskEntry[]> {
  const lists: Record<(typeof LISTS)[number], TaskEntry[]> = { firing: [], repeated: [], resolved: [] };
  let room = Math.max(maxBytes - frameBytes, maxBytes / 8);
  for (const list of LISTS) {
    const tasks: readonly (StoppedTask | ResolvedTask)[] = alert[list];
    for (const task of [...tasks].sort((a, b) => remainingCalls(b.task) - remainingCalls(a.task))) {
      const said = sayOr(wording, null, () => {
        const entry = taskEntry(task);
        return { entry, bytes: Buffer.byteLength(toJson(entry)) + 1 };
      });
      if (said === null) continue;
      room -= said.bytes;
      if (room < 0) return lists;
      lists[list].push(said.entry);
    }
  }
  return lists;
}

function taskEntry({ task, status, previousStatus, since }: StoppedTask | ResolvedTask) {
  return { task: taskOf(task), status, previousStatus, since: beijingIso(since) };
}

function taskOf(task: RobotTask): RobotTask {
  return {
    id: cut(task.id) ?? '',
    taskName: cut(task.taskName),
    robotId: cut(task.robotId),
    robotName: cut(task.robotName),
    status: cut(task.status) ?? '',
    scheduleType: cut(task.scheduleType),
    createTime: task.createTime,
    fireTime: task.fireTime,
    completeTime: task.completeTime,
    totalCount: task.totalCount,
    finishCount: task.finishCount,
  };
}

function noticeEntry(
  { subject, channel, state, since, reason }: Alert['notices'][number],
  language: Wording['language'],
) {
  return {
    subject,
    channel,
    state,
    since: beijingIso(since),
    reason: cut(reason?.[language] ?? null)?.slice(0, 300) ?? null,
  };
}

function cut(text: string | null): string | null {
  return text === null ? null : text.slice(0, MAX_TEXT);
}
