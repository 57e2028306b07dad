/** What the watch saved, as `GET /watch` tells it. */
import { beijingIso } from '../../../shared/beijing-time';
import { stands, taskSubject, type WatchState } from '../../../shared/state/state';

/** Times as ISO 8601 with +08:00. What is uncertain is left out of `told`: the watch says it again. */
export function watchDocument({ savedAt, tasks, failures, told, history }: WatchState) {
  return {
    savedAt: beijingIso(savedAt),
    stopped: tasks.filter(stands).map(({ task, condition, since }) => ({
      id: task.id,
      taskName: task.taskName,
      status: condition,
      since: beijingIso(since),
      told: (told.get(taskSubject(task.id)) ?? [])
        .filter(({ sure }) => sure)
        .map(({ channel, condition: status, at }) => ({ channel, status, at: beijingIso(at) })),
    })),
    failures: failures
      .filter(({ state }) => state === 'failing')
      .map(({ subject, channel, since, polls, reason }) => ({
        ...{ subject, channel, since: beijingIso(since), polls },
        reason: { 'zh-CN': reason['zh-CN'], en: reason.en },
      })),
    history: history.map(({ id, taskName, condition, since, until, became }) => ({
      ...{ id, taskName, status: condition },
      ...{ since: beijingIso(since), until: beijingIso(until), became },
    })),
  };
}
