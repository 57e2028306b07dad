import type { WatchState } from '../../../shared/state/state';

/** The state with no time in it after `now`: a clock that was ahead for a while must not silence anything until then. */
export function notLaterThan(state: WatchState, now: number): WatchState {
  const bounded = <T extends object>(entry: T): T => {
    const late = Object.entries(entry).filter(([key, time]) => TIMES.has(key) && Number(time) > now);
    return late.length === 0 ? entry : { ...entry, ...Object.fromEntries(late.map(([key]) => [key, now])) };
  };
  const { savedAt, tasks, failures, told, channels, progress, ended, history } = state;
  return {
    ...state,
    savedAt: Math.min(savedAt, now),
    tasks: tasks.map(bounded),
    failures: failures.map(bounded),
    told: new Map([...told].map(([subject, records]) => [subject, records.map(bounded)])),
    channels: channels.map(bounded),
    progress: progress.map(bounded),
    ended: ended.map(bounded),
    history: history.map(bounded),
  };
}

const TIMES = new Set(['since', 'begin', 'at', 'after', 'lastNewsAt', 'missingAt', 'paceFrom', 'until']);
