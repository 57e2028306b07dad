import type { Observation } from './observe';
import type { LoadedState } from './stores/store';
import { EMPTY_STATE, type Told, type TrackedTask, type WatchState } from './state';
import { replay, type Telling } from './told';

/**
 * What an instance knows by itself, as long as it lives: enough to go on while the state store is out of reach, and to tell
 * nothing twice when it is back. One per instance, changed by each poll.
 */
export interface InstanceMemory {
  /** What the last poll ended with, whether or not it could be saved. */
  state: WatchState;
  /** The stored version that `state` continues; undefined before the first successful load. */
  version: string | null | undefined;
  /** What was told since that version. */
  unsaved: readonly Telling[];
}

export function createInstanceMemory(): InstanceMemory {
  return { state: EMPTY_STATE, version: undefined, unsaved: [] };
}

/** The state to go on from: what was loaded (null when nothing could be), and what the instance knows beyond it. */
export function recall(memory: InstanceMemory, loaded: LoadedState | null): WatchState {
  if (loaded === null) return memory.state;
  // Nobody saved in between: what this instance could not save is the continuation of what is stored.
  if (loaded.version === memory.version) return memory.state;
  // The document was lost: the instance's own knowledge is the best there is.
  if (loaded.keptAside !== null) return memory.state;
  return replay(loaded.state ?? EMPTY_STATE, memory.unsaved);
}

/**
 * `recalled` (by `recall`, of the same `memory` and `loaded`) without what may be out of date in it. An instance that could
 * not save, and comes back after another one went on, cannot know whether the stop that it told of is still the same one:
 * the other may have told its end since. Of a task that is stopped now, it had better tell a second time than not at all.
 */
export function withoutStale(
  memory: InstanceMemory,
  recalled: WatchState,
  loaded: LoadedState | null,
  lists: Observation['lists'],
): WatchState {
  // Nobody went on in between, or nobody can say: an instance that never loaded anything knows of no other one.
  if (recalled === memory.state || memory.version === undefined) return recalled;
  const stored = new Map((loaded?.state ?? EMPTY_STATE).tasks.map((tracked) => [tracked.task.id, tracked]));
  const stopped = new Set([...lists.values()].flat().map((task) => task.id));
  const isStale = ({ task }: TrackedTask, { channel, at }: Told) => {
    const known = stored.get(task.id);
    if (!stopped.has(task.id) || known?.told.some((entry) => entry.channel === channel)) return false;
    return known === undefined || known.since > at;
  };
  return {
    ...recalled,
    tasks: recalled.tasks
      .map((tracked) => ({ ...tracked, told: tracked.told.filter((told) => !isStale(tracked, told)) }))
      .filter((tracked) => tracked.told.length > 0 || stored.has(tracked.task.id)),
  };
}
