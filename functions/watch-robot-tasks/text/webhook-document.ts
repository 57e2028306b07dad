/** The generic webhook's JSON document. Times are ISO 8601 with +08:00, tasks are as in the HTTP API. */
import { beijingIso } from '../../../shared/beijing-time';
import type { RobotTask } from '../../../shared/robot-task';
import type { AcknowledgedTask, Alert, Message, ResolvedTask, StoppedTask } from '../rules/message';
import { remainingCalls } from './facts';
import { toJson } from './json';
import { sayOr, type Wording } from './wording';

/** Receivers commonly take 1 MB or less at most, and a queue behind them 256 kB. */
const MAX_BYTES = 256_000;
/** What stands around the lists and the notices. */
const MAX_FRAME_BYTES = 4000;
/** Far more than the vendor's console takes, and little enough that one name cannot fill the document. */
const MAX_TEXT = 1000;

const LISTS = ['firing', 'repeated', 'resolved', 'acknowledged'] as const;

/**
 * The document as JSON. All tasks are in it while they fit; else what matters most is (firing before repeated before
 * resolved before who holds what, then by calls still to be made), `counts` still counts all and `omitted` says how many
 * are missing. Each step of `brevity` makes it a quarter as large.
 */
export function webhookDocument(message: Message, channel: string, wording: Wording, brevity = 0): string {
  const timestamp = beijingIso(message.now);
  if (message.kind === 'test') {
    return toJson({ type: 'robot-tasks.test', timestamp, data: { channel } });
  }
  const { firing, repeated, resolved } = message;
  const acknowledged = acknowledgedIn(message);
  const counts = {
    ...{ firing: firing.length, repeated: repeated.length, resolved: resolved.length },
    ...(acknowledged.length === 0 ? {} : { acknowledged: acknowledged.length }),
  };
  const notices = message.notices.flatMap((notice) =>
    sayOr(wording, [], () => [noticeEntry(notice, wording.language)]),
  );
  const frame = MAX_FRAME_BYTES + Buffer.byteLength(toJson(notices));
  const lists = fittingLists(
    { firing, repeated, resolved, acknowledged },
    MAX_BYTES / 4 ** brevity,
    frame,
    wording,
  );
  const { acknowledged: held, ...told } = lists;
  const listed = LISTS.reduce((sum, list) => sum + lists[list].length, 0);
  return toJson({
    type: 'robot-tasks.alert',
    timestamp,
    data: {
      ...told,
      watch: { status: message.watchStatus },
      notices,
      acknowledged: held,
      counts,
      omitted: Object.values(counts).reduce((sum, count) => sum + count, 0) - listed,
      duplicatesPossible: message.duplicatesPossible !== false,
      link: sayOr(wording, null, () => {
        return wording.linkTo?.(onlyTask(lists), message.now) ?? null;
      }),
    },
  });
}

type Lists<T> = Readonly<Record<(typeof LISTS)[number], readonly T[]>>;

/** The id of the one task that it is about; null where there are several, or none. */
function onlyTask(lists: Lists<Entry>): string | null {
  const ids = new Set(LISTS.flatMap((list) => lists[list].map(({ task }) => task.id)));
  const [only] = ids;
  return ids.size === 1 ? (only ?? null) : null;
}

/** Every task of the message that somebody holds, and those that are held no longer; the news first. */
function acknowledgedIn({ acknowledged, firing, repeated }: Alert): Acknowledged[] {
  return [...acknowledged, ...[...firing, ...repeated].filter(({ held }) => held !== undefined)];
}

type Acknowledged = AcknowledgedTask | StoppedTask;
type Told = StoppedTask | ResolvedTask | Acknowledged;
type Entry = ReturnType<typeof entryOf>;

function fittingLists(
  told: Lists<Told>,
  maxBytes: number,
  frameBytes: number,
  wording: Wording,
): Lists<Entry> {
  const lists: Record<(typeof LISTS)[number], Entry[]> = {
    ...{ firing: [], repeated: [], resolved: [], acknowledged: [] },
  };
  let room = Math.max(maxBytes - frameBytes, maxBytes / 8);
  for (const list of LISTS) {
    for (const task of [...told[list]].sort((a, b) => remainingCalls(b.task) - remainingCalls(a.task))) {
      const said = sayOr(wording, null, () => {
        const entry = entryOf(list, task);
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

function entryOf(list: (typeof LISTS)[number], told: Told) {
  return list === 'acknowledged' ? acknowledgedEntry(told as Acknowledged) : taskEntry(told as StoppedTask);
}

function taskEntry(told: StoppedTask | ResolvedTask) {
  const { task, status, previousStatus, since } = told;
  const startedBy = 'startedBy' in told ? { startedBy: cut(told.startedBy ?? null) } : {};
  return { task: taskOf(task), status, previousStatus, since: beijingIso(since), ...startedBy };
}

/** Nobody holds it any more: then all but the task is null. */
function acknowledgedEntry({ task, status: condition, held }: Acknowledged) {
  if (held === undefined) return { task: taskOf(task), condition, by: null, at: null, until: null };
  const { by, at, until } = held;
  return {
    ...{ task: taskOf(task), condition, by: cut(by), at: beijingIso(at) },
    until: until === null ? null : beijingIso(until),
  };
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
