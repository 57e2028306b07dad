import { EMPTY_STATE, type LastSent, type WatchState } from '../../../shared/state/state';
import type { LoadedState } from '../../../shared/state/stores/store';
import { merge } from '../rules/merge';

/**
 * What an instance knows by itself, as long as it lives: enough to go on while the state store is out of reach, and to tell
 * nothing twice when it is back. One per instance, changed by each poll.
 */
export interface InstanceMemory {
  /** What the last poll ended with, whether or not it could be saved. */
  state: WatchState;
  /** Epoch milliseconds of that poll; 0 before the first. */
  at: number;
  /** What was stored when this instance last knew, and its version; null before the first successful load. */
  base: { readonly version: string | null; readonly state: WatchState } | null;
  /** The `savedAs` of the saves that were tried since, the last ones, whether or not an answer came. */
  tried: readonly string[];
}

export function createInstanceMemory(): InstanceMemory {
  return { state: EMPTY_STATE, at: 0, base: null, tried: [] };
}

/**
 * The state to go on from: what was loaded (null when nothing could be), and what the instance knows beyond it. A state of
 * another source says nothing about the tasks of this one. `now` in epoch milliseconds.
 */
export function recall(
  memory: InstanceMemory,
  loaded: LoadedState | null,
  source: string,
  now: number,
): WatchState {
  const stored = loaded?.state ?? EMPTY_STATE;
  // Where no source is named, there was but one when it was saved.
  const isOther = (stored.source ?? 'dyvms') !== source;
  const known = continued(memory, loaded, isOther ? EMPTY_STATE : stored, now);
  return { ...notLaterThan(known, now), source };
}

function continued(
  memory: InstanceMemory,
  loaded: LoadedState | null,
  stored: WatchState,
  now: number,
): WatchState {
  if (loaded === null) return memory.state;
  // Nobody else has saved: what this instance could not save is the continuation of what is stored.
  if (memory.base !== null && loaded.version === memory.base.version) return memory.state;
  // It is this instance's own save, of which only the answer was lost.
  if (memory.tried.includes(stored.savedAs)) return memory.state;
  // The document was lost: the instance's own knowledge is the best there is.
  if (loaded.keptAside !== null) return memory.state;
  const base = memory.base?.state ?? EMPTY_STATE;
  return merge({ base, own: memory.state, ownAt: memory.at, stored }, now);
}

/** A clock that was ahead for a while must not silence anything until then. */
function notLaterThan(state: WatchState, now: number): WatchState {
  const bounded = <T extends LastSent>(sent: T): T => (sent.at > now ? { ...sent, at: now } : sent);
  return {
    ...state,
    savedAt: Math.min(state.savedAt, now),
    tasks: state.tasks.map((tracked) => ({
      ...tracked,
      since: Math.min(tracked.since, now),
      ...(tracked.begin === undefined ? {} : { begin: Math.min(tracked.begin, now) }),
      sent: tracked.sent.map((sent) => ({ ...bounded(sent), since: Math.min(sent.since, now) })),
    })),
    failures: state.failures.map((failure) => ({
      ...failure,
      since: Math.min(failure.since, now),
      sent: failure.sent.map(bounded),
    })),
    progress: state.progress.map((progress) => ({ ...progress, since: Math.min(progress.since, now) })),
    history: state.history.map((stop) => ({
      ...stop,
      since: Math.min(stop.since, now),
      until: Math.min(stop.until, now),
    })),
  };
}
