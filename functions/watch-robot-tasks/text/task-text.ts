/** One task in words: in full on several lines, or in brief on one. */
import { beijingShort } from '../../../shared/beijing-time';
import { statusWords } from '../../../shared/status-words';
import { isStanding, type TaskFact } from './facts';
import type { TextOptions } from './message-text';
import { oneLine } from './user-text';
import { sayOr } from './wording';
import type { DurationParts, Words } from './words';

const FULL_NAME = 60;
const BRIEF_NAME = 30;
/** Of several in a title, which a phone shows a line or two of. */
const TITLE_NAME = 20;
const ID = 40;
const MINUTE_MS = 60_000;

export interface TaskFormatter {
  name(fact: TaskFact): string;
  /** Shorter, for a title that names several. */
  shortName(fact: TaskFact): string;
  status(status: string | null): string;
  /** All but the name. */
  lines(fact: TaskFact): string[];
  brief(fact: TaskFact): string;
}

/** `now` is epoch milliseconds. What cannot be put into words is said to be so, task by task. */
export function createTaskFormatter(now: number, words: Words, options: TextOptions): TaskFormatter {
  const { escape, language } = options;
  const value = (text: string | null, length: number, fallback: string) => {
    const line = oneLine(text ?? '', length);
    return line === '' ? fallback : escape(line);
  };
  const name = ({ task }: TaskFact, length: number) =>
    sayOr(options, words.unnamed, () => value(task.taskName, length, words.unnamed));
  const robot = ({ task }: TaskFact, length: number) =>
    value(task.robotName, length, value(task.robotId, ID, words.unknown));
  const status = (text: string | null) => {
    if (text === null) return words.gone;
    return (
      statusWords(text)?.[language] ?? sayOr(options, words.unknown, () => value(text, ID, words.unknown))
    );
  };
  const progress = ({ task: { finishCount, totalCount } }: TaskFact) =>
    finishCount === null && totalCount === null
      ? words.unknown
      : `${finishCount ?? words.unknown} / ${totalCount ?? words.unknown}`;
  const time = ({ kind, since }: TaskFact) => {
    const duration = words.duration(durationParts(now - since));
    const time = beijingShort(since, now);
    if (!isStanding(kind)) return words.stoppedFor(time, duration);
    const isJustNow = now - since < MINUTE_MS && kind !== 'repeated';
    return words.since(time, isJustNow ? null : duration);
  };
  return {
    name: (fact) => name(fact, FULL_NAME),
    shortName: (fact) => name(fact, TITLE_NAME),
    status,
    lines: (fact) =>
      [
        () => time(fact),
        () =>
          words.state(status(fact.status), fact.previousStatus === null ? null : status(fact.previousStatus)),
        () => words.robot(robot(fact, FULL_NAME)),
        () => words.progress(progress(fact)),
        () => words.taskId(value(fact.task.id, ID, words.unknown)),
      ].map((line) => sayOr(options, words.unsayable, line)),
    brief: (fact) =>
      sayOr(options, words.unsayable, () =>
        [
          name(fact, BRIEF_NAME),
          robot(fact, BRIEF_NAME),
          status(fact.status),
          words.briefSince(beijingShort(fact.since, now)),
          progress(fact),
        ].join(' · '),
      ),
  };
}

function durationParts(ms: number): DurationParts {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
  return { days: Math.floor(minutes / 1440), hours: Math.floor(minutes / 60) % 24, minutes: minutes % 60 };
}
