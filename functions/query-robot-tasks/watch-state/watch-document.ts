/** What the watch saved, as `GET /watch` tells it. */
import { beijingIso } from '../../../shared/beijing-time';
import {
  holdersAt,
  starterOf,
  type Acknowledgement,
  type OperatorsRecord,
} from '../../../shared/operators/record';
import { paceOf } from '../../../shared/pace';
import { RUNNING_STATUS } from '../../../shared/robot-task';
import { isKnown, stands, taskSubject, type Told, type WatchState } from '../../../shared/state/state';

/**
 * Times as ISO 8601 with +08:00. What is uncertain is left out of `told`: the watch says it again. Who holds a stop at `now`
 * (epoch milliseconds) and who ended one is in the operators' record.
 */
export function watchDocument(state: WatchState, record: OperatorsRecord, now: number) {
  const { savedAt, tasks, failures, told } = state;
  const holders = holdersAt(record, now);
  return {
    savedAt: beijingIso(savedAt),
    stopped: tasks.filter(stands).map(({ task, condition, since }) => ({
      id: task.id,
      taskName: task.taskName,
      status: condition,
      since: beijingIso(since),
      told: surelyTold(told.get(taskSubject(task.id)) ?? []),
      acknowledged: shownHolder(holders({ id: task.id, condition, since })),
    })),
    failures: failures
      .filter(({ state }) => state === 'failing')
      .map(({ subject, channel, since, polls, reason }) => ({
        ...{ subject, channel, since: beijingIso(since), polls },
        reason: { 'zh-CN': reason['zh-CN'], en: reason.en },
      })),
    history: historyOf(state, record),
    channels: channelsOf(state),
    running: runningOf(state),
  };
}

/** Newest first, as the state has it: each stop's next one comes before it. */
function historyOf({ tasks, history }: WatchState, record: OperatorsRecord) {
  const stoppedNext = new Map(tasks.filter(stands).map(({ task, since }) => [task.id, since]));
  return history.map(({ id, taskName, condition, since, until, became }) => {
    const starter = starterOf(record, { id, since, until }, stoppedNext.get(id));
    stoppedNext.set(id, since);
    return {
      ...{ id, taskName, status: condition },
      ...{ since: beijingIso(since), until: beijingIso(until), became },
      startedBy: became === RUNNING_STATUS ? (starter?.by ?? null) : null,
    };
  });
}

function shownHolder(held: Acknowledgement | null) {
  if (held === null) return null;
  const { by, at, until } = held;
  return { by, at: beijingIso(at), until: until === null ? null : beijingIso(until) };
}

function channelsOf({ channels, failures }: WatchState) {
  return channels.map(({ id, type, after = null, lastNewsAt }) => {
    const failing = failures.find(({ channel, state }) => channel === id && state === 'failing');
    return {
      ...{ id, type, after },
      lastNewsAt: lastNewsAt === null ? null : beijingIso(lastNewsAt),
      failingSince: failing === undefined ? null : beijingIso(failing.since),
    };
  });
}

/** What the watch knows the pace of. Whatever stands does not run, whether or not its counts are kept. */
function runningOf({ savedAt, tasks, progress }: WatchState) {
  const standing = new Set(tasks.filter(stands).map(({ task }) => task.id));
  return progress.flatMap((entry) => {
    const pace = standing.has(entry.id) ? null : paceOf(entry, savedAt);
    if (pace === null) return [];
    const { callsPerHour, doneAt } = pace;
    return [{ id: entry.id, callsPerHour, doneAt: doneAt === null ? null : beijingIso(doneAt) }];
  });
}

/** Each channel of which every receiver surely knows. */
function surelyTold(records: readonly Told[]) {
  const unsure = new Set(records.flatMap((record) => (isKnown(record) ? [] : [record.channel])));
  const last = new Map(
    records.filter(({ channel }) => !unsure.has(channel)).map((record) => [record.channel, record]),
  );
  return [...last.values()].map(({ channel, condition: status, at }) => ({
    channel,
    status,
    at: beijingIso(at),
  }));
}
