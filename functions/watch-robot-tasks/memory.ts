import type { LoadedState } from './stores/store';
import { EMPTY_STATE, type WatchState } from './state';
import { replay } from './replay';
import type { Telling } from './told';

/**
 * What an instance knows by itself, as long as it lives: enough to go on while the state store is out of reach, and to tell
 * nothing twice when it is back. One per instance, changed by each poll.
 */
export interface InstanceMemory {
  /** What the last poll ended with, whether or not it could be saved. */
  state: WatchState;
  /** The stored version that `state` continues; undefined before the first successful load. */
  version: string | null | undefined;
  /** The `savedAs` of the save that was tried last, whether or not an answer came; null before the first one. */
  tried: string | null;
  /** What was told since that version: the last word to each channel about each task and each failure. */
  unsaved: readonly Telling[];
}

export function createInstanceMemory(): InstanceMemory {
  return { state: EMPTY_STATE, version: undefined, tried: null, unsaved: [] };
}

/**
 * The state to go on from: what was loaded (null when nothing could be), and what the instance knows beyond it. `now` in
 * epoch milliseconds.
 */
export function recall(memory: InstanceMemory, loaded: LoadedState | null, now: number): WatchState {
  if (loaded === null) return memory.state;
  // Nobody saved in between: what this instance could not save is the continuation of what is stored.
  if (loaded.version === memory.version) return memory.state;
  // Nor did anybody here: it is this instance's own save, of which only the answer was lost.
  if (memory.tried !== null && loaded.state?.savedAs === memory.tried) return memory.state;
  // The document was lost: the instance's own knowledge is the best there is.
  if (loaded.keptAside !== null) return memory.state;
  // Where there is no state, nobody has saved anything since this instance told what it told.
  return replay(loaded.state ?? { ...EMPTY_STATE, savedAt: 0 }, memory.unsaved, now);
}
