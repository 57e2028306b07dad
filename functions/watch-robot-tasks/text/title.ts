/** The title of an alert: what a phone shows of it before it is opened. */
import type { Subject } from '../../../shared/state/state';
import type { Alert } from '../rules/message';
import { isStanding, type Facts, type KindCount, type TaskFact } from './facts';
import type { TextOptions } from './message-text';
import { channelName } from './notices';
import type { TaskFormatter } from './task-text';
import type { Kind, Words } from './words';

/** So many tasks are named, and of more the causes are counted. */
const MAX_NAMED = 3;
const MAX_CAUSES = 3;

export function titleOf(
  alert: Alert,
  facts: Facts,
  words: Words,
  tell: TaskFormatter,
  options: TextOptions,
): string {
  const [first, ...others] = facts.tasks;
  if (first === undefined) return titleOfNotices(alert, words, options);
  if (others.length === 0) return words.title(first.kind, tell.about(first), [tell.name(first)]);
  if (facts.tasks.length <= MAX_NAMED) return titleOfFew(facts.tasks, words, tell);
  return words.titleOfMany(
    facts.counts.map(({ kind, count, statuses }) => ({
      kind,
      count,
      causes: causesOf(kind, statuses).slice(0, MAX_CAUSES),
    })),
  );

  function causesOf(kind: Kind, statuses: KindCount['statuses']): [name: string, count: number][] {
    if (kind === 'held') return holders();
    // What became of the others says their kind.
    return isStanding(kind) ? statuses.map(([status, n]) => [causeOf(status), n]) : [];
  }

  function holders(): [name: string, count: number][] {
    const counts = new Map<string, number>();
    for (const { kind, held } of facts.tasks) {
      if (kind !== 'held' || held === undefined) continue;
      const name = tell.person(held);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1]);
  }

  function causeOf(status: string | null): string {
    return (status === null ? undefined : words.cause(status)) ?? tell.status(status);
  }
}

/** The names of those that are told alike stand together. */
function titleOfFew(tasks: readonly TaskFact[], words: Words, tell: TaskFormatter): string {
  const alike = new Map<string, TaskFact[]>();
  for (const task of tasks) {
    const title = words.title(task.kind, tell.about(task), []);
    alike.set(title, [...(alike.get(title) ?? []), task]);
  }
  return words.titles(
    [...alike.values()].flatMap((group) => {
      const [first] = group;
      return first === undefined
        ? []
        : [
            words.title(
              first.kind,
              tell.about(first),
              group.map((task) => tell.shortName(task)),
            ),
          ];
    }),
  );
}

/** The worst first: nobody watches, tasks are about to stop, somebody is not told. */
const BY_GRAVITY: readonly Subject[] = [
  'owner',
  'poll',
  'balance',
  'channel',
  'store',
  'record',
  'certificate',
  'balance-query',
];

function titleOfNotices({ notices }: Alert, words: Words, options: TextOptions): string {
  const failing = notices.filter(({ state }) => state === 'failing');
  const told = failing.length > 0 ? failing : notices;
  const [worst, ...others] = told.toSorted(
    (a, b) => BY_GRAVITY.indexOf(a.subject) - BY_GRAVITY.indexOf(b.subject),
  );
  if (worst === undefined) return words.closing;
  const id = channelName(worst, options);
  return failing.length > 0
    ? words.titleOfFailing(worst.subject, id, others.length)
    : words.titleOfWorking(worst.subject, id, others.length);
}
