/** Starting a stopped task again, and how each start ended. */
import { useCallback, useRef, useState } from 'preact/hooks';
import type { Text } from '../../../../shared/text';
import type { Api, Failure } from '../data/api';
import { startTask, type StartEnd } from '../data/start';
import { detailOf, reasonOf } from '../text/failures';
import { statusOf } from '../text/statuses';
import {
  notRecorded,
  refusedByVoiceService,
  refusedForAccount,
  runsAlready,
  started,
  startLost,
  startRefused,
  statusNow,
} from '../text/words';
import type { Outcome } from './outcome';
import { plainName } from './task';
import { both } from '../text/both';

export interface Startable {
  readonly id: string;
  readonly taskName: string | null;
}

export interface Starts {
  /** Of each task the last one, the latest first. */
  readonly outcomes: readonly Outcome[];
  readonly busy: ReadonlySet<string>;
  /** Does nothing for a task whose start is under way. */
  start(task: Startable): void;
  readonly dismiss: (id: string) => void;
}

/** `onEnd` is called when a start has ended, however it did. */
export function useStarts(api: Api | null, onEnd: () => void): Starts {
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  // What is drawn is a moment late: a second tap may come before it.
  const underWay = useRef(new Set<string>());
  const dismiss = useCallback((id: string) => {
    setOutcomes((old) => old.filter((outcome) => outcome.id !== id));
  }, []);
  const start = (task: Startable) => {
    if (api === null || underWay.current.has(task.id)) return;
    underWay.current.add(task.id);
    setBusy(new Set(underWay.current));
    dismiss(task.id);
    void startTask(api, task.id).then((end) => {
      underWay.current.delete(task.id);
      setBusy(new Set(underWay.current));
      setOutcomes((old) => [outcomeOf(task, end), ...old.filter(({ id }) => id !== task.id)]);
      onEnd();
    });
  };
  return { outcomes, busy, start, dismiss };
}

function outcomeOf({ id, taskName }: Startable, end: StartEnd): Outcome {
  const name = plainName(taskName);
  if (end.kind === 'started') {
    const text = started(name, end.status === null ? null : statusOf(end.status));
    return { id, tone: 'good', text: end.isRecorded ? text : add(text, notRecorded), detail: null };
  }
  const detail = detailOf(end.failure);
  if (end.kind === 'already') return { id, tone: 'good', text: runsAlready(name), detail };
  const now = statusNow(end.status === null ? null : statusOf(end.status));
  if (end.kind === 'unknown') {
    return { id, tone: 'unknown', text: add(startLost(name, reasonOf(end.failure)), now), detail };
  }
  return { id, tone: 'bad', text: add(startRefused(name, refusalOf(end.failure)), now), detail };
}

const add = (text: Text, more: Text): Text =>
  both(`${text['zh-CN']}${more['zh-CN']}`, `${text.en}${more.en}`);

/** Why a task was not started. Part of a sentence. */
export function refusalOf(failure: Failure): Text {
  if (failure.kind !== 'problem' || failure.status !== 409) return reasonOf(failure);
  return failure.name === 'start-refused-account'
    ? refusedForAccount(failure.upstreamCode)
    : refusedByVoiceService(failure.upstreamCode);
}
