/** Loads the state and saves it, and keeps in mind what could not be saved. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '../../shared/log';
import { noteOutcome, STORE } from './failures';
import { recall, type InstanceMemory } from './memory';
import type { StateLoss } from './message';
import { EMPTY_STATE, type WatchState } from './state';
import { StateStoreError, type LoadedState, type StateStore } from './stores/store';

export interface Keeping {
  readonly store: StateStore;
  readonly memory: InstanceMemory;
  readonly log: Logger;
}

/** unchanged: there was nothing to save. conflict: another poll saved first. unreachable: not loaded or not saved. */
export type SaveOutcome = 'saved' | 'unchanged' | 'conflict' | 'unreachable';

export interface Loaded {
  /** Null when it could not be loaded. */
  readonly document: LoadedState | null;
  readonly problem: string | null;
  /** Why something that has been told may be missing in it; false when nothing is. */
  readonly loss: false | StateLoss;
}

/** Does not reject: without the stored state, the poll goes on from the instance's memory. */
export async function loadState({ store, log }: Keeping, deadline: number): Promise<Loaded> {
  try {
    const document = await store.load(deadline);
    if (document.keptAside === null) return { document, problem: null, loss: false };
    log.error({ reason: document.keptAside }, 'the state was kept aside');
    return { document, problem: null, loss: 'damaged' };
  } catch (error) {
    return { document: null, problem: describe(error, log), loss: 'unreachable' };
  }
}

export interface Saved {
  readonly outcome: SaveOutcome;
  readonly problem: string | null;
}

/**
 * Saves what changed, on the condition that nobody else saved since it was loaded. Only then is the instance's own knowledge
 * what is stored; otherwise it keeps what it told, for the next poll to go on from.
 */
export async function saveState(
  keeping: Keeping,
  next: WatchState,
  loaded: LoadedState,
  now: number,
  deadline: number,
): Promise<Saved> {
  const { memory, log } = keeping;
  const working = { ...next, failures: noteOutcome(next.failures, STORE, null, now) };
  memory.version = loaded.version;
  try {
    const isSaved = await saveChange(keeping, working, loaded, now, deadline);
    return { outcome: isSaved ? 'saved' : 'unchanged', problem: null };
  } catch (error) {
    if (error instanceof StateStoreError && error.kind === 'conflict') {
      await addTellings(keeping, now, deadline);
      return { outcome: 'conflict', problem: null };
    }
    const problem = describe(error, log);
    memory.state = { ...next, failures: noteOutcome(next.failures, STORE, problem, now) };
    return { outcome: 'unreachable', problem };
  }
}

/**
 * After a conflict: what the other poll saved stands, and what this one told is added to it, on the same condition. Soon,
 * because later nobody could say which of the two a channel heard last. If it does not work, the next poll tries.
 */
async function addTellings(keeping: Keeping, now: number, deadline: number): Promise<void> {
  const { store, memory, log } = keeping;
  if (memory.unsaved.length === 0) return;
  try {
    const current = await store.load(deadline);
    await saveChange(keeping, recall(memory, current, now), current, now, deadline);
  } catch (error) {
    log.warn({ reason: describe(error, log) }, 'what was told could not be added to what another poll saved');
  }
}

/** Resolves to whether there was anything to save. From then on the instance's memory is what is stored. */
async function saveChange(
  { store, memory }: Keeping,
  state: WatchState,
  loaded: LoadedState,
  now: number,
  deadline: number,
): Promise<boolean> {
  const { tasks, failures, savedAt = now } = loaded.state ?? EMPTY_STATE;
  // What was told over several polls can leave the state as it was: the others must learn all the same that it was told.
  const isChanged =
    memory.unsaved.length > 0 ||
    !isDeepStrictEqual(state.tasks, tasks) ||
    !isDeepStrictEqual(state.failures, failures);
  // What was loaded can be newer than this poll, after a conflict or by another machine's clock.
  const tried = randomUUID();
  const next = { ...state, savedAt: Math.max(now, savedAt), savedAs: tried };
  if (isChanged) memory.tried = tried;
  const version = isChanged ? await store.save(next, loaded.version, deadline) : loaded.version;
  Object.assign(memory, { state, version, unsaved: [] } satisfies Partial<InstanceMemory>);
  return isChanged;
}

function describe(error: unknown, log: Logger): string {
  if (error instanceof StateStoreError) return error.message;
  log.error({ err: error }, 'the state store failed unexpectedly');
  return 'The state store failed unexpectedly: see the log of the function.';
}
