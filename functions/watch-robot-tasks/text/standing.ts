/** One standing condition in words, for a receiver that groups and sends alerts by itself. */
import type { Alert, Notice, StoppedTask } from '../rules/message';
import { factsOf } from './facts';
import { composeAlert, holderInWords, type TextOptions } from './message-text';

export interface StandingText {
  readonly summary: string;
  readonly description: string;
}

export interface TaskInWords extends StandingText {
  /** Who holds the stop; null: nobody. */
  readonly holder: string | null;
}

/** `now` in epoch milliseconds. */
export function taskInWords(task: StoppedTask, now: number, options: TextOptions): TaskInWords {
  const holder = task.held === undefined ? null : holderInWords(task.held, now, options);
  return { ...inWords({ ...NOTHING, now, firing: [task] }, options), holder };
}

/** `now` in epoch milliseconds. */
export function noticeInWords(notice: Notice, now: number, options: TextOptions): StandingText {
  return inWords({ ...NOTHING, now, notices: [notice] }, options);
}

const NOTHING: Omit<Alert, 'now'> = {
  kind: 'alert',
  id: '',
  firing: [],
  repeated: [],
  acknowledged: [],
  resolved: [],
  notices: [],
  watchStatus: 'ok',
  duplicatesPossible: false,
};

function inWords(alert: Alert, options: TextOptions): StandingText {
  const detail = { tasks: 'full', notices: 1, extras: true } as const;
  const { title, sections } = composeAlert(alert, factsOf(alert), detail, options);
  const lines = sections.flatMap(({ entries }) => entries.flatMap((entry) => entry.lines));
  return { summary: title, description: lines.join('\n') };
}
