/** Loads the state and saves it, and keeps in mind what could not be saved. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { RobotTasks } from '../../../shared/robot-task';
import type { Logger } from '../../../shared/runtime/log';
import { EMPTY_STATE, type WatchState } from '../../../shared/state/state';
import { StateStoreError, type LoadedState, type StateStore } from '../../../shared/state/stores/store';
import type { Text } from '../../../shared/text';
import { noteOutcome, STORE } from '../rules/failures';
import type { StateLoss } from '../rules/message';
import { withoutEnded } from '../rules/sent';
import { recall, type InstanceMemory } from './memory';

export interface Keeping {
  readonly store: StateStore;
  readonly memory: InstanceMemory;
  /** Whose tasks the state is about. */
  readonly robotTasks: Pick<RobotTasks, 'source'>;
  readonly log: Logger;
}

/** unchanged: there was nothing to save. conflict: another poll saved first. unreachable: not loaded or not saved. */
export type SaveOutcome = 'saved' | 'unchanged' | 'conflict' | 'unreachable';

export interface Loaded {
  /** Null when it could not be loaded. */
  readonly document: LoadedState | null;
  readonly problem: Text | null;
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
  readonly problem: Text | null;
  /** What is stored now; null when nobody knows. */
  readonly document: LoadedState | null;
}

/** A document that did not change is saved again after so long, so that others see that the watch works. */
const SAVE_AT_LEAST_EVERY_MS = 5 * 60 * 1000;

/** So many saves without an answer are known again. */
const KEPT_NAMES = 9;

/** Saves what is going to be sent, before it is sent, on the condition that nobody saved since `loaded`. */
export async function saveIntent(
  keeping: Keeping,
  intent: WatchState,
  loaded: LoadedState,
  now: number,
  deadline: number,
): Promise<Saved> {
  try {
    return { outcome: 'saved', problem: null, document: await save(keeping, intent, loaded, now, deadline) };
  } catch (error) {
    return failed(error, keeping.log);
  }
}

/**
 * Keeps `next` in memory and saves it, on the condition that nobody saved since `loaded`. After a conflict, what this poll
 * told is added to what the other one saved: soon, because later nobody could say which of the two a channel heard last.
 */
export async function saveState(
  keeping: Keeping,
  next: WatchState,
  loaded: LoadedState,
  now: number,
  deadline: number,
): Promise<Saved> {
  const { memory, store, robotTasks, log } = keeping;
  const working = { ...next, failures: noteOutcome(next.failures, STORE, null, now) };
  Object.assign(memory, { state: working, at: now, base: baseOf(loaded) } satisfies Partial<InstanceMemory>);
  try {
    const isChanged = isDue(working, loaded, now);
    const document = isChanged ? await save(keeping, working, loaded, now, deadline) : loaded;
    memory.state = document.state ?? EMPTY_STATE;
    return { outcome: isChanged ? 'saved' : 'unchanged', problem: null, document };
  } catch (error) {
    const outcome = failed(error, log);
    if (outcome.outcome !== 'conflict') {
      memory.state = { ...next, failures: noteOutcome(next.failures, STORE, outcome.problem, now) };
      return outcome;
    }
    try {
      const current = await store.load(deadline);
      // Not another poll's, but this one's intent, of which the answer was lost.
      const isOwn = memory.tried.includes(current.state?.savedAs ?? '');
      const merged = recall(memory, current, robotTasks.source, now);
      const document = await save(keeping, merged, current, now, deadline);
      memory.state = document.state ?? EMPTY_STATE;
      return { ...outcome, outcome: isOwn ? 'saved' : 'conflict', document };
    } catch (second) {
      const { problem } = failed(second, log);
      log.warn({ reason: problem?.en }, 'what was sent could not be added to what another poll saved');
      return { ...outcome, problem };
    }
  }
}

/** Resolves to what is stored then. The instance's memory knows it. */
async function save(
  { store, memory }: Keeping,
  state: WatchState,
  loaded: LoadedState,
  now: number,
  deadline: number,
): Promise<LoadedState> {
  const savedAs = randomUUID();
  memory.tried = [...memory.tried.slice(-KEPT_NAMES), savedAs];
  // What was loaded can be a little newer than this poll, after a conflict or by another machine's clock.
  const before = loaded.state?.savedAt ?? 0;
  const savedAt = before > now && before - now < SAVE_AT_LEAST_EVERY_MS ? before : now;
  const saved = { ...withoutEnded(state), savedAt, savedAs };
  const version = await store.save(saved, loaded.version, deadline);
  const document = { state: saved, version, keptAside: null };
  memory.base = baseOf(document);
  memory.tried = [];
  return document;
}

function isDue(next: WatchState, { state }: LoadedState, now: number): boolean {
  if (state === null || Math.abs(now - state.savedAt) >= SAVE_AT_LEAST_EVERY_MS) return true;
  return !isDeepStrictEqual(contentOf(withoutEnded(next)), contentOf(state));
}

/** All but when and how it was saved. */
function contentOf({ savedAt, savedAs, ...content }: WatchState) {
  return content;
}

function baseOf({ version, state }: LoadedState): InstanceMemory['base'] {
  return { version, state: state ?? EMPTY_STATE };
}

function failed(error: unknown, log: Logger): Saved {
  if (error instanceof StateStoreError && error.kind === 'conflict') {
    return { outcome: 'conflict', problem: null, document: null };
  }
  return { outcome: 'unreachable', problem: describe(error, log), document: null };
}

function describe(error: unknown, log: Logger): Text {
  if (error instanceof StateStoreError) return error.text;
  log.error({ err: error }, 'the state store failed unexpectedly');
  return {
    en: 'The state store failed unexpectedly: see the log of the function.',
    'zh-CN': '状态存储意外出错：请查看函数的日志。',
  };
}
