/** One task in words: in full on several lines, or in brief on one. */
import { beijingShort } from '../../../shared/beijing-time';
import type { Hold } from '../../../shared/operators/record';
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
const PERSON = 30;
const ID = 40;
const MINUTE_MS = 60_000;

export interface TaskFormatter {
  name(fact: TaskFact): string;
  /** Shorter, for a title that names several. */
  shortName(fact: TaskFact): string;
  status(status: string | null): string;
  /** What a title says of the task beside its name: mostly the status, and who holds it, or started it. */
  about(fact: TaskFact): string;
  /** Who holds a stop, and since when. */
  holder(held: Hold): string;
  /** By whose name a stop is held. */
  person(held: Hold): string;
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
  const person = (name: string) => value(name, PERSON, words.unknown);
  const holding = ({ by, until }: Hold) =>
    words.holding(person(by), until === null ? null : beijingShort(until, now));
  const startedBy = ({ startedBy: by }: TaskFact) => (by === undefined ? '' : words.startedBy(person(by)));
  const about = (fact: TaskFact) => {
    const { kind, held, heldBefore } = fact;
    if (kind === 'held' && held !== undefined) return holding(held);
    if (kind === 'released')
      return words.released(person(heldBefore?.by ?? ''), (heldBefore?.until ?? null) !== null);
    return kind === 'running' || kind === 'waiting' ? startedBy(fact) : status(fact.status);
  };
  const state = (fact: TaskFact) => {
    const { status: text, previousStatus } = fact;
    const before = previousStatus === null ? null : status(previousStatus);
    return words.state(status(text), before) + startedBy(fact);
  };
  const holder = ({ by, at, until }: Hold) =>
    words.holder(person(by), beijingShort(at, now), until === null ? null : beijingShort(until, now));
  const linesOfHolder = ({ held }: TaskFact) => (held === undefined ? [] : [() => holder(held)]);
  const linesOfTask = (fact: TaskFact) => [
    () => words.robot(robot(fact, FULL_NAME)),
    () => words.progress(progress(fact)),
    () => words.taskId(value(fact.task.id, ID, words.unknown)),
  ];
  const counted = (count: unknown) => (typeof count === 'number' ? count : words.unknown);
  const progress = ({ task: { finishCount, totalCount } }: TaskFact) =>
    finishCount === null && totalCount === null
      ? words.unknown
      : `${counted(finishCount)} / ${counted(totalCount)}`;
  const time = ({ kind, since }: TaskFact) => {
    const duration = words.duration(durationParts(now - since));
    const time = beijingShort(since, now);
    if (!isStanding(kind) && kind !== 'held') return words.stoppedFor(time, duration);
    const isJustNow = now - since < MINUTE_MS && kind !== 'repeated';
    return words.since(time, isJustNow ? null : duration);
  };
  return {
    name: (fact) => name(fact, FULL_NAME),
    shortName: (fact) => name(fact, TITLE_NAME),
    status,
    about: (fact) => sayOr(options, words.unsayable, () => about(fact)),
    person: ({ by }) => sayOr(options, words.unsayable, () => person(by)),
    holder: (held) => sayOr(options, words.unsayable, () => holder(held)),
    lines: (fact) =>
      [
        () => time(fact),
        () => state(fact),
        ...linesOfHolder(fact),
        // Of what somebody holds, the others need to know no more.
        ...(fact.kind === 'held' ? [] : linesOfTask(fact)),
      ].map((line) => sayOr(options, words.unsayable, line)),
    brief: (fact) =>
      sayOr(options, words.unsayable, () =>
        [
          name(fact, BRIEF_NAME),
          robot(fact, BRIEF_NAME),
          status(fact.status) + startedBy(fact),
          words.briefSince(beijingShort(fact.since, now)),
          ...(fact.held === undefined ? [] : [holding(fact.held)]),
          progress(fact),
        ].join(' · '),
      ),
  };
}

function durationParts(ms: number): DurationParts {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
  return { days: Math.floor(minutes / 1440), hours: Math.floor(minutes / 60) % 24, minutes: minutes % 60 };
}
