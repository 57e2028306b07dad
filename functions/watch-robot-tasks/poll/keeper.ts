/** Keeps the state between polls: in the store, and in the instance's mind while that is out of reach. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../../shared/runtime/clock';
import type { Logger } from '../../../shared/runtime/log';
import { doubted, EMPTY_STATE, type Told, type WatchState } from '../../../shared/state/state';
import { StateStoreError, type LoadedState, type StateStore } from '../../../shared/state/stores/store';
import type { Text } from '../../../shared/text';
import { noteOutcome, STORE } from '../rules/failures';
import type { StateLoss } from '../rules/message';
import { overlay } from '../rules/overlay';
import { withoutEnded } from '../rules/told';
import { notLaterThan } from './not-later';

export interface Loaded {
  /** What to go on from. */
  readonly state: WatchState;
  /** Why it could not be loaded; null when it was. */
  readonly problem: Text | null;
  /** Why something that has been told may be missing in it; false when nothing is. */
  readonly loss: false | StateLoss;
  /** What another poll may be sending at this moment. */
  readonly underWay: ReadonlySet<Told>;
}

/** unchanged: there was nothing to save. conflict: another poll saved first. unreachable: not loaded or not saved. */
export type SaveOutcome = 'saved' | 'unchanged' | 'conflict' | 'unreachable';

export interface Saved {
  readonly outcome: SaveOutcome;
  readonly problem: Text | null;
  /** What is known then. */
  readonly state: WatchState;
}

/** One for each instance. Nothing rejects: without a store, a poll goes on from what the instance knows itself. */
export interface Keeper {
  /** `longestPoll`: milliseconds for which another poll can be at work. */
  load(deadline: number, longestPoll: number): Promise<Loaded>;
  /** Saves what is going to be sent, before it is sent, unless another poll saved since the load: that is a conflict. */
  saveIntent(intent: WatchState, now: number, deadline: number): Promise<Saved>;
  /**
   * Saves what is known at the end of a poll. Where another one saved first, what this one told is laid over that: soon,
   * because later nobody could say which of the two a channel heard last.
   */
  save(state: WatchState, now: number, deadline: number): Promise<Saved>;
}

export interface KeeperOptions {
  readonly store: StateStore;
  /** Whose tasks the state is about: ids of another source mean nothing. */
  readonly source: string;
  /** Whether another instance may have polled between two polls of this one: epoch milliseconds, where each began. */
  readonly mayHaveMissed: (before: number, now: number) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A document that did not change is saved again after so long, so that others see that the watch works. */
const SAVE_AT_LEAST_EVERY_MS = 5 * 60 * 1000;

/** So many saves without an answer are known again. */
const KEPT_NAMES = 9;

export function createKeeper({ store, source, mayHaveMissed, clock, log }: KeeperOptions): Keeper {
  /** What the last poll ended with, whether or not it could be saved, and when (epoch milliseconds; 0 before the first). */
  let known = EMPTY_STATE;
  let knownAt = 0;
  /** What was stored when this instance last knew; null before the first successful load. */
  let base: LoadedState | null = null;
  /** What this poll loaded, or saved since; null when it could not. */
  let loaded: LoadedState | null = null;
  /** The `savedAs` of the saves that were tried since, the last ones, whether or not an answer came. */
  let tried: readonly string[] = [];
  let longest = 0;

  /** Whether nobody else has saved: it is as this instance knows it, or its own save, of which only the answer was lost. */
  const isOwn = ({ content, version, keptAside }: LoadedState) =>
    keptAside === null && (version === base?.version || tried.includes(content?.savedAs ?? ''));

  /** What is stored, with what this instance knows beyond it. */
  function continued(document: LoadedState, now: number): WatchState {
    if (isOwn(document)) return known;
    const stored = document.content ?? EMPTY_STATE;
    // Where no source is named, there was but one when it was saved.
    const isOther = (stored.source ?? 'dyvms') !== source;
    // What is missing in a document that is not the continuation of what this instance knew last is not over.
    const baseAt = base?.content?.savedAt ?? 0;
    const isContinuation =
      document.keptAside === null &&
      !isOther &&
      stored.savedAt >= baseAt &&
      (stored.lostAt ?? 0) + longest < baseAt;
    const before = isContinuation ? base?.content : null;
    const sides = { base: before ?? EMPTY_STATE, own: known, ownAt: knownAt };
    return overlay({ ...sides, stored: isOther ? EMPTY_STATE : stored }, longest, now);
  }

  async function load(deadline: number, longestPoll: number): Promise<Loaded> {
    const now = clock.now();
    const on = (state: WatchState) => {
      const isAhead = Math.max(state.savedAt, knownAt) > now;
      return { ...(isAhead ? notLaterThan(state, now) : state), source };
    };
    const unsure = (state: WatchState) => on({ ...state, told: doubted(state.told, now) });
    longest = longestPoll;
    loaded = null;
    try {
      const document = await store.load(deadline);
      loaded = document;
      const others = isOwn(document) ? [] : [...(document.content?.told.values() ?? [])].flat();
      const underWay = new Set(others.filter(({ sure, at }) => !sure && at > now - longest));
      const state = continued(document, now);
      if (document.keptAside === null) return { state: on(state), problem: null, loss: false, underWay };
      log.error({ reason: document.keptAside }, 'the state was kept aside');
      // Others may have told, and saved, what nobody can read any more.
      return { state: { ...unsure(state), lostAt: now }, problem: null, loss: 'damaged', underWay };
    } catch (error) {
      const isMissed = knownAt > 0 && (await mayHaveMissed(knownAt, now));
      const state = isMissed ? unsure(known) : on(known);
      return { state, problem: describe(error), loss: 'unreachable', underWay: new Set() };
    }
  }

  /** Throws what the store throws. The instance knows then what is stored. */
  async function write(state: WatchState, over: LoadedState, now: number, deadline: number): Promise<void> {
    const savedAs = randomUUID();
    tried = [...tried.slice(-KEPT_NAMES), savedAs];
    // What was loaded can be a little newer than this poll, after a conflict or by another machine's clock.
    const before = over.content?.savedAt ?? 0;
    const savedAt = before > now && before - now < SAVE_AT_LEAST_EVERY_MS ? before : now;
    const saved = { ...withoutEnded(state), savedAt, savedAs };
    const version = await store.save(saved, over.version, deadline);
    loaded = { content: saved, version, keptAside: null };
    base = loaded;
    tried = [];
  }

  async function saveIntent(intent: WatchState, now: number, deadline: number): Promise<Saved> {
    if (loaded === null) return { outcome: 'unreachable', problem: null, state: intent };
    try {
      await write(intent, loaded, now, deadline);
      return { outcome: 'saved', problem: null, state: intent };
    } catch (error) {
      return { ...failed(error), state: intent };
    }
  }

  async function save(next: WatchState, now: number, deadline: number): Promise<Saved> {
    [known, knownAt] = [next, now];
    if (loaded === null) return { outcome: 'unreachable', problem: null, state: known };
    const before = loaded;
    base = before;
    known = { ...next, failures: noteOutcome(next.failures, STORE, null, now) };
    try {
      const isChanged = isDue(withoutEnded(known), before, now);
      if (isChanged) await write(known, before, now, deadline);
      known = loaded.content ?? EMPTY_STATE;
      return { outcome: isChanged ? 'saved' : 'unchanged', problem: null, state: known };
    } catch (error) {
      const { outcome, problem } = failed(error);
      if (outcome === 'conflict') return saveOver(now, deadline);
      known = { ...next, failures: noteOutcome(next.failures, STORE, problem, now) };
      return { outcome, problem, state: known };
    }
  }

  /** After a conflict. */
  async function saveOver(now: number, deadline: number): Promise<Saved> {
    try {
      const current = await store.load(deadline);
      // Not another poll's, but this one's intent, of which the answer was lost.
      const outcome = isOwn(current) ? 'saved' : 'conflict';
      await write({ ...continued(current, now), source }, current, now, deadline);
      known = loaded?.content ?? EMPTY_STATE;
      return { outcome, problem: null, state: known };
    } catch (error) {
      const { problem } = failed(error);
      log.warn({ reason: problem?.en }, 'what was sent could not be added to what another poll saved');
      return { outcome: 'conflict', problem, state: known };
    }
  }

  function failed(error: unknown): Pick<Saved, 'outcome' | 'problem'> {
    if (error instanceof StateStoreError && error.kind === 'conflict')
      return { outcome: 'conflict', problem: null };
    return { outcome: 'unreachable', problem: describe(error) };
  }

  function describe(error: unknown): Text {
    if (error instanceof StateStoreError) return error.text;
    log.error({ err: error }, 'the state store failed unexpectedly');
    return {
      en: 'The state store failed unexpectedly: see the log of the function.',
      'zh-CN': '状态存储意外出错：请查看函数的日志。',
    };
  }

  return { load, saveIntent, save };
}

function isDue(next: WatchState, { content }: LoadedState, now: number): boolean {
  if (content === null || Math.abs(now - content.savedAt) >= SAVE_AT_LEAST_EVERY_MS) return true;
  const { savedAt, savedAs } = content;
  return !isDeepStrictEqual({ ...next, savedAt, savedAs }, content);
}
